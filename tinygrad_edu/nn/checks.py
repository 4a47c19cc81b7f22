"""Errors of layers that got the wrong input: which layer, what it wanted, what it got."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import Tensor


def wrong_shape(layer: Any, wanted: str, x: Any) -> ValueError:
    """The error to raise. layer: a module, or the name of a function."""
    return ValueError(f"{layer}: needs an input of shape {wanted}, got {tuple(x.shape)}")


def check_dtype(layer: Any, weight: Any, x: Any) -> None:
    """TypeError if a floating-point input has another dtype than the weight: the result would change its dtype."""
    if weight is not None and x.dtype != weight.dtype and x.dtype.kind == "f":
        raise TypeError(
            f"{layer}: the weight is {weight.dtype}, the input {x.dtype}; convert the input, as in "
            f"x.to(layer.weight.dtype), or the layer, as in layer.to(x.dtype)"
        )


def empty(*shape: int, dtype: Any = None, device: Any = None) -> Tensor:
    """Memory for a parameter, float32 by default. The only device is "cpu"."""
    if device is not None and str(device) != "cpu":
        raise ValueError(f"device={device!r}: the only device is 'cpu'")
    return Tensor(np.zeros(shape, np.float32 if dtype is None else dtype))
