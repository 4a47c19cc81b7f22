"""Layers that normalise each example by itself: `LayerNorm`, `RMSNorm`, `GroupNorm`, `LocalResponseNorm`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import functional as F
from . import init
from .checks import check_dtype, check_tensor, empty, wrong_shape
from .module import Module
from .parameter import Parameter

__all__ = [
    "GroupNorm",
    "LayerNorm",
    "LocalResponseNorm",
    "RMSNorm",
]


class _Normalization(Module):
    """A learned scale and shift, which start as 1 and 0."""

    weight: Parameter | None
    bias: Parameter | None

    def _learn(self, shape: tuple[int, ...], weight: bool, bias: bool, **kind: Any) -> None:
        self.register_parameter("weight", Parameter(empty(*shape, **kind)) if weight else None)
        self.register_parameter("bias", Parameter(empty(*shape, **kind)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)


class _OverLast(_Normalization):
    """Normalises over the last dimensions."""

    normalized_shape: tuple[int, ...]

    def _check(self, x: Any) -> None:
        check_tensor(self, x)
        shape = self.normalized_shape
        if tuple(x.shape[-len(shape) :]) != shape:
            raise wrong_shape(self, f"(..., {', '.join(map(str, shape))})", x)
        check_dtype(self, self.weight, x)


class LayerNorm(_OverLast):
    """(x - mean) / √(var + eps) · w + b, with mean and variance over the last dimensions, of sizes `normalized_shape`.

    ValueError: the last sizes of the input differ from it.
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = _sizes(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        learn = elementwise_affine
        self._learn(self.normalized_shape, learn, learn and bias, dtype=dtype, device=device)

    def forward(self, x: Any) -> Any:
        self._check(x)
        return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class RMSNorm(_OverLast):
    """x / √(mean(x²) + eps) · w over the last dimensions, whose sizes are `normalized_shape`.

    eps: by default the distance from 1 to the next larger number of the input's dtype.
    ValueError: the last sizes of the input differ from it.
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = _sizes(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self._learn(self.normalized_shape, elementwise_affine, False, dtype=dtype, device=device)

    def forward(self, x: Any) -> Any:
        self._check(x)
        return F.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(_Normalization):
    """(x - mean) / √(var + eps) · w + b over each of `num_groups` groups of channels of each example of (N, C, ...).

    ValueError: `num_groups` does not divide `num_channels`; an input of another shape.
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: num_channels must be a multiple of num_groups, got {num_channels} and {num_groups}"
            )
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        self._learn((num_channels,), affine, affine and bias, dtype=dtype, device=device)

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise wrong_shape(self, f"(N, {self.num_channels}, ...)", x)
        check_dtype(self, self.weight, x)
        return F.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        bias = self.bias is not None
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, bias={bias}"


class LocalResponseNorm(Module):
    """x / (k + α · mean of x² over `size` neighbouring channels)ᵝ for each element of an input (N, C, ...).

    Beyond the first and the last channel there are zeros, which count.
    ValueError: an input of fewer than three dimensions; size < 1.
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        return F.local_response_norm(x, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


def _sizes(shape: int | Sequence[int]) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else tuple(shape)
