"""Percentiles over the steps, as bands around the median."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from .direct import label_ends
from .statistics import PERCENTILES, Statistics
from .style import GRID, LINE, SERIES, SOFT, WIDTH, canvas, panels, plain, styled, titled
from .values import array

SHADES = (0.14, 0.17, 0.22, 0.3)  # from all numbers to the middle two thirds
PANELS = 8


@styled
def percentile_bands(
    steps: Any, values: Any, ax: Axes | None = None, *, title: str = "Percentiles", ylabel: str = "value"
) -> Figure:
    """Nested bands between percentiles: all numbers, then 99.7, 95.4 and 68.3 % of them, and the median as a line.

    steps: (S,). values: (S, 9), the rows from `percentiles`. The axis is linear near 0 and logarithmic beyond.
    """
    figure, ax = canvas(ax)
    _bands(ax, np.atleast_1d(array(steps)), array(values).astype(float).reshape(-1, len(PERCENTILES)), 9.0)
    ax.set_title(plain(title))
    ax.set_xlabel("step")
    ax.set_ylabel(plain(ylabel))
    return figure


@styled
def parameter_percentiles(
    statistics: Statistics,
    ax: Axes | None = None,
    *,
    of: Literal["grads", "values"] = "grads",
    title: str | None = None,
) -> Figure:
    """One panel for each parameter: how its gradient (or its values) was spread at each step that was recorded."""
    if of not in ("grads", "values"):
        raise ValueError(f"parameter_percentiles: of must be 'grads' or 'values', got {of!r}")
    table = statistics.grads if of == "grads" else statistics.values
    names = list(table)[:PANELS]
    count = max(1, len(names))
    columns = min(2, count)
    rows = -(-count // columns)
    figure, places = panels(ax, rows, columns, WIDTH, 2.3 * rows + 0.4)
    steps = np.array(statistics.steps)
    for i, (panel, name) in enumerate(zip(places, names, strict=False)):
        _bands(panel, steps, np.array(table[name]), 7.5)
        panel.set_title(plain(name, 36), fontsize=10)
        if i >= count - columns:
            panel.set_xlabel("step")
    for panel in places[len(names) :]:
        panel.set_axis_off()
    if not names:
        places[0].text(0.5, 0.5, "nothing was recorded", ha="center", color=SOFT, transform=places[0].transAxes)
    heading = title if title is not None else "Gradients by step" if of == "grads" else "Parameters by step"
    if len(table) > len(names):
        heading = titled(heading, f"the first {len(names)} of {len(table)} parameters")
    if ax is None and heading:
        figure.suptitle(plain(heading, 90), fontsize=11, fontweight="bold", x=0.01, ha="left")
    elif ax is not None:
        ax.set_title(plain(heading, 90), pad=22)
    return figure


def _bands(ax: Axes, steps: np.ndarray, values: np.ndarray, size: float) -> None:
    if len(steps) != len(values):
        raise ValueError(f"expected a row of percentiles for each step, got {len(steps)} steps, {len(values)} rows")
    known = np.isfinite(values).all(axis=1)
    ax.grid(True, color=GRID)
    ax.axhline(0, color=LINE, linewidth=0.9)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    if not known.any():
        ax.text(0.5, 0.5, "nothing finite", ha="center", color=SOFT, transform=ax.transAxes)
        return
    _symlog(ax, values[known])
    last = len(PERCENTILES) - 1
    if len(steps) == 1:  # an area needs two steps: draw one step as a bar
        steps, values, known = np.array([steps[0] - 0.4, steps[0] + 0.4]), np.repeat(values, 2, axis=0), known.repeat(2)
        ax.set_xticks([steps.mean()])
    rows = np.where(known[:, None], values, np.nan)
    for i, shade in enumerate(SHADES):
        ax.fill_between(steps, rows[:, i], rows[:, last - i], color=SERIES[0], alpha=shade, linewidth=0)
    ax.plot(steps, rows[:, last // 2], color="#0c2c58", linewidth=1.6)
    ax.set_xlim(steps[0], steps[-1])
    end = values[known][-1]
    words = {last: "max", last - 2: "97.7 %", last - 3: "84 %", last // 2: "median", 3: "16 %", 2: "2.3 %", 0: "min"}
    label_ends(ax, [(float(end[i]), text, SOFT) for i, text in words.items()], size)


def _symlog(ax: Axes, values: np.ndarray) -> None:
    """Linear up to about the middle two thirds, logarithmic beyond; ticks at powers of ten that do not crowd."""
    extent = float(np.abs(values).max())
    if not extent:
        ax.set_ylim(-1, 1)
        return
    typical = np.abs(values[:, [3, 5]])
    typical = typical[typical > 0]
    near = float(np.median(typical)) if typical.size else extent / 10
    threshold = 10.0 ** np.floor(np.log10(max(near, extent * 1e-6)))
    ax.set_yscale("symlog", linthresh=threshold, linscale=0.8)
    sides = [side for side, there in ((-1, values.min() < 0), (1, values.max() > 0)) if there]
    top = np.ceil(np.log10(extent / threshold) - 1e-9)
    every = max(1, int(np.ceil((top + 1) / 3)))
    powers = threshold * 10.0 ** np.arange(0, top + 1, every)
    ax.set_yticks(sorted([0.0, *(side * power for side in sides for power in powers)]))
    ax.set_yticks([], minor=True)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}".replace("-", "−")))
    ax.set_ylim(*(1.25 * side if side else 0 for side in (min(0.0, values.min()), max(0.0, values.max()))))
