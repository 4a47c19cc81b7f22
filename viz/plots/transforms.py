"""Images before and after a transform, one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .style import LINE, SOFT, WIDTH, canvas, plain, styled
from .tiles import frame, mosaic, place, show, square_images
from .values import array


@styled
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
    if len(before) != len(after) or not len(before):
        raise ValueError(f"before_after: expected as many images before as after, got {len(before)} and {len(after)}")
    rows = [square_images(array(x)[:most].astype(float), shape) for x in (before, after)]
    if len({row.ndim for row in rows}) > 1:
        raise ValueError("before_after: expected both grey or both in colour, got one of each")
    height, width = (max(row.shape[i] for row in rows) for i in (1, 2))
    images = np.concatenate([_centred(row, height, width) for row in rows])
    columns, gap = len(rows[0]), max(1, round(0.08 * width))
    pixels = mosaic(images, columns, gap)
    known = images[np.isfinite(images)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if images.ndim == 4:
        pixels = np.where(np.isnan(pixels), 1.0, np.clip(pixels / max(high, 1.0), 0, 1))
    wide = WIDTH if columns > 4 else WIDTH * (columns + 1) / 6
    figure, ax = canvas(ax, wide, (wide - 0.9) * pixels.shape[0] / pixels.shape[1] + 0.7)
    low = min(low, 0.0)
    show(ax, np.ma.masked_invalid(pixels), cmap="gray_r", vmin=low, vmax=high if high > low else low + 1)
    for i in range(len(images)):
        frame(ax, *place(i, columns, height, width, gap), height, width, color=LINE)
    middles = [place(i * columns, columns, height, width, gap)[1] - height / 2 for i in (0, 1)]
    ax.set_yticks(middles, [plain(name, 16) for name in names])
    ax.tick_params(length=0)
    ax.set_title(plain(title))
    if len(before) > columns:
        ax.set_xlabel(f"the first {columns} of {len(before):,} images", color=SOFT, fontsize=9.5)
    return figure


def _centred(images: np.ndarray, height: int, width: int) -> np.ndarray:
    top, left = (height - images.shape[1]) // 2, (width - images.shape[2]) // 2
    result = np.full((len(images), height, width, *images.shape[3:]), np.nan)
    result[:, top : top + images.shape[1], left : left + images.shape[2]] = images
    return result
