"""Concatenations: what is computed of them is computed of their parts, which lie where the concatenation needs them.

`cat([a, b]) * x` is `cat([a * x₁, b * x₂])`, with x in as many parts. Then a and b need not be stored: they stay in one
loop with what follows. And an element of a stack, or of zeros in one of which something was put, is what was put there.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np

from .. import kernels
from ..op import OPS
from .loop_text import ELEMENTWISE
from .program import Call, Instruction, Program, Update, Value, Write, reads, with_values

MOST = 8  # parts of one array
LEAST = 1 << 10  # elements of a part: each is a loop of its own, if they do not fit into one


def joined(program: Program) -> Program:
    """Both, if loops can be made of what is computed of parts."""
    if not kernels.available() or not any(isinstance(i, Call) and i.op.name == "cat" for i in program.instructions):
        return program
    return Spread(unstacked(program)).program


def bounds(call: Call) -> list[tuple[int, int]]:
    """Of each input of a `cat` where it begins and where it ends in the result, along its dimension."""
    dim, sizes = along(call), [x.shape for x in call.inputs]
    ends = np.cumsum([0, *(0 if shape == (0,) else shape[dim] for shape in sizes)]).tolist()
    return list(pairwise(ends))


def along(call: Call) -> int:
    return int(call.params["dim"]) % len(call.results[0].shape)


def unstacked(program: Program) -> Program:
    """`stack([a, b])[0]` is a; an element of zeros but for one of them is that, or zeros."""
    made = {result: i for i in program.instructions if isinstance(i, Call) for result in i.results}
    known: dict[Value, Value] = {}
    kept: list[Instruction] = []
    for i in program.instructions:
        if isinstance(i, Call) and i.view and i.op.name == "getitem" and type(i.params["index"]) is int:
            x, y = i.inputs[0], i.results[0]
            at = i.params["index"] % x.shape[0]
            found = _put(x, at, made)
            if found is None and _is_zero(x, at, made):
                found = Value("constant", y.shape, y.dtype, "", np.zeros(y.shape, y.dtype))
            if found is not None and (found.shape, found.dtype) == (y.shape, y.dtype):
                known[y] = known.get(found, found)
                continue
        kept.append(i)
    return with_values(program, kept, known)


def _put(x: Value, at: int, made: dict[Value, Call]) -> Value | None:
    """What was put at this place along the first dimension, if x is a stack, or zeros but for it."""
    call = made.get(x)
    found = None
    if call is not None and call.op.name == "cat" and along(call) == 0 and len(call.inputs) == x.shape[0]:
        part = made.get(call.inputs[at])
        found = part.inputs[0] if part is not None and part.view and part.op.name == "unsqueeze" else None
    else:
        place = _place(x, made)
        found = place[0].inputs[0] if place is not None and place[1] == at else None
    return found if isinstance(found, Value) and found.kind == "result" else None


def _is_zero(x: Value, at: int, made: dict[Value, Call]) -> bool:
    place = _place(x, made)
    return place is not None and place[1] != at


def _place(x: Value, made: dict[Value, Call]) -> tuple[Call, int] | None:
    """The call that put something among zeros, and where along the first dimension; through a transpose too."""
    call, dim = made.get(x), 0
    if call is not None and call.view and call.op.name == "transpose":
        dims = {int(call.params[key]) % len(x.shape) for key in ("dim0", "dim1")}
        call, dim = (made.get(call.inputs[0]), 1) if dims == {0, 1} else (None, 0)
    if call is None or call.op.name != "place":
        return None
    index = call.params["index"]
    parts = index if isinstance(index, tuple) else (index,)
    plain = len(parts) == dim + 1 and all(p == slice(None) for p in parts[:-1]) and type(parts[-1]) is int
    return (call, parts[-1] % x.shape[0]) if plain else None


class Spread:
    """Elementwise ops of concatenations as concatenations of elementwise ops."""

    def __init__(self, program: Program) -> None:
        self.uses = Counter(value for i in program.instructions for value in reads(i)) + Counter(program.needed())
        self.made: dict[Value, Call] = {}
        self.calls: list[Instruction] = []
        self.parts: dict[tuple[Value, int, int, int], Any] = {}
        for i in program.instructions:
            if isinstance(i, (Write, Update)):  # what was read before may be another number now
                self.made.clear()
                self.parts.clear()
            if not (isinstance(i, Call) and self._spread(i)):
                self.calls.append(i)
                if isinstance(i, Call):
                    self.made.update(dict.fromkeys(i.results, i))
        self.program = dataclasses.replace(program, instructions=self.calls)

    def _spread(self, call: Call) -> bool:
        """Put the parts in place of the call, if it reads a concatenation that nothing else does."""
        if call.view or call.op.name not in ELEMENTWISE or len(call.results) != 1:
            return False
        y = call.results[0]
        cat = next((self.made[x] for x in call.inputs if self._is_cat(x, y.shape)), None)
        if cat is None or not all(x.dtype == y.dtype for x in call.inputs if isinstance(x, Value)):
            return False
        dim, ends = along(cat), bounds(cat)
        parts = [self._call(call, dim, start, stop) for start, stop in ends]
        self.calls.append(joint := Call(OPS["cat"], tuple(parts), {"dim": dim}, (y,), call.scope, call.line))
        self.made[y] = joint
        return True

    def _is_cat(self, x: Any, shape: tuple[int, ...]) -> bool:
        call = self.made.get(x) if isinstance(x, Value) else None
        if call is None or call.op.name != "cat" or self.uses[x] > 1 or x.shape != shape:
            return False
        shapes = {v.shape for v in call.inputs}
        return len(shapes) == 1 and 1 < len(call.inputs) <= MOST and math.prod(*shapes) >= LEAST

    def _call(self, call: Call, dim: int, start: int, stop: int) -> Value:
        """A part of what an elementwise op computes."""
        y = call.results[0]
        inputs = tuple(self._part(x, len(y.shape) - dim, start, stop) for x in call.inputs)
        shape = tuple(stop - start if d == dim else n for d, n in enumerate(y.shape))
        part = Value("result", shape, y.dtype)
        self.calls.append(made := Call(call.op, inputs, call.params, (part,), call.scope, call.line))
        self.made[part] = made
        return part

    def _part(self, x: Any, back: int, start: int, stop: int) -> Any:
        """The elements from `start` to `stop` along a dimension that is counted from the end."""
        dim = len(x.shape) - back if isinstance(x, Value) else -1
        if dim < 0 or x.shape[dim] == 1:
            return x
        key = x, dim, start, stop
        if key not in self.parts:
            self.parts[key] = self._new_part(x, dim, start, stop)
        return self.parts[key]

    def _new_part(self, x: Value, dim: int, start: int, stop: int) -> Value:
        index = (slice(None),) * dim + (slice(start, stop),)
        call = self.made.get(x)
        if x.kind == "constant" and x.array is not None:
            array = x.array[index]
            one = array.size > 0 and bool(np.all(array == array.flat[0]))
            array = np.array(array.flat[0], x.dtype) if one else array.copy()
            return Value("constant", array.shape, x.dtype, "", array)
        if call is not None and call.op.name == "cat" and along(call) == dim and (start, stop) in bounds(call):
            found: Value = call.inputs[bounds(call).index((start, stop))]
            return found
        if call is not None and call.op.name in ELEMENTWISE and self.uses[x] == 1 and len(call.results) == 1:
            return self._call(call, dim, start, stop)
        shape = tuple(stop - start if d == dim else n for d, n in enumerate(x.shape))
        index = (..., slice(start, stop)) if dim == len(x.shape) - 1 else index
        part = Value("result", shape, x.dtype)
        scope, line = (call.scope, call.line) if call is not None else ((), "")
        self.calls.append(made := Call(OPS["getitem"], (x,), {"index": index}, (part,), scope, line, view=True))
        self.made[part] = made
        return part
