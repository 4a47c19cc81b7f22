"""Running totals: element i of the result is made of elements 0 to i along one dim, whose shape is kept.

The gradient of an element collects what all later ones get. Where it grows by a factor at every step it is a recurrence
that runs backwards, `tails`: no division by x, so zeros need no care, and nothing overflows that is not large itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Op, op
from .dims import axis
from .shape import flip, join, pad


def wide(x: np.ndarray, dtype: Any) -> Any:
    """The dtype of a sum or product: the one asked for; of integers and booleans int64."""
    return np.int64 if dtype is None and x.dtype.kind in "bui" else dtype


def _running(accumulate: Any) -> Any:
    """A NumPy scan as a forward function with PyTorch's parameters; of a 0-d array NumPy makes a vector."""

    def forward(x: np.ndarray, dim: int, dtype: Any = None) -> Any:
        found = np.dtype(wide(x, dtype) or x.dtype)
        within = np.float32 if found == np.float16 else found  # float16 is soon full
        y = accumulate(x.astype(found, copy=False), axis=axis(dim, x.ndim), dtype=within).reshape(x.shape)
        return y.astype(found, copy=False)

    return forward


def _logcumsumexp(x: np.ndarray, dim: int) -> Any:
    along = axis(dim, x.ndim)
    if not x.ndim:
        return x.copy()
    if x.dtype.kind != "c":
        return np.logaddexp.accumulate(x, axis=along)
    y = np.moveaxis(x.copy(), along, 0)
    for i in range(1, len(y)):
        low, high = np.where(y[i - 1].real < y[i].real, (y[i - 1], y[i]), (y[i], y[i - 1]))
        alone = np.isinf(high.real)
        y[i] = np.where(alone, high, high + np.log1p(np.exp(low - np.where(alone, 0, high))))
    return np.moveaxis(y, 0, along)


def _part(x: Any, along: int, start: int, stop: int) -> Any:
    return x[(slice(None),) * along + (slice(start, stop),)]


def tails(g: Any, a: Any, along: int) -> Any:
    """t with t_i = g_i + a_i t_{i+1}, for n elements of g and n - 1 of a, in log2(n) steps that reach twice as far each."""
    n, reach = g.shape[along], 1
    while reach < n:
        near, last = _part(g, along, 0, n - reach), _part(g, along, n - reach, n)
        g = join(near + a * _part(g, along, reach, n), last, dim=along)
        m = n - 2 * reach
        a = _part(a, along, 0, max(m, 0)) * _part(a, along, reach, reach + max(m, 0))
        reach *= 2
    return g


def _cumprod_rule(g: Any, y: Any, x: Any, dim: int, dtype: Any = None) -> Any:
    """The product of those before x_i, times g_i + x_{i+1} (g_{i+1} + x_{i+2} (...)): exact at zeros and close to them."""
    if not x.ndim:
        return g
    along, n = axis(dim, x.ndim), x.shape[dim]
    one_before = tuple((int(axis == along), 0) for axis in range(x.ndim))
    return pad(_part(y, along, 0, n - 1), widths=one_before, value=1.0) * tails(g, _part(x, along, 1, n), along)


def _logcumsumexp_rule(g: Any, y: Any, x: Any, dim: int) -> Any:
    """The sum over j >= i of g_j exp(x_i - y_j) = exp(x_i - y_i) (g_i + exp(y_i - y_{i+1}) (...)): powers <= 1 only."""
    if not x.ndim:
        return g
    along, n = axis(dim, x.ndim), x.shape[dim]
    before, after = _part(y, along, 0, n - 1), _part(y, along, 1, n)
    endless = np.isinf(after)  # inf - inf has no value: such a y stays what it is
    ratio = np.where(endless, before == after, np.exp(np.where(endless, 0, before) - np.where(endless, 0, after)))
    return np.exp(x - np.where(y == -np.inf, 0, y)) * tails(g, ratio, along)  # all -inf so far: no weight, no gradient


# fmt: off
cumsum: Op   = op("cumsum", _running(np.cumsum),      lambda g, y, x, dim, dtype=None: flip(cumsum(flip(g, dims=dim), dim=dim), dims=dim))
cumprod      = op("cumprod", _running(np.cumprod),    _cumprod_rule)
logcumsumexp = op("logcumsumexp", _logcumsumexp,      _logcumsumexp_rule, real=True)
# fmt: on
