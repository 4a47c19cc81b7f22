"""Images side by side: a grid of samples, or named rows of images that belong together, one column for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .style import LINE, SOFT, WIDTH, canvas, plain, styled
from .tiles import frame, grid_shape, mosaic, place, show, square_images
from .values import array

LARGEST = 8.5  # inches: as high as a page


@styled
def image_grid(
    images: Any,
    ax: Axes | None = None,
    *,
    columns: int | None = None,
    shape: tuple[int, int] | None = None,
    most: int = 400,
    gap: int | None = None,
    title: str = "Images",
    xlabel: str = "",
    ylabel: str = "",
) -> Figure:
    """Images row by row: samples of a generator, or what a decoder makes of points on a grid.

    images: (N, H, W), (N, H, W, 3), (N, C, H, W) or (N, H * W). One scale of grey for all, 0 is white.
    columns: how many stand in a row; by default as many as there are rows.
    shape: height and width, for flat images that are not square.
    most: how many are drawn; the picture says so if there are more.
    gap: pixels between two images; 0 puts them edge to edge, without frames.
    """
    if not len(images):
        raise ValueError("image_grid: expected at least one image, got none")
    pixels = square_images(array(images)[:most].astype(float), shape)
    across = grid_shape(len(pixels), 20)[1] if columns is None else columns
    if across < 1:
        raise ValueError(f"image_grid: expected columns of at least 1, got {columns}")
    figure, ax = _draw(pixels, across, gap, ax, 0.0)
    ax.set_title(plain(title))
    if len(images) > len(pixels):
        xlabel = f"{xlabel + ', ' if xlabel else ''}the first {len(pixels)} of {len(images):,} images"
    ax.set_xlabel(plain(xlabel, 90), color=SOFT, fontsize=9.5)
    ax.set_ylabel(plain(ylabel, 90), color=SOFT, fontsize=9.5)
    return figure


@styled
def image_rows(
    rows: Mapping[str, Any],
    ax: Axes | None = None,
    *,
    shape: tuple[int, int] | None = None,
    most: int = 10,
    title: str = "Images",
) -> Figure:
    """Rows with a name each: noisy, restored and true images; samples from the same noise after each epoch.

    rows: name to images, the same number in each: (N, H, W), (N, H, W, 3), (N, C, H, W) or (N, H * W); their sizes may
    differ from row to row. One scale of grey for all, 0 is white.
    most: how many columns are drawn; the picture says so if there are more.
    """
    counts = {name: len(images) for name, images in rows.items()}
    if not counts or len(set(counts.values())) > 1 or not min(counts.values()):
        raise ValueError(f"expected as many images in each row, at least one, got {counts}")
    stacks = [square_images(array(x)[:most].astype(float), shape) for x in rows.values()]
    if len({stack.ndim for stack in stacks}) > 1:
        raise ValueError("expected all rows grey or all in colour, got both")
    height, width = (max(stack.shape[i] for stack in stacks) for i in (1, 2))
    pixels = np.concatenate([_centred(stack, height, width) for stack in stacks])
    columns = len(stacks[0])
    figure, ax = _draw(pixels, columns, None, ax, 0.9)
    gap = _gap(width, None)
    middles = [place(i * columns, columns, height, width, gap)[1] - height / 2 for i in range(len(stacks))]
    ax.set_yticks(middles, [plain(name, 16) for name in rows])
    ax.tick_params(length=0)
    ax.set_title(plain(title))
    count = next(iter(counts.values()))
    if count > columns:
        ax.set_xlabel(f"the first {columns} of {count:,} images", color=SOFT, fontsize=9.5)
    return figure


def _gap(width: int, gap: int | None) -> int:
    return max(1, round(0.08 * width)) if gap is None else gap


def _draw(images: np.ndarray, columns: int, gap: int | None, ax: Axes | None, margin: float) -> tuple[Figure, Axes]:
    """The mosaic, in a new figure as wide as a page or narrower, `margin` inches of which are for names at the left."""
    height, width = images.shape[1:3]
    gap = _gap(width, gap)
    pixels = mosaic(images, columns, gap)
    known = images[np.isfinite(images)]
    low, high = (min(float(known.min()), 0.0), float(known.max())) if known.size else (0.0, 1.0)
    if images.ndim == 4:
        pixels = np.where(np.isnan(pixels), 1.0, np.clip(pixels / max(high, 1.0), 0, 1))
    wide = WIDTH if columns > 4 else WIDTH * (columns + 1) / 6
    ratio = pixels.shape[0] / pixels.shape[1]
    wide = min(wide, (LARGEST - 0.7) / ratio + margin)
    figure, ax = canvas(ax, wide, (wide - margin) * ratio + 0.7)
    show(ax, np.ma.masked_invalid(pixels), cmap="gray_r", vmin=low, vmax=high if high > low else low + 1)
    for i in range(len(images) if gap else 0):
        frame(ax, *place(i, columns, height, width, gap), height, width, color=LINE)
    return figure, ax


def _centred(images: np.ndarray, height: int, width: int) -> np.ndarray:
    top, left = (height - images.shape[1]) // 2, (width - images.shape[2]) // 2
    result = np.full((len(images), height, width, *images.shape[3:]), np.nan)
    result[:, top : top + images.shape[1], left : left + images.shape[2]] = images
    return result
