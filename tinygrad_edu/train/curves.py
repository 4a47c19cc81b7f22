"""The loss curves of a run, as an SVG with the same bytes for the same history.

One figure, two panels over the same epochs: the loss on the left (every step in a pale line, its running mean, and
the test loss at the end of each epoch), the test accuracy on the right.
"""

from __future__ import annotations

import io
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator, NullFormatter, StrMethodFormatter

from tinygrad_edu.train.history import History

TRAIN, TEST, ACCURACY = "#4c72b0", "#dd8452", "#55a868"
INK, FAINT = "#333333", "#e4e4e4"
STYLE = {
    "svg.hashsalt": "tinygrad_edu",  # ids of clip paths come from this, not from chance
    "svg.fonttype": "path",  # looks the same on every machine
    "font.family": ["DejaVu Sans"],  # comes with matplotlib
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def curves_svg(history: History, title: str) -> bytes:
    """The picture of `history`; `title` says what was trained."""
    defaults = matplotlib.rcParamsDefault.items()  # whatever the user's matplotlibrc says
    settings: Any = {name: value for name, value in defaults if not name.startswith("backend")} | STYLE
    with matplotlib.rc_context(settings):
        figure = Figure(figsize=(9.6, 4), layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.08))
        FigureCanvasSVG(figure)
        left, right = figure.subplots(1, 2)
        _draw_loss(left, history)
        _draw_accuracy(right, history)
        figure.suptitle(title, fontsize=11, color=INK)
        file = io.BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        return file.getvalue()


def _draw_loss(axes: Axes, history: History) -> None:
    losses = np.asarray(history.step_losses)
    per_epoch = max(1, history.steps_per_epoch)
    if losses.size:
        epochs = np.arange(1, losses.size + 1) / per_epoch
        window = max(1, losses.size // 80)
        axes.plot(*_thinned(epochs, losses), color=TRAIN, alpha=0.25, linewidth=0.7)
        axes.plot(*_thinned(epochs, _running_mean(losses, window)), color=TRAIN, linewidth=1.6, label="train, smoothed")
        if losses.min() > 0 and losses.max() > 20 * losses.min():
            axes.set_yscale("log")
            axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
            axes.yaxis.set_minor_formatter(NullFormatter())
    scores = [epoch.valid["loss"] for epoch in history.epochs]
    axes.plot(_ends(history), scores, color=TEST, label="test", zorder=3, **_dots(history))
    if history.diverged_at:
        step, loss = history.diverged_at
        axes.axvline(step / per_epoch, color="#c44e52", linestyle="--", label=f"{loss} at step {step}")
    axes.set_ylabel("cross-entropy loss (nats per image)")
    _finish(axes, history, "no step was finished" if not losses.size else None)


def _draw_accuracy(axes: Axes, history: History) -> None:
    percent = [100 * epoch.valid["accuracy"] for epoch in history.epochs]
    axes.plot(_ends(history), percent, color=ACCURACY, **_dots(history))
    if percent:
        ending = f"{percent[-1]:.2f} % at the end"
        axes.text(0.98, 0.04, ending, transform=axes.transAxes, ha="right", color=INK)
        axes.margins(x=0.08, y=0.18)
    axes.set_ylabel("test accuracy (%)")
    _finish(axes, history, "no epoch was tested" if not percent else None)


def _finish(axes: Axes, history: History, empty: str | None) -> None:
    axes.set_xlabel("training (epochs)")
    axes.set_xlim(0, max(1.0, history.progress) * 1.02)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, steps=[1, 2, 5, 10]))
    axes.grid(True, color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color("#999999")
    if empty:
        axes.text(0.5, 0.5, empty, transform=axes.transAxes, ha="center", color="#999999")
    elif len(axes.get_legend_handles_labels()[0]) > 1:
        axes.legend(frameon=False)


def _dots(history: History) -> dict[str, Any]:
    """A line with a dot for each epoch, smaller where there are many."""
    return {"marker": "o", "markersize": 5 if len(history.epochs) <= 20 else 2.5, "linewidth": 1.4}


def _ends(history: History) -> list[float]:
    """Where each row of the history stands on the axis of epochs."""
    return [epoch.epoch - 1 + epoch.fraction for epoch in history.epochs]


def _running_mean(values: np.ndarray, window: int) -> np.ndarray:
    """The mean of the last `window` values, of fewer at the beginning."""
    sums = np.cumsum(values)
    sums[window:] -= sums[:-window].copy()
    result: np.ndarray = sums / np.minimum(np.arange(1, values.size + 1), window)
    return result


def _thinned(x: np.ndarray, y: np.ndarray, most: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    """At most `most` points, evenly chosen: a picture cannot show more, and the file stays small."""
    if x.size <= most:
        return x, y
    chosen = np.linspace(0, x.size - 1, most).round().astype(int)
    return x[chosen], y[chosen]
