"""Activations as functions of one tensor, element by element unless they take a `dim`.

input: a floating-point Tensor of any shape; the result has its shape and dtype.
inplace: write the result into `input` itself, and return that; gradients are those of the function out of place.
    RuntimeError: a leaf that requires grad. `relu_(x)` is `relu(x, inplace=True)`, and so on.

Where a derivative jumps it is, as in PyTorch, that of the flat side, unless the docstring says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ... import ops
from ...tensor import Tensor
from ...warn import warn

__all__ = [
    "celu",
    "celu_",
    "elu",
    "elu_",
    "gelu",
    "glu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "hardtanh_",
    "leaky_relu",
    "leaky_relu_",
    "log_softmax",
    "logsigmoid",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "relu_",
    "selu",
    "selu_",
    "sigmoid",
    "silu",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
    "threshold_",
]

SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


def in_place(name: str, input: Any, function: Callable[..., Any], *args: Any) -> Tensor:
    """Write `function(input, *args)` into `input`, and return that. name: of the activation, for errors.

    The derivative is computed from a copy of the old input where a graph needs it.
    """
    if not isinstance(input, Tensor):
        raise TypeError(f"{name}(inplace=True): expected a Tensor to write to, got {type(input).__name__}")
    return input._update(f"{name}(inplace=True)", function, *args)


def relu(input: Any, inplace: bool = False) -> Any:
    """max(x, 0). The derivative at 0 is 0."""
    if inplace:
        return in_place("relu", input, relu)
    return ops.relu(input)


def relu6(input: Any, inplace: bool = False) -> Any:
    """min(max(x, 0), 6). The derivative at 0 and at 6 is 0."""
    if inplace:
        return in_place("relu6", input, relu6)
    return hardtanh(input, 0.0, 6.0)


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """x where x > 0, negative_slope · x elsewhere. The derivative at 0 is the slope."""
    if inplace:
        return in_place("leaky_relu", input, leaky_relu, negative_slope)
    return ops.where(input > 0, input, input * negative_slope)


def prelu(input: Any, weight: Any) -> Any:
    """x where x > 0, w · x elsewhere, with a slope w that is learned: one number, or one for each channel.

    input: any shape; its channels are the second dimension. weight: (), (1,) or (C,). The derivative at 0 is the slope.
    ValueError: the number of slopes is neither 1 nor C.

    Source: K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers" (ICCV 2015).
    """
    channels = input.shape[1] if input.ndim > 1 else 1
    if weight.ndim > 1 or weight.numel() not in (1, channels):
        raise ValueError(
            f"prelu: expected 1 slope, or one for each of {channels} channels, for an input of shape "
            f"{tuple(input.shape)}; got a weight of shape {tuple(weight.shape)}"
        )
    slopes = weight.reshape(() if weight.numel() == 1 else (-1,) + (1,) * (input.ndim - 2))
    return ops.where(input > 0, input, input * slopes)


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x where x > 0, α (eˣ - 1) elsewhere, with α: `alpha`. The derivative at 0 is α.

    Source: D.-A. Clevert, T. Unterthiner and S. Hochreiter, "Fast and accurate deep network learning by exponential
    linear units" (ICLR 2016).
    """
    if inplace:
        return in_place("elu", input, elu, alpha)
    negative = ops.expm1(ops.clamp(input, max=0.0)) * alpha  # clamped: eˣ cannot overflow
    return ops.where(input > 0, input, negative)


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x where x > 0, α (e^(x/α) - 1) elsewhere, with α: `alpha`. An ELU whose derivative has no jump.

    Source: J. T. Barron, "Continuously differentiable exponential linear units" (arXiv:1704.07483).
    """
    if inplace:
        return in_place("celu", input, celu, alpha)
    negative = ops.expm1(ops.clamp(input, max=0.0) / alpha) * alpha
    return ops.where(input > 0, input, negative)


def selu(input: Any, inplace: bool = False) -> Any:
    """λ · elu(x, α), with the constants λ = 1.0507... and α = 1.6732... that keep mean 0 and variance 1.

    Source: G. Klambauer, T. Unterthiner, A. Mayr and S. Hochreiter, "Self-normalizing neural networks" (NeurIPS 2017).
    """
    if inplace:
        return in_place("selu", input, selu)
    return elu(input, SELU_ALPHA) * SELU_SCALE


def gelu(input: Any, approximate: str = "none") -> Any:
    """x · Φ(x), with Φ the normal distribution function: x/2 · (1 + erf(x/√2)).

    approximate: "none"; or "tanh", x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))), which differs by less than 5e-4.

    Source: D. Hendrycks and K. Gimpel, "Gaussian error linear units" (arXiv:1606.08415).
    """
    if approximate == "none":
        return 0.5 * input * (1.0 + ops.erf(input * math.sqrt(0.5)))
    if approximate != "tanh":
        raise ValueError(f"gelu: approximate must be 'none' or 'tanh', got {approximate!r}")
    inner = math.sqrt(2 / math.pi) * (input + 0.044715 * input * input * input)
    return 0.5 * input * (1.0 + ops.tanh(inner))


def silu(input: Any, inplace: bool = False) -> Any:
    """x · sigmoid(x), also called swish.

    Source: S. Elfwing, E. Uchibe and K. Doya, "Sigmoid-weighted linear units for neural network function approximation
    in reinforcement learning" (Neural Networks 107, 2018).
    """
    if inplace:
        return in_place("silu", input, silu)
    return input * ops.sigmoid(input)


def mish(input: Any, inplace: bool = False) -> Any:
    """x · tanh(softplus(x)).

    Source: D. Misra, "Mish: a self regularized non-monotonic activation function" (BMVC 2020).
    """
    if inplace:
        return in_place("mish", input, mish)
    return input * ops.tanh(ops.softplus(input))


def sigmoid(input: Any) -> Any:
    """1 / (1 + e⁻ˣ). Never overflows."""
    return ops.sigmoid(input)


def tanh(input: Any) -> Any:
    """tanh x = (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ)."""
    return ops.tanh(input)


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """log(1 + e^(βx)) / β, a smooth ReLU, with β: `beta`; x itself where βx > threshold, as in PyTorch."""
    scaled = input * beta
    return ops.where(scaled > threshold, input, ops.softplus(scaled) / beta)


def softsign(input: Any) -> Any:
    """x / (1 + |x|)."""
    return input / (1.0 + ops.abs(input))


def softshrink(input: Any, lambd: float = 0.5) -> Any:
    """x moved towards 0 by λ, and 0 where |x| ≤ λ, with λ: `lambd`."""
    return input - ops.clamp(input, -lambd, lambd)


def hardshrink(input: Any, lambd: float = 0.5) -> Any:
    """x, but 0 where |x| ≤ λ, with λ: `lambd`."""
    return ops.where((input >= -lambd) & (input <= lambd), 0.0, input)


def tanhshrink(input: Any) -> Any:
    """x - tanh x."""
    return input - ops.tanh(input)


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """min(max(x, min_val), max_val). The derivative at the two bounds is 0 (that of `clamp` is 1)."""
    if inplace:
        return in_place("hardtanh", input, hardtanh, min_val, max_val)
    return ops.where(input <= min_val, min_val, ops.where(input >= max_val, max_val, input))


def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """relu6(x + 3) / 6: a sigmoid of three straight lines."""
    if inplace:
        return in_place("hardsigmoid", input, hardsigmoid)
    return relu6(input + 3.0) / 6.0


def hardswish(input: Any, inplace: bool = False) -> Any:
    """x · relu6(x + 3) / 6.

    Source: A. Howard et al., "Searching for MobileNetV3" (ICCV 2019).
    """
    if inplace:
        return in_place("hardswish", input, hardswish)
    return input * relu6(input + 3.0) / 6.0


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Any:
    """x where x > threshold, `value` elsewhere."""
    if inplace:
        return threshold_(input, threshold, value)
    return _threshold(input, threshold, value)


def _threshold(x: Any, level: float, value: float) -> Any:
    return ops.where(x <= level, value, x)


def relu_(input: Any) -> Any:
    """`relu`, in place."""
    return relu(input, True)


def leaky_relu_(input: Any, negative_slope: float = 0.01) -> Any:
    """`leaky_relu`, in place."""
    return leaky_relu(input, negative_slope, True)


def elu_(input: Any, alpha: float = 1.0) -> Any:
    """`elu`, in place."""
    return elu(input, alpha, True)


def celu_(input: Any, alpha: float = 1.0) -> Any:
    """`celu`, in place."""
    return celu(input, alpha, True)


def selu_(input: Any) -> Any:
    """`selu`, in place."""
    return selu(input, True)


def hardtanh_(input: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """`hardtanh`, in place."""
    return hardtanh(input, min_val, max_val, True)


def threshold_(input: Any, threshold: float, value: float) -> Any:
    """`threshold`, in place."""
    return in_place("threshold", input, _threshold, threshold, value)


def logsigmoid(input: Any) -> Any:
    """log sigmoid(x) = -softplus(-x). Never overflows."""
    return -ops.softplus(-input)


def glu(input: Any, dim: int = -1) -> Any:
    """a · sigmoid(b) for the two halves a and b of the input along `dim`, whose size is halved.

    ValueError: an odd size along `dim`.

    Source: Y. Dauphin, A. Fan, M. Auli and D. Grangier, "Language modeling with gated convolutional networks"
    (ICML 2017).
    """
    if not input.ndim or input.shape[dim] % 2:
        raise ValueError(f"glu: expected an even size along dim {dim}, got shape {tuple(input.shape)}")
    a, b = ops.split(input, input.shape[dim] // 2, dim) if input.shape[dim] else (input, input)
    return a * ops.sigmoid(b)


def _dim(name: str, dim: int | None, input: Any) -> int:
    """Without one, as PyTorch chooses and warns: the first of 0, 1 or 3 dimensions, else the second."""
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
        warn(f"{name}: dim was not given, and {dim} is taken, as PyTorch does; write dim={dim}, or dim=-1 for the last")
    return dim


def softmax(input: Any, dim: int | None = None, dtype: Any = None) -> Any:
    """exp(xᵢ) / Σⱼ exp(xⱼ) along `dim`: positive numbers whose sum is 1.

    dtype: convert the input to it first. `cross_entropy` takes the softmax itself: give it x, not softmax(x).
    """
    return ops.softmax(input if dtype is None else input.to(dtype), _dim("softmax", dim, input))


def log_softmax(input: Any, dim: int | None = None, dtype: Any = None) -> Any:
    """xᵢ - log Σⱼ exp(xⱼ) along `dim`: the logarithm of the softmax, which `nll_loss` takes.

    dtype: convert the input to it first.
    """
    return ops.log_softmax(input if dtype is None else input.to(dtype), dim=_dim("log_softmax", dim, input))


def softmin(input: Any, dim: int | None = None, dtype: Any = None) -> Any:
    """exp(-xᵢ) / Σⱼ exp(-xⱼ) along `dim`: softmax(-x).

    dtype: convert the input to it first.
    """
    return softmax(-input, _dim("softmin", dim, input), dtype)
