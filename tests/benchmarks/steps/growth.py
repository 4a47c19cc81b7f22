"""How the time and the memory of a step grow with batch, width and depth: MLPs, one size varied at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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
    """Tables of times and of memory for each of the three; results in the order of `workloads`."""
    lines = ["# How the time and the memory of a step grow", "", "\n\n".join(circumstances(results, threads)), ""]
    lines += ["MLPs with ReLU and Adam. Depth is the number of hidden layers, of 128. Times are medians; memory is the"]
    lines += ["highest use of resident memory in a step, less that of the library after a tiny step.", ""]
    lines += ["![Time and memory of a step over batch, width and depth](growth.svg)"]
    for title, cell in (("µs a step", _time), ("MB at most", _memory)):
        lines += ["", f"## {title}"]
        lines += _tables(results, cell)
    return "\n".join(lines) + "\n"


def _tables(results: list[Result], cell: Callable[[Result, str], str]) -> list[str]:
    lines, last = [], ""
    peers = [row.peer for row in results[0].rows]
    for (what, value, _), result in zip(workloads(), results, strict=False):
        if what != last:
            lines += ["", f"| {' | '.join([what, *(PEERS[p].title for p in peers)])} |"]
            lines += ["|" + " ---: |" * (len(peers) + 1)]
        last = what
        lines.append("| " + " | ".join([f"{value:,}", *(cell(result, p) for p in peers)]) + " |")
    return lines


def _time(result: Result, peer: str) -> str:
    seconds = result.median(peer)
    return "" if seconds is None else number(seconds)


def _memory(result: Result, peer: str) -> str:
    nbytes = result.memory(peer)
    return "" if nbytes is None else f"{nbytes / 1e6:.1f}"


def save(results: list[Result], path: Path) -> None:
    """The same as six pictures: times above, memory below."""
    with mpl.rc_context(STYLE | {"axes.edgecolor": INK, "xtick.color": INK, "ytick.color": INK}):
        figure = Figure(figsize=(9, 5.6), layout="constrained")
        rows = figure.subplots(2, 3, sharey="row", sharex="col")
        units = (("µs a step", lambda r, p: r.median(p), 1e6), ("MB at most", lambda r, p: r.memory(p), 1e-6))
        for row, (label, read, unit) in zip(rows, units, strict=True):
            for axes, what in zip(row, ("batch", "width", "depth"), strict=True):
                _draw(axes, what, results, read, unit, in_legend=what == "batch" and unit > 1)
            row[0].set_ylabel(label)
        for axes, what in zip(rows[1], ("batch", "width", "depth"), strict=True):
            axes.set_xlabel(what)
        figure.legend(loc="outside lower center", ncols=4, frameon=False, labelcolor=INK)
        figure.savefig(path, transparent=True, metadata={"Date": None})


def _draw(axes: Any, what: str, results: list[Result], read: Any, unit: float, in_legend: bool) -> None:
    shown = [(value, r) for (kind, value, _), r in zip(workloads(), results, strict=False) if kind == what]
    for row in results[0].rows:
        points = [(value, y * unit) for value, result in shown if (y := read(result, row.peer))]
        if points:
            label = PEERS[row.peer].title if in_legend else None
            axes.loglog(*zip(*points, strict=True), "o-", color=COLOURS.get(row.peer, OTHER), label=label, ms=4)
    axes.set_xscale("log")
    axes.set_xticks([value for value, _ in shown])
    axes.grid(color=INK, alpha=0.25, linewidth=0.6)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(mpl.ticker.FuncFormatter(lambda x, _: f"{x:,.0f}" if x >= 1 else f"{x:g}"))
    axes.minorticks_off()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
