"""NumPy's functions that are sums and products of few: `np.interp`, `np.convolve`, `np.polyval`, `np.piecewise` ..."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...op import Variable, wrap
from ...tracing import again
from .. import complex_numbers, composed, elementwise, index, reduce, shape
from ..dims import axis as one_axis
from ..plain import plain


def _tensor(x: Any, like: Any = None) -> Any:
    """As a Tensor; numbers and lists in the dtype of another, if it is of floats."""
    if isinstance(x, Variable):
        return x
    floating = isinstance(like, Variable) and like._array.dtype.kind == "f" and not hasattr(x, "dtype")
    return wrap(np.asarray(x, like._array.dtype) if floating else np.asarray(x))


def _refused(what: str, instead: str) -> NotImplementedError:
    return NotImplementedError(f"{what} of a tensor is not recorded; {instead}, or use t.detach().numpy()")


def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """Piecewise linear through the points (xp, fp), xp increasing; constant beyond the ends."""
    if period is not None:
        raise _refused("np.interp with period=", "take x modulo the period first")
    fp = _tensor(fp, x if isinstance(x, Variable) else xp)
    x, xp = _tensor(x, fp), _tensor(xp, fp)
    points = xp._array
    if points.ndim != 1 or points.shape != fp._array.shape or not points.size:
        raise ValueError(
            f"np.interp: expected xp and fp of one shape (n,), n > 0, got {points.shape} and {fp._array.shape}"
        )
    low, high = fp[0] if left is None else left, fp[-1] if right is None else right
    at, after, is_below, is_above = again(_interval, points, x._array)
    if len(points) > 1:
        x0, x1 = index.getitem(xp, index=at), index.getitem(xp, index=after)
        y0, y1 = index.getitem(fp, index=at), index.getitem(fp, index=after)
        y = y0 + (y1 - y0) / (x1 - x0) * (x - x0)
    else:
        y = index.getitem(fp, index=at) + 0 * x
    return elementwise.where(is_above, high, elementwise.where(is_below, low, y))


def _interval(points: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, ...]:
    """The points on either side of x, and whether x lies below or above all of them."""
    at = np.clip(np.searchsorted(points, x, side="right") - 1, 0, max(len(points) - 2, 0))
    return np.asarray(at), np.asarray(at + 1), np.asarray(x < points[0]), np.asarray(x > points[-1])


def _convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """sum over i of a[i] v[k - i]: the matrix of shifted copies of the shorter, times the longer."""
    a, v = _tensor(a, v), _tensor(v, a)
    if a._array.ndim > 1 or v._array.ndim > 1:
        raise ValueError(f"np.convolve: expected one dimension, got shapes {a._array.shape} and {v._array.shape}")
    a, v = (shape.reshape(x, shape=(-1,)) for x in (a, v))
    n, m = a._array.size, v._array.size
    if not n or not m:
        raise ValueError("np.convolve: an empty sequence cannot be convolved")
    if n < m:
        a, v, n, m = v, a, m, n
    lags = np.arange(n + m - 1)[:, None] - np.arange(n)
    shifted = elementwise.where((lags >= 0) & (lags < m), index.getitem(v, index=np.clip(lags, 0, m - 1)), 0)
    full = reduce.sum(shifted * a, dim=-1)
    if mode == "full":
        return full
    if mode not in ("same", "valid"):
        raise ValueError(f"np.convolve: mode must be 'full', 'same' or 'valid', got {mode!r}")
    start, size = ((m - 1) // 2, n) if mode == "same" else (m - 1, n - m + 1)
    return full[start : start + size]


def _correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    v = _tensor(v, a)
    n, m = _tensor(a)._array.size, v._array.size
    if mode == "same" and m > n:
        raise _refused("np.correlate with mode='same' and a longer second sequence", "use mode='full' and slice it")
    back = shape.flip(complex_numbers.conj(v) if v._array.dtype.kind == "c" else v, dims=(0,))
    return _convolve(a, back, mode)


def _polyval(p: Any, x: Any) -> Any:
    """Horner's rule, the highest power first."""
    coefficients: Any = p if isinstance(p, Variable) else np.asarray(p)
    y: Any = 0 * _tensor(x, p)
    for k in range(len(coefficients)):
        y = y * x + coefficients[k]
    return y


def _aligned(a: Any, b: Any) -> tuple[Any, Any]:
    """Two polynomials with as many coefficients each."""
    a, b = _tensor(a, b), _tensor(b, a)
    n = max(a._array.size, b._array.size)
    a, b = (shape.pad(shape.reshape(x, shape=(-1,)), widths=((n - x._array.size, 0),), value=0) for x in (a, b))
    return a, b


def _polyder(p: Any, m: int = 1) -> Any:
    p = _tensor(p)
    for _ in range(m):
        p = p[:-1] * np.arange(p._array.size - 1, 0, -1, dtype=p._array.dtype)
    return p


def _polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    if k is not None:
        raise _refused("np.polyint with k=", "add the constant to the last coefficient")
    p = _tensor(p)
    for _ in range(m):
        p = shape.pad(p / np.arange(p._array.size, 0, -1, dtype=p._array.dtype), widths=((0, 1),), value=0)
    return p


