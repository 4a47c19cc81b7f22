"""How the time of a step grows with batch, width and depth: MLPs with ReLU and Adam, one size varied at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from .figures import Result, circumstances
from .peers import PEERS
from .picture import COLOURS, INK, OTHER, STYLE
from .table import number
from .workloads import Workload, mlp

PEERS_SHOWN = ["ours", "ours-compiled", "pytorch", "jax"]
BATCHES, WIDTHS, DEPTHS = (1, 8, 64, 512), (16, 64, 256, 1024), (1, 4, 16)  # of 784-128-128-10 at batch 64


def workloads() -> Iterator[tuple[str, int, Workload]]:
    """What is varied, its value, and the workload."""
    for batch in BATCHES:
        yield "batch", batch, mlp((784, 128, 128, 10), batch)
    for width in WIDTHS:
        yield "width", width, mlp((784, width, width, 10), 64)
    for depth in DEPTHS:
        yield "depth", depth, mlp((784, *[128] * depth, 10), 64)


def markdown(results: list[Result], threads: int) -> str:
    """A table for each of the three; results in the order of `workloads`."""
    lines = ["# How the time of a step grows", "", "\n\n".join(circumstances(results, threads))]
    lines += ["", "Medians in µs; MLPs with ReLU and Adam. Depth is the number of hidden layers, of 128.", ""]
    lines += ["![Time of a step over batch, width and depth](growth.svg)"]
    peers = [row.peer for row in results[0].rows]
    last = ""
    for (what, value, _), result in zip(workloads(), results, strict=False):
        if what != last:
            lines += ["", " | ".join(["|", what, *(PEERS[p].title for p in peers), "|"]).replace("| |", "|").strip()]
            lines += ["|" + " ---: |" * (len(peers) + 1)]
        last = what
        times = [result.median(p) for p in peers]
        lines.append("| " + " | ".join([f"{value:,}", *("" if t is None else number(t) for t in times)]) + " |")
    return "\n".join(lines) + "\n"


def save(results: list[Result], path: Path) -> None:
    """The same as three pictures side by side."""
    with mpl.rc_context(STYLE | {"axes.edgecolor": INK, "xtick.color": INK, "ytick.color": INK}):
        figure = Figure(figsize=(9, 3.4), layout="constrained")
        shown = list(zip(workloads(), results, strict=False))
        for axes, what in zip(figure.subplots(1, 3, sharey=True), ("batch", "width", "depth"), strict=True):
            for row in results[0].rows:
                points = [(value, result.median(row.peer)) for (kind, value, _), result in shown if kind == what]
                points = [(x, y * 1e6) for x, y in points if y is not None]
                if points:
                    label = PEERS[row.peer].title if what == "batch" else None
                    axes.loglog(*zip(*points, strict=True), "o-", color=COLOURS.get(row.peer, OTHER), label=label, ms=4)
            axes.set_xlabel(what)
            axes.set_xticks([value for kind, value, _ in workloads() if kind == what])
            axes.grid(color=INK, alpha=0.25, linewidth=0.6)
            axes.xaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda x, _: f"{x:,.0f}"))
            axes.yaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda x, _: f"{x:,.0f}"))
            axes.minorticks_off()
            for side in ("top", "right"):
                axes.spines[side].set_visible(False)
        figure.axes[0].set_ylabel("µs a step")
        figure.legend(loc="outside lower center", ncols=4, frameon=False, labelcolor=INK)
        figure.savefig(path, transparent=True, metadata={"Date": None})
