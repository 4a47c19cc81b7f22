"""Dropout: some elements, or whole channels, are set to 0 in training, and the others enlarged to keep the mean.

The random numbers are those of `tinygrad_edu.random.default_generator()`, which `manual_seed` seeds.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ... import ops
from ...random import default_generator
from ...tracing import drawn
from ..checks import check_tensor, wrong_shape
from .activation import in_place

__all__ = [
    "alpha_dropout",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "feature_alpha_dropout",
]

SATURATED = -1.7580993408473766  # what selu(x) tends to for small x: -scale · alpha


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Set each element to 0 with probability p, else divide it by 1 - p, which keeps its mean; if not training, x.

    The random numbers are those of `tinygrad_edu.random.default_generator()`, which `manual_seed` seeds.
    inplace: write the result into `input` itself, and return that.
    ValueError: p outside [0, 1].

    Source: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: a simple way to
    prevent neural networks from overfitting" (JMLR 15, 2014).
    """
    _check("dropout", p)
    if not training or p == 0:
        return input
    mask = _mask(tuple(input.shape), input.dtype, p)
    return in_place("dropout", input, ops.mul, mask) if inplace else input * mask


def dropout1d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Set each channel of (N, C, L) or (C, L) to 0 with probability p, else divide it by 1 - p.

    Source: J. Tompson, R. Goroshin, A. Jain, Y. LeCun and C. Bregler, "Efficient object localization using
    convolutional networks" (CVPR 2015).
    """
    return _channels("dropout1d", 1, (2, 3), input, p, training, inplace)


def dropout2d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Set each channel of (N, C, H, W) to 0 with probability p, else divide it by 1 - p.

    An input of three dimensions is (N, C, L), as in PyTorch, and not (C, H, W).
    """
    return _channels("dropout2d", 2, (3, 4), input, p, training, inplace)


def dropout3d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Set each channel of (N, C, D, H, W) or (C, D, H, W) to 0 with probability p, else divide it by 1 - p."""
    return _channels("dropout3d", 3, (4, 5), input, p, training, inplace)


def alpha_dropout(input: Any, p: float = 0.5, training: bool = False, inplace: bool = False) -> Any:
    """Set each element to what SELU saturates at with probability p, then scale and shift all to mean 0 and variance 1.

    Mean and variance stay so if they were 0 and 1 before. ValueError: p outside [0, 1].

    Source: G. Klambauer, T. Unterthiner, A. Mayr and S. Hochreiter, "Self-normalizing neural networks" (NIPS 2017).
    """
    return _alpha("alpha_dropout", tuple(input.shape), input, p, training, inplace)


def feature_alpha_dropout(input: Any, p: float = 0.5, training: bool = False, inplace: bool = False) -> Any:
    """`alpha_dropout` of whole channels of an input (N, C, ...)."""
    check_tensor("feature_alpha_dropout", input)
    if input.ndim < 2:
        raise wrong_shape("feature_alpha_dropout", "(N, C, ...)", input)
    shape = (*input.shape[:2], *[1] * (input.ndim - 2))
    return _alpha("feature_alpha_dropout", shape, input, p, training, inplace)


def _check(name: str, p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"{name}: p must be between 0 and 1, got {p}")


def _mask(shape: tuple[int, ...], dtype: Any, p: float) -> Any:
    def mask() -> Any:
        kept = default_generator().random(shape, np.float32) >= p
        return kept * dtype.type(0.0 if p == 1 else 1 / (1 - p))

    return drawn(mask)


def _channels(name: str, d: int, ndims: tuple[int, int], x: Any, p: float, training: bool, inplace: bool) -> Any:
    _check(name, p)
    check_tensor(name, x)
    if x.ndim not in ndims:
        raise wrong_shape(name, f"of {ndims[0]} or {ndims[1]} dimensions", x)
    if not training or p == 0:
        return x
    lead = 1 if x.ndim == ndims[0] and d != 2 else 2
    mask = _mask((*x.shape[:lead], *[1] * (x.ndim - lead)), x.dtype, p)
    return in_place(name, x, ops.mul, mask) if inplace else x * mask


def _alpha(name: str, shape: tuple[int, ...], x: Any, p: float, training: bool, inplace: bool) -> Any:
    _check(name, p)
    if not training or p == 0:
        return x

    def dropped(x: Any) -> Any:
        if p == 1:
            return x * x.dtype.type(0)
        factor, shift = drawn(functools.partial(_alpha_parts, shape, x.dtype, p))
        return x * factor + shift

    return in_place(name, x, dropped) if inplace else dropped(x)


def _alpha_parts(shape: tuple[int, ...], dtype: Any, p: float) -> tuple[np.ndarray, np.ndarray]:
    """What to multiply by, and what to add."""
    kept = default_generator().random(shape, np.float32) >= p
    scale = 1 / math.sqrt((1 - p) * (1 + p * SATURATED**2))
    shift = np.where(kept, 0, SATURATED * scale) - p * SATURATED * scale
    return (kept * scale).astype(dtype), shift.astype(dtype)
