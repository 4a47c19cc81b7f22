"""Copies of a tensor with something written to some of its elements. `t.index_put_(...)` and its like write into t."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...literals import fitting
from ...tracing import decided
from .. import elementwise as ew
from .. import index as rows
from .. import shape, strided
from ..checks import booleans, inside, integers, same_dtype, slices, vector, within
from ..dims import axis


def index_put(x: Any, indices: Sequence[Any], values: Any, accumulate: bool = False) -> Any:
    """A copy of `x` with x[indices] = values; with `accumulate`, x[indices] + values.

    indices: for each dimension a tensor of integers, or None for all; or masks. Below 0 they count from the end.
    values: of x's dtype; broadcast. Of several written to one place the last one counts; accumulated, they add up.
    >>> tg.index_put(tg.zeros(3), (tg.tensor([0, 2, 2]),), tg.tensor([1.0, 2.0, 3.0]), accumulate=True)
    tensor([1., 0., 5.])
    """
    if not isinstance(indices, (tuple, list)):
        raise TypeError(f"index_put: expected a tuple of index tensors, got {type(indices).__name__}")
    same_dtype("index_put", x, values)
    at = rows.resolve(tuple(slice(None) if part is None else part for part in indices), tuple(x.shape))
    if not accumulate:
        return rows.setitem(x, values, index=at)
    taken = np.empty(x.shape, bool)[at].shape
    return ew.add(x, rows.place(shape.expand(values, shape=taken), index=at, shape=tuple(x.shape)))


def put(x: Any, index: Any, source: Any, accumulate: bool = False) -> Any:
    """A copy of `x` with `source` written to places of x flattened; below 0 they count from the end.

    index, source: of as many elements. With `accumulate`, source is added, as often as a place is named.
    >>> tg.put(tg.zeros(2, 2), tg.tensor([0, -1]), tg.tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    at = shape.reshape(integers("put", index), shape=(-1,))
    same_dtype("put", x, source)
    if math.prod(source.shape) != at.size:
        raise ValueError(f"put: expected a source of {at.size} elements as the index, got shape {tuple(source.shape)}")
    within("put", at, math.prod(x.shape), signed=True)
    values = shape.reshape(source, shape=(-1,))
    return _flat(x, lambda line: _written(line, at, values, accumulate))


def masked_scatter(x: Any, mask: Any, source: Any) -> Any:
    """A copy of `x` with the elements of `source`, one after another, where `mask` is true. x and mask are broadcast.

    >>> x = tg.zeros(2, 2)
    >>> tg.masked_scatter(x, tg.tensor([[True, False], [True, True]]), tg.tensor([1.0, 2.0, 3.0]))
    tensor([[1., 0.],
            [2., 3.]])
    """
    chosen = booleans("masked_scatter", mask)
    same_dtype("masked_scatter", x, source)
    common = np.broadcast_shapes(tuple(x.shape), chosen.shape)
    places = ew.clone(shape.expand(chosen, shape=common))
    needed, there = int(decided(np.count_nonzero, places)), math.prod(source.shape)
    if there < needed:
        raise ValueError(f"masked_scatter: the mask is true {needed} times, but the source has {there} elements")
    values = rows.getitem(shape.reshape(source, shape=(-1,)), index=slice(needed))
    return rows.setitem(shape.expand(x, shape=common), values, index=places)


def index_add(x: Any, dim: int, index: Any, source: Any, *, alpha: float = 1) -> Any:
    """A copy of `x` with slice i of `source`, times alpha, added to the slice of `x` along `dim` that index[i] names.

    >>> tg.index_add(tg.zeros(3), 0, tg.tensor([0, 2, 2]), tg.tensor([1.0, 2.0, 3.0]))
    tensor([1., 0., 5.])
    """
    x_, at, values = slices("index_add", x, dim, index, source)
    if alpha != 1:
        if x.dtype.kind not in "fc" and not isinstance(alpha, int):
            raise TypeError(f"index_add: alpha must be an int for a tensor of {x.dtype}, got {alpha!r}")
        values = ew.cast(ew.mul(values, alpha), dtype=x.dtype)
    return shape.reshape(ew.add(x_, rows.place(values, index=at, shape=tuple(x_.shape))), shape=tuple(x.shape))


def index_copy(x: Any, dim: int, index: Any, source: Any) -> Any:
    """A copy of `x` with slice i of `source` in place of the slice of `x` along `dim` that index[i] names.

    >>> tg.index_copy(tg.zeros(3), 0, tg.tensor([2, 0]), tg.tensor([1.0, 2.0]))
    tensor([2., 0., 1.])
    """
    x_, at, values = slices("index_copy", x, dim, index, source)
    return shape.reshape(rows.setitem(x_, values, index=at), shape=tuple(x.shape))


def index_fill(x: Any, dim: int, index: Any, value: Any) -> Any:
    """A copy of `x` with one number in all slices along `dim` that `index` names; below 0 they count from the end.

    >>> tg.index_fill(tg.zeros(3), 0, tg.tensor([0, -1]), 1.0)
    tensor([1., 0., 1.])
    """
    if np.ndim(value) and value.ndim:
        raise ValueError(f"index_fill: expected a number or a 0-d tensor, got shape {tuple(value.shape)}")
    along, at = axis(dim, x.ndim), vector("index_fill", index)
    fitting("index_fill", value, x.dtype)
    line = shape.reshape(x, shape=(1,)) if not x.ndim else x
    within("index_fill", at, line.shape[along], signed=True)
    filled = rows.setitem(line, value, index=(slice(None),) * along + (at,))
    return shape.reshape(filled, shape=tuple(x.shape))


def select_scatter(x: Any, src: Any, dim: int, index: int) -> Any:
    """A copy of `x` with `src` in place of slice number `index` along `dim`.

    >>> tg.select_scatter(tg.zeros(2, 2), tg.tensor([1.0, 2.0]), 1, 0)
    tensor([[1., 0.],
            [2., 0.]])
    """
    along, i = inside("select_scatter", x, dim, index)
    return _part_written("select_scatter", x, src, (slice(None),) * along + (i,))


def slice_scatter(
    x: Any, src: Any, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Any:
    """A copy of `x` with `src` in place of x[start:end:step] along `dim`.

    >>> tg.slice_scatter(tg.zeros(4), tg.tensor([1.0, 2.0]), start=1, end=3)
    tensor([0., 1., 2., 0.])
    """
    if step <= 0:
        raise ValueError(f"slice_scatter: expected a step > 0, got {step}")
    return _part_written("slice_scatter", x, src, (slice(None),) * axis(dim, x.ndim) + (slice(start, end, step),))


def as_strided_scatter(x: Any, src: Any, size: Sequence[int], stride: Sequence[int], storage_offset: int = 0) -> Any:
    """A copy of `x` with `src` written to the elements that `x.as_strided(size, stride, storage_offset)` would name.

    >>> tg.as_strided_scatter(tg.zeros(2, 2), tg.tensor([1.0, 2.0]), (2,), (3,))
    tensor([[1., 0.],
            [0., 2.]])
    """
    at = strided.positions(tuple(size), tuple(stride), storage_offset or 0)
    if tuple(src.shape) != at.shape:
        raise ValueError(f"as_strided_scatter: expected a source of shape {at.shape}, got {tuple(src.shape)}")
    within("as_strided_scatter", at, math.prod(x.shape))
    if strided.repeats(at):
        raise ValueError("as_strided_scatter: several elements would be written to one place; choose other strides")
    return _flat(x, lambda line: rows.setitem(line, src, index=at))


def _written(line: Any, at: np.ndarray, values: Any, accumulate: bool) -> Any:
    if accumulate:
        return ew.add(line, rows.place(values, index=at, shape=tuple(line.shape)))
    return rows.setitem(line, values, index=at)


def _flat(x: Any, function: Any) -> Any:
    """What a function makes of x as a vector, in x's shape."""
    return shape.reshape(function(shape.reshape(x, shape=(-1,))), shape=tuple(x.shape))


def _part_written(name: str, x: Any, src: Any, at: tuple[Any, ...]) -> Any:
    wanted = np.empty(x.shape, bool)[at].shape
    if tuple(src.shape) != wanted:
        raise ValueError(f"{name}: expected a source of shape {wanted}, got {tuple(src.shape)}")
    return rows.setitem(x, src, index=at)
