"""`Linear`, `Bilinear`, and layers that compute nothing: `Identity`, `Flatten`, `Unflatten`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from . import functional as F
from . import init
from .checks import check_dtype, check_tensor, empty, wrong_shape
from .module import Module
from .parameter import Parameter

__all__ = [
    "Bilinear",
    "Flatten",
    "Identity",
    "Linear",
    "Unflatten",
]


class Linear(Module):
    """y = x Wᵀ + b.

    Input (..., in_features), output (..., out_features); weight W (out_features, in_features), bias b (out_features,).
    Both start uniform on (-1/sqrt(in_features), 1/sqrt(in_features)), as in PyTorch (He et al. 2015 with a = sqrt 5).

    ValueError: the last size of the input is not in_features. TypeError: its floating dtype is not that of the weight.
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        kind = {"dtype": dtype, "device": device}
        self.weight = Parameter(empty(out_features, in_features, **kind))
        self.register_parameter("bias", Parameter(empty(out_features, **kind)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values for weight and bias."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features) if self.in_features else 0.0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        weight = self.weight
        try:
            return F.linear(x, weight, self.bias)
        except (TypeError, ValueError):  # the op found something wrong: said in the layer's words, if it is the input
            if not x.ndim or x.shape[-1] != self.in_features:
                raise wrong_shape(self, f"(..., {self.in_features})", x) from None
            check_dtype(self, weight, x)
            raise

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Bilinear(Module):
    """yₖ = x₁ᵀ Wₖ x₂ + bₖ.

    Inputs (..., in1_features) and (..., in2_features), output (..., out_features); weight W (out, in1, in2), bias b
    (out,), both uniform on (-1/sqrt(in1_features), 1/sqrt(in1_features)) to start with.

    ValueError: the last sizes of the inputs are not in1_features and in2_features. TypeError: the floating dtype of one
    is not that of the weight.
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if in1_features <= 0:
            raise ValueError(f"Bilinear: in1_features must be positive, got {in1_features}")
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        kind = {"dtype": dtype, "device": device}
        self.weight = Parameter(empty(out_features, in1_features, in2_features, **kind))
        self.register_parameter("bias", Parameter(empty(out_features, **kind)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values for weight and bias."""
        bound = 1 / math.sqrt(self.in1_features)
        for param in self.parameters():
            init.uniform_(param, -bound, bound)

    def forward(self, x1: Any, x2: Any) -> Any:
        for x, size in ((x1, self.in1_features), (x2, self.in2_features)):
            check_tensor(self, x)
            if not x.ndim or x.shape[-1] != size:
                raise wrong_shape(self, f"(..., {size})", x)
            check_dtype(self, self.weight, x)
        return F.bilinear(x1, x2, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Identity(Module):
    """y = x. It can stand in for any other layer: the arguments of its constructor are ignored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, x: Any) -> Any:
        return x


class Flatten(Module):
    """Merge the dimensions from start_dim to end_dim into one: (N, C, H, W) becomes (N, C·H·W)."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        return F.flatten(x, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Split dimension `dim` into dimensions of the sizes `unflattened_size`, one of which may be -1.

    The opposite of `Flatten`. ValueError: the product of the sizes is not the size of `dim`.
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        super().__init__()
        self.dim = dim
        self.unflattened_size = tuple(unflattened_size)

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        if not -x.ndim <= self.dim < x.ndim:
            raise wrong_shape(self, f"with a dimension {self.dim}", x)
        dim = self.dim % x.ndim
        sizes = self.unflattened_size
        known = math.prod(size for size in sizes if size != -1)
        if sizes.count(-1) > 1 or (x.shape[dim] % known if -1 in sizes and known else x.shape[dim] != known):
            raise wrong_shape(self, f"whose size along dim {self.dim} is the product of {sizes}", x)
        return x.reshape((*x.shape[:dim], *sizes, *x.shape[dim + 1 :]))

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
