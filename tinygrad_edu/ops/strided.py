"""Views that strides make: a diagonal, windows, any pattern of steps through memory.

As every view they share the memory of their input, and a write to one is a write to the other. Where several elements
of the view are the same number in memory, it cannot be written to, and their gradients add up.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import memory
from ..op import op
from .dims import axis
from .index import place


def _diagonal(x: np.ndarray, offset: int = 0, dim1: int = 0, dim2: int = 1) -> np.ndarray:
    y = np.diagonal(x, offset, *_two(x, dim1, dim2))
    y.flags.writeable = x.flags.writeable
    return y


def _two(x: Any, dim1: int, dim2: int) -> tuple[int, int]:
    if x.ndim < 2:
        raise ValueError(f"expected at least 2 dimensions, got shape {tuple(x.shape)}")
    first, second = axis(dim1, x.ndim), axis(dim2, x.ndim)
    if first == second:
        raise ValueError(f"expected two dimensions, got dim1 {dim1} and dim2 {dim2}, which are the same")
    return first, second


def on_diagonal(rows: int, columns: int, offset: int) -> tuple[Any, ...]:
    """The diagonal of each matrix in a stack, as an index."""
    return ..., np.eye(rows, columns, offset, dtype=bool)


def _onto_diagonal(g: Any, y: Any, x: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    first, second = _two(x, dim1, dim2)
    rest = tuple(size for d, size in enumerate(x.shape) if d not in (first, second))
    rows, columns = x.shape[first], x.shape[second]
    matrices = place(g, index=on_diagonal(rows, columns, offset), shape=(*rest, rows, columns))
    return np.moveaxis(matrices, (-2, -1), (first, second))


def _unfold(x: np.ndarray, dimension: int, size: int, step: int) -> np.ndarray:
    along, length = axis(dimension, x.ndim), x.shape[axis(dimension, x.ndim)] if x.ndim else 1
    if not 0 <= size <= length:
        raise ValueError(f"expected a size from 0 to {length} (dim {dimension}), got {size}")
    if step <= 0:
        raise ValueError(f"expected a step > 0, got {step}")
    if not x.ndim:
        return x.reshape(1)[:size]
    count = (length - size) // step + 1
    shape = (*x.shape[:along], count, *x.shape[along + 1 :], size)
    jump = x.strides[along]
    strides = (*x.strides[:along], jump * step, *x.strides[along + 1 :], jump)
    return _seen(x, shape, strides, overlaps=step < size and count > 1)


def _folded(g: Any, y: Any, x: Any, dimension: int, size: int, step: int) -> Any:
    if not x.ndim:
        return np.sum(g)
    along = axis(dimension, x.ndim)
    windows = np.arange(y.shape[along])[:, None] * step + np.arange(size)
    return place(np.moveaxis(g, -1, along + 1), index=(slice(None),) * along + (windows,), shape=x.shape)


def _as_strided(x: np.ndarray, size: tuple[int, ...], stride: tuple[int, ...], offset: int = 0) -> np.ndarray:
    at = positions(size, stride, offset)
    if at.size and at.max() >= x.size:
        raise IndexError(f"expected positions from 0 to {x.size - 1}, got {at.max()}")
    if not x.flags.c_contiguous:
        return np.asarray(x.reshape(-1)[at])
    strides = tuple(x.itemsize * step for step in stride)
    return _seen(x, tuple(size), strides, x.itemsize * offset, overlaps=repeats(at))


def positions(size: tuple[int, ...], stride: tuple[int, ...], offset: int = 0) -> np.ndarray:
    """Where the elements of a view of these strides stand in the flattened array."""
    if len(size) != len(stride):
        raise ValueError(f"expected a stride for each size, got sizes {tuple(size)} and strides {tuple(stride)}")
    if min((*size, *stride, offset), default=0) < 0:
        raise ValueError(f"expected sizes, strides and offset >= 0, got {tuple(size)}, {tuple(stride)}, {offset}")
    steps = (np.arange(n) * step for n, step in zip(size, stride, strict=True))
    at = np.asarray(offset)
    for along in steps:
        at = at[..., None] + along
    return at


def repeats(at: np.ndarray) -> bool:
    """Whether a position occurs more than once."""
    return bool(np.bincount(at.reshape(-1), minlength=1).max() > 1)


def _to_positions(g: Any, y: Any, x: Any, size: tuple[int, ...], stride: tuple[int, ...], offset: int = 0) -> Any:
    return place(g, index=positions(size, stride, offset), shape=(math.prod(x.shape),)).reshape(x.shape)


def _seen(x: np.ndarray, shape: Any, strides: Any, offset: int = 0, *, overlaps: bool) -> np.ndarray:
    """The memory of x, from `offset` bytes behind its start, in this shape and in steps of so many bytes.

    `np.lib.stride_tricks` would lose track of whose memory it is.
    """
    owner = memory.owner(x)
    rows = owner.transpose(sorted(range(owner.ndim), key=lambda d: -owner.strides[d]))  # as it lies in memory
    start = x.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    y = np.ndarray(shape, x.dtype, rows, start + offset if math.prod(shape) else 0, strides)
    if (overlaps and y.size) or not x.flags.writeable:
        y.flags.writeable = False
    return y


# fmt: off
diagonal   = op("diagonal", _diagonal,     _onto_diagonal, view=True)
unfold     = op("unfold", _unfold,         _folded, view=True)
as_strided = op("as_strided", _as_strided, _to_positions, view=True)
# fmt: on
