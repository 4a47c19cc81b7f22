"""Taking elements out of an array and putting them back, by ints, slices and arrays."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from ...ops.dims import axis
from ...ops.strided import positions as strided_positions
from ..made_up import arange
from ..sizes import Item, Size, combined, is_fixed, product

W: TypeAlias = Any  # the writer
X: TypeAlias = Any  # an input: an Item, a number, a name
INT64 = np.dtype(np.int64)
LAST = np.iinfo(np.int64).max


def _full(w: W, index: Any, ndim: int) -> list[Any]:
    """The parts of an index: one for each dimension, and None for new ones; masks as the places where they are true."""
    parts: list[Any] = []
    for part in index if isinstance(index, tuple) else (index,):
        if isinstance(part, (bool, np.bool_)):
            raise w.refuse("indexing by True or False has no ONNX operator; index by None or a slice")
        if isinstance(part, Item) and part.dtype == bool:
            if part.kind != "fixed":
                raise w.refuse(
                    "the shape of what a mask chooses depends on its numbers; use where(), which keeps the shape"
                )
            parts.extend(Item("fixed", a.shape, INT64, (a,)) for a in map(np.asarray, np.nonzero(part.arrays[0])))
        else:
            parts.append(part)
    missing = [slice(None)] * (ndim - sum(part is not None and part is not Ellipsis for part in parts))
    at = next((k for k, part in enumerate(parts) if part is Ellipsis), None)
    return parts + missing if at is None else parts[:at] + missing + parts[at + 1 :]


def _sliced(w: W, x: X, parts: list[Any]) -> Any:
    """The slices of an index, applied."""
    starts, stops, steps, along = [], [], [], []
    shape = iter(x.shape)
    dim = 0
    for part in parts:
        if part is None:
            continue
        n = next(shape)
        if isinstance(part, slice) and part != slice(None):
            step = 1 if part.step is None else part.step
            if is_fixed(part) and is_fixed(n):
                start, stop, step = part.indices(n)
                if (start, stop, step) != (0, n, 1):
                    starts.append(start)
                    stops.append(-LAST if stop < 0 else stop)
                    steps.append(step)
                    along.append(dim)
            else:
                starts.append((0 if step > 0 else LAST) if part.start is None else part.start)
                stops.append((LAST if step > 0 else -LAST) if part.stop is None else part.stop)
                steps.append(step)
                along.append(dim)
        dim += 1
    return w.Slice(x, w.name(starts), w.name(stops), along, steps) if along else x


def taken(w: W, x: X, index: Any) -> Any:
    """x[index]."""
    parts = _full(w, index, x.ndim)
    y = _sliced(w, x, parts)
    if not any(isinstance(part, Item) for part in parts):
        dims = [part for part in parts if part is not None]
        for dim in reversed(range(len(dims))):
            if not isinstance(dims[dim], slice):
                y = w.Gather(y, _scalar(w, dims[dim]), axis=dim)
        left = [part for part in parts if part is None or isinstance(part, slice)]
        new = [k for k, part in enumerate(left) if part is None]
        y = w.Unsqueeze(y, new) if new else y
        return w.name(y) if y is x else y
    new = [k for k, part in enumerate(parts) if part is None]
    y = w.Unsqueeze(y, new) if new else y
    if (found := _along_one(w, x, parts)) is not None:
        return found
    chosen = [k for k, part in enumerate(parts) if part is not None and not isinstance(part, slice)]
    if len(chosen) == 1:
        return w.Gather(y, _index(w, parts[chosen[0]]), axis=chosen[0])
    rest = [k for k in range(len(parts)) if k not in chosen]
    shape = _broadcast([parts[k].shape for k in chosen if isinstance(parts[k], Item)])
    one_more = [
        w.Unsqueeze(w.Expand(_index(w, parts[k]), w.shape(shape)) if shape else _index(w, parts[k]), [len(shape)])
        for k in chosen
    ]
    if chosen != list(range(len(chosen))):
        y = w.Transpose(y, perm=chosen + rest)
    y = w.GatherND(y, w.Concat(*one_more, axis=len(shape)))
    together = chosen == list(range(chosen[0], chosen[-1] + 1))
    if together and chosen[0] and shape:  # NumPy puts the new dimensions where the arrays stand
        before = chosen[0]
        front, back = range(len(shape)), range(len(shape), len(shape) + len(rest))
        y = w.Transpose(y, perm=[*back[:before], *front, *back[before:]])
    return y


def _along_one(w: W, x: X, parts: list[Any]) -> Any:
    """x[i, at[i, j]], or the like: with counted places in all dimensions but one, for which there is GatherElements."""
    if len(parts) != x.ndim or not all(isinstance(part, Item) and part.ndim == x.ndim for part in parts):
        return None
    others = [k for k, part in enumerate(parts) if not _counts(part, k)]
    if len(others) != 1:
        return None
    at, shape = parts[others[0]], _broadcast([part.shape for part in parts])
    index = _index(w, at)
    return w.GatherElements(x, index if at.shape == shape else w.Expand(index, w.shape(shape)), axis=others[0])


def _counts(part: Item, k: int) -> bool:
    """Whether the places are 0, 1, 2 ... along dimension k."""
    return (
        bool(part.arrays)
        and part.kind != "state"
        and all(a.size == a.shape[k] and np.array_equal(a.reshape(-1), np.arange(a.size)) for a in part.arrays)
    )


def _index(w: W, part: Any) -> Any:
    if not isinstance(part, Item):
        return _scalar(w, part)
    return part if part.dtype in (np.int64, np.int32) and part.dtype == INT64 else w.cast(part, INT64)


def _scalar(w: W, part: Any) -> Any:
    return w.Squeeze(w.size(part)) if isinstance(part, Size) else w.constant(np.array(int(part), INT64))


def _broadcast(shapes: list[Any]) -> tuple[Any, ...]:
    ndim = max(map(len, shapes))
    rows = [(1,) * (ndim - len(shape)) + tuple(shape) for shape in shapes]
    return tuple(combined(lambda *n: max(n) if min(n) else 0, *column) for column in zip(*rows, strict=True))


def places(w: W, index: Any, shape: Any) -> Any:
    """Where the elements that an index names stand in the flattened array of this shape."""
    shape = tuple(shape)
    numbers = arange(w, shape)
    item = Item("result", shape, INT64)
    w.names[item] = numbers
    return taken(w, item, index)


def _place(w: W, g: X, index: Any, shape: Any) -> Any:
    """Zeros, with g added at the places."""
    count = product(shape)
    zeros = w.Expand(w.constant(np.zeros((), g.dtype)), w.name([count]))
    at = w.Reshape(places(w, index, shape), [-1])
    flat = w.ScatterElements(zeros, at, w.Reshape(g, [-1]), axis=0, reduction="add")
    return w.reshape(flat, w.step.results[0].shape)


def _written(w: W, x: X, values: Any, index: Any) -> Any:
    """x, with the values at the places."""
    at = places(w, index, x.shape)
    if isinstance(values, Item):
        new = values if values.dtype == x.dtype else w.cast(values, x.dtype)
        extra = values.ndim - _ndim_of(w, index, x)
        new = w.Squeeze(new, list(range(extra))) if extra > 0 else new
    else:
        new = np.asarray(values, x.dtype)
    return _scattered(w, x, at, w.Expand(new, w.Shape(at)))


def _ndim_of(w: W, index: Any, x: X) -> int:
    parts = _full(w, index, x.ndim)
    arrays = [part.ndim for part in parts if isinstance(part, Item)]
    return max(arrays, default=0) + sum(part is None or isinstance(part, slice) for part in parts)


def _scattered(w: W, x: X, at: Any, new: Any, reduction: str | None = None) -> Any:
    flat = w.Reshape(x, [-1])
    at, new = w.Reshape(at, [-1]), w.Reshape(new, [-1])
    return w.reshape(w.ScatterElements(flat, at, new, axis=0, reduction=reduction), w.step.results[0].shape)


def _extreme(w: W, x: X, src: X, index: Any, reduce: str, include_self: bool = True) -> Any:
    at = places(w, index, x.shape)
    y: Any = x
    largest = reduce == "amax"
    if not include_self:
        bounds = (-np.inf, np.inf) if x.dtype.kind == "f" else (np.iinfo(x.dtype).min, np.iinfo(x.dtype).max)
        worst = np.asarray(bounds[0 if largest else 1], x.dtype)
        y = _scattered(w, x, at, w.Expand(worst, w.Shape(at)))
    return _scattered(w, y, at, w.Expand(src, w.Shape(at)), "max" if largest else "min")


def _diagonal(w: W, x: X, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    a, b = axis(dim1, x.ndim), axis(dim2, x.ndim)
    rows, columns = w.fixed((x.shape[a], x.shape[b]), "the size of the matrices")
    rest = [d for d in range(x.ndim) if d not in (a, b)]
    at = np.diagonal(np.arange(rows * columns).reshape(rows, columns), offset)
    y = x if (*rest, a, b) == tuple(range(x.ndim)) else w.Transpose(x, perm=[*rest, a, b])
    flat = w.reshape(y, (*(x.shape[d] for d in rest), rows * columns))
    return w.Gather(flat, np.array(at, INT64), axis=len(rest))


def _unfold(w: W, x: X, dimension: int, size: int, step: int) -> Any:
    if not x.ndim:
        return part_of_one(w, x, size)
    along = axis(dimension, x.ndim)
    count = w.fixed((w.step.results[0].shape[along], size), "the number of windows")[0]
    at = np.arange(count)[:, None] * step + np.arange(size)
    y = w.Gather(x, np.array(at, INT64), axis=along)
    dims = [d for d in range(x.ndim + 1) if d != along + 1]
    return w.Transpose(y, perm=[*dims, along + 1])


def part_of_one(w: W, x: X, size: int) -> Any:
    """The first 0 or 1 elements of one number."""
    return w.Slice(w.Reshape(x, [1]), [0], [size], [0])


def _as_strided(w: W, x: X, size: Any, stride: Any, offset: int = 0) -> Any:
    w.fixed((size, stride, offset), "a view by strides")
    at = strided_positions(tuple(size), tuple(stride), offset)
    return w.Gather(w.Reshape(x, [-1]), np.array(at, INT64), axis=0)


NODES = {
    "getitem": taken,
    "place": _place,
    "setitem": _written,
    "scatter_extreme": _extreme,
    "diagonal": _diagonal,
    "unfold": _unfold,
    "as_strided": _as_strided,
}
