"""Quantiles: the elements between which a share q of the sorted order lies, and what is between them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...op import Variable
from ...tracing import again
from .. import elementwise as ew
from .. import shape
from ..plain import plain
from . import choosing
from .arranging import movedim
from .selecting import gather
from .sorting import sort

INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


def quantile(x: Any, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear") -> Any:
    """What a share q of the elements along `dim` (None: of all) does not pass: the element of rank q (n - 1), from 0.

    q: a number or a vector, 0 to 1; of a vector the result has a first dimension of its length.
    interpolation: for a rank between two elements "linear" between them, or "lower", "higher", "nearest" or "midpoint".
    nan where an element is nan. There is a gradient in q as well, if q is a Tensor that requires one.
    >>> x = tg.tensor([1.0, 2.0, 5.0], requires_grad=True)
    >>> y = tg.quantile(x, 0.75)
    >>> y.item()
    3.5
    >>> y.backward()
    >>> x.grad
    tensor([0.0000, 0.5000, 0.5000])
    """
    return _quantile("quantile", x, q, dim, keepdim, interpolation)


def nanquantile(x: Any, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear") -> Any:
    """The quantile of the elements that are not nan; where all are nan, nan. Else as `quantile`.

    >>> tg.nanquantile(tg.tensor([1.0, float('nan'), 2.0, 5.0]), tg.tensor([0.5, 1.0]))
    tensor([2., 5.])
    """
    return _quantile("nanquantile", x, q, dim, keepdim, interpolation)


def _quantile(name: str, x: Any, q: Any, dim: int | None, keepdim: bool, interpolation: str) -> Any:
    array = choosing.ordered(name, x)
    if array.dtype not in (np.float32, np.float64):  # float16 cannot tell ranks beyond 2048 apart
        raise TypeError(f"{name}: expected float32 or float64, got {array.dtype}; use t.float()")
    if not array.size:
        raise ValueError(f"{name}: expected at least one element, got shape {array.shape}")
    if interpolation not in INTERPOLATIONS:
        raise ValueError(f"{name}: interpolation must be one of {', '.join(INTERPOLATIONS)}; got {interpolation!r}")
    share = _share(name, q, array.dtype)
    lines = shape.reshape(x, shape=(-1,)) if dim is None else movedim(x, dim, -1)
    values = sort(lines if lines.ndim else shape.reshape(lines, shape=(1,))).values
    found = _between(values, shape.reshape(share, shape=(-1,)), name == "nanquantile", interpolation)
    return _arranged(found, share.ndim, array.ndim, dim, keepdim)


def _share(name: str, q: Any, dtype: np.dtype) -> Any:
    share = ew.cast(q, dtype=dtype) if isinstance(q, Variable) else np.asarray(q, dtype)
    if share.ndim > 1:
        raise ValueError(f"{name}: q must be a number or a vector, got shape {tuple(share.shape)}")

    def check(numbers: np.ndarray) -> None:
        if not np.all((numbers >= 0) & (numbers <= 1)):
            raise ValueError(f"{name}: q must be 0 to 1, got {numbers.tolist()}")

    again(check, share._array if isinstance(share, Variable) else share)
    return share


def _between(values: Any, share: Any, skip_nan: bool, interpolation: str) -> Any:
    """The quantiles of sorted lines (..., n), nan last, for each of the shares: (..., shares)."""
    known = plain(values)
    unknown = np.isnan(known)
    last = np.asarray(known.shape[-1] - 1, known.dtype)
    if skip_nan:
        last = np.maximum(np.count_nonzero(~unknown, axis=-1, keepdims=True) - 1, 0).astype(known.dtype)
    ranks = ew.mul(share, last)
    if not skip_nan:
        ranks = ew.where(np.any(unknown, axis=-1, keepdims=True), last, ranks)  # the last one is nan
    at = plain(ranks)
    low, high = np.floor(at), np.ceil(at)
    if interpolation in ("lower", "higher", "nearest"):
        return _at(values, low if interpolation == "lower" else high if interpolation == "higher" else np.round(at))
    below, above = _at(values, low), _at(values, high)
    weight = ew.sub(ranks, low) if interpolation == "linear" else np.asarray(0.5, known.dtype)
    apart = ew.where(
        ew.logical_and(ew.isinf(below), ew.eq(below, above)), np.zeros((), known.dtype), ew.sub(above, below)
    )
    return ew.add(below, ew.mul(weight, apart))


def _at(values: Any, ranks: np.ndarray) -> Any:
    lead = values.shape[:-1]
    return gather(values, -1, np.broadcast_to(ranks, (*lead, ranks.shape[-1])).astype(np.int64))


def _arranged(found: Any, share_ndim: int, ndim: int, dim: int | None, keepdim: bool) -> Any:
    """The shares first, or not at all; the dimension that was reduced back in its place if it is kept."""
    found = movedim(found, -1, 0)
    if keepdim and ndim:
        sizes = (1,) * ndim if dim is None else (*found.shape[1 : dim % ndim + 1], 1, *found.shape[dim % ndim + 1 :])
        found = shape.reshape(found, shape=(found.shape[0], *sizes))
    return found if share_ndim else shape.squeeze(found, dim=0)
