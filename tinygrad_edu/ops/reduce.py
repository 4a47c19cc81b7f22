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
from .shape import expand, flip


def _over(function: Any) -> Any:
    """A NumPy reduction as a forward function with PyTorch's parameters."""

    def forward(x: np.ndarray, dim: Any = None, keepdim: bool = False) -> Any:
        return function(x, axis=axes(dim, x.ndim), keepdims=keepdim)

    return forward


def _totals(function: Any) -> Any:
    """The same for sums and products: integers and booleans give int64; `dtype` is the result's, and that of the sum."""

    def forward(x: np.ndarray, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
        return function(x, axis=axes(dim, x.ndim), keepdims=keepdim, dtype=_wide(x, dtype))

    return forward


def _wide(x: np.ndarray, dtype: Any) -> Any:
    return np.int64 if dtype is None and x.dtype.kind in "bui" else dtype


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
    if x.dtype == np.float16 or not x.size:
        return np.mean(
            x, axis=over, keepdims=keepdim, dtype=dtype
        )  # of float16 in float32; of nothing nan, with a warning
    add: Any = np.add  # whose types do not know a `keepdims` that is a variable
    return add.reduce(x, axis=over, keepdims=keepdim, dtype=dtype) / count(x.shape, over)


def _one_dim(function: Any) -> Any:
    """A NumPy function of one axis (or of the flattened array) as a forward function."""

    def forward(x: np.ndarray, dim: int | None = None, keepdim: bool = False) -> Any:
        along = None if dim is None else axis(dim, x.ndim)
        return function(x, axis=along if x.ndim else None, keepdims=keepdim)

    return forward


def _cumsum(x: np.ndarray, dim: int, dtype: Any = None) -> np.ndarray:
    along = axis(dim, x.ndim)
    return np.cumsum(x, axis=along, dtype=_wide(x, dtype)).reshape(x.shape)  # of a 0-d array NumPy makes a vector


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
    shifted = x - np.maximum.reduce(x.real, axis=along, keepdims=True, initial=-np.inf)
    with np.errstate(divide="ignore", over="ignore"):
        return shifted - np.log(np.add.reduce(np.exp(shifted), axis=along, keepdims=True))


def _spread(t: Any, shape: tuple[int, ...], dim: Any) -> Any:
    """What a reduction over `dim` gave, `t`, seen from every element of the array of this shape that was reduced."""
    over = axes(dim, len(shape))
    kept = tuple(1 if axis in over else size for axis, size in enumerate(shape))
    return expand(t.reshape(kept), shape=shape)


def count(shape: tuple[int, ...], dim: Any) -> int:
    """How many elements of an array of this shape are reduced to one."""
    return math.prod(shape[axis] for axis in axes(dim, len(shape)))


def _shared_by_ties(g: Any, y: Any, x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    extreme = _spread(y, x.shape, dim)
    hit = (x == extreme) | (np.isnan(x) & np.isnan(extreme))
    ties = sum(cast(hit, dtype=g.dtype), dim=axes(dim, x.ndim), keepdim=True)
    return np.where(hit, _spread(g, x.shape, dim) / _spread(ties, x.shape, dim), 0)


def _product_of_the_others(g: Any, y: Any, x: Any, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    """Of each element: the product of all others. Without zeros that is y / x; with zeros it is multiplied out."""
    if np.all(x != 0):
        return _spread(g * y, x.shape, dim) / x
    over = axes(dim, x.ndim)
    rest = tuple(axis for axis in range(x.ndim) if axis not in over)
    n = count(x.shape, over)
    rows = np.transpose(x, rest + over).reshape((*(x.shape[axis] for axis in rest), n))
    others = prod(np.where(np.eye(n, dtype=bool), 1, rows[..., None, :]), dim=-1)  # n * n numbers a row
    back = others.reshape(tuple(x.shape[axis] for axis in rest + over))
    return _spread(g, x.shape, dim) * np.transpose(back, tuple(int(i) for i in np.argsort(rest + over)))


def _softmax_of(g: Any, y: Any, x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    weights = np.exp(x - top(x, dim=dim))  # not exp(x - y): y has lost digits where it is large
    total = sum(weights, dim=axes(dim, x.ndim), keepdim=True)
    return _spread(g, x.shape, dim) * weights / np.where(total == 0, 1, total)  # all -inf: no weight, no gradient


# fmt: off
sum       = op("sum", _totals(np.add.reduce),   lambda g, y, x, dim=None, keepdim=False, dtype=None: _spread(g, x.shape, dim))
mean      = op("mean", _mean,                   lambda g, y, x, dim=None, keepdim=False, dtype=None: _spread(g / max(count(x.shape, dim), 1), x.shape, dim))
prod: Op  = op("prod", _totals(np.multiply.reduce), _product_of_the_others)
amax      = op("amax", _over(np.max),           _shared_by_ties)
amin      = op("amin", _over(np.min),           _shared_by_ties)
logsumexp = op("logsumexp", _logsumexp,         _softmax_of, real=True)
log_softmax = op("log_softmax", _log_softmax,   lambda g, y, x, dim: g - np.exp(y) * sum(g, dim=dim, keepdim=True), real=True)
cumsum: Op = op("cumsum", _cumsum,              lambda g, y, x, dim, dtype=None: flip(cumsum(flip(g, dims=dim), dim=dim), dims=dim))

top: Op   = op("top", _top,                     NOT_DIFFERENTIABLE, real=True)
argmax    = op("argmax", _one_dim(np.argmax),   NOT_DIFFERENTIABLE)
argmin    = op("argmin", _one_dim(np.argmin),   NOT_DIFFERENTIABLE)
any       = op("any", _truths(np.any),          NOT_DIFFERENTIABLE)
all       = op("all", _truths(np.all),          NOT_DIFFERENTIABLE)
# fmt: on
