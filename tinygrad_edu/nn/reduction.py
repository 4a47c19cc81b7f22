"""What losses share: comparing shapes, and reducing many losses to one number.

`reduction` is "mean" (the default), "sum" or "none".
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..tensor import Tensor

REDUCTIONS = ("mean", "sum", "none")


def reduced(loss: Any, reduction: str, count: Any = None) -> Any:
    """All losses as they are, their sum, or their sum divided by `count` (by default, by how many there are)."""
    if reduction == "mean":
        return loss.mean() if count is None or count is loss.numel() else loss.sum() / count
    if reduction == "sum":
        return loss.sum()
    if reduction == "none":
        return loss
    raise ValueError(f"reduction must be 'mean', 'sum' or 'none', not {reduction!r}")


def as_data(target: Any) -> Any:
    """A target as it is if it is a Tensor, else as an array."""
    return target if isinstance(target, Tensor) else np.asarray(target)


def of_like_shape(name: str, x: Any, target: Any) -> Any:
    """The target as data; a warning if its shape is not that of `x`."""
    target = as_data(target)
    if x.shape != target.shape:
        warnings.warn(
            f"{name}: input has shape {tuple(x.shape)}, target {tuple(target.shape)}; they are broadcast, which is "
            "seldom meant. Give both the same shape.",
            stacklevel=3,
        )
    return target


def of_same_shape(name: str, x: Any, target: Any) -> Any:
    """The target as data; ValueError if its shape is not that of `x`."""
    target = as_data(target)
    if x.shape != target.shape:
        raise ValueError(f"{name}: input has shape {tuple(x.shape)}, target {tuple(target.shape)}; they must be equal")
    return target
