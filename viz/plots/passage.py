"""A passage of text, character by character, with a colour behind each for the number that belongs to it."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from .style import INK, PAPER, WIDTH, canvas, increasing, plain, styled, titled
from .tiles import show
from .values import array

MOST = 2000
COLUMNS = 78  # longer lines are broken


@styled
def passage(
    text: str,
    values: Any = None,
    ax: Axes | None = None,
    *,
    label: str = "surprise (bits)",
    title: str = "Text",
) -> Figure:
    """The text as it stands, in lines of at most 78 characters; of more than 2,000 characters the first 2,000.

    values: a number for each character, from 0 up, which colours what is behind it: by how much a model was surprised,
        -log₂ of the probability that it gave to the character. nan stays white. label: what the numbers are.

    ValueError: no text, another count of values, a value below 0.
    """
    if not text:
        raise ValueError("passage: expected a text of at least one character, got ''")
    numbers = np.full(len(text), np.nan) if values is None else array(values).astype(float)
    if numbers.shape != (len(text),):
        raise ValueError(
            f"passage: expected values of shape ({len(text)},), one for each character, got {numbers.shape}"
        )
    known = numbers[np.isfinite(numbers)]
    if known.size and known.min() < 0:
        raise ValueError(f"passage: expected values of at least 0, got {known.min():.4g}")
    places, rows = _places(text[:MOST])
    columns = max(column for _, column in places) + 1
    behind = np.full((rows, columns), np.nan)
    for place, number in zip(places, numbers, strict=False):
        behind[place] = number
    wide = max(3.2, WIDTH * columns / 72)
    figure, ax = canvas(ax, wide, 2.05 * wide / columns * rows + 0.6)
    top = max(float(known.max()), 1e-9) if known.size else 1.0
    show(ax, np.ma.masked_invalid(behind), cmap=increasing().with_extremes(bad=PAPER), vmin=0, vmax=top, aspect="auto")
    size = min(13.0, 72 * wide / columns * (1.35 if known.size else 1.55))  # a bar takes some of the width
    for (row, column), c, number in zip(places, text, numbers, strict=False):
        if not c.isspace():
            colour = PAPER if number > 0.62 * top else INK
            ax.text(
                column, row, plain(c), family="DejaVu Sans Mono", fontsize=size, color=colour, ha="center", va="center"
            )
    if known.size:
        bar = figure.colorbar(
            ScalarMappable(Normalize(0, top), increasing()), ax=ax, fraction=0.03, pad=0.02, aspect=25
        )
        bar.set_label(plain(label))
        bar.outline.set_visible(False)
    ax.set_title(
        plain(titled(title, f"the first {MOST:,} of {len(text):,} characters") if len(text) > MOST else title, 120)
    )
    return figure


def _places(text: str) -> tuple[list[tuple[int, int]], int]:
    """Row and column of each character, and the number of rows. A line end stands at the end of its line."""
    places, row, column = [], 0, 0
    for c in text:
        if column == COLUMNS and c != "\n":
            row, column = row + 1, 0
        places.append((row, column))
        row, column = (row + 1, 0) if c == "\n" else (row, column + 1)
    return places, places[-1][0] + 1
