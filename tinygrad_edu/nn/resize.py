"""Another number of pixels, as layers: `Upsample`, `PixelShuffle`, `ChannelShuffle` and their kin."""

from __future__ import annotations

from typing import Any

from . import functional as F
from .applied import Activation
from .checks import check_tensor
from .module import Module

__all__ = [
    "ChannelShuffle",
    "PixelShuffle",
    "PixelUnshuffle",
    "Upsample",
    "UpsamplingBilinear2d",
    "UpsamplingNearest2d",
]


class Upsample(Module):
    """An input x (N, C, ...), of one to three dimensions "...", at another resolution: see `F.interpolate`.

    size: the new sizes, or scale_factor: by how much to multiply the old ones. mode: "nearest", "linear", "bilinear",
    "bicubic", "trilinear" ... align_corners: the centres of the corner pixels stay where they are.

    ValueError: an unknown mode, or one for another number of dimensions; neither or both of size and scale_factor.
    """

    def __init__(
        self,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        self.size = size
        several = isinstance(scale_factor, (tuple, list))
        self.scale_factor = tuple(map(float, scale_factor)) if several else scale_factor and float(scale_factor)
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        more = self.align_corners, self.recompute_scale_factor
        return F.interpolate(x, self.size, self.scale_factor, self.mode, *more)

    def extra_repr(self) -> str:
        name = "size" if self.scale_factor is None else "scale_factor"
        return f"{name}={getattr(self, name)!r}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """`Upsample` of images x (N, C, H, W) in the mode "nearest"."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, mode="nearest")


class UpsamplingBilinear2d(Upsample):
    """`Upsample` of images x (N, C, H, W) in the mode "bilinear", with align_corners=True."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, mode="bilinear", align_corners=True)


class PixelShuffle(Activation, of=F.pixel_shuffle): ...


class PixelUnshuffle(Activation, of=F.pixel_unshuffle): ...


class ChannelShuffle(Activation, of=F.channel_shuffle): ...
