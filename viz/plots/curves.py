"""How training went: loss and accuracy over the epochs, of one run or of several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter

from .direct import label_ends
from .style import ALARM, DASHES, GRID, MARKERS, SERIES, SOFT, canvas, plain, styled
from .values import Run, read_history, running_mean, thinned

TRAIN, TEST = SERIES[0], SERIES[1]
LOSS = "cross-entropy loss (nats per image)"
MEASURES = {
    "train_loss": ("training loss, mean of each epoch", "loss (nats per image)", 1.0),
    "test_loss": ("test loss", "loss (nats per image)", 1.0),
    "test_accuracy": ("test accuracy", "images read correctly (%)", 100.0),
    "train_accuracy": ("training accuracy", "images read correctly (%)", 100.0),
}


@styled
def loss_curves(history: Any, ax: Axes | None = None, *, title: str = "Loss", ylabel: str = LOSS) -> Figure:
    """Every batch as a thin line, its running mean over it, the test loss at the end of each epoch as points.

    history: a `History`, a dict with its names, a list of epochs, or a list of step losses.
    """
    run = read_history(history)
    figure, ax = canvas(ax)
    ends: list[tuple[float, str, str]] = []
    losses, places = run.step_losses, run.step_places
    if losses.size:
        window = max(1, losses.size // 60)
        smooth = running_mean(losses, window)
        if window > 1:
            ax.plot(*thinned(places, losses), color=TRAIN, alpha=0.28, linewidth=0.6, label="training, each batch")
        words = f"training\n(mean of {window} batches;\nthin: each batch)" if window > 1 else "training,\neach batch"
        label = f"training, mean of {window} batches" if window > 1 else "training, each batch"
        marker: Any = {"marker": "o", "markersize": 4} if losses.size == 1 else {}
        ax.plot(*thinned(places, smooth), color=TRAIN, linewidth=1.9, label=label, **marker)
        ends.append((_last(smooth), words, TRAIN))
    elif np.isfinite(run.column("train_loss")).any():
        ax.plot(run.ends, run.column("train_loss"), color=TRAIN, label="training", **_dots(run, 0))
        ends.append((_last(run.column("train_loss")), "training,\nmean of the epoch", TRAIN))
    tested = run.column("test_loss")
    if np.isfinite(tested).any():
        ax.plot(run.ends, tested, color=TEST, label="test, after each epoch", zorder=3, **_dots(run, 1))
        ends.append((_last(tested), f"test\n{_last(tested):.3g} at the end", _dark(TEST)))
    _maybe_log(ax, np.concatenate([losses, run.column("train_loss"), tested]))
    _finish(ax, run.length, run.unit, title, ylabel, None if ends else "no loss was recorded")
    _note_divergence(ax, run)
    label_ends(ax, ends)
    return figure


@styled
def accuracy_curves(history: Any, ax: Axes | None = None, *, title: str = "Accuracy") -> Figure:
    """The share of images that are read correctly, in percent, at the end of each epoch."""
    run = read_history(history)
    figure, ax = canvas(ax)
    ends = []
    for i, (name, words) in enumerate((("train_accuracy", "training"), ("test_accuracy", "test"))):
        percent = 100 * run.column(name)
        if np.isfinite(percent).any():
            ax.plot(run.ends, percent, color=SERIES[i], label=words, zorder=3, **_dots(run, i))
            ends.append((_last(percent), f"{words}\n{_last(percent):.2f} %", _dark(SERIES[i])))
    ax.margins(y=0.15)
    _finish(ax, run.length, run.unit, title, "images read correctly (%)", None if ends else "no epoch was tested")
    if ends and ax.get_ylim()[1] > 100:
        ax.set_ylim(top=100.0 if max(end[0] for end in ends) < 99.5 else 100.2)
    label_ends(ax, ends)
    return figure


@styled
def compare_runs(
    runs: Mapping[str, Any],
    ax: Axes | None = None,
    *,
    measure: str = "train_loss",
    title: str | None = None,
    ylabel: str | None = None,
) -> Figure:
    """Several runs over the same axis, each with its own colour, dash and marker, and its name at its end.

    runs: name to history, at most six.
    measure: "step_loss" (smoothed), "train_loss", "test_loss", "test_accuracy" or "train_accuracy".
    ylabel: what the measure is counted in, if not nats per image or percent.
    """
    if measure not in MEASURES and measure != "step_loss":
        raise ValueError(f"compare_runs: measure must be one of step_loss, {', '.join(MEASURES)}, got {measure!r}")
    if not 1 <= len(runs) <= len(SERIES):
        raise ValueError(f"compare_runs: expected 1 to {len(SERIES)} runs (one colour each), got {len(runs)}")
    what, unit_of_loss, factor = MEASURES.get(measure, ("training loss, smoothed", "loss (nats per image)", 1.0))
    figure, ax = canvas(ax)
    ends, shown, length, units = [], [], 0.0, set()
    for i, (name, history) in enumerate(runs.items()):
        run = read_history(history)
        if measure == "step_loss":
            x, y = run.step_places, running_mean(run.step_losses, max(1, run.step_losses.size // 60))
            look: dict[str, Any] = {"linewidth": 1.9}
        else:
            x, y, look = run.ends, factor * run.column(measure), _dots(run, i)
        ax.plot(*thinned(x, y), color=SERIES[i], label=plain(name), **look | {"linestyle": DASHES[i]})
        if np.isfinite(y).any():
            ends.append((_last(y), f"{plain(name, 26)}\n{_last(y):.4g} at the end", _dark(SERIES[i])))
        shown.append(y)
        length = max(length, run.length)
        units.add(run.unit)
    if factor == 1:
        _maybe_log(ax, np.concatenate(shown))
    unit = units.pop() if len(units) == 1 else "epochs or steps"
    heading = f"{what[0].upper()}{what[1:]}" if title is None else title
    _finish(ax, length, unit, heading, ylabel or unit_of_loss, None if ends else "no run has this measure")
    label_ends(ax, ends)
    return figure


def _dots(run: Run, i: int) -> dict[str, Any]:
    size = 5.5 if run.ends.size <= 20 else 3.0 if run.ends.size <= 60 else 0.0
    return {"marker": MARKERS[i] if size else "", "markersize": size, "linewidth": 1.5, "linestyle": DASHES[i]}


def _dark(colour: str) -> str:
    """Orange and sky are too light for text on white."""
    return {SERIES[1]: "#a85400", SERIES[4]: "#1f6fa8", SERIES[2]: "#006b56"}.get(colour, colour)


def _last(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite[-1]) if finite.size else float("nan")


def _maybe_log(ax: Axes, values: np.ndarray) -> None:
    """A logarithmic axis where the values span more than a factor of 20."""
    finite = values[np.isfinite(values)]
    if finite.size and finite.min() > 0 and finite.max() > 20 * finite.min():
        ax.set_yscale("log")
        decades = np.log10(finite.max() / finite.min())
        subs = (1.0, 2.0, 5.0) if decades < 3 else (1.0,)
        ax.yaxis.set_major_locator(LogLocator(subs=subs))
        ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.yaxis.set_minor_formatter(NullFormatter())


def _note_divergence(ax: Axes, run: Run) -> None:
    if run.diverged is None:
        return
    step, loss = run.diverged
    place = step / (run.per_epoch or 1)
    ax.axvline(place, color=ALARM, linestyle="--", linewidth=1.3)
    text = f"loss {loss} at step {step:,} "
    ax.text(place, 0.97, text, transform=ax.get_xaxis_transform(), ha="right", va="top", color=ALARM, fontsize=9.5)


def _finish(ax: Axes, length: float, unit: str, title: str, ylabel: str, empty: str | None) -> None:
    ax.set_title(plain(title))
    ax.set_xlabel(f"training ({unit})")
    ax.set_ylabel(plain(ylabel))
    ax.set_xlim(0, max(length, 1e-9) * 1.02)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=length >= 2, steps=[1, 2, 5, 10]))
    ax.grid(True, color=GRID)
    if empty:
        ax.text(0.5, 0.5, empty, transform=ax.transAxes, ha="center", color=SOFT)
