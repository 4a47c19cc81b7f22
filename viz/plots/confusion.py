"""Which classes are mistaken for which: the confusion matrix, with the mistakes emphasised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .style import GRID, INK, LINE, PAPER, SOFT, canvas, increasing, plain, styled, titled
from .values import array

WRITTEN = 20  # up to so many classes have numbers in their cells
MOST = 100


def count_pairs(labels: Any, predicted: Any, count: int | None = None) -> np.ndarray:
    """The matrix of counts: row for the true class, column for the predicted one."""
    true, read = (array(x).reshape(-1).astype(int) for x in (labels, predicted))
    if true.shape != read.shape:
        raise ValueError(f"expected as many labels as predictions, got {true.size} and {read.size}")
    if true.size and min(true.min(), read.min()) < 0:
        raise ValueError(f"expected classes of at least 0, got {min(true.min(), read.min())}")
    highest = int(max(true.max(), read.max())) + 1 if true.size else 1
    count = max(count or 0, highest)
    if count > MOST:
        raise ValueError(f"expected at most {MOST} classes, got {count:,}: a larger confusion matrix cannot be read")
    counts = np.zeros((count, count), int)
    np.add.at(counts, (true, read), 1)
    return counts


@styled
def confusion_matrix(
    labels: Any,
    predicted: Any,
    ax: Axes | None = None,
    *,
    classes: Sequence[Any] | None = None,
    title: str = "Confusion matrix",
) -> Figure:
    """How many images of each class (rows) were read as each class (columns), and how many percent of the row.

    Only mistakes are coloured. The diagonal is grey, with its share: so much of the class is read correctly.
    """
    counts = count_pairs(labels, predicted, len(classes) if classes is not None else None)
    size = len(counts)
    names = [plain(c, 12) for c in (classes if classes is not None and len(classes) == size else range(size))]
    rows = counts.sum(axis=1, keepdims=True)
    percent = 100 * counts / np.maximum(rows, 1)
    wrong = np.ma.masked_where(np.eye(size, dtype=bool) | (counts == 0), percent)
    figure, ax = canvas(ax, 6.8, 6.6)
    most = float(wrong.max()) if wrong.count() else 1.0
    edges = np.arange(size + 1) - 0.5
    colours = increasing().with_extremes(bad=PAPER)
    drawn = ax.pcolormesh(edges, edges, wrong, cmap=colours, vmin=0, vmax=most, edgecolors=GRID, linewidth=0.6)
    for i in range(size):
        ax.fill([i - 0.5, i + 0.5, i + 0.5, i - 0.5], [i - 0.5, i - 0.5, i + 0.5, i + 0.5], color=GRID, linewidth=0)
    if size <= WRITTEN:
        _write(ax, counts, percent, most)
    ax.set_xlim(-0.5, size - 0.5)
    ax.set_ylim(size - 0.5, -0.5)
    ax.set_aspect("equal")
    step = 1 if size <= WRITTEN else 10
    long = max(map(len, names)) > 4
    ax.set_xticks(range(0, size, step), names[::step], rotation=45 if long else 0, ha="right" if long else "center")
    ax.set_yticks(range(0, size, step), names[::step])
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set(visible=True, color=LINE)
    ax.set_xlabel("read as")
    ax.set_ylabel("is really")
    total, right = int(counts.sum()), int(np.trace(counts))
    share = f"{right:,} of {total:,} right ({100 * right / total:.2f} %)" if total else "nothing was tested"
    ax.set_title(titled(plain(title), share))
    if wrong.count():
        bar = figure.colorbar(drawn, ax=ax, fraction=0.035, pad=0.02, aspect=30)
        bar.set_label("mistakes (% of the row)")
        bar.outline.set_visible(False)
    return figure


def _write(ax: Axes, counts: np.ndarray, percent: np.ndarray, most: float) -> None:
    """The count, and the share of the row under it. Zeros stay empty, so that mistakes stand out."""
    size = len(counts)
    big = 10.0 if size <= 12 else 6.5
    for (i, j), count in np.ndenumerate(counts):
        if not count and i != j:
            continue
        dark = i != j and percent[i, j] > 0.62 * most
        colour = PAPER if dark else SOFT if i == j else INK
        empty = not counts[i].sum()
        share = "no image" if empty else f"{percent[i, j]:.1f} %" if size <= 12 else f"{percent[i, j]:.0f} %"
        ax.text(j, i - 0.14, f"{count}", ha="center", va="center", color=colour, fontsize=big)
        ax.text(j, i + 0.22, share, ha="center", va="center", color=colour, fontsize=big - 2.2)
