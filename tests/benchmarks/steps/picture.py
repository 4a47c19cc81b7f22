"""The results as a picture: for each workload the time of every peer, PyTorch eager being 1, on a logarithmic scale.

Grey, blue and orange are chosen so that they can be read on a white and on a black page; the background is transparent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from .figures import Result
from .peers import BASELINE, FLOOR, OURS, PEERS

INK, OTHER = "#808890", "#8a9199"
COLOURS = {OURS[0]: "#3b8eea", OURS[1]: "#e8590c", BASELINE: "#2f9e5f", "jax": "#a45bd6"}
MARKERS = {OURS[0]: "o", OURS[1]: "D", BASELINE: "o", "jax": "s"}
OTHERS = {"pytorch-fused": "^", "pytorch-foreach": "v", "pytorch-compiled": "P", "tinygrad": "*", "mygrad": "<",
          "autograd": ">", "numpy": "X", FLOOR: "|"}  # fmt: skip
STYLE = {"svg.hashsalt": "steps", "svg.fonttype": "path", "text.color": INK, "axes.labelcolor": INK, "font.size": 10}


def save(results: list[Result], path: Path) -> None:
    """Write the SVG. A result without PyTorch is drawn relative to its fastest peer."""
    with mpl.rc_context(STYLE | {"axes.edgecolor": INK, "xtick.color": INK, "ytick.color": INK}):
        figure = Figure(figsize=(9, 1.6 + 0.55 * len(results)), layout="constrained")
        axes = figure.add_subplot()
        _draw(axes, results)
        figure.legend(loc="outside lower center", ncols=4, frameon=False, labelcolor=INK)
        figure.savefig(path, transparent=True, metadata={"Date": None})


def _draw(axes: Any, results: list[Result]) -> None:
    for peer in [*OTHERS, "jax", BASELINE, *OURS]:
        points = [(r.ratio(peer, r.baseline() or r.fastest_peer()), -i) for i, r in enumerate(results)]
        points = [(x, y) for x, y in points if x is not None]
        if points:
            named = peer in COLOURS
            colour, marker, size = COLOURS.get(peer, OTHER), MARKERS.get(peer) or OTHERS[peer], 64 if named else 42
            label = PEERS[peer].title
            axes.scatter(*zip(*points, strict=True), s=size, marker=marker, color=colour, label=label, zorder=2 + named)
    axes.set_xscale("log")
    axes.axvline(1, color=INK, linewidth=1, zorder=0)
    axes.set_yticks([-i for i in range(len(results))], [r.title for r in results])
    axes.set_xlabel("time of a step, PyTorch = 1; left is faster")
    axes.xaxis.set_major_locator(mpl.ticker.LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda x, _: f"{x:g}"))
    axes.minorticks_off()
    axes.set_ylim(0.5 - len(results), 0.5)
    axes.grid(axis="both", color=INK, alpha=0.25, linewidth=0.6)
    axes.tick_params(length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
