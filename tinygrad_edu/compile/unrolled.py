"""The steps of a recurrent layer, as the calls that each of them is.

`ops/recurrent.py` has all steps as one op; its gradient is traced step by step. With kernels the way forward is faster
step by step as well: a product, and one loop for what comes after it, whose results lie where the gradient reads them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from .. import kernels
from ..op import OPS
from .program import Call, Instruction, Program, Value

MOST = 200  # steps: a program of more would take long to compile


def unrolled(program: Program) -> Program:
    """The program with the steps of recurrent layers one by one, if loops can be made of them."""
    if not kernels.available() or not any(map(_is_recurrent, program.instructions)):
        return program
    done: list[Instruction] = []
    for i in program.instructions:
        done += Steps(i).calls if isinstance(i, Call) and _is_recurrent(i) else [i]
    return dataclasses.replace(program, instructions=done)


def _is_recurrent(i: Instruction) -> bool:
    """An op of several steps, all in one dtype."""
    if not isinstance(i, Call) or i.op.name not in LAYERS:
        return False
    a = i.inputs[0]
    values = all(isinstance(x, Value) and x.dtype == a.dtype for x in i.inputs)
    return values and a.dtype.char in "fd" and len(a.shape) == 3 and a.shape[0] <= MOST and 0 not in a.shape


class Steps:
    """The calls in place of one op."""

    def __init__(self, op: Call) -> None:
        self.op = op
        self.calls: list[Call] = []
        outputs = LAYERS[op.op.name](self, *op.inputs)
        for y, steps in zip(op.results, outputs, strict=True):
            rows = [self("unsqueeze", x, dim=0, view=True, shape=(1, *x.shape)) for x in steps]
            self._call("cat", (*rows,), {"dim": 0}, y)

    def __call__(
        self, op: str, *xs: Any, name: str = "", shape: tuple[int, ...] = (), view: bool = False, **params: Any
    ) -> Value:
        """The result of an op, which has the shape of its first input, if no other is given."""
        y = Value("result", shape or xs[0].shape, xs[0].dtype, name)
        self._call(op, xs, params, y, view)
        return y

    def _call(self, op: str, xs: tuple[Any, ...], params: dict[str, Any], y: Value, view: bool = False) -> None:
        self.calls.append(Call(OPS[op], xs, params, (y,), self.op.scope, self.op.line, view))

    def part(self, x: Value, k: int, size: int) -> Value:
        """The k-th so many columns of x."""
        at = slice(k * size, (k + 1) * size)
        if x.kind == "constant" and x.array is not None:
            return Value("constant", (*x.shape[:-1], size), x.dtype, "", x.array[..., at].copy())
        return self("getitem", x, index=(..., at), shape=(*x.shape[:-1], size), view=True)

    def step(self, a: Value, t: int) -> Value:
        return self("getitem", a, name=f"wx_{t}", index=t, shape=a.shape[1:], view=True)

    def turned(self, weight: Value) -> Value:
        """Wᵀ, which lies in order: a product with it takes less time."""
        shape = weight.shape[::-1]
        turned = self("transpose", weight, dim0=0, dim1=1, shape=shape, view=True)
        return self("clone", turned, name="weight_turned")

    def product(self, h: Value, turned: Value, t: int) -> Value:
        return self("matmul", h, turned, name=f"wh_{t}", shape=(h.shape[0], turned.shape[1]))


def _lstm(steps: Steps, a: Value, r: Value, c: Value, w: Value) -> tuple[list[Value], ...]:
    hs: list[Value] = []
    cs: list[Value] = []
    gates: list[Value] = []
    size, turned = c.shape[1], steps.turned(w)
    for t in range(a.shape[0]):
        z, given = steps.product(hs[-1], turned, t) if t else r, steps.step(a, t)
        parts = [(steps.part(z, k, size), steps.part(given, k, size)) for k in range(4)]
        i, f, u, o = (
            steps("tanh" if k == 2 else "sigmoid", steps("add", *parts[k]), name=f"{gate}_{t}")
            for k, gate in enumerate(("input_gate", "forget_gate", "candidate", "output_gate"))
        )
        c = steps("add", steps("mul", f, c), steps("mul", i, u), name=f"c_{t}")
        hs.append(steps("mul", o, steps("tanh", c, name=f"tanh_c_{t}"), name=f"h_{t}"))
        cs.append(c)
        gates.append(steps("cat", i, f, u, o, name=f"gates_{t}", dim=-1, shape=z.shape))
    return hs, cs, gates


def _gru(steps: Steps, a: Value, h: Value, w: Value, b: Value) -> tuple[list[Value], ...]:
    hs: list[Value] = []
    gates: list[Value] = []
    size, turned = h.shape[1], steps.turned(w)
    for t in range(a.shape[0]):
        m, given = steps.product(h, turned, t), steps.step(a, t)
        parts = [(steps.part(m, k, size), steps.part(given, k, size)) for k in range(3)]
        r, z = (
            steps("sigmoid", steps("add", *parts[k]), name=f"{gate}_{t}")
            for k, gate in enumerate(("reset_gate", "update_gate"))
        )
        inner = steps("add", parts[2][0], b)
        n = steps("tanh", steps("add", steps("mul", r, inner), parts[2][1]), name=f"candidate_{t}")
        h = steps("add", steps("mul", steps("sub", h, n), z), n, name=f"h_{t}")
        hs.append(h)
        gates.append(steps("cat", r, z, n, inner, name=f"gates_{t}", dim=-1, shape=(h.shape[0], 4 * size)))
    return hs, gates


def _rnn(steps: Steps, a: Value, h: Value, w: Value) -> tuple[list[Value], ...]:
    hs: list[Value] = []
    turned = steps.turned(w)
    for t in range(a.shape[0]):
        z = steps("add", steps.product(h, turned, t), steps.step(a, t))
        h = steps(steps.op.params.get("nonlinearity", "tanh"), z, name=f"h_{t}")
        hs.append(h)
    return (hs,)


LAYERS: dict[str, Callable[..., tuple[list[Value], ...]]] = {"lstm_steps": _lstm, "gru_steps": _gru, "rnn_steps": _rnn}
