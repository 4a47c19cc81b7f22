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
import re

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


def trunc_normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, generator: Generator = None
) -> Tensor:
    """Normal with this mean and standard deviation, drawn again and again until the number lies in [a, b].

    ValueError: fewer than one draw in a million would lie there.
    """
    low, high = ((bound - mean) / std for bound in (a, b))
    if not 0.5 * (math.erf(high / math.sqrt(2)) - math.erf(low / math.sqrt(2))) > 1e-6:
        raise ValueError(f"trunc_normal_: next to nothing of N({mean}, {std}²) lies between {a} and {b}")
    draws, shape = drawn_from(generator), tensor.shape

    def chosen() -> np.ndarray:
        values = draws.normal(mean, std, shape)
        while (outside := (values < a) | (values > b)).any():
            values = np.where(outside, draws.normal(mean, std, shape), values)
        return np.asarray(values)

    return _fill(tensor, drawn(chosen))


def orthogonal_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """`gain` times a matrix whose rows, or columns if there are fewer, are orthonormal; (out, in, *kernel) as a matrix.

    It is the Q of a QR decomposition of normal numbers, with the signs that make the diagonal of R positive: so it is
    uniform among all. ValueError: fewer than two dimensions.

    Source: A. Saxe, J. McClelland and S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep
    linear neural networks" (ICLR 2014).
    """
    if tensor.ndim < 2:
        raise ValueError(f"orthogonal_: expected two dimensions or more, got shape {tuple(tensor.shape)}")
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    draws, shape = drawn_from(generator), tensor.shape

    def rotation() -> np.ndarray:
        q, r = np.linalg.qr(draws.standard_normal((max(rows, columns), min(rows, columns))))
        q = q * np.sign(np.diag(r))
        return np.asarray(gain * (q.T if rows < columns else q).reshape(shape))

    return _fill(tensor, drawn(rotation)) if tensor.numel() else tensor


def eye_(tensor: Tensor) -> Tensor:
    """The identity matrix. ValueError: not two dimensions."""
    if tensor.ndim != 2:
        raise ValueError(f"eye_: expected a matrix, got shape {tuple(tensor.shape)}")
    return _fill(tensor, np.eye(*tensor.shape))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """A convolution's weight that hands on its input: a 1 in the middle of the kernel from channel i to channel i.

    groups: of channels, each by itself. ValueError: not three to five dimensions, or channels that `groups` does not
    divide.
    """
    if tensor.ndim not in (3, 4, 5) or tensor.shape[0] % groups:
        raise ValueError(f"dirac_: expected (groups · out, in, *kernel), got shape {tuple(tensor.shape)}")
    values = np.zeros(tensor.shape)
    size = tensor.shape[0] // groups
    middle = tuple(k // 2 for k in tensor.shape[2:])
    for group in range(groups):
        for i in range(min(size, tensor.shape[1])):
            values[(group * size + i, i, *middle)] = 1
    return _fill(tensor, values)


def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator = None) -> Tensor:
    """Normal with this standard deviation, but zero in a share of `sparsity`, rounded up, of each column."""
    if tensor.ndim != 2:
        raise ValueError(f"sparse_: expected a matrix, got shape {tuple(tensor.shape)}")
    draws, (rows, columns) = drawn_from(generator), tensor.shape

    def values() -> np.ndarray:
        found = draws.normal(0, std, (rows, columns))
        for column in range(columns):
            found[draws.permutation(rows)[: math.ceil(sparsity * rows)], column] = 0
        return found

    return _fill(tensor, drawn(values))


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor by which weights must be larger to make up for a function that shrinks its input.

    nonlinearity: "linear", "conv2d" and its like, "sigmoid", "tanh", "relu", "leaky_relu" or "selu".
        ValueError: any other.
    param: the negative slope of "leaky_relu", 0.01 by default.
    """
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    gains = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
    if re.fullmatch(r"conv(_transpose)?[123]d", nonlinearity):
        return 1.0
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
