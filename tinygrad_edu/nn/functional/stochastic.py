"""Activations that draw random numbers, those that `manual_seed` seeds."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ... import ops
from ...random import default_generator
from ...tracing import again, drawn
from .activation import in_place, leaky_relu

__all__ = [
    "gumbel_softmax",
    "rrelu",
    "rrelu_",
]


def rrelu(input: Any, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, inplace: bool = False) -> Any:
    """x where x > 0, r · x elsewhere, with a slope r of its own for each element, uniform on (lower, upper).

    training: if False, r is (lower + upper) / 2 everywhere.
    ValueError: lower > upper.

    Source: B. Xu, N. Wang, T. Chen and M. Li, "Empirical evaluation of rectified activations in convolutional network"
    (arXiv:1505.00853).
    """
    if lower > upper:
        raise ValueError(f"rrelu: lower must not be greater than upper, got {lower} and {upper}")
    if not training:
        return leaky_relu(input, (lower + upper) / 2, inplace)
    shape, dtype = tuple(input.shape), input.dtype
    slopes = drawn(lambda: default_generator().uniform(lower, upper, shape).astype(dtype))
    return in_place("rrelu", input, _sloped, slopes) if inplace else _sloped(input, slopes)


def _sloped(x: Any, slopes: Any) -> Any:
    return ops.where(x > 0, x, x * slopes)


def rrelu_(input: Any, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False) -> Any:
    """`rrelu`, in place."""
    return rrelu(input, lower, upper, training, True)


def gumbel_softmax(logits: Any, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Any:
    """softmax((x + G) / τ) along `dim`, with G from the standard Gumbel distribution: a random choice that is smooth.

    The largest element is class i with probability softmax(x)ᵢ. tau: τ, the temperature; near 0 the result is nearly
    one-hot. hard: one-hot, with the gradient of the smooth one. eps: PyTorch's, without a meaning.

    Sources: E. Jang, S. Gu and B. Poole, "Categorical reparameterization with Gumbel-softmax", and C. Maddison, A. Mnih
    and Y. W. Teh, "The concrete distribution" (both ICLR 2017).
    """
    shape, dtype = tuple(logits.shape), logits.dtype
    noise = drawn(lambda: default_generator().gumbel(size=shape).astype(dtype))
    y = ops.softmax((logits + noise) / tau, dim)
    if not hard:
        return y
    chosen = again(functools.partial(_one_hot, dim), y._array)
    return chosen - y.detach() + y


def _one_hot(dim: int, y: np.ndarray) -> np.ndarray:
    """1 at the largest element along `dim`, 0 elsewhere."""
    chosen = np.zeros(y.shape, y.dtype)
    np.put_along_axis(chosen, np.expand_dims(np.argmax(y, dim), dim), 1, dim)
    return chosen
