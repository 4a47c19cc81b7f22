"""Images with what was read in them: samples, and the network's most confident mistakes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .style import ALARM, INK, LINE, SOFT, WIDTH, canvas, plain, styled, titled
from .tiles import frame, grid_shape, mosaic, place, show, square_images
from .values import array


@styled
def predictions(
    images: Any,
    probabilities: Any,
    labels: Any = None,
    ax: Axes | None = None,
    *,
    most: int = 24,
    shape: tuple[int, int] | None = None,
    classes: Sequence[Any] | None = None,
    title: str = "Samples",
) -> Figure:
    """The first images, each with the class that was read in it and its probability; with labels, also right or wrong.

    images: (N, H, W), (N, H, W, 3), (N, C, H, W) or (N, H * W).
    probabilities: (N, classes).
    """
    table = _table(probabilities)
    chosen = np.arange(min(most, len(table)))
    true = None if labels is None else array(labels).reshape(-1).astype(int)
    _same_length(table, images, true)
    heading = titled(title, f"the first {len(chosen)} of {len(table):,}") if len(table) > most else title
    return _gallery(array(images), table, true, chosen, shape, classes, heading, "no image", ax)


@styled
def confident_mistakes(
    images: Any,
    probabilities: Any,
    labels: Any,
    ax: Axes | None = None,
    *,
    most: int = 24,
    shape: tuple[int, int] | None = None,
    classes: Sequence[Any] | None = None,
    title: str = "The surest mistakes",
) -> Figure:
    """The images that were misread with the highest probability, the surest first."""
    table, true = _table(probabilities), array(labels).reshape(-1).astype(int)
    _same_length(table, images, true)
    best, sure = _best(table)
    wrong = np.flatnonzero(best != true)
    chosen = wrong[np.argsort(-sure[wrong], kind="stable")][:most]
    heading = titled(title, f"{len(chosen)} of {len(wrong):,}")
    return _gallery(array(images), table, true, chosen, shape, classes, heading, "there is no mistake", ax)


def _table(probabilities: Any) -> np.ndarray:
    table = array(probabilities)
    if table.ndim != 2 or (len(table) and not table.shape[1]):
        raise ValueError(f"expected probabilities of shape (images, classes), got {table.shape}")
    return table


def _same_length(table: np.ndarray, images: Any, true: np.ndarray | None) -> None:
    sizes = {"probabilities": len(table), "images": len(images)} | ({} if true is None else {"labels": true.size})
    if len(set(sizes.values())) > 1:
        raise ValueError(f"expected equal numbers, got {', '.join(f'{n:,} {what}' for what, n in sizes.items())}")


def _best(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    known = np.where(np.isnan(table), -np.inf, table)
    best = known.argmax(axis=1) if len(table) else np.zeros(0, int)
    return best, known[np.arange(len(table)), best]


def _gallery(
    images: np.ndarray,
    table: np.ndarray,
    true: np.ndarray | None,
    chosen: np.ndarray,
    shape: tuple[int, int] | None,
    classes: Sequence[Any] | None,
    title: str,
    empty: str,
    ax: Axes | None,
) -> Figure:
    if not len(chosen):
        figure, ax = canvas(ax, WIDTH, 1.2)
        ax.set_axis_off()
        ax.set_title(plain(title))
        ax.text(0.5, 0.5, empty, ha="center", va="center", color=SOFT, transform=ax.transAxes)
        return figure
    pictures = square_images(images[chosen], shape).astype(float)
    height, width = pictures.shape[1:3]
    _, columns = grid_shape(len(chosen), 8)
    columns = max(columns, min(6, len(chosen)))
    names = [str(c) for c in classes] if classes is not None else [str(i) for i in range(table.shape[1])]
    long = max(map(len, names), default=0) > 3
    size = 8.5 if columns <= 6 else 7.5
    wide = WIDTH if columns >= 5 else WIDTH * columns / 5
    gap = max(1, round(0.14 * width))
    pixel = 72 * (wide - 0.2) / (columns * (width + gap) + gap)  # in points
    below = math.ceil((1.35 * size * (3 if long else 2) + 4) / pixel)
    pixels = mosaic(pictures, columns, gap, below)
    figure, ax = canvas(ax, wide, (wide - 0.2) * pixels.shape[0] / pixels.shape[1] + 0.45)
    top = float(np.nanmax(pictures)) if np.isfinite(pictures).any() else 1.0
    if pictures.ndim == 4:
        pixels = np.where(np.isnan(pixels), 1.0, pixels / max(top, 1.0))
    show(ax, np.ma.masked_invalid(pixels), cmap="gray_r", vmin=0, vmax=top or 1.0)
    best, sure = _best(table)
    for at, i in enumerate(chosen):
        x, bottom = place(at, columns, height, width, gap, below)
        wrong = true is not None and best[i] != true[i]
        frame(ax, x, bottom, height, width, color=ALARM if wrong else LINE)
        first = _caption(names, int(best[i]), None if true is None else int(true[i]), "\n" if long else " ")
        percent = f"{100 * sure[i]:.1f} %" if np.isfinite(sure[i]) else "? %"
        kind: Any = {"fontweight": "bold", "color": ALARM} if wrong else {"color": INK}
        for text, lines, look in ((first, 0, kind), (percent, 1 + first.count("\n"), {"color": SOFT})):
            under: Any = {"xytext": (0, -3 - 1.3 * size * lines), "textcoords": "offset points"}
            ax.annotate(text, (x, bottom), ha="center", va="top", fontsize=size, annotation_clip=False, **under, **look)
    ax.set_title(plain(title))
    return figure


def _caption(names: list[str], best: int, true: int | None, between: str) -> str:
    """What was read, and whether that is so; if not, what it is."""
    read = plain(names[best], 10)
    if true is None:
        return read
    if best == true:
        return f"{read} ✓"
    return f"{read} ✗{between}is {plain(names[true] if 0 <= true < len(names) else true, 10)}"
