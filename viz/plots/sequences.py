"""Numbers that belong to the steps of sequences, as heat maps: steps go down, numbers go across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from .style import INK, LINE, SOFT, canvas, diverging, increasing, plain, styled
from .tiles import show
from .values import array

MOST = 20  # sequences in one picture
NAMED = 40  # up to so many numbers of a step are named
WIDE = 3  # a sequence with so many times more numbers than steps has a row of the picture for itself
HEADING, GAP = 0.3, 0.32  # inches: the title; the names under each heat map
SIZE = 7.5  # points


@styled
def sequences(
    values: Any,
    images: Any = None,
    ax: Axes | None = None,
    *,
    steps: Sequence[Sequence[Any]] | None = None,
    classes: Sequence[Any] | None = None,
    marks: Sequence[Any] | None = None,
    title: str = "",
) -> Figure:
    """For each sequence a heat map with a row for each step; beside it, if given, the image whose rows were read.

    values: (N, T, K), or N arrays (T, K) whose T may differ, as a list or as a dict with their names. If all lie
        between 0 and 1, as probabilities do, 0 is white and 1 dark; otherwise 0 is white, blue below and red above.
    images: (N, T, W): row t is what was read in step t.
    steps: the names of the steps, N lists of T. classes: the names of the K numbers.
    marks: N lists of T places from 0 to K - 1, which get a ring: what was really so.

    ValueError: other shapes, or more than 20 sequences.
    """
    names = [plain(name) for name in values] if isinstance(values, Mapping) else None
    maps = [array(v).astype(float) for v in (values.values() if isinstance(values, Mapping) else values)]
    rings = None if marks is None else [array(m).astype(int) for m in marks]
    _check(maps, images, steps, classes, rings)
    numbers, longest = maps[0].shape[1], max(map(len, maps))
    columns = 1 if images is None or numbers > WIDE * longest else min(5, len(maps))
    rows = -(-len(maps) // columns)
    images_too = images is not None
    most = 1.1 if images_too else 2.0
    high = [min(most, 0.3 + 0.2 * max(map(len, maps[r * columns : (r + 1) * columns]))) for r in range(rows)]
    figure, grid = _grid(ax, high, columns * ((1.0, 1.3 if columns > 1 else 7.0) if images_too else (1.0,)), title)
    share, look = _colours(np.concatenate([m.ravel() for m in maps]))
    for i, m in enumerate(maps):
        row, column = 1 + i // columns, i % columns * (1 + images_too)
        at = figure.add_subplot(grid[row, column + images_too])
        drawn = at.imshow(m, interpolation="none", aspect="auto", **look)
        _framed(at, SIZE if columns == 1 or numbers < 8 else SIZE - 1.5)
        if rings is not None:
            at.scatter(rings[i], range(len(m)), s=34, facecolors="none", edgecolors=INK, linewidths=1.1)
        if numbers <= NAMED:
            at.set_xticks(range(numbers), [plain(c, 6) for c in classes or range(numbers)])
        if steps is not None:
            at.set_yticks(range(len(m)), [plain(s, 12) for s in steps[i]])
        if names is not None:
            at.set_ylabel(names[i])
        if images_too:
            if steps is None:
                at.set_yticks([])
            beside = figure.add_subplot(grid[row, column])
            show(beside, array(images[i]).astype(float), cmap="gray_r", aspect="auto")
            _framed(beside, SIZE)
    bar = figure.colorbar(drawn, cax=figure.add_subplot(grid[1:, -1]))
    bar.set_label("probability" if share else "value")
    bar.outline.set_visible(False)
    return figure


def _check(maps: list[np.ndarray], images: Any, steps: Any, classes: Any, marks: Any) -> None:
    if not 1 <= len(maps) <= MOST:
        raise ValueError(f"sequences: expected 1 to {MOST} sequences, got {len(maps)}")
    shapes = [m.shape for m in maps]
    if any(len(s) != 2 or 0 in s or s[1] != shapes[0][-1] for s in shapes):
        raise ValueError(f"sequences: expected values of shape (N, T, K), or N arrays (T, K), got {shapes}")
    long = [s[0] for s in shapes]
    for name, given in (("steps", steps), ("marks", marks), ("images", images)):
        got = long if given is None else [len(part) for part in given]
        if got != long:
            raise ValueError(f"sequences: expected {name} for {long} steps, got {got}")
    outside = [int(k) for ring in marks or () for k in ring if not 0 <= k < shapes[0][1]]
    if outside:
        raise ValueError(f"sequences: expected marks from 0 to {shapes[0][1] - 1}, got {outside[0]}")
    if classes is not None and len(classes) != shapes[0][1]:
        raise ValueError(f"sequences: expected {shapes[0][1]} classes, got {len(classes)}")


def _grid(ax: Axes | None, high: list[float], wide: tuple[float, ...], title: str) -> tuple[Figure, Any]:
    """Places for the heat maps and images, under a row for the title, and left of a column for the colour bar."""
    figure, host = canvas(ax, 9.0, HEADING + sum(high) + GAP * len(high))
    place = host.get_subplotspec()
    if place is None:
        raise ValueError("ax: this picture has several panels, so it needs an Axes made by subplots or add_subplot")
    host.set_axis_off()
    heights, widths = [HEADING, *high], [*wide, 0.02 * sum(wide)]
    grid = place.subgridspec(len(heights), len(widths), height_ratios=heights, width_ratios=widths)
    heading = figure.add_subplot(grid[0, :])
    heading.set_axis_off()
    heading.text(0, 0.5, plain(title, 120), va="center", fontsize=11, fontweight="bold")
    return figure, grid


def _colours(values: np.ndarray) -> tuple[bool, dict[str, Any]]:
    """Whether all values lie between 0 and 1, and how they are coloured."""
    known = values[np.isfinite(values)]
    if known.size and known.min() >= 0 and known.max() <= 1:
        return True, {"cmap": increasing(), "norm": Normalize(0, 1)}
    most = float(np.abs(known).max(initial=0)) or 1.0
    return False, {"cmap": diverging(), "norm": Normalize(-most, most)}


def _framed(ax: Axes, size: float) -> None:
    ax.tick_params(length=0, labelsize=size, pad=2)
    ax.tick_params(axis="x", labelcolor=SOFT)
    for spine in ax.spines.values():
        spine.set(visible=True, color=LINE, linewidth=0.6)
