"""Initial values of parameters: random numbers scaled so that signals keep their variance through many layers.

A unit with `fan_in` inputs of variance 1 has an output of variance fan_in · Var(w). Glorot and Bengio choose Var(w) so
that neither outputs nor gradients grow or vanish, Var(w) = 2 / (fan_in + fan_out); He et al. account for a ReLU, which
halves the variance: Var(w) = 2 / fan_in. A uniform distribution on (-a, a) has the variance a²/3.

All functions fill the tensor in place and return it. Random numbers come from `generator`, by default
`tinygrad_edu.random.default_generator()`, which `manual_seed` seeds.

Sources: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks" (AISTATS
2010); K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers" (ICCV 2015), section 2.2.
"""

from __future__ import annotations

import math

import numpy as np

from ..random import drawn_from
from ..recording import no_grad
from ..tensor import Tensor, wrap
from ..tracing import drawn

Generator = np.random.Generator | None


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator = None) -> Tensor:
    """Uniform on [a, b)."""
    draws, shape = drawn_from(generator), tensor.shape
    return _fill(tensor, drawn(lambda: draws.uniform(a, b, shape)))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator = None) -> Tensor:
    """Normal with this mean and standard deviation."""
    draws, shape = drawn_from(generator), tensor.shape
    return _fill(tensor, drawn(lambda: draws.normal(mean, std, shape)))


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Every element `val`."""
    return _fill(tensor, np.full(tensor.shape, val))


def zeros_(tensor: Tensor) -> Tensor:
    """Every element 0."""
    return constant_(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """Every element 1."""
    return constant_(tensor, 1.0)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """Uniform on (-a, a) with a = gain · sqrt(6 / (fan_in + fan_out))."""
    a = gain * math.sqrt(6 / sum(fans(tensor)))
    return uniform_(tensor, -a, a, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """Normal with standard deviation gain · sqrt(2 / (fan_in + fan_out))."""
    return normal_(tensor, 0.0, gain * math.sqrt(2 / sum(fans(tensor))), generator)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator = None,
) -> Tensor:
    """Uniform on (-b, b) with b = gain · sqrt(3 / fan).

    a: the slope of the leaky ReLU that follows (0: a ReLU).
    mode: "fan_in" keeps the variance of the outputs, "fan_out" that of the gradients.
    """
    if not tensor.numel():
        return tensor
    bound = calculate_gain(nonlinearity, a) * math.sqrt(3 / _fan(tensor, mode))
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator = None,
) -> Tensor:
    """Normal with standard deviation gain / sqrt(fan); parameters as in `kaiming_uniform_`."""
    if not tensor.numel():
        return tensor
    return normal_(tensor, 0.0, calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)), generator)


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor by which weights must be larger to make up for a function that shrinks its input.

    nonlinearity: "linear", "sigmoid", "tanh", "relu", "leaky_relu" or "selu"; ValueError: any other.
    param: the negative slope of "leaky_relu", 0.01 by default.
    """
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    gains = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
    if nonlinearity not in gains:
        raise ValueError(f"calculate_gain: expected one of {', '.join([*gains, 'leaky_relu'])}, got {nonlinearity!r}")
    return gains[nonlinearity]


def fans(tensor: Tensor) -> tuple[int, int]:
    """(fan_in, fan_out) of a weight (out, in, *kernel): how many inputs a unit has, and how many units each input."""
    if tensor.ndim < 2:
        raise ValueError(f"fan_in and fan_out: expected a weight of 2 or more dimensions, got shape {tensor.shape}")
    out_size, in_size, *kernel = tensor.shape
    return in_size * math.prod(kernel), out_size * math.prod(kernel)


def _fan(tensor: Tensor, mode: str) -> int:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode must be 'fan_in' or 'fan_out', got {mode!r}")
    return fans(tensor)[mode == "fan_out"]


def _fill(tensor: Tensor, values: np.ndarray) -> Tensor:
    with no_grad():
        return tensor.copy_(wrap(np.asarray(values)))
