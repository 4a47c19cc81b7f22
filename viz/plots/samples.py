"""Texts that were made, in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .style import INK, SERIES, canvas, plain, styled

COLUMNS, ROWS, LENGTH = 6, 40, 30


@styled
def samples(texts: Mapping[str, Sequence[str]], ax: Axes | None = None, *, title: str = "Samples") -> Figure:
    """Columns of short texts, each under its name.

    texts: from the name of a column to its texts. Text that is too long is shortened, and ends in an ellipsis.

    ValueError: no column or more than 6, or more than 40 texts in one.
    """
    columns = {str(name): [str(text) for text in column] for name, column in texts.items()}
    if not 1 <= len(columns) <= COLUMNS:
        raise ValueError(f"samples: expected 1 to {COLUMNS} columns of texts, got {len(columns)}")
    rows = max(map(len, columns.values()))
    if rows > ROWS:
        raise ValueError(f"samples: expected at most {ROWS} texts in a column, got {rows}")
    figure, ax = canvas(ax, max(6.8, 2.1 * len(columns)), 0.9 + 0.22 * rows)
    ax.set_axis_off()
    ax.set_title(plain(title))
    ax.set_xlim(0, len(columns))
    ax.set_ylim(rows + 0.2, -1)
    for i, (name, column) in enumerate(columns.items()):
        ax.text(i, -0.6, plain(name, LENGTH), color=SERIES[0], fontsize=9.5, fontweight="bold", va="center")
        for k, text in enumerate(column):
            ax.text(i, k + 0.5, plain(text, LENGTH), color=INK, fontsize=10, va="center")
    return figure
