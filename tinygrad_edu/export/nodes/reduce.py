"""Sums, means, products, extremes: many numbers in, fewer out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ...ops.dims import axes
from ..sizes import Size, combined, product

W: TypeAlias = Any  # the writer
X: TypeAlias = Any  # an input: an Item, a number, a name


def _reduce(operator: str, w: W, x: X, axes_: Any, ndim: int, keepdim: bool) -> Any:
    """Over these axes; of a 0-d tensor there is nothing to reduce."""
    return w.add(operator, (x, list(axes_)) if ndim else (x,), {"keepdims": int(keepdim)})


def _over(operator: str) -> Callable[..., Any]:
    """A reduction to a result of the dtype that the op gives; booleans are added up as integers."""

    def row(w: W, x: X, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
        found = w.step.results[0].dtype
        name: Any = x
        if x.dtype != found or found.kind == "b":
            name = w.cast(x, np.int32 if found.kind == "b" else found)
        y = _reduce(operator, w, name, axes(dim, x.ndim), x.ndim, keepdim)
        return w.cast(y, found) if found.kind == "b" else y

    return row


def _truths(operator: str) -> Callable[..., Any]:
    def row(w: W, x: X, dim: Any = None, keepdim: bool = False) -> Any:
        ones = w.cast(w.cast(x, bool) if x.dtype != bool else x, np.int32)
        y = _reduce(operator, w, ones, axes(dim, x.ndim), x.ndim, keepdim)
        if 0 in x.shape:  # ONNX has no extreme of nothing
            y = w.Expand(w.constant(np.array(operator == "ReduceMin")), w.shape(w.step.results[0].shape))
        return w.cast(y, w.step.results[0].dtype)

    return row


def _finite_top(w: W, x: X, over: Any) -> Any:
    top = _reduce("ReduceMax", w, x, over, x.ndim, True)
    return w.Where(w.Or(w.IsInf(top), w.IsNaN(top)), 0, top)


def _logsumexp(w: W, x: X, dim: Any = None, keepdim: bool = False) -> Any:
    """Shifted by the largest element, which cancels."""
    over = axes(dim, x.ndim)
    top = _finite_top(w, x, over)
    total = _reduce("ReduceSum", w, w.Exp(w.Sub(x, top)), over, x.ndim, True)
    y = w.Add(top, w.Log(total))
    return y if keepdim or not over else w.Squeeze(y, list(over))


def _log_softmax(w: W, x: X, dim: int) -> Any:
    return w.LogSoftmax(x, axis=axes(dim, x.ndim)[0]) if x.ndim else w.Sub(x, x)


def _place_of(operator: str) -> Callable[..., Any]:
    def row(w: W, x: X, dim: int | None = None, keepdim: bool = False) -> Any:
        if dim is not None and x.ndim:
            return w.add(operator, (_comparable(w, x),), {"axis": axes(dim, x.ndim)[0], "keepdims": int(keepdim)})
        place = w.add(operator, (w.Reshape(_comparable(w, x), [-1]),), {"axis": 0, "keepdims": 0})
        return w.reshape(place, w.step.results[0].shape) if w.step.results[0].shape else place

    return row


def _comparable(w: W, x: X) -> Any:
    return w.cast(x, np.int32) if x.dtype.kind == "b" else x


def _sorted(w: W, x: X) -> Any:
    """All elements in rising order, and how many there are."""
    flat = w.Reshape(_comparable(w, x), [-1])
    count = product(x.shape)
    return w.add("TopK", (flat, [count]), {"axis": 0, "largest": 0}, 2)[0], count


def _median(w: W, x: X) -> Any:
    """The middle one; of two the lower. nan, if any is nan."""
    rising, count = _sorted(w, x)
    middle = combined(lambda n: (n - 1) // 2, count)
    at = w.constant(np.array(middle)) if not isinstance(middle, Size) else w.Squeeze(_half(w, w.size(count)))
    y = w.Gather(rising, at, axis=0)
    if x.dtype.kind != "f":
        return w.cast(y, x.dtype)
    unknown = w.ReduceMax(w.cast(w.IsNaN(x), np.int32), keepdims=0)
    return w.Where(w.cast(unknown, bool), math.nan, y)


def _half(w: W, count: Any) -> Any:
    return w.Div(w.Sub(count, [1]), [2])


def _nanmedian(w: W, x: X) -> Any:
    """nans stand behind all others; nan, if there is nothing else."""
    if x.dtype.kind != "f":
        return _median(w, x)
    unknown = w.IsNaN(x)
    w_x = w.Where(unknown, math.inf, x)
    rising = w.add("TopK", (w.Reshape(w_x, [-1]), [product(x.shape)]), {"axis": 0, "largest": 0}, 2)[0]
    known = w.Reshape(w.ReduceSum(w.cast(w.Not(unknown), np.int64), keepdims=0), [1])
    y = w.Squeeze(w.Gather(rising, w.Max(_half(w, known), [0]), axis=0))
    return w.Where(w.Equal(w.Squeeze(known), w.constant(np.array(0))), math.nan, y)


def _top(w: W, x: X, dim: Any = None) -> Any:
    return _finite_top(w, x, axes(dim, x.ndim))


def places_in_order(along: int, descending: bool, w: W, x: X) -> Any:
    """The indices that sort along a dimension. TopK keeps the order of equal elements, as ours does."""
    attributes = {"axis": along, "largest": int(descending)}
    return w.add("TopK", (_comparable(w, x), [x.shape[along]]), attributes, 2)[1]


NODES = {
    "sum": _over("ReduceSum"),
    "mean": _over("ReduceMean"),
    "prod": _over("ReduceProd"),
    "amax": _over("ReduceMax"),
    "amin": _over("ReduceMin"),
    "logsumexp": _logsumexp,
    "log_softmax": _log_softmax,
    "median": _median,
    "nanmedian": _nanmedian,
    "top": _top,
    "argmax": _place_of("ArgMax"),
    "argmin": _place_of("ArgMin"),
    "any": _truths("ReduceMax"),
    "all": _truths("ReduceMin"),
}
