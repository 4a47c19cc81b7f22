"""Where in the plane a model changes its mind: the decision boundary for points with two coordinates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from tinygrad_edu import no_grad, tensor

from .style import INK, MARKERS, PAPER, SERIES, TINTS, canvas, plain, styled
from .values import array

CELLS = 160  # of the raster on each side


@styled
def decision_boundary(
    model: Callable[[Any], Any],
    points: Any,
    labels: Any,
    ax: Axes | None = None,
    *,
    level: float = 0.0,
    classes: Sequence[Any] | None = None,
    title: str = "Decision boundary",
) -> Figure:
    """The region of each class as an area, the border as a line, the points in front of it.

    model: takes (N, 2) and gives (N,) or (N, 1) scores, class 1 above `level`, or (N, K), one for each of K classes.
    points: (N, 2). labels: (N,), from 0, at most six classes.
    """
    xy, true = array(points).astype(float), array(labels).reshape(-1).astype(int)
    if xy.ndim != 2 or xy.shape[1] != 2 or len(xy) != len(true) or not len(xy):
        raise ValueError(f"decision_boundary: needs points (N, 2) and N labels, got {xy.shape} and {true.shape}")
    figure, ax = canvas(ax, 5.6, 4.8)
    low, high = xy.min(axis=0), xy.max(axis=0)
    margin = np.where(high > low, 0.12 * (high - low), 1.0)
    xs, ys = (np.linspace(a, b, CELLS) for a, b in zip(low - margin, high + margin, strict=True))
    plane = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    scores = _scores(model, plane, level)
    count = max(scores.shape[1], int(true.max()) + 1)
    if count > len(SERIES) or true.min() < 0:
        raise ValueError(f"decision_boundary: expected labels from 0 to {len(SERIES) - 1}, one colour each")
    known = np.where(np.isfinite(scores), scores, -np.inf)
    winner = known.argmax(axis=1).reshape(CELLS, CELLS)
    half = (xs[1] - xs[0]) / 2, (ys[1] - ys[0]) / 2
    extent = (xs[0] - half[0], xs[-1] + half[0], ys[0] - half[1], ys[-1] + half[1])
    look: Any = {"cmap": ListedColormap(TINTS[:count]), "vmin": 0, "vmax": count - 1, "origin": "lower"}
    ax.imshow(winner, extent=extent, interpolation="none", aspect="auto", **look)
    for k in range(scores.shape[1] - (scores.shape[1] == 2)):
        lead = scores[:, k] - np.delete(scores, k, axis=1).max(axis=1) if scores.shape[1] > 1 else scores[:, 0]
        if np.isfinite(lead).all() and lead.min() < 0 < lead.max():
            ax.contour(xs, ys, lead.reshape(CELLS, CELLS), levels=[0.0], colors=[INK], linewidths=1.5)
    names = classes if classes is not None else [f"class {k}" for k in range(count)]
    for k in range(count):
        mine = xy[true == k]
        if len(mine):
            kind: Any = {"color": SERIES[k], "marker": MARKERS[k], "label": plain(names[k], 24)}
            ax.scatter(mine[:, 0], mine[:, 1], s=30, edgecolors=PAPER, linewidths=0.7, zorder=3, **kind)
    ax.set_xlim(xs[0], xs[-1])
    ax.set_ylim(ys[0], ys[-1])
    ax.set_xlabel("x₁")
    ax.set_ylabel("x₂")
    ax.set_title(plain(title))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handletextpad=0.2, borderaxespad=0.3)
    return figure


def _scores(model: Callable[[Any], Any], plane: np.ndarray, level: float) -> np.ndarray:
    """One score for each class, the highest wins."""
    with no_grad():
        inputs = tensor(plane.astype(np.float32)) if hasattr(model, "named_parameters") else plane
        scores = array(model(inputs)).astype(float)
    scores = scores.reshape(len(plane), -1)
    return np.concatenate([level - scores, scores - level], axis=1) if scores.shape[1] == 1 else scores
