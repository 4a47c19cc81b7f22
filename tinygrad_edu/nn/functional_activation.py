"""Activations as functions of one tensor, element by element unless they take a `dim`.

`inplace` is accepted for PyTorch's sake and has no effect: nothing here writes over its input. Where a derivative
jumps, the choice is PyTorch's: it is the one of the flat side, except where the docstring says otherwise.
"""

from __future__ import annotations

import math
from typing import Any

from .. import ops

SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


def relu(input: Any, inplace: bool = False) -> Any:
    """max(x, 0)."""
    return ops.relu(input)


def relu6(input: Any, inplace: bool = False) -> Any:
    """min(max(x, 0), 6)."""
    return hardtanh(input, 0.0, 6.0)


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """x where x > 0, negative_slope · x elsewhere. The derivative at 0 is the slope."""
    return ops.where(input > 0, input, input * negative_slope)


def prelu(input: Any, weight: Any) -> Any:
    """x where x > 0, w · x elsewhere, with a slope w that is learned: one number, or one for each channel.

    input: (N, C, ...), or (C,). weight: (1,) or (C,). The derivative at 0 is the slope.

    Source: K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers" (ICCV 2015).
    """
    if weight.shape[0] != 1:
        dim = 1 if input.ndim > 1 else 0
        if not input.ndim or input.shape[dim] != weight.shape[0]:
            raise ValueError(f"prelu: {weight.shape[0]} slopes, but an input of shape {tuple(input.shape)}")
        weight = weight.reshape([-1 if d == dim else 1 for d in range(input.ndim)])
    elif not input.ndim:
        weight = weight.reshape(())
    return ops.where(input > 0, input, input * weight)


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x where x > 0, α (eˣ - 1) elsewhere. The derivative at 0 is α.

    Source: D.-A. Clevert, T. Unterthiner and S. Hochreiter, "Fast and accurate deep network learning by exponential
    linear units" (ICLR 2016).
    """
    return ops.where(input > 0, input, ops.expm1(ops.clamp(input, max=0.0)) * alpha)  # clamped: eˣ cannot overflow


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x where x > 0, α (e^(x/α) - 1) elsewhere: an ELU whose derivative has no jump.

    Source: J. T. Barron, "Continuously differentiable exponential linear units" (arXiv:1704.07483).
    """
    return ops.where(input > 0, input, ops.expm1(ops.clamp(input, max=0.0) / alpha) * alpha)


def selu(input: Any, inplace: bool = False) -> Any:
    """λ · elu(x, α), with the λ and α that keep mean 0 and variance 1 from layer to layer.

    Source: G. Klambauer, T. Unterthiner, A. Mayr and S. Hochreiter, "Self-normalizing neural networks" (NeurIPS 2017).
    """
    return elu(input, SELU_ALPHA) * SELU_SCALE


def gelu(input: Any, approximate: str = "none") -> Any:
    """x · Φ(x), with Φ the normal distribution function, x/2 · (1 + erf(x/√2)).

    approximate: "tanh" is x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))), which is within 5e-4.

    Source: D. Hendrycks and K. Gimpel, "Gaussian error linear units" (arXiv:1606.08415).
    """
    if approximate == "none":
        return 0.5 * input * (1.0 + ops.erf(input * math.sqrt(0.5)))
    if approximate != "tanh":
        raise ValueError(f"gelu: approximate must be 'none' or 'tanh', not {approximate!r}")
    inner = math.sqrt(2 / math.pi) * (input + 0.044715 * input * input * input)
    return 0.5 * input * (1.0 + ops.tanh(inner))


def silu(input: Any, inplace: bool = False) -> Any:
    """x · sigmoid(x), also called swish.

    Source: S. Elfwing, E. Uchibe and K. Doya, "Sigmoid-weighted linear units for neural network function approximation
    in reinforcement learning" (Neural Networks 107, 2018).
    """
    return input * ops.sigmoid(input)


def mish(input: Any, inplace: bool = False) -> Any:
    """x · tanh(softplus(x)).

    Source: D. Misra, "Mish: a self regularized non-monotonic activation function" (BMVC 2020).
    """
    return input * ops.tanh(ops.softplus(input))


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """log(1 + e^(βx)) / β, a smooth ReLU; just x where βx > threshold, as in PyTorch."""
    scaled = input * beta
    return ops.where(scaled > threshold, input, ops.softplus(scaled) / beta)


def softsign(input: Any) -> Any:
    """x / (1 + |x|)."""
    return input / (1.0 + ops.abs(input))


def softshrink(input: Any, lambd: float = 0.5) -> Any:
    """x moved towards 0 by λ, and 0 where |x| ≤ λ."""
    return input - ops.clamp(input, -lambd, lambd)


def hardshrink(input: Any, lambd: float = 0.5) -> Any:
    """x, and 0 where |x| ≤ λ."""
    return ops.where((input >= -lambd) & (input <= lambd), 0.0, input)


def tanhshrink(input: Any) -> Any:
    """x - tanh x."""
    return input - ops.tanh(input)


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """x held between two bounds. At the bounds the derivative is 0 (of `clamp` it is 1)."""
    return ops.where(input <= min_val, min_val, ops.where(input >= max_val, max_val, input))


def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """relu6(x + 3) / 6, a sigmoid of three straight lines."""
    return relu6(input + 3.0) / 6.0


def hardswish(input: Any, inplace: bool = False) -> Any:
    """x · relu6(x + 3) / 6.

    Source: A. Howard et al., "Searching for MobileNetV3" (ICCV 2019).
    """
    return input * relu6(input + 3.0) / 6.0


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Any:
    """x where x > threshold, `value` elsewhere."""
    return ops.where(input <= threshold, value, input)


def logsigmoid(input: Any) -> Any:
    """log sigmoid(x) = -softplus(-x): never overflows."""
    return -ops.softplus(-input)


def glu(input: Any, dim: int = -1) -> Any:
    """a · sigmoid(b) for the two halves a and b of the input along `dim`.

    Source: Y. Dauphin, A. Fan, M. Auli and D. Grangier, "Language modeling with gated convolutional networks"
    (ICML 2017).
    """
    if not input.ndim or input.shape[dim] % 2:
        raise ValueError(f"glu: needs an even size along dim {dim}, got shape {tuple(input.shape)}")
    a, b = ops.split(input, input.shape[dim] // 2, dim) if input.shape[dim] else (input, input)
    return a * ops.sigmoid(b)


def softmax(input: Any, dim: int, dtype: Any = None) -> Any:
    """exp(xᵢ) / Σⱼ exp(xⱼ) along `dim`; as `dtype` if given."""
    return ops.softmax(input if dtype is None else input.to(dtype), dim)


def log_softmax(input: Any, dim: int, dtype: Any = None) -> Any:
    """log softmax(x) along `dim`; as `dtype` if given."""
    return ops.log_softmax(input if dtype is None else input.to(dtype), dim=dim)


def softmin(input: Any, dim: int, dtype: Any = None) -> Any:
    """softmax(-x) along `dim`."""
    return softmax(-input, dim, dtype)
