"""Pooling as layers: `MaxPool2d`, `AvgPool2d`, `AdaptiveAvgPool2d`, `MaxUnpool2d` and their kin."""

from __future__ import annotations

from typing import Any, ClassVar

from . import functional as F
from .applied import Activation
from .checks import check_tensor
from .functional.sliding import each
from .module import Module

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
]


class _MaxPool(Module):
    _ndim: ClassVar[int]

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        pool = getattr(F, f"max_pool{self._ndim}d")
        return pool(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices)

    def extra_repr(self) -> str:
        names = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)


class MaxPool1d(_MaxPool):
    """y[n, c, p] = max(x[n, c, stride · p + dilation · k]) over places k of the kernel.

    Input (N, C, L) or (C, L). The stride is by default the kernel's size. padding: at both ends, never a maximum; at
    most half of the kernel. return_indices: the result is two tensors, the maxima and where they were, for
    `MaxUnpool1d`. ceil_mode: a last window may reach beyond the input.
    Of equal elements the first gets the gradient.

    ValueError: an input of another number of dimensions, or smaller than the kernel; too much padding.
    """

    _ndim = 1


class MaxPool2d(_MaxPool):
    """y[n, c, p] = max(x[n, c, stride · p + dilation · k]) over places k = (k₁, k₂) of the kernel.

    Input (N, C, H, W) or (C, H, W). An argument that is an int counts for both dimensions. Everything else is as in
    `MaxPool1d`.
    """

    _ndim = 2


class MaxPool3d(_MaxPool):
    """y[n, c, p] = max(x[n, c, stride · p + dilation · k]) over places k = (k₁, k₂, k₃) of the kernel.

    Input (N, C, D, H, W) or (C, D, H, W). An argument that is an int counts for all dimensions. Everything else is as
    in `MaxPool1d`.
    """

    _ndim = 3


class AvgPool1d(Module):
    """The mean of x[n, c, stride · p + k] over places k of the kernel.

    Input (N, C, L) or (C, L). The stride is by default the kernel's size. padding: zeros at both ends, at most half of
    the kernel, which count unless `count_include_pad` is false. ceil_mode: a last window may reach beyond the input.

    ValueError: an input of another number of dimensions, or smaller than the kernel; too much padding.
    """

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = each("AvgPool1d", "kernel_size", kernel_size, 1, 1)
        self.stride = self.kernel_size if stride is None else each("AvgPool1d", "stride", stride, 1, 1)
        self.padding = each("AvgPool1d", "padding", padding, 1)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        return F.avg_pool1d(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _AvgPool(Module):
    _ndim: ClassVar[int]

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        counted = self.count_include_pad, self.divisor_override
        pool = getattr(F, f"avg_pool{self._ndim}d")
        return pool(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, *counted)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(_AvgPool):
    """The mean of x[n, c, stride · p + k] over places k = (k₁, k₂) of the kernel.

    Input (N, C, H, W) or (C, H, W). An argument that is an int counts for both dimensions. divisor_override: divide
    each sum by this. Everything else is as in `AvgPool1d`.
    """

    _ndim = 2


class AvgPool3d(_AvgPool):
    """The mean of x[n, c, stride · p + k] over places k = (k₁, k₂, k₃) of the kernel.

    Input (N, C, D, H, W) or (C, D, H, W). An argument that is an int counts for all dimensions. divisor_override:
    divide each sum by this. Everything else is as in `AvgPool1d`.
    """

    _ndim = 3


class _LPPool(Module):
    _ndim: ClassVar[int]

    def __init__(self, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> None:
        super().__init__()
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        pool = getattr(F, f"lp_pool{self._ndim}d")
        return pool(x, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)

    def extra_repr(self) -> str:
        names = ("norm_type", "kernel_size", "stride", "ceil_mode")
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)


class LPPool1d(_LPPool):
    """(Σ xᵖ)^(1/p) over each window of the last dimension, with p = `norm_type`: 1 for the sum, large for the maximum.

    Input (N, C, L) or (C, L). Where the sum is negative, or 0, the result and its gradient are 0.
    """

    _ndim = 1


class LPPool2d(_LPPool):
    """(Σ xᵖ)^(1/p) over each window of the last two dimensions: input (N, C, H, W) or (C, H, W). As `LPPool1d`."""

    _ndim = 2


class LPPool3d(_LPPool):
    """(Σ xᵖ)^(1/p) over each window of the last three dimensions: input (N, C, D, H, W). As `LPPool1d`."""

    _ndim = 3


class AdaptiveAvgPool1d(Activation, of=F.adaptive_avg_pool1d): ...


class AdaptiveAvgPool2d(Activation, of=F.adaptive_avg_pool2d): ...


class AdaptiveAvgPool3d(Activation, of=F.adaptive_avg_pool3d): ...


class _AdaptiveMax(Activation):
    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool1d(_AdaptiveMax, of=F.adaptive_max_pool1d): ...


class AdaptiveMaxPool2d(_AdaptiveMax, of=F.adaptive_max_pool2d): ...


class AdaptiveMaxPool3d(_AdaptiveMax, of=F.adaptive_max_pool3d): ...


class _MaxUnpool(Module):
    _ndim: ClassVar[int]

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        super().__init__()
        name, d = type(self).__name__, self._ndim
        self.kernel_size = each(name, "kernel_size", kernel_size, d, 1)
        self.stride = self.kernel_size if stride is None else each(name, "stride", stride, d, 1)
        self.padding = each(name, "padding", padding, d)

    def forward(self, x: Any, indices: Any, output_size: Any = None) -> Any:
        check_tensor(self, x)
        unpool = getattr(F, f"max_unpool{self._ndim}d")
        return unpool(x, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """The elements x that `MaxPool1d(..., return_indices=True)` gave, at the places they came from; 0 elsewhere.

    Inputs x and indices, both (N, C, L) or (C, L), and perhaps an output_size, which may differ from
    (L - 1) · stride + kernel_size - 2 · padding by less than the stride.

    IndexError: indices beyond it. ValueError: shapes that differ; another output_size.
    """

    _ndim = 1


class MaxUnpool2d(_MaxUnpool):
    """The elements x that `MaxPool2d(..., return_indices=True)` gave, at the places they came from; 0 elsewhere.

    Inputs x and indices, both (N, C, H, W) or (C, H, W). Everything else is as in `MaxUnpool1d`.
    """

    _ndim = 2


class MaxUnpool3d(_MaxUnpool):
    """The elements x that `MaxPool3d(..., return_indices=True)` gave, at the places they came from; 0 elsewhere.

    Inputs x and indices, both (N, C, D, H, W) or (C, D, H, W). Everything else is as in `MaxUnpool1d`.
    """

    _ndim = 3