def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """Of each place the first choice whose condition holds there."""
    if len(condlist) != len(choicelist) or not len(condlist):
        raise ValueError(f"np.select: expected as many conditions as choices, got {len(condlist)}, {len(choicelist)}")
    y = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        y = elementwise.where(plain(condition), choice, y)
    return y


def _piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """Each function of those elements where its condition holds; the last one, if there is one more, of the rest."""
    conditions = [np.asarray(plain(c), bool) for c in (condlist if isinstance(condlist, (list, tuple)) else [condlist])]
    if len(funclist) == len(conditions) + 1:
        conditions.append(~np.any(conditions, axis=0))
    if len(funclist) != len(conditions):
        raise ValueError(f"np.piecewise: expected {len(conditions)} functions or one more, got {len(funclist)}")
    x = _tensor(x)
    y: Any = wrap(np.zeros_like(x._array))
    for condition, function in zip(conditions, funclist, strict=True):
        if callable(function):
            values = function(index.getitem(x, index=condition), *args, **kw)
            function = index.place(values, index=condition, shape=x._array.shape)
        y = elementwise.where(condition, function, y)
    return y


def _apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """The function of each vector along an axis, put together again."""
    along = one_axis(axis, arr._array.ndim)
    last = composed.movedim(arr, along, -1)
    rest = last._array.shape[:-1]
    results = [_tensor(func1d(last[at], *args, **kwargs)) for at in np.ndindex(rest)]
    if not results:
        raise ValueError("np.apply_along_axis: there is no vector to apply the function to")
    each = results[0]._array.shape
    y = shape.reshape(composed.stack(results, 0), shape=(*rest, *each))
    places = tuple(range(len(rest), len(rest) + len(each)))
    return composed.movedim(y, places, tuple(along + k for k in range(len(each)))) if each else y


def _apply_over_axes(func: Any, a: Any, axes: Any) -> Any:
    for axis in axes if isinstance(axes, (tuple, list)) else [axes]:
        y = func(a, axis)
        a = y if y._array.ndim == a._array.ndim else shape.unsqueeze(y, dim=axis)
    return a


def _average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    """sum(w a) / sum(w)"""
    a = _tensor(a, weights)
    if weights is None:
        weights = wrap(np.ones(a._array.shape, a._array.dtype))
    w = _tensor(weights, a)
    if w._array.shape != a._array.shape:
        if w._array.ndim != 1 or not isinstance(axis, int):
            raise ValueError(
                f"np.average: weights of shape {w._array.shape} for {a._array.shape}; give one axis, or weights of that shape"
            )
        sizes = [1] * a._array.ndim
        sizes[one_axis(axis, a._array.ndim)] = w._array.size
        w = shape.expand(shape.reshape(w, shape=tuple(sizes)), shape=a._array.shape)
    total = reduce.sum(w, dim=axis, keepdim=keepdims)
    y = reduce.sum(a * w, dim=axis, keepdim=keepdims) / total
    return (y, total) if returned else y


def _ptp(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return reduce.amax(a, dim=axis, keepdim=keepdims) - reduce.amin(a, dim=axis, keepdim=keepdims)


def _ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    row = shape.reshape(ary, shape=(-1,))
    y = row[1:] - row[:-1]
    parts = [shape.reshape(_tensor(x, y), shape=(-1,)) for x in (to_begin, y, to_end) if x is not None]
    return composed.cat(parts, 0) if len(parts) > 1 else y


def _unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * np.pi) -> Any:
    """What is added is constant between jumps, so the gradient passes."""
    return p + again(lambda p: np.unwrap(p, discont, axis, period=period) - p, p._array)


COMPUTING: dict[Any, Callable[..., Any]] = {
    np.interp: _interp,
    np.convolve: _convolve,
    np.correlate: _correlate,
    np.polyval: _polyval,
    np.polyadd: lambda a1, a2: elementwise.add(*_aligned(a1, a2)),
    np.polysub: lambda a1, a2: elementwise.sub(*_aligned(a1, a2)),
    np.polymul: lambda a1, a2: _convolve(a1, a2),
    np.polyder: _polyder,
    np.polyint: _polyint,
    np.select: _select,
    np.piecewise: _piecewise,
    np.apply_along_axis: _apply_along_axis,
    np.apply_over_axes: _apply_over_axes,
    np.average: _average,
    np.ptp: _ptp,
    np.ediff1d: _ediff1d,
    np.unwrap: _unwrap,
    np.amax: lambda a, axis=None, keepdims=False: reduce.amax(a, dim=axis, keepdim=keepdims),
    np.amin: lambda a, axis=None, keepdims=False: reduce.amin(a, dim=axis, keepdim=keepdims),
    np.around: lambda a, decimals=0: elementwise.round(a, decimals=decimals),
    np.astype: lambda x, dtype, /, *, copy=True, device=None: x.astype(dtype),
    np.full_like: lambda a, fill_value, dtype=None: shape.expand(
        _tensor(fill_value, a).astype(a._array.dtype if dtype is None else dtype), shape=a._array.shape
    ),
}
