"""Errors of layers and functions that got a wrong input: which layer, what it expects, what it got."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..literals import default
from ..tensor import Tensor, wrap


def check_tensor(owner: Any, x: Any) -> None:
    """TypeError unless x is a Tensor or an array. owner: a module, or the name of a function."""
    if not isinstance(x, (Tensor, np.ndarray)):
        raise not_a_tensor(owner, x)


def array_of(x: Any) -> np.ndarray:
    """The array of a Tensor; of numbers, an array."""
    return x._array if isinstance(x, Tensor) else np.asarray(x)


def not_a_tensor(owner: Any, x: Any) -> TypeError:
    """The error to raise."""
    if x is None:
        return TypeError(f"{owner}: expected a Tensor, got None; does the forward() behind it return its result?")
    kind = type(x).__name__
    if isinstance(x, (np.ndarray, np.generic, int, float, list, tuple)):
        return TypeError(f"{owner}: expected a Tensor, got {kind}; convert it first, as in tinygrad_edu.tensor(x)")
    return TypeError(f"{owner}: expected a Tensor, got {kind}")


def wrong_shape(owner: Any, expected: str, x: Any) -> ValueError:
    """The error to raise. expected: shapes, such as "(N, C)"."""
    return ValueError(f"{owner}: expected an input of shape {expected}, got {tuple(x.shape)}")


def check_dtype(layer: Any, weight: Any, x: Any) -> None:
    """TypeError if a floating-point input has another dtype than the weight: the result would change its dtype."""
    if weight is not None and x.dtype != weight.dtype and x.dtype.kind == "f":
        raise TypeError(
            f"{layer}: the weight is {weight.dtype}, the input {x.dtype}; convert the input, as in "
            f"x.to(layer.weight.dtype), or the layer, as in layer.to(x.dtype)"
        )


def empty(*shape: int, dtype: Any = None, device: Any = None) -> Tensor:
    """A tensor of this shape for a parameter, float32 by default, to be filled. The only device is "cpu"."""
    if device is not None and str(device) != "cpu":
        raise ValueError(f"device={device!r}: the only device is 'cpu'")
    return wrap(np.zeros(shape, default.real if dtype is None else dtype))
