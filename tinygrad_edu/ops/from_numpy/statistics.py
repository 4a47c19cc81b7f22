"""NumPy's functions that sort, count and measure, on Tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...op import Variable, wrap
from ...tracing import again, sized
from .. import composed, elementwise, reduce, scan, shape
from ..dims import axes
from ..plain import array_in


def _flat(a: Any, axis: Any) -> tuple[Any, int]:
    """For functions in which None is the flattened array."""
    return (shape.reshape(a, shape=(-1,)), 0) if axis is None else (a, axis)


def _sort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    return composed.sort(*_flat(a, axis)).values


def _argsort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    return composed.argsort(*_flat(a, axis))


def _cumprod(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    a, along = _flat(a, axis)
    return scan.cumprod(a, dim=along, dtype=dtype)


def _floating(a: Any) -> Any:
    return a if a.dtype.kind in "fc" else elementwise.cast(a, dtype=np.float32)


def _quantile(function: Callable[..., Any], scale: float = 1.0) -> Callable[..., Any]:
    def numpys(a: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False) -> Any:
        if method not in composed.quantiles.INTERPOLATIONS:
            known = ", ".join(composed.quantiles.INTERPOLATIONS)
            raise NotImplementedError(f"np.quantile of a Tensor: method must be one of {known}; got {method!r}")
        a = _floating(a)
        over = axes(axis, a.ndim)
        rest = tuple(d for d in range(a.ndim) if d not in over)
        rows = shape.reshape(shape.permute(a, dims=rest + over), shape=(*(a.shape[d] for d in rest), -1))
        share = elementwise.div(q, scale) if isinstance(q, Variable) else np.asarray(q, np.float64) / scale
        leading = tuple(share.shape)
        found = function(rows, share.reshape(-1) if len(leading) > 1 else share, -1, interpolation=method)
        sizes = (
            tuple(1 if d in over else n for d, n in enumerate(a.shape))
            if keepdims
            else tuple(found.shape[len(leading[:1]) :])
        )
        return shape.reshape(found, shape=leading + sizes)

    return numpys


def _median(function: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy takes the mean of two in the middle."""
    quantile = _quantile(function)
    return lambda a, axis=None, *, keepdims=False: quantile(a, 0.5, axis, keepdims=keepdims)


def _nan_total(function: Callable[..., Any]) -> Callable[..., Any]:
    def numpys(a: Any, axis: Any = None, dtype: Any = None, *, keepdims: bool = False) -> Any:
        a = _floating(a) if function is composed.nanmean else a
        return function(a, axis, keepdims, dtype=dtype)

    return numpys


def _diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    ends = [_end(a, end, axis) for end in (prepend, append)]
    return composed.diff(a, n, axis, *ends)


def _end(a: Any, end: Any, axis: int) -> Any:
    """A number stands for as many as there are lines along the axis."""
    if end is None or isinstance(end, Variable) or np.ndim(end):
        return end if end is None or isinstance(end, Variable) else np.asarray(end)
    return np.full(tuple(1 if d == axis % a.ndim else size for d, size in enumerate(a.shape)), end, a.dtype)


def _trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    x = np.asarray(x) if isinstance(x, (list, tuple)) else x
    return composed.trapezoid(y, x, dim=axis) if x is not None else composed.trapezoid(y, dx=dx, dim=axis)


def _gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    dims = axes(axis, f.ndim) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
    given = [np.asarray(v) if isinstance(v, (list, tuple)) else v for v in varargs] or [1.0]
    spacing = given * len(dims) if len(given) == 1 else given
    found = composed.gradient(f, spacing=spacing, dim=tuple(dims), edge_order=edge_order)
    return found[0] if len(found) == 1 else found


def _variables(m: Any, y: Any, rowvar: bool) -> Any:
    """A variable a row; those of y behind those of m."""
    parts = []
    for part in (m, y):
        if part is not None:
            part = shape.reshape(part, shape=(1, -1)) if part.ndim < 2 else part
            parts.append(part if rowvar or part.shape[0] == 1 else shape.transpose(part, dim0=0, dim1=1))
    return composed.cat(parts, 0) if len(parts) > 1 else parts[0]


def _cov(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None, fweights: Any = None, aweights: Any = None
) -> Any:  # fmt: skip
    correction = (0 if bias else 1) if ddof is None else ddof
    return composed.cov(_variables(m, y, rowvar), correction=correction, fweights=fweights, aweights=aweights)


def _corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    return composed.corrcoef(_variables(x, y, rowvar))


def _count_nonzero(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return reduce.sum(elementwise.ne(a, 0), dim=axis, keepdim=keepdims)


def _searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> Any:
    return composed.searchsorted(a, np.asarray(v) if isinstance(v, (list, tuple)) else v, side=side, sorter=sorter)


def _digitize(x: Any, bins: Any, right: bool = False) -> Any:
    return wrap(again(lambda x, bins: np.asarray(np.digitize(x, bins, right)), array_in(x), array_in(bins)))


def _histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    """Counts are integers, as NumPy's."""
    wide = elementwise.cast(a, dtype=np.float64) if a.dtype.kind != "f" else a
    edges = sized(lambda a, b: np.histogram_bin_edges(a, b, range).astype(np.float64), array_in(wide), array_in(bins))
    wide = elementwise.cast(wide, dtype=np.float64)
    hist, edges = composed.histogram(wide, edges, weight=weights, density=bool(density))
    return (hist if density or weights is not None else elementwise.cast(hist, dtype=np.int64)), edges


def _unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Any = None,
    *,
    equal_nan: bool = True,
) -> Any:
    _, first, inverse, counts = sized(lambda a: np.unique(a, True, True, True, axis, equal_nan=equal_nan), array_in(ar))
    values = composed.index_select(*_flat(ar, axis), first)
    pairs = ((first, return_index), (inverse, return_inverse), (counts, return_counts))
    wanted = [wrap(found) for found, is_wanted in pairs if is_wanted]
    return (values, *wanted) if wanted else values


STATISTICS: dict[Any, Callable[..., Any]] = {
    np.sort: _sort,
    np.argsort: _argsort,
    np.cumprod: _cumprod,
    np.median: _median(composed.quantile),
    np.nanmedian: _median(composed.nanquantile),
    np.quantile: _quantile(composed.quantile),
    np.nanquantile: _quantile(composed.nanquantile),
    np.percentile: _quantile(composed.quantile, 100.0),
    np.nanpercentile: _quantile(composed.nanquantile, 100.0),
    np.nansum: _nan_total(composed.nansum),
    np.nanmean: _nan_total(composed.nanmean),
    np.diff: _diff,
    np.trapezoid: _trapezoid,
    np.gradient: _gradient,
    np.cov: _cov,
    np.corrcoef: _corrcoef,
    np.count_nonzero: _count_nonzero,
    np.nonzero: lambda a: composed.nonzero(a, as_tuple=True),
    np.argwhere: composed.argwhere,
    np.flatnonzero: lambda a: composed.nonzero(shape.reshape(a, shape=(-1,)), as_tuple=True)[0],
    np.searchsorted: _searchsorted,
    np.digitize: _digitize,
    np.bincount: lambda x, /, weights=None, minlength=0: composed.bincount(x, weights, minlength),
    np.histogram: _histogram,
    np.unique: _unique,
}
