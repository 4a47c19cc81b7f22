"""Convolutions as layers, `Conv1d` to `ConvTranspose3d`, and the windows that they see, `Unfold` and `Fold`."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from . import functional as F
from . import init
from .applied import Activation
from .checks import check_dtype, check_tensor, empty, wrong_shape
from .functional.sliding import each
from .module import Module
from .parameter import Parameter

__all__ = [
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Fold",
    "Unfold",
]

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class _Conv(Module):
    """What they have in common: a weight and a bias, and all that slides."""

    transposed: ClassVar[bool]
    _ndim: ClassVar[int]  # dimensions to slide over
    bias: Parameter | None

    def _construct(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any,
        padding: Any,
        output_padding: Any,
        dilation: Any,
        groups: int,
        bias: bool,
        padding_mode: str,
        kind: dict[str, Any],
    ) -> None:
        super().__init__()
        name, d = type(self).__name__, self._ndim
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{name}: in_channels and out_channels must be multiples of groups, got {in_channels}, {out_channels} "
                f"and {groups}"
            )
        if padding_mode not in PADDING_MODES or (self.transposed and padding_mode != "zeros"):
            allowed = "'zeros'" if self.transposed else f"one of {', '.join(PADDING_MODES)}"
            raise ValueError(f"{name}: padding_mode must be {allowed}, got {padding_mode!r}")
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = each(name, "kernel_size", kernel_size, d, 1)
        self.stride = each(name, "stride", stride, d, 1)
        self.padding = padding if isinstance(padding, str) else each(name, "padding", padding, d)
        self.dilation = each(name, "dilation", dilation, d, 1)
        self.output_padding = each(name, "output_padding", output_padding, d)
        self.groups = groups
        self.padding_mode = padding_mode
        self._widths = self._padding_widths(name)
        first, second = (in_channels, out_channels) if self.transposed else (out_channels, in_channels)
        self.weight = Parameter(empty(first, second // groups, *self.kernel_size, **kind))
        self.register_parameter("bias", Parameter(empty(out_channels, **kind)) if bias else None)
        self.reset_parameters()

    def _padding_widths(self, name: str) -> list[int]:
        """For `F.pad`: how much before and behind, the last dimension first."""
        if isinstance(self.padding, tuple):
            return [p for p in reversed(self.padding) for _ in range(2)]
        if self.padding not in ("valid", "same"):
            raise ValueError(f"{name}: padding must be ints, 'valid' or 'same', got {self.padding!r}")
        if self.padding == "same" and max(self.stride) > 1:
            raise ValueError(f"{name}: padding='same' needs stride 1, got {self.stride}; pad with ints")
        same = self.padding == "same"
        totals = [d * (k - 1) * same for d, k in zip(reversed(self.dilation), reversed(self.kernel_size), strict=True)]
        return [width for total in totals for width in (total // 2, total - total // 2)]

    def reset_parameters(self) -> None:
        """Draw new values for weight and bias."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in = init.fans(self.weight)[0]
            bound = 1 / math.sqrt(fan_in) if fan_in else 0.0
            init.uniform_(self.bias, -bound, bound)

    def _check(self, x: Any) -> None:
        check_tensor(self, x)
        d = self._ndim
        if x.ndim not in (d + 1, d + 2) or x.shape[-d - 1] != self.in_channels:
            dims = ", ".join(["L"] if d == 1 else "DHW"[-d:])
            raise wrong_shape(self, f"(N, {self.in_channels}, {dims}) or ({self.in_channels}, {dims})", x)
        check_dtype(self, self.weight, x)

    def forward(self, x: Any) -> Any:
        self._check(x)
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            x, padding = F.pad(x, self._widths, self.padding_mode), 0
        convolve = getattr(F, f"conv{self._ndim}d")
        return convolve(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def extra_repr(self) -> str:
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        d = self._ndim
        for name, usual in (("padding", (0,) * d), ("dilation", (1,) * d), ("output_padding", (0,) * d), ("groups", 1)):
            if getattr(self, name) != usual:
                text += f", {name}={getattr(self, name)}"
        text += ", bias=False" if self.bias is None else ""
        return text + (f", padding_mode={self.padding_mode}" if self.padding_mode != "zeros" else "")


class _Convolution(_Conv):
    transposed = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        kind = {"device": device, "dtype": dtype}
        self._construct(
            in_channels, out_channels, kernel_size, stride, padding, 0, dilation, groups, bias, padding_mode, kind
        )


class Conv1d(_Convolution):
    """y[n, o, p] = b[o] + Σ w[o, c, k] · x[n, c, stride · p + dilation · k], over channels c and places k.

    Input (N, in_channels, L) or (in_channels, L); weight (out_channels, in_channels / groups, kernel_size), bias
    (out_channels,). Both start uniform on (-1/√f, 1/√f) with f = in_channels / groups · kernel_size.
    padding: at both ends; "valid" for none, "same" for as much as keeps the length. padding_mode: with "zeros",
    "reflect", "replicate" or "circular", as in `F.pad`. groups: the channels are cut into this many groups, and output
    group i sees input group i only.

    ValueError: arguments that do not fit together; an input of another shape, or smaller than the kernel.
    """

    _ndim = 1


class Conv2d(_Convolution):
    """y[n, o, p] = b[o] + Σ w[o, c, k] · x[n, c, stride · p + dilation · k], over channels c, places k = (k₁, k₂).

    Input (N, in_channels, H, W) or (in_channels, H, W); weight (out_channels, in_channels / groups, *kernel_size). An
    argument that is an int counts for both dimensions. Everything else is as in `Conv1d`.
    """

    _ndim = 2


class Conv3d(_Convolution):
    """y[n, o, p] = b[o] + Σ w[o, c, k] · x[n, c, stride · p + dilation · k], over channels c, places k = (k₁, k₂, k₃).

    Input (N, in_channels, D, H, W) or (in_channels, D, H, W); weight (out_channels, in_channels / groups,
    *kernel_size). An argument that is an int counts for all dimensions. Everything else is as in `Conv1d`.
    """

    _ndim = 3


class _Transposed(_Conv):
    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        kind = {"device": device, "dtype": dtype}
        name = type(self).__name__
        if isinstance(padding, str):
            raise TypeError(f"{name}: padding must be an int or {self._ndim} of them, got {padding!r}")
        self._construct(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            output_padding,
            dilation,
            groups,
            bias,
            padding_mode,
            kind,
        )

    def forward(self, x: Any, output_size: Any = None) -> Any:
        """output_size: of the sizes that the convolution makes the input's of, which one, instead of output_padding."""
        self._check(x)
        more = self.output_padding if output_size is None else self._more(x, output_size)
        convolve = getattr(F, f"conv_transpose{self._ndim}d")
        return convolve(x, self.weight, self.bias, self.stride, self.padding, more, self.groups, self.dilation)

    def _more(self, x: Any, output_size: Any) -> tuple[int, ...]:
        d = self._ndim
        padding: Any = self.padding
        sliding = zip(x.shape[-d:], self.kernel_size, self.stride, padding, self.dilation, strict=True)
        least = [(n - 1) * s - 2 * p + q * (k - 1) + 1 for n, k, s, p, q in sliding]
        more = tuple(int(n) - low for n, low in zip(tuple(output_size)[-d:], least, strict=False))
        if len(more) != d or any(not 0 <= m < s for m, s in zip(more, self.stride, strict=True)):
            most = [low + s - 1 for low, s in zip(least, self.stride, strict=True)]
            raise ValueError(f"{self}: output_size must be from {least} to {most}, got {tuple(output_size)}")
        return more


class ConvTranspose1d(_Transposed):
    """Adds w[c, o, k] · x[n, c, p] to y[n, o, stride · p + dilation · k], for all c, p and k; and b[o].

    Input (N, in_channels, L) or (in_channels, L); weight (in_channels, out_channels / groups, kernel_size), bias
    (out_channels,). Both start uniform on (-1/√f, 1/√f) with f = out_channels / groups · kernel_size.
    It gives the input the length that `Conv1d` with the same arguments made it of; of several such lengths the
    shortest, unless `output_padding`, or the second argument of the call, asks for another.

    ValueError: arguments that do not fit together; an input of another shape.
    """

    _ndim = 1


class ConvTranspose2d(_Transposed):
    """Adds w[c, o, k] · x[n, c, p] to y[n, o, stride · p + dilation · k], for all c, p and k; and b[o].

    Input (N, in_channels, H, W) or (in_channels, H, W); weight (in_channels, out_channels / groups, *kernel_size). An
    argument that is an int counts for both dimensions. Everything else is as in `ConvTranspose1d`.
    """

    _ndim = 2


class ConvTranspose3d(_Transposed):
    """Adds w[c, o, k] · x[n, c, p] to y[n, o, stride · p + dilation · k], for all c, p and k; and b[o].

    Input (N, in_channels, D, H, W) or (in_channels, D, H, W); weight (in_channels, out_channels / groups,
    *kernel_size). An argument that is an int counts for all dimensions. Everything else is as in `ConvTranspose1d`.
    """

    _ndim = 3


class Unfold(Activation, of=F.unfold): ...


class Fold(Activation, of=F.fold): ...
