"""Division with rounding, and bounds that may be tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import elementwise as ew


def div(a: Any, b: Any, *, rounding_mode: str | None = None) -> Any:
    """a / b; rounded down for `rounding_mode="floor"`, towards zero for "trunc", where integers stay integers.

    >>> tg.div(tg.tensor([7.0, -7.0]), 2)
    tensor([ 3.5, -3.5])
    >>> tg.div(tg.tensor([7, -7]), 2, rounding_mode='trunc')
    tensor([ 3, -3])
    """
    if rounding_mode is None:
        return ew.div(a, b)
    if rounding_mode not in ("floor", "trunc"):
        raise ValueError(f"div: rounding_mode must be None, 'floor' or 'trunc', got {rounding_mode!r}")
    return ew.floor_divide(a, b, rounding=rounding_mode)


def clamp(x: Any, min: Any = None, max: Any = None) -> Any:
    """`x` held between `min` and `max`, numbers or tensors. At the bounds the gradient still passes.

    >>> x = tg.tensor([-1.0, 0.5, 2.0], requires_grad=True)
    >>> y = tg.clamp(x, min=0.0, max=1.0)
    >>> y
    tensor([0. , 0.5, 1. ], grad_fn=<clip>)
    >>> y.sum().backward()
    >>> x.grad
    tensor([0., 1., 0.])
    """
    if all(isinstance(bound, (int, float, type(None))) for bound in (min, max)):
        return ew.clip(x, min=min, max=max)
    if min is not None:
        x = _chosen(ew.lt(x, min), min, x)
    return x if max is None else _chosen(ew.gt(x, max), max, x)


def _chosen(beyond: Any, bound: Any, x: Any) -> Any:
    """`bound` where x is beyond it, else x; nan, with no gradient, where either is nan."""
    y = ew.where(beyond, bound, x)
    return y if y.dtype.kind != "f" else ew.where(ew.logical_or(ew.isnan(x), ew.isnan(bound)), np.nan, y)
