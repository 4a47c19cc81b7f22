"""The Jacobian of a computation as a linear map, in both directions: what all differential operators are made of.

    pull:  w -> J^T w    a gradient for each input, from one for each output       (the backward pass)
    push:  v -> J v      a tangent of each output, from one of each input

There is one set of derivative rules, and each applies a transposed Jacobian. To push, the backward pass is recorded
with a variable u in place of the gradient of the outputs. What it gives, J^T u, is linear in u, and its own backward
pass, from v, gives (J^T)^T v = J v. That is exact whatever the second derivative is, as the map is linear in u. It
costs about three times what forward rules would, and leaves no second set of rules to get wrong.

Inputs become variables of their own (`inner`), from which alone gradients are taken: what was computed from the same
tensor elsewhere, in an outer derivative, is another variable, and the two cannot be confused.

Sources: J. Townsend, "A new trick for calculating Jacobian vector products" (2017); B. Pearlmutter and J. Siskind,
"Reverse-mode AD in a functional framework", ACM TOPLAS 30 (2008), for the confusion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from .. import ops
from ..op import Op, Variable, leaf, walk, wrap
from ..recording import enable_grad, no_grad, thread
from .gradients import grad

own = Op("own", lambda x: x.copy(), (lambda g, y, x: g,))


def inner(x: Any, name: str) -> Variable:
    """`x` as a variable of its own. It depends on what `x` was computed from, if that is recorded at present."""
    if not isinstance(x, Variable):
        raise TypeError(f"{name}: expected a Tensor, got {type(x).__name__}; make one with tensor(...)")
    if x._array.dtype.kind not in "fc":
        raise TypeError(f"{name}: expected a tensor of real or complex numbers, got {x._array.dtype}; use t.float()")
    if x.node is not None and thread.mode.recording:
        with enable_grad():
            return own(x)  # type: ignore[no-any-return]
    new = wrap(x._array)
    new._node = leaf(new)
    return new


def passed(x: Variable) -> Variable:
    """The same for the function to work with: what it writes to that in place leaves the variable `x` what it is."""
    return wrap(x._array, x._node)


def depends_on_more(outputs: Iterable[Any], inputs: Sequence[Variable]) -> bool:
    """Whether the outputs depend on anything but these inputs that requires a gradient; then what is made of them must
    stay recorded. Nothing must, where nothing is recorded.
    """
    if not thread.mode.recording:
        return False
    known = {x._node for x in inputs}
    roots = {x.node: None for x in outputs if isinstance(x, Variable) and x.node is not None}
    return any(node.op is None and node not in known for node in walk(roots))


def released(x: Any, stays: bool) -> Any:
    """What is handed out: on the graph if it stays recorded, else a constant."""
    return x if stays or not isinstance(x, Variable) or x.node is None else wrap(x._array)


def pull(
    outputs: Sequence[Variable], inputs: Sequence[Variable], weights: Sequence[Any], stays: bool, keep: bool = True
) -> list[Any]:
    """J^T w: for each input its gradient, None if the outputs do not depend on it. `stays`: recorded.

    `weights`: one an output, None for 1. `keep`: for another call.
    """
    flowing = [(y, w) for y, w in zip(outputs, weights, strict=True) if y.node is not None]
    if not flowing:
        return [None] * len(inputs)
    ys, ws = zip(*flowing, strict=True)
    return list(grad(ys, inputs, ws, retain_graph=keep or stays, create_graph=stays, allow_unused=True))


class Push:
    """v -> J v, of a computation that was recorded; for any number of v."""

    def __init__(self, outputs: Sequence[Variable], inputs: Sequence[Variable]) -> None:
        self.outputs = outputs
        self.stays = depends_on_more(outputs, inputs)
        self.inputs = inputs
        rng = np.random.default_rng(0)  # not 0 or 1: what a rule tests of its gradient is then true in general
        self.weights: list[Variable] = []
        for y in outputs:
            u = wrap(np.asarray(rng.uniform(0.5, 1.5, y._array.shape), y._array.dtype))
            u._node = leaf(u)
            self.weights.append(u)
        with enable_grad():
            self.transposed = pull(outputs, inputs, self.weights, stays=True)

    def __call__(self, tangents: Sequence[Any]) -> list[Any]:
        """The tangents of the outputs; None of one that does not depend on the inputs."""
        stays = thread.mode.recording and (self.stays or any(v is not None and v.node is not None for v in tangents))
        flowing = [(g, v) for g, v in zip(self.transposed, tangents, strict=True) if g is not None and v is not None]
        with enable_grad() if stays else no_grad():
            gs, vs = [g for g, _ in flowing], [v for _, v in flowing]
            return pull(gs, self.weights, vs, stays)


def or_zeros(found: Sequence[Any], like: Sequence[Variable]) -> list[Any]:
    """These, with zeros in place of None."""
    return [_zeros(x._array.shape, x) if g is None else g for g, x in zip(found, like, strict=True)]


def jacobian(
    outputs: Sequence[Variable], inputs: Sequence[Variable], forward: bool = False, name: str = "jacobian"
) -> list[list[Any]]:
    """For each output its derivatives in each input, of shape output + input; None where it does not depend on it.

    A row of it is one pull, so there are as many as output elements; `forward`: a column is one push, an input element.
    """
    for x in (*outputs, *inputs):
        if x._array.dtype.kind == "c":
            raise TypeError(f"{name}: complex numbers have no Jacobian of this form; use vjp or jvp, or real and imag")
    if forward:
        push = Push(outputs, inputs)
        by_input = [_transposed([push(only(e, i, inputs)) for e in _basis(x)], outputs) for i, x in enumerate(inputs)]
        return [
            [_table(by_input[j][i], y, x._array.shape, last=True) for j, x in enumerate(inputs)]
            for i, y in enumerate(outputs)
        ]
    stays = depends_on_more(outputs, inputs)
    tables = []
    for y in outputs:
        rows = [pull([y], inputs, [e], stays) for e in _basis(y)] if y.node is not None else []
        columns = _transposed(rows, inputs)
        tables.append([_table(column, x, y._array.shape) for column, x in zip(columns, inputs, strict=True)])
    return tables


def jacobian_or_zeros(
    tables: list[list[Any]], outputs: Sequence[Variable], inputs: Sequence[Variable]
) -> list[list[Any]]:
    """`jacobian`, with zeros in place of None."""
    return [
        [_zeros((*y._array.shape, *x._array.shape), y) if t is None else t for t, x in zip(row, inputs, strict=True)]
        for row, y in zip(tables, outputs, strict=True)
    ]


def only(v: Any, i: int, like: Sequence[Any]) -> list[Any]:
    """This for number i, None for the others."""
    return [v if j == i else None for j in range(len(like))]


def _zeros(shape: tuple[int, ...], like: Variable) -> Variable:
    return wrap(np.zeros(shape, like._array.dtype))


def _basis(like: Variable) -> Iterator[Variable]:
    """The unit vectors of its shape, in order of its elements."""
    for i in range(like._array.size):
        e = np.zeros(like._array.size, like._array.dtype)
        e[i] = 1
        yield wrap(e.reshape(like._array.shape))


def _transposed(rows: Sequence[Sequence[Any]], columns: Sequence[Any]) -> list[list[Any]]:
    return [[row[i] for row in rows] for i in range(len(columns))]


def _table(rows: Sequence[Any], like: Variable, lead: tuple[int, ...], last: bool = False) -> Any:
    """Rows of the shape of `like` as one Tensor, of shape `lead` + that, or that + `lead`. None if all are None."""
    if all(row is None for row in rows):
        return None
    shape = like._array.shape
    table = ops.stack(or_zeros(rows, [like] * len(rows)), dim=len(shape) if last else 0)
    return ops.reshape(table, shape=(*shape, *lead) if last else (*lead, *shape))
