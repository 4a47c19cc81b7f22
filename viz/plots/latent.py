"""The plane of codes: where an encoder with two numbers puts each image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .style import GRID, INK, PAPER, SERIES, SOFT, canvas, plain, styled
from .values import array

COLOURS = (*SERIES, "#b3002d", "#8a6d00", "#7fae2e", "#8f7fe0")


@styled
def latent_plane(
    codes: Any,
    labels: Any,
    ax: Axes | None = None,
    *,
    classes: Sequence[Any] | None = None,
    most: int = 3000,
    title: str = "The latent plane",
) -> Figure:
    """Each code as a point with the colour of its class, and the name of each class at its middle.

    codes: (N, 2). labels: (N,), from 0, at most ten classes. classes: their names; by default their numbers.
    most: how many points are drawn, the first; the picture says so if there are more.

    The middle of a class is the median of its codes in each coordinate, of all of them, drawn or not. Names that would
    lie on each other are moved apart.
    """
    points, true = array(codes).astype(float), array(labels).reshape(-1).astype(int)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) != len(true) or not len(points):
        raise ValueError(f"latent_plane: expected codes (N, 2) and N labels, got {points.shape} and {true.shape}")
    if true.min() < 0 or true.max() >= len(COLOURS):
        found = f"{true.min()} to {true.max()}"
        raise ValueError(f"latent_plane: expected labels from 0 to {len(COLOURS) - 1}, one colour each, got {found}")
    if classes is not None and len(classes) <= true.max():
        raise ValueError(f"latent_plane: expected a name for class {true.max()}, got {len(classes)} names")
    figure, ax = canvas(ax, 6.4, 5.8)
    finite = np.isfinite(points).all(axis=1)
    drawn = finite & (np.arange(len(points)) < most)
    # one scatter for all, so that no class hides the others
    ax.scatter(points[drawn, 0], points[drawn, 1], s=9, c=np.array(COLOURS)[true[drawn]], alpha=0.75, linewidths=0)
    present = np.unique(true[finite])
    middles = np.array([np.median(points[finite & (true == k)], axis=0) for k in present]).reshape(-1, 2)
    span = float(np.ptp(points[drawn], axis=0).max()) if drawn.any() else 1.0
    for k, (x, y) in zip(present, apart(middles, 0.065 * span), strict=True):
        look: Any = {"fontsize": 17, "fontweight": "bold", "color": INK, "ha": "center", "va": "center"}
        around = [patheffects.withStroke(linewidth=4.5, foreground=PAPER), patheffects.Normal()]
        ax.text(x, y, plain(k if classes is None else classes[k], 16), path_effects=around, zorder=4, **look)
    ax.set_aspect("equal", adjustable="datalim")
    ax.grid(True, color=GRID)
    ax.set_xlabel("z₁")
    ax.set_ylabel("z₂")
    ax.set_title(plain(title))
    if len(points) > most:
        ax.set_xlabel(f"z₁\n(the first {most:,} of {len(points):,} images)")
        ax.xaxis.label.set_color(SOFT)
    return figure


def apart(places: np.ndarray, least: float, rounds: int = 100) -> np.ndarray:
    """The places (N, 2), each two of them moved apart until they are at least `least` from each other, or nearly so."""
    moved = places.astype(float).copy()
    for _ in range(rounds):
        for i in range(len(moved)):
            for j in range(i):
                gap = moved[i] - moved[j]
                distance = float(np.hypot(*gap))
                if distance < least:
                    push = (least - distance) / 2 * (gap / distance if distance else np.array([1.0, 0.0]))
                    moved[i] += push
                    moved[j] -= push
    return moved
