"""Passes that find shorter ways to the same numbers: less to read, less to compute, and longer loops."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import numpy as np

from ..op import OPS, Op
from .joined import joined
from .program import Call, Instruction, Program, Value, mapped, reads, with_values
from .unrolled import unrolled

SAME = ("reshape", "expand")  # that may leave a shape as it is
LONGEST_CHAIN = 20  # calls between a gradient and what is 0 where it is


def _places(*xs: np.ndarray, indices: tuple[Any, ...], shape: tuple[int, ...]) -> np.ndarray:
    y = np.zeros(shape, xs[0].dtype)
    for x, index in zip(xs, indices, strict=True):
        y[index] = x
    return y


PLACES = Op("places", _places, ())  # zeros, but for arrays in several places


def shorter(program: Program) -> Program:
    return placed_together(unexpanded(guards(neutral(joined(same_shapes(unrolled(program)))))))


def same_shapes(program: Program) -> Program:
    """A view of the same shape is what it looks at."""
    known: dict[Value, Value] = {}
    kept: list[Instruction] = []
    for i in program.instructions:
        if isinstance(i, Call) and i.view and i.op.name in SAME:
            x, y = known.get(i.inputs[0], i.inputs[0]), i.results[0]
            if x.kind == "result" and x.shape == y.shape:
                known[y] = x
                x.name, x.of = x.name or y.name, x.of or y.of
                continue
        kept.append(i)
    return with_values(program, kept, known)


def neutral(program: Program) -> Program:
    """x + 0 and 1 · x are x, also where 0 and 1 are constants of as many elements."""
    known: dict[Value, Value] = {}
    kept: list[Instruction] = []
    for i in program.instructions:
        if isinstance(i, Call) and i.op.name in ("add", "mul") and len(i.inputs) == 2:
            y, number = i.results[0], float(i.op.name == "mul")
            for x, c in (i.inputs, i.inputs[::-1]):
                x = known.get(x, x) if isinstance(x, Value) else x
                same = isinstance(x, Value) and x.kind == "result" and (x.shape, x.dtype) == (y.shape, y.dtype)
                if (
                    same
                    and isinstance(c, Value)
                    and c.array is not None
                    and c.kind == "constant"
                    and np.all(c.array == number)
                ):
                    known[y] = x
                    x.of = x.of or y.of
                    break
            if y in known:
                continue
        kept.append(i)
    return with_values(program, kept, known)


def guards(program: Program) -> Program:
    """`where(g == 0, 0, dx)` is dx, if that is 0 there anyway: as -g is, and g times a number.

    So stands behind every op from which another selects, for derivatives that are infinite where none is wanted.
    """
    made = {i.results[0]: i for i in program.instructions if isinstance(i, Call) and len(i.results) == 1}
    known: dict[Value, Value] = {}
    kept: list[Instruction] = []

    def now(x: Any) -> Any:
        return known.get(x, x) if isinstance(x, Value) else x

    def vanishes(x: Any, g: Value, left: int = LONGEST_CHAIN) -> bool:
        """Whether x is 0 where g is."""
        x = now(x)
        if x is g or _is_number(x, 0):
            return True
        call = made.get(x)
        if call is None or not left or x.shape != g.shape:
            return False
        if call.op.name == "neg":
            return vanishes(call.inputs[0], g, left - 1)
        if call.op.name == "where":
            return all(vanishes(a, g, left - 1) for a in call.inputs[1:])
        if call.op.name == "mul":
            pairs = (call.inputs, call.inputs[::-1])
            return any(_is_number(b) and vanishes(a, g, left - 1) for a, b in pairs)
        return (
            call.op.name == "div"
            and _is_number(call.inputs[1])
            and not _is_number(call.inputs[1], 0)
            and vanishes(call.inputs[0], g, left - 1)
        )

    for i in program.instructions:
        if isinstance(i, Call) and i.op.name == "where" and isinstance(i.inputs[0], Value):
            condition, zero, dx = i.inputs
            test = made.get(condition)
            if test is not None and test.op.name == "eq" and _is_number(test.inputs[1], 0) and _is_number(zero, 0):
                g, y = now(test.inputs[0]), i.results[0]
                same = isinstance(dx, Value) and dx.shape == y.shape and dx.dtype == y.dtype
                if same and isinstance(g, Value) and vanishes(dx, g):
                    x = now(dx)
                    known[y] = x
                    x.of = x.of or y.of
                    continue
        kept.append(i)
    return with_values(program, kept, known)


def _is_number(x: Any, number: float | None = None) -> bool:
    """Whether x is a finite constant of one element; or that number."""
    if isinstance(x, Value):
        if x.kind != "constant" or x.array is None or x.array.size != 1:
            return False
        x = x.array.item()
    if not isinstance(x, (int, float)):
        return False
    return bool(np.isfinite(x)) if number is None else x == number


def unexpanded(program: Program) -> Program:
    """Elementwise ops broadcast by themselves: they come before an expansion, or do without it."""
    made: dict[Value, Call] = {}
    kept: list[Instruction] = []
    for i in program.instructions:
        if isinstance(i, Call) and i.op.name == "expand" and i.view and i.inputs[0].kind == "result":
            made[i.results[0]] = i
        elif isinstance(i, Call) and i.op.elementwise and not i.view and len(i.results) == 1:
            inputs, y = mapped(i.inputs, lambda x: made[x].inputs[0] if x in made else x), i.results[0]
            shape = np.broadcast_shapes(*(x.shape for x in inputs if isinstance(x, Value)))
            if inputs != i.inputs and shape != y.shape:
                small = Value("result", shape, y.dtype, y.name)
                kept.append(dataclasses.replace(i, inputs=inputs, results=(small,)))
                i = made[y] = Call(OPS["expand"], (small,), {"shape": y.shape}, (y,), i.scope, i.line, view=True)
            elif inputs != i.inputs:
                i = dataclasses.replace(i, inputs=inputs)
        kept.append(i)
    return with_values(program, kept, {})


def placed_together(program: Program) -> Program:
    """Arrays of zeros, each with another part that is not, are added up: then they are one, with all these parts."""
    uses = Counter(value for i in program.instructions for value in reads(i)) + Counter(program.needed())
    made: dict[Value, Call] = {}
    left_out: set[Call] = set()
    kept: list[Instruction] = []
    for i in program.instructions:
        if isinstance(i, Call) and i.op.name == "add" and all(x in made and uses[x] == 1 for x in i.inputs):
            a, b = (made[x] for x in i.inputs)
            parts = [_parts(call) for call in (a, b)]
            if a is not b and all(_are_apart(p, q) for p in parts[0] for q in parts[1]):
                left_out |= {a, b}
                params = {"indices": (*parts[0], *parts[1]), "shape": i.results[0].shape}
                i = Call(PLACES, (*a.inputs, *b.inputs), params, i.results, i.scope, i.line)
        if isinstance(i, Call) and i.op.name in ("place", "places") and all(map(_is_plain, _parts(i))):
            made[i.results[0]] = i
        kept.append(i)
    return with_values(program, [i for i in kept if not isinstance(i, Call) or i not in left_out], {})


def _parts(call: Call) -> tuple[Any, ...]:
    return call.params["indices"] if call.op is PLACES else (call.params["index"],)


def _is_plain(index: Any) -> bool:
    """Numbers and slices from the first dimension on."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(type(p) is int or (isinstance(p, slice) and p.step in (None, 1)) for p in parts)


def _are_apart(a: Any, b: Any) -> bool:
    """Whether two plain indices name no element in common, as far as is seen without the shape."""
    pairs = zip(*(index if isinstance(index, tuple) else (index,) for index in (a, b)), strict=False)
    return any(_end(p) <= _start(q) or _end(q) <= _start(p) for p, q in pairs if _start(p) >= 0 and _start(q) >= 0)


def _start(part: Any) -> int:
    return part if isinstance(part, int) else part.start or 0


def _end(part: Any) -> float:
    """One beyond the last; infinite if that depends on the shape."""
    end = part + 1 if isinstance(part, int) else part.stop
    return np.inf if end is None or end < 0 else end
