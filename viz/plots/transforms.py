"""Images before and after a transform, one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .images import image_rows


def before_after(
    before: Any,
    after: Any,
    ax: Axes | None = None,
    *,
    shape: tuple[int, int] | None = None,
    names: Sequence[Any] = ("before", "after"),
    most: int = 10,
    title: str = "Before and after",
) -> Figure:
    """The same images twice: as they were in the upper row, as they became in the lower one.

    before, after: the same number of images, (N, H, W), (N, H, W, 3), (N, C, H, W) or (N, H * W); sizes may differ.
    """
    first, second = (str(name) for name in names)
    if first == second:
        raise ValueError(f"before_after: expected two different names, got {first!r} twice")
    return image_rows({first: before, second: after}, ax, shape=shape, most=most, title=title)
