"""Names written at the ends of lines, moved apart where they would overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

SIZE = 9.5


def label_ends(ax: Axes, ends: Sequence[tuple[float, str, str]], size: float = SIZE) -> None:
    """Write each (y, text, colour) right of the axes at the height y. Call it last: it freezes the limits."""
    ends = [end for end in ends if np.isfinite(end[0])]
    ax.set_ylim(ax.get_ylim())
    if not ends:
        return
    to_fraction = ax.transScale + ax.transLimits
    heights = [float(to_fraction.transform((ax.get_xlim()[1], y))[1]) for y, _, _ in ends]
    lines = [text.count("\n") + 1 for _, text, _ in ends]
    points = max(1.0, ax.get_window_extent().height / ax.figure.dpi * 72)
    places = apart(heights, [1.25 * size * n / points for n in lines])
    for (_, text, colour), place in zip(ends, places, strict=True):
        ax.annotate(
            text,
            (1, place),
            xycoords="axes fraction",
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            color=colour,
            fontsize=size,
            annotation_clip=False,
        )


def apart(heights: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Places near `heights` for things of these sizes, without overlap: clusters are merged and spread evenly."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    clusters: list[tuple[list[int], float]] = []  # members from below, centre
    for i in order:
        members, centre = [i], heights[i]
        while clusters:
            below, middle = clusters[-1]
            if middle + _extent(below, sizes) / 2 <= centre - _extent(members, sizes) / 2:
                break
            clusters.pop()
            centre = (middle * len(below) + centre * len(members)) / (len(below) + len(members))
            members = below + members
        clusters.append((members, centre))
    places = [0.0] * len(heights)
    for members, centre in clusters:
        edge = centre - _extent(members, sizes) / 2
        for i in members:
            places[i] = edge + sizes[i] / 2
            edge += sizes[i]
    return places


def _extent(members: Sequence[int], sizes: Sequence[float]) -> float:
    return sum(sizes[i] for i in members)
