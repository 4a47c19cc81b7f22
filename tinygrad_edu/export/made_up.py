"""Numbers that a model makes up from sizes, as a mask: known by what they look like, written as formulas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from .sizes import Item, Size, is_fixed, product, size_in

W: TypeAlias = Any  # the writer
INT64 = np.dtype(np.int64)


def written(w: W, item: Item) -> str:
    """All equal along the open dimensions, counted up, or two numbers on the sides of a diagonal; else ExportError."""
    arrays = item.arrays
    if item.dtype.kind in "iuf" and (size := size_in(item)) is not None:
        return str(w.cast(w.Squeeze(w.size(size)), item.dtype))
    part: Any = tuple(slice(0, 1) if isinstance(n, Size) else slice(None) for n in item.shape)
    first = arrays[0][part]
    if all(np.array_equal(a, np.broadcast_to(first, a.shape), equal_nan=a.dtype.kind == "f") for a in arrays):
        one = first.reshape(-1)[:1].reshape(()) if len(np.unique(first)) == 1 else first
        return str(w.Expand(w.constant(np.array(one)), w.shape(item.shape)))
    if item.dtype.kind in "iuf" and (found := _counting(w, item)) is not None:
        return found
    values = np.unique(np.concatenate([a.reshape(-1) for a in arrays]))
    if item.ndim == 2 and len(values) == 2 and (found := _triangle(w, item)) is not None:
        return found
    raise w.refuse(
        "numbers that the model makes up depend on an open dimension in a way that a graph has no formula for; pass "
        "them as an input, or leave the dimension fixed (out of dynamic_axes)"
    )


def _counting(w: W, item: Item) -> str | None:
    """start + step · i, or i // n: each number n times."""
    flat = [a.reshape(-1) for a in item.arrays]
    if min(a.size for a in flat) < 2:
        return None
    count = product(item.shape)
    start, step = flat[0][0], flat[0][1] - flat[0][0]
    if all(np.array_equal(a, start + step * np.arange(len(a))) for a in flat):
        x = counted(w, count, start, step, item.dtype)
        return x if item.ndim == 1 else str(w.reshape(x, item.shape))
    times = int(np.count_nonzero(flat[0] == start))
    if start == 0 and item.dtype == INT64 and all(np.array_equal(a, np.arange(len(a)) // times) for a in flat):
        return str(w.reshape(w.Div(counted(w, count, 0, 1, INT64), [times]), item.shape))
    return None


def _triangle(w: W, item: Item) -> str | None:
    """One number on and above a diagonal, another one below."""
    arrays = item.arrays
    upper, lower = arrays[0][0, -1], arrays[0][-1, 0]
    for offset in (1, 0, -1):
        if all(np.array_equal(a, np.where(np.tri(a.shape[0], a.shape[1], offset - 1), lower, upper)) for a in arrays):
            rows, columns = (counted(w, n, 0, 1, INT64) for n in item.shape)
            rows = w.Add(rows, [offset]) if offset else rows
            above = w.LessOrEqual(w.Unsqueeze(rows, [1]), w.Unsqueeze(columns, [0]))
            if item.dtype == bool:
                return str(above if upper else w.Not(above))
            return str(w.Where(above, w.constant(np.asarray(upper)), w.constant(np.asarray(lower))))
    return None


def counted(w: W, count: Any, start: Any, step: Any, dtype: Any) -> str:
    """start + step · i, for as many i from 0."""
    x = w.Range(np.array(0), w.Squeeze(w.size(count)), np.array(1))
    x = x if dtype == INT64 else w.cast(x, dtype)
    x = x if step == 1 else w.Mul(x, np.asarray(step, dtype))
    return str(x if start == 0 else w.Add(x, np.asarray(start, dtype)))


def arange(w: W, shape: Sequence[Any]) -> str:
    """0, 1, 2 ... in this shape."""
    if is_fixed(tuple(shape)):
        return str(w.constant(np.arange(math.prod(shape), dtype=INT64).reshape(tuple(shape))))
    count = w.ReduceProd(w.shape(shape), keepdims=0)
    return str(w.reshape(w.Range(np.array(0), count, np.array(1)), shape))
