"""Sums, means, products, extremes: many numbers in, fewer out.

`dim` is an axis, a tuple of axes, or None for all; `keepdim` keeps the reduced axes with size 1. The gradient of a
reduction is spread back over the elements it came from: `_spread` gives `g` and `y` their reduced axes back.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..op import NOT_DIFFERENTIABLE, Op, op
from .dims import axes, axis
from .elementwise import cast
from .scan import cumprod, wide
from .shape import expand, flip, pad
from .sums import added

NARROW = 16  # columns, up to which a log-softmax goes by columns


def _over(function: Any) -> Any:
    """A NumPy reduction as a forward function with PyTorch's parameters."""

    def forward(x: np.ndarray, dim: Any = None, keepdim: bool = False) -> Any:
        return function(x, axis=axes(dim, x.ndim), keepdims=keepdim)

    return forward


def _extreme(function: Any) -> Any:
    """The same for `max`, `min`, which have no value for no element."""
    reduction = _over(function)

    def forward(x: np.ndarray, dim: Any = None, keepdim: bool = False) -> Any:
        _not_empty(x, dim)
        return reduction(x, dim, keepdim)

    return forward


def _not_empty(x: np.ndarray, dim: Any) -> None:
    if not count(x.shape, dim):
        raise ValueError(f"expected at least one element, got shape {x.shape}")


