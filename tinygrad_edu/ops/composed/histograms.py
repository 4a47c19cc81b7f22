"""Histograms: how many elements lie in each of several bins."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np

from ...op import Variable
from ...tracing import again, sized
from .. import elementwise as ew
from .. import index, reduce
from ..plain import constant
from . import choosing


class Histogram(NamedTuple):
    """What `histogram` returns."""

    hist: Any
    bin_edges: Any


def histc(x: Any, bins: int = 100, min: float = 0, max: float = 0) -> Any:
    """How many elements lie in each of `bins` bins of one width between `min` and `max`, in x's dtype.

    Elements outside are not counted. If min equals max the bounds are the smallest and the largest element.
    >>> tg.histc(tg.tensor([1.0, 2.0, 2.0, 5.0]), bins=4)
    tensor([1., 2., 0., 1.])
    """
    array = choosing.ordered("histc", x)
    if array.dtype.kind != "f":
        raise TypeError(f"histc: expected floating-point numbers, got {array.dtype}; use t.float()")
    bins = choosing.whole("histc", "bins", bins)
    return constant(again(functools.partial(_histc, bins, None if min == max else (min, max)), array), x)


def _histc(bins: int, bounds: Any, array: np.ndarray) -> np.ndarray:
    low, high = _bounds("histc", array, bounds, bins)
    if low == high:
        low, high = low - 1, high + 1
    inside = array[(array >= low) & (array <= high)]
    at = np.minimum(((inside - low) * bins / (high - low)).astype(np.int64), bins - 1)
    return np.bincount(at, minlength=bins).astype(array.dtype)


def _bounds(name: str, array: np.ndarray, given: Any, bins: int) -> tuple[Any, Any]:
    if bins <= 0:
        raise ValueError(f"{name}: the number of bins must be positive, got {bins}")
    bounds = given if given is not None else (np.min(array), np.max(array)) if array.size else (0, 1)
    low, high = (array.dtype.type(bound) for bound in bounds)
    if not (np.isfinite(low) and np.isfinite(high) and low <= high):
        raise ValueError(f"{name}: expected finite bounds, min <= max, got {low} and {high}")
    return low, high


def histogram(
    x: Any, bins: Any, *, range: tuple[float, float] | None = None, weight: Any = None, density: bool = False
) -> Histogram:
    """(hist, bin_edges): how many elements lie in each bin. Each bin holds its lower edge; the last one both its edges.

    bins: how many of one width, between the bounds `range`, by default the smallest and the largest element; or a
        rising vector of edges. Elements outside are not counted.
    weight: what each element counts, of x's shape; a gradient flows back to it. density: the integral is 1.
    >>> tg.histogram(tg.tensor([1.0, 2.0, 2.0, 5.0]), bins=2).hist
    tensor([3., 1.])
    """
    array = choosing.ordered("histogram", x)
    if array.dtype.kind != "f":
        raise TypeError(f"histogram: expected floating-point numbers, got {array.dtype}; use t.float()")
    if isinstance(bins, (Variable, np.ndarray)):
        edges = again(functools.partial(_edges, array.dtype), choosing.ordered("histogram", bins))
    else:
        bins = choosing.whole("histogram", "bins", bins)
        edges = again(functools.partial(_even_edges, bins, range), array)
    if weight is None:
        hist = constant(again(_counts, array, edges), x)
    else:
        if tuple(weight.shape) != array.shape:
            raise ValueError(f"histogram: expected weights of shape {array.shape}, got {tuple(weight.shape)}")
        inside, at = sized(_bins, array, edges)
        hist = index.place(ew.cast(weight, dtype=array.dtype)[inside], index=at, shape=(len(edges) - 1,))
    if density:
        widths = ew.sub(index.getitem(edges, index=slice(1, None)), index.getitem(edges, index=slice(None, -1)))
        hist = ew.div(hist, ew.mul(reduce.sum(hist), widths))
    return Histogram(hist, constant(edges, x))


def _edges(dtype: np.dtype, bins: np.ndarray) -> np.ndarray:
    edges = bins.astype(dtype)
    if edges.ndim != 1 or len(edges) < 2 or np.any(np.diff(edges) < 0):
        raise ValueError("histogram: expected a rising vector of at least two edges as bins")
    return edges


def _even_edges(bins: int, bounds: Any, array: np.ndarray) -> np.ndarray:
    low, high = _bounds("histogram", array, bounds, bins)
    low, high = (low - 0.5, high + 0.5) if low == high else (low, high)
    return np.linspace(low, high, bins + 1, dtype=array.dtype)


def _bins(array: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which elements lie between the edges, and in which bin."""
    inside = (array >= edges[0]) & (array <= edges[-1])
    return inside, np.minimum(np.searchsorted(edges, array[inside], "right") - 1, len(edges) - 2)


def _counts(array: np.ndarray, edges: np.ndarray) -> np.ndarray:
    return np.bincount(_bins(array, edges)[1], minlength=len(edges) - 1).astype(array.dtype)
