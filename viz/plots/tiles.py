"""Many small pictures as one: laid out in rows with gaps, and drawn as a single image, which keeps files small."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from .style import UNKNOWN, bare, diverging


def grid_shape(count: int, most_columns: int = 8) -> tuple[int, int]:
    """Rows and columns: as square as it gets, without an empty row."""
    columns = max(1, min(most_columns, math.ceil(math.sqrt(count))))
    return max(1, math.ceil(count / columns)), columns


def factors(count: int) -> tuple[int, int]:
    """The most square height and width with that many cells; 50 is 5 by 10."""
    height = max((h for h in range(1, math.isqrt(max(1, count)) + 1) if count % h == 0), default=1)
    return height, max(1, count // height)


def compact(count: int) -> tuple[int, int]:
    """Like `factors`, or with some empty cells where the factors make a thin strip."""
    height, width = factors(count)
    if width > 4 * height and count > 8:
        height = math.isqrt(count)
        width = math.ceil(count / height)
    return height, width


def square_images(x: np.ndarray, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """(N, H, W) or (N, H, W, 3) from such images, from (N, 1, H, W) and (N, 3, H, W), or from flat (N, H * W)."""
    if shape is not None:
        return x.reshape(len(x), *shape)
    if x.ndim == 4 and x.shape[1] in (1, 3) and x.shape[3] not in (1, 3):
        x = np.moveaxis(x, 1, 3)
    if x.ndim == 4 and x.shape[3] == 1:
        x = x[..., 0]
    if x.ndim == 2:
        return x.reshape(len(x), *factors(x.shape[1]))
    if x.ndim not in (3, 4):
        raise ValueError(f"expected images of shape (N, H, W) or (N, H * W), got {x.shape}")
    return x


def mosaic(images: np.ndarray, columns: int, gap: int = 1, below: int = 0) -> np.ndarray:
    """One array from (N, H, W[, 3]): `gap` cells of nan around each, `below` more under it for a caption."""
    count, height, width, *colours = images.shape
    rows = max(1, math.ceil(count / columns))
    high, wide = height + gap + below, width + gap
    result = np.full((rows * high + gap, columns * wide + gap, *colours), np.nan)
    for i, image in enumerate(images):
        top, left = gap + i // columns * high, gap + i % columns * wide
        result[top : top + height, left : left + width] = image
    return result


def gaps(shape: tuple[int, ...], columns: int, gap: int = 1, below: int = 0) -> np.ndarray:
    """Where the mosaic of images of this shape (N, H, W) has no image."""
    blank: np.ndarray = np.isnan(mosaic(np.zeros(shape), columns, gap, below))
    return blank


def place(index: int, columns: int, height: int, width: int, gap: int = 1, below: int = 0) -> tuple[float, float]:
    """Where the middle of an image's lower edge lies in the mosaic, as x and y."""
    top = gap + index // columns * (height + gap + below)
    left = gap + index % columns * (width + gap)
    return left + width / 2 - 0.5, top + height - 0.5


def show(ax: Axes, pixels: np.ndarray, **look: Any) -> Any:
    """An image whose cells stay sharp, in any format."""
    bare(ax)
    return ax.imshow(pixels, interpolation="none", **look)


def cells(ax: Axes, values: np.ndarray, limit: float, blank: np.ndarray | None = None) -> None:
    """Numbers as colours around a white 0, up to `limit` on both sides; nan is grey, `blank` cells are left out."""
    colours = diverging().with_extremes(under=UNKNOWN, bad=(1, 1, 1, 0))
    known = np.where(np.isnan(values), -2 * limit, np.clip(values, -limit, limit))
    hidden = np.zeros(values.shape, bool) if blank is None else blank
    show(ax, np.ma.masked_where(hidden, known), cmap=colours, norm=Normalize(-limit, limit))


def frame(ax: Axes, x: float, bottom: float, height: int, width: int, **look: Any) -> None:
    """A thin line around an image of a mosaic."""
    left, right, top = x - width / 2, x + width / 2, bottom - height
    ax.plot([left, right, right, left, left], [top, top, bottom, bottom, top], linewidth=0.6, **look)