def _sum(x: np.ndarray, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    """Integers and booleans give int64; `dtype` is the result's, and that of the sum."""
    return added(x, axes(dim, x.ndim), keepdim, wide(x, dtype))


def _prod(x: np.ndarray, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    multiply: Any = np.multiply  # whose types do not know a `keepdims` that is a variable
    return multiply.reduce(x, axis=axes(dim, x.ndim), keepdims=keepdim, dtype=wide(x, dtype))


def _truths(function: Any) -> Any:
    """`any` and `all`: booleans; of uint8, as in PyTorch, uint8."""
    reduction = _over(function)

    def forward(x: np.ndarray, dim: Any = None, keepdim: bool = False) -> Any:
        truths = reduction(x, dim, keepdim)
        return truths.astype(np.uint8) if x.dtype == np.uint8 else truths

    return forward


def _mean(x: np.ndarray, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    if (x.dtype if dtype is None else np.dtype(dtype)).kind not in "fc":
        raise TypeError("expected floating-point numbers; use t.float().mean() or mean(dtype=float32)")
    over = axes(dim, x.ndim)
    if x.dtype.char == "e" or not x.size:
        return np.mean(
            x, axis=over, keepdims=keepdim, dtype=dtype
        )  # of float16 in float32; of nothing nan, with a warning
    y = added(x, over, keepdim, dtype)
    return y / (x.size // y.size)


def _one_dim(function: Any) -> Any:
    """A NumPy function of one axis (or of the flattened array) as a forward function."""

    def forward(x: np.ndarray, dim: int | None = None, keepdim: bool = False) -> Any:
        along = None if dim is None else axis(dim, x.ndim)
        _not_empty(x, along)
        return function(x, axis=along if x.ndim else None, keepdims=keepdim)

    return forward


def _logsumexp(x: np.ndarray, dim: Any = None, keepdim: bool = False) -> Any:
    over = axes(dim, x.ndim)
    top = _top(x, over)
    with np.errstate(divide="ignore", over="ignore"):  # log 0 = -inf and exp of a lot = inf are right here
        y = top + np.log(np.sum(np.exp(x - top), axis=over, keepdims=True))
    return y if keepdim else np.squeeze(y, axis=over)


def _top(x: np.ndarray, dim: Any = None) -> Any:
    """The largest element, to shift by before `exp`: never overflows, and cancels in the result.

    Row by row, not one for the whole array, or rows far below the largest would underflow.
    """
    top = np.max(x.real, axis=axes(dim, x.ndim), keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(top), top, 0)  # all -inf, +inf, or no element: nothing to shift by


def _log_softmax(x: np.ndarray, dim: int) -> Any:
    along = axes(dim, x.ndim)
    if columns := x.ndim == 2 and along == (1,) and x.shape[1] <= NARROW:  # of short rows NumPy takes one by one
        x, along = x.T.copy(), (0,)
    shifted = x - np.maximum.reduce(x.real, axis=along, keepdims=True, initial=-np.inf)
    if x.size:  # else log 0
        shifted -= np.log(added(np.exp(shifted), along, True))
    return np.ascontiguousarray(shifted.T) if columns else shifted


def _total(g: Any, dim: int) -> Any:
    """sum(g, dim=dim, keepdim=True)"""
    return added(g, (axis(dim, g.ndim),), True) if type(g) is np.ndarray and g.ndim else sum(g, dim=dim, keepdim=True)


def _spread(t: Any, shape: tuple[int, ...], dim: Any) -> Any:
    """What a reduction over `dim` gave, `t`, seen from every element of the array of this shape that was reduced."""
    if dim is None and (type(t) is np.float32 or (type(t) is np.ndarray and not t.ndim)):  # the usual case first:
        # its memory, repeated
        return np.ndarray(shape, t.dtype, t, strides=(0,) * len(shape))
    over = axes(dim, len(shape))
    kept = tuple(1 if axis in over else size for axis, size in enumerate(shape))
    return expand(t.reshape(kept), shape=shape)


def count(shape: tuple[int, ...], dim: Any) -> int:
    """How many elements of an array of this shape are reduced to one."""
    return math.prod(shape) if dim is None else math.prod(shape[axis] for axis in axes(dim, len(shape)))


def _shared_by_ties(g: Any, y: Any, x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    extreme = _spread(y, x.shape, dim)
    hit = (x == extreme) | (np.isnan(x) & np.isnan(extreme))
    ties = sum(cast(hit, dtype=g.dtype), dim=axes(dim, x.ndim), keepdim=True)
    return np.where(hit, _spread(g, x.shape, dim) / _spread(ties, x.shape, dim), 0)


def _product_of_the_others(g: Any, y: Any, x: Any, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    """Of each element: the product of those before and behind it. y / x has no value at 0, and few digits close to it."""
    over = axes(dim, x.ndim)
    rest = tuple(axis for axis in range(x.ndim) if axis not in over)
    rows = np.transpose(x, rest + over).reshape((*(x.shape[axis] for axis in rest), count(x.shape, over)))
    behind = flip(_product_of_those_before(flip(rows, dims=-1)), dims=-1)
    back = (_product_of_those_before(rows) * behind).reshape(tuple(x.shape[axis] for axis in rest + over))
    return _spread(g, x.shape, dim) * np.transpose(back, tuple(int(i) for i in np.argsort(rest + over)))


def _product_of_those_before(rows: Any) -> Any:
    one_before = ((0, 0),) * (rows.ndim - 1) + ((1, 0),)
    return pad(cumprod(rows, dim=-1), widths=one_before, value=1.0)[..., :-1]


def _median(x: np.ndarray) -> Any:
    """The middle one in rising order; of two the lower. nan if any is nan."""
    if not x.size:
        return _of_nothing(x)
    unknown = np.isnan(x) if x.dtype.kind in "fc" else np.False_
    return (
        x.dtype.type(np.nan) if np.any(unknown) else np.partition(x.reshape(-1), (x.size - 1) // 2)[(x.size - 1) // 2]
    )


def _nanmedian(x: np.ndarray) -> Any:
    known = x[~np.isnan(x)] if x.dtype.kind in "fc" else x
    return _median(known)


def _of_nothing(x: np.ndarray) -> Any:
    if x.dtype.kind not in "fc":
        raise ValueError("expected at least one number; no integer stands for the median of none")
    return x.dtype.type(np.nan)


def _softmax_of(g: Any, y: Any, x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    weights = np.exp(x - top(x, dim=dim))  # not exp(x - y): y has lost digits where it is large
    total = sum(weights, dim=axes(dim, x.ndim), keepdim=True)
    return _spread(g, x.shape, dim) * weights / np.where(total == 0, 1, total)  # all -inf: no weight, no gradient


# fmt: off
sum       = op("sum", _sum,                     lambda g, y, x, dim=None, keepdim=False, dtype=None: _spread(g, x.shape, dim))
mean      = op("mean", _mean,                   lambda g, y, x, dim=None, keepdim=False, dtype=None: _spread(g / max(count(x.shape, dim), 1), x.shape, dim))
prod: Op  = op("prod", _prod,                    _product_of_the_others)
amax      = op("amax", _extreme(np.max),        _shared_by_ties)
amin      = op("amin", _extreme(np.min),        _shared_by_ties)
logsumexp = op("logsumexp", _logsumexp,         _softmax_of, real=True)
log_softmax = op("log_softmax", _log_softmax,   lambda g, y, x, dim: g - np.exp(y) * _total(g, dim), real=True)

median: Op = op("median", _median,              _shared_by_ties)
nanmedian: Op = op("nanmedian", _nanmedian,     _shared_by_ties)

top: Op   = op("top", _top,                     NOT_DIFFERENTIABLE, real=True)
argmax    = op("argmax", _one_dim(np.argmax),   NOT_DIFFERENTIABLE)
argmin    = op("argmin", _one_dim(np.argmin),   NOT_DIFFERENTIABLE)
any       = op("any", _truths(np.any),          NOT_DIFFERENTIABLE)
all       = op("all", _truths(np.all),          NOT_DIFFERENTIABLE)
# fmt: on
