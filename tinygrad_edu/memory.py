"""Which arrays have changed since an op recorded them.

A derivative rule reads arrays of the forward pass. Had one of them changed in the meantime, the gradient would be wrong
without a sign, so a rule never sees such an array: `backward` hands it a `Missing` instead, which knows the shape and
dtype and raises when its numbers are asked for. Nothing is assumed about what a rule reads.

Memory changes in two ways:

* the library writes to it (`t += 1`, `t[i] = v`, an optimiser's step) and calls `wrote`;
* the user holds the NumPy array (`t.array`, `t.numpy()`, `from_numpy(a)`) and may write at any time. `share` notes it:
  an op that is recorded later keeps a copy of its own; for what was recorded before, contents are compared. Once nobody
  but a Tensor refers to the array, the user has let go of it, and it is the library's alone again.

Memory that was neither written to nor shared costs nothing. The clock counts nodes and writes in one sequence, so
"nothing has changed since this node was recorded", the usual case, is one comparison.
"""

from __future__ import annotations

import itertools
import math
import sys
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

tick = itertools.count(1).__next__


class Block:
    """What is known of one block of memory, found by the `id` of the array that owns it."""

    __slots__ = ("contents", "owner", "shared", "written")

    def __init__(self, array: np.ndarray) -> None:
        key = id(array)

        def forget(_: Any) -> None:
            blocks.pop(key)
            shared.discard(key)

        self.owner = weakref.ref(array, forget)
        self.written = 0  # when the library last wrote to it
        self.shared = 0  # when the user was first given it
        self.contents = b""  # what it held then


class _Clock:
    changed = 0  # when any memory was last written to or shared


clock = _Clock()
blocks: dict[int, Block] = {}  # safe, because an entry dies with its array
shared: set[int] = set()  # the keys of those that the user holds


def owner(array: np.ndarray) -> np.ndarray:
    """The array that owns the memory which `array` looks at."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays look at the memory of one."""
    return owner(a) is owner(b)


def _block(array: np.ndarray) -> Block:
    base = owner(array)
    found = blocks.get(id(base))
    if found is None:
        found = blocks[id(base)] = Block(base)
    return found


def wrote(array: np.ndarray) -> None:
    """Note that the library has just written to `array`."""
    _block(array).written = clock.changed = tick()


def share(array: np.ndarray, recorded: bool = True) -> np.ndarray:
    """Note that the user holds `array` too, and return it. `recorded`: a graph may already refer to it."""
    block = _block(array)
    if not block.shared:
        block.shared = clock.changed = tick()
        shared.add(id(owner(array)))
        if recorded:
            block.contents = owner(array).tobytes()
    return array


# references: of a list and the call, which are counted; of a Tensor; of `arrays`, `array` and `base` in `keep`
BY_A_TENSOR = 4 + next(map(sys.getrefcount, [np.empty(0)]))


def keep(arrays: list[Any], inputs: Sequence[Any]) -> dict[int, np.ndarray]:
    """Replace the arrays that the user may write to, because they were passed as such or are shared, by copies.

    Returns those arrays, by position.
    """
    replaced = {}
    for i, x in enumerate(inputs):
        array = arrays[i]
        base = array if array.base is None else owner(array)
        if (array is x or id(base) in shared) and base.flags.writeable:
            if array.base is None and next(map(sys.getrefcount, arrays[i : i + 1])) <= BY_A_TENSOR:
                _reclaim(array)
            else:
                replaced[i] = array
                arrays[i] = array.copy()
    return replaced


def _reclaim(array: np.ndarray) -> None:
    """Note that the user no longer holds it."""
    block = _block(array)
    if block.contents and array.tobytes() != block.contents:
        wrote(array)
    block.shared, block.contents = 0, b""
    shared.discard(id(array))


def has_changed(array: np.ndarray, since: int) -> bool:
    """Whether its contents may have changed since this time on the clock."""
    block = blocks.get(id(owner(array)))
    if block is None:
        return False
    if block.written > since:
        return True
    return bool(block.contents) and block.shared > since and owner(array).tobytes() != block.contents


OVERWRITTEN = (
    "backward: {what} of {op} was overwritten in place after it was recorded, so the gradient would be wrong. Write to "
    "a copy, or call backward() before writing."
)
FREED = (
    "backward: the graph was freed by an earlier backward() (at {op}). Compute the output again, or pass "
    "retain_graph=True to the first backward()."
)


class Missing(NDArrayOperatorsMixin):
    """In place of an array whose numbers are not to be had any more: it has their shape and dtype, and says why."""

    __slots__ = ("dtype", "message", "op", "shape", "what")

    def __init__(self, shape: Any, dtype: Any, message: str, op: Any, what: str = "") -> None:
        self.shape, self.dtype, self.message, self.op, self.what = shape, dtype, message, op, what

    @classmethod
    def like(cls, array: Any, message: str, op: Any, what: str = "") -> Missing:
        """In place of this array; of None, whose shape is not known either."""
        return cls(getattr(array, "shape", None), getattr(array, "dtype", None), message, op, what)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError(self.message.format(what=self.what, op=self.op.name))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # NumPy asks which protocols there are
            raise AttributeError(name)
        self._refuse()

    __array__ = __array_ufunc__ = __array_function__ = _refuse
    __getitem__ = __len__ = __iter__ = __bool__ = __float__ = __int__ = _refuse


def checked(x: Any, array: np.ndarray, node: Any, what: str) -> Any:
    """`x`, if its array holds what it held when the node was recorded; else what stands in for it."""
    if not has_changed(array, node.order):
        return x
    return Missing.like(array, OVERWRITTEN, node.op, f"{what} (shape {array.shape})")
