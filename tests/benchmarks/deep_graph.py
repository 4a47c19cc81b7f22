"""100,000 additions deep: forward, backward, repr and delete; 60 doublings. With --peers, PyTorch beside it.

python -m tests.benchmarks.deep_graph [--peers]
"""

from __future__ import annotations

import itertools
import sys
import time

import tinygrad_edu as tg


def deep(lib, depth: int = 100_000) -> dict[str, float]:
    """Seconds of each part."""
    x = lib.tensor(1.0, requires_grad=True)
    marks = [time.perf_counter()]
    y = x
    for _ in range(depth):
        y = y + 1.0
    marks.append(time.perf_counter())
    y.backward()
    marks.append(time.perf_counter())
    repr(y)
    marks.append(time.perf_counter())
    del y
    marks.append(time.perf_counter())
    parts = [b - a for a, b in itertools.pairwise(marks)]
    return dict(zip(["forward", "backward", "repr", "delete"], parts, strict=True)) | {"all": sum(parts)}


def doublings(lib, count: int = 60) -> float:
    """Seconds to differentiate a chain in which each value is used twice."""
    x = lib.tensor(1.0, requires_grad=True)
    start = time.perf_counter()
    y = x
    for _ in range(count):
        y = y + y
    y.backward()
    return time.perf_counter() - start


def main() -> None:
    libraries = {"tinygrad_edu": tg}
    if "--peers" in sys.argv:
        import torch

        libraries["PyTorch"] = torch
    for _ in range(3):
        for name, lib in libraries.items():
            parts = "  ".join(f"{part} {seconds:.2f} s" for part, seconds in deep(lib).items())
            print(f"{name:<14} {parts}   60 doublings {doublings(lib) * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
