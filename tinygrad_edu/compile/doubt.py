"""Arguments that held the same numbers in both traces: whether the program follows them shows when others come.

What is computed of an argument behind the tracer's back, by NumPy or through a file, is then the same in both traces
and looks like a constant. So the first call with other numbers runs the step itself once more, and what looked like
constants must be what it was.
"""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import memory
from .program import Program, Value, values_in
from .same import numbers_of, plain_in, shape_of, values_of

SMALL = 4096  # bytes of an array, up to which all of them are compared at each run
FEW = {1: 64, 2: 8}  # places in each dimension that are compared of a larger one that is the same object as before


class Seen:
    """What an argument held."""

    def __init__(self, array: np.ndarray) -> None:
        count = FEW.get(array.ndim, 4)
        steps = [slice(None, None, max(1, n // count)) for n in array.shape]
        self.places: Any = ... if array.nbytes <= SMALL else tuple(steps)
        self.array = weakref.ref(array)
        self.written = _written(array)
        self.few = array[self.places].tobytes()
        self.digest = _digest(array)

    def is_in(self, array: np.ndarray) -> bool:
        """Whether this array, of the same shape, holds the same.

        Of a large one that is the same object, and that no op wrote to, only some elements are looked at.
        """
        if array[self.places].tobytes() != self.few:
            return False
        if self.places is ... or (self.array() is array and _written(array) == self.written):
            return True
        return _digest(array) == self.digest


class Doubt:
    """What is not proved of a program: that it depends on these arguments as the step does."""

    def __init__(self, first: Sequence[Seen], second: Sequence[Seen], program: Program) -> None:
        self.seen = {i: b for i, (a, b) in enumerate(zip(first, second, strict=True)) if a.digest == b.digest}
        self.noted = _noted(program, ("constant",)) if self.seen else []

    def holds(self, arrays: Sequence[np.ndarray]) -> bool:
        """Whether these arguments say nothing new."""
        return all(seen.is_in(arrays[i]) for i, seen in self.seen.items())

    def is_settled(self, held: Sequence[Seen], program: Program) -> bool:
        """Whether the step, noted with these arguments, is the program that was compiled; if so, they are trusted."""
        if not _agree(self.noted, _noted(program, ("constant", "external"))):
            return False
        self.seen = {i: seen for i, seen in self.seen.items() if held[i].digest == seen.digest}
        return True


def seen(arrays: Sequence[np.ndarray]) -> list[Seen]:
    """What the arguments hold."""
    return [Seen(array) for array in arrays]


Noted = list[tuple[Any, list[Any], list[np.ndarray | None]]]


def _noted(program: Program, kinds: tuple[str, ...]) -> Noted:
    """Of each instruction, and of the end, what it is, its numbers, and the arrays of these kinds of values in it."""

    def held(value: Value) -> np.ndarray | None:
        return None if value.kind not in kinds else value.array if value.before is None else value.before

    found: Noted = [(shape_of(i), numbers_of(i), [held(v) for v in values_of(i)]) for i in program.instructions]
    ends = [*values_in(program.returned), *(v for _, v in program.grads if v is not None)]
    return [*found, ("end", list(plain_in(program.returned)), [held(v) for v in ends])]


def _agree(before: Noted, after: Noted) -> bool:
    if len(before) != len(after):
        return False
    for (shape, numbers, arrays), (shape_now, numbers_now, arrays_now) in zip(before, after, strict=True):
        if shape != shape_now or repr(numbers) != repr(numbers_now) or len(arrays) != len(arrays_now):
            return False
        for a, b in zip(arrays, arrays_now, strict=True):
            if a is not None and a is not b and (b is None or not np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")):
                return False
    return True


def _written(array: np.ndarray) -> int:
    block = memory.blocks.get(id(memory.owner(array)))
    return 0 if block is None else block.written


def _digest(array: np.ndarray) -> bytes:
    return hashlib.blake2b(np.ascontiguousarray(array).view(np.uint8).data, digest_size=16).digest()
