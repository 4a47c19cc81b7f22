"""Padding as layers: `ZeroPad2d`, `ConstantPad2d`, `ReflectionPad2d`, `ReplicationPad2d`, `CircularPad2d` ..."""

from __future__ import annotations

from typing import Any, ClassVar

from . import functional as F
from .checks import check_tensor, wrong_shape
from .module import Module

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]


class _Pad(Module):
    """padding: a width for every end, or (left, right) of the last dimension, then of the one before it ..."""

    _ndim: ClassVar[int]  # dimensions that are padded
    _mode: ClassVar[str]
    value: float = 0.0

    def __init__(self, padding: Any) -> None:
        super().__init__()
        ends = 2 * self._ndim
        given = (padding,) * ends if isinstance(padding, int) else tuple(padding)
        if len(given) != ends:
            raise ValueError(f"{type(self).__name__}: padding must be an int or {ends} of them, got {padding!r}")
        self.padding = given

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        if self._mode != "constant" and x.ndim not in (self._ndim + 1, self._ndim + 2):
            dims = ", ".join(["L"] if self._ndim == 1 else "DHW"[-self._ndim :])
            raise wrong_shape(self, f"(N, C, {dims}) or (C, {dims})", x)
        return F.pad(x, self.padding, self._mode, self.value if self._mode == "constant" else None)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ConstantPad(_Pad):
    _mode = "constant"

    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class _ZeroPad(_Pad):
    _mode = "constant"


class _ReflectionPad(_Pad):
    _mode = "reflect"


class _ReplicationPad(_Pad):
    _mode = "replicate"


class _CircularPad(_Pad):
    _mode = "circular"


class ZeroPad1d(_ZeroPad):
    """Adds zeros at the ends of the last dimension.

    Input x of any shape; padding: a width for every end, or (left, right).
    Negative widths take away.
    """

    _ndim = 1


class ZeroPad2d(_ZeroPad):
    """Adds zeros at the ends of the last two dimensions.

    Input x of any shape; padding: a width for every end, or (left, right, top, bottom).
    Negative widths take away.
    """

    _ndim = 2


class ZeroPad3d(_ZeroPad):
    """Adds zeros at the ends of the last three dimensions.

    Input x of any shape; padding: a width for every end, or (left, right, top, bottom, front, back).
    Negative widths take away.
    """

    _ndim = 3


class ConstantPad1d(_ConstantPad):
    """Adds elements of one value at the ends of the last dimension.

    Input x of any shape; padding: a width for every end, or (left, right).
    Negative widths take away.
    """

    _ndim = 1


class ConstantPad2d(_ConstantPad):
    """Adds elements of one value at the ends of the last two dimensions.

    Input x of any shape; padding: a width for every end, or (left, right, top, bottom).
    Negative widths take away.
    """

    _ndim = 2


class ConstantPad3d(_ConstantPad):
    """Adds elements of one value at the ends of the last three dimensions.

    Input x of any shape; padding: a width for every end, or (left, right, top, bottom, front, back).
    Negative widths take away.
    """

    _ndim = 3


class ReflectionPad1d(_ReflectionPad):
    """Adds the mirror image of x, without its last element, at the ends of the last dimension.

    Input x (N, C, L) or (C, L); padding: a width for every end, or (left, right).
    Negative widths take away. ValueError: a width that is not less than the size.
    """

    _ndim = 1


class ReflectionPad2d(_ReflectionPad):
    """Adds the mirror image of x, without its last element, at the ends of the last two dimensions.

    Input x (N, C, H, W) or (C, H, W); padding: a width for every end, or (left, right, top, bottom).
    Negative widths take away. ValueError: a width that is not less than the size.
    """

    _ndim = 2


class ReflectionPad3d(_ReflectionPad):
    """Adds the mirror image of x, without its last element, at the ends of the last three dimensions.

    Input x (N, C, D, H, W) or (C, D, H, W); padding: a width for every end, or (left, right, top, bottom, front, back).
    Negative widths take away. ValueError: a width that is not less than the size.
    """

    _ndim = 3


class ReplicationPad1d(_ReplicationPad):
    """Adds the last element of x again and again at the ends of the last dimension.

    Input x (N, C, L) or (C, L); padding: a width for every end, or (left, right).
    Negative widths take away. ValueError: nothing to repeat.
    """

    _ndim = 1


class ReplicationPad2d(_ReplicationPad):
    """Adds the last element of x again and again at the ends of the last two dimensions.

    Input x (N, C, H, W) or (C, H, W); padding: a width for every end, or (left, right, top, bottom).
    Negative widths take away. ValueError: nothing to repeat.
    """

    _ndim = 2


class ReplicationPad3d(_ReplicationPad):
    """Adds the last element of x again and again at the ends of the last three dimensions.

    Input x (N, C, D, H, W) or (C, D, H, W); padding: a width for every end, or (left, right, top, bottom, front, back).
    Negative widths take away. ValueError: nothing to repeat.
    """

    _ndim = 3


class CircularPad1d(_CircularPad):
    """Adds elements from the other end of x at the ends of the last dimension.

    Input x (N, C, L) or (C, L); padding: a width for every end, or (left, right).
    Negative widths take away. ValueError: a width larger than the size.
    """

    _ndim = 1


class CircularPad2d(_CircularPad):
    """Adds elements from the other end of x at the ends of the last two dimensions.

    Input x (N, C, H, W) or (C, H, W); padding: a width for every end, or (left, right, top, bottom).
    Negative widths take away. ValueError: a width larger than the size.
    """

    _ndim = 2


class CircularPad3d(_CircularPad):
    """Adds elements from the other end of x at the ends of the last three dimensions.

    Input x (N, C, D, H, W) or (C, D, H, W); padding: a width for every end, or (left, right, top, bottom, front, back).
    Negative widths take away. ValueError: a width larger than the size.
    """

    _ndim = 3
