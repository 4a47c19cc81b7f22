"""Timing two programs against each other: interleaved in one process, so that noise hits both alike.

Each round times A and B one after the other; the figure is the median over rounds of the ratio A / B. Nothing here is a
test: speed is measured and reported, never asserted.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

Step = Callable[[], object]


def seconds(step: Step, repeats: int) -> float:
    """Mean time of one call."""
    start = time.perf_counter()
    for _ in range(repeats):
        step()
    return (time.perf_counter() - start) / repeats


def compare(name: str, ours: Step, theirs: Step, repeats: int, rounds: int = 30) -> None:
    """Print the median times of one call and the median ratio, with its quartiles."""
    for step in (ours, theirs):
        seconds(step, max(repeats // 2, 1))  # warm up
    pairs = []
    for i in range(rounds):
        order = (ours, theirs) if i % 2 else (theirs, ours)
        times = {step: seconds(step, repeats) for step in order}
        pairs.append((times[ours], times[theirs]))
    ratios = [a / b for a, b in pairs]
    low, middle, high = statistics.quantiles(ratios, n=4)
    a, b = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{name:<44} {a * 1e6:>10.1f} us {b * 1e6:>10.1f} us   ratio {middle:.2f}  ({low:.2f} to {high:.2f})")
