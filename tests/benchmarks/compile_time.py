"""How long a step takes to compile, without Numba, with it for the first time, and with machine code that is kept.

    python -m tests.benchmarks.compile_time --out docs/benchmark                  (about five minutes)
    python -m tests.benchmarks.compile_time --workload mlp-small --runs 1

Each figure is the median of several fresh processes. It is what the first four calls take beyond four later ones: the
first two are traced, the second compiles, at the third machine code is loaded or made. Python's start, the import of
the library and the network are not part of it; the import and the start of Numba, in the process, are.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .steps.figures import processor
from .steps.workloads import WORKLOADS

CALLS, LATER = 4, 8  # how many are timed until it is compiled, and afterwards
COLUMNS = ("without Numba", "with Numba, for the first time", "with Numba, machine code kept")
TITLE = "# How long steps take to compile"
ARGUMENTS = "--out docs/benchmark"
NOTES = """\
Seconds; the median of {runs} fresh processes each. It is what the first four calls of a step take beyond four later
ones: tracing twice, writing the program, and machine code for its loops. That is made once and kept in
`~/.cache/tinygrad_edu/kernels`; a later process loads it. The import of Numba itself is in both columns with Numba."""


def measure(workload: str) -> float:
    """Seconds, in this process."""
    import tinygrad_edu as tg
    import tinygrad_edu.nn.functional as F
    from tinygrad_edu import kernels

    kernels.enabled, enabled = False, kernels.enabled  # the benchmark of steps warms Numba up
    from .steps.peers import networks, ours

    kernels.enabled = enabled
    chosen = WORKLOADS[workload]

    def optimizer(parameters):
        return ours.OPTIMIZERS[chosen.optimizer](parameters, lr=chosen.lr)

    step, arguments, _ = networks.training_step(tg, F, chosen, optimizer, tg.compile)
    times = []
    for _ in range(CALLS + LATER):
        start = time.perf_counter()
        step(*arguments)
        times.append(time.perf_counter() - start)
    return sum(times[:CALLS]) - CALLS * statistics.median(times[CALLS:])


def fresh(workload: str, cache: str | Path, numba: bool) -> float:
    """Seconds, in a process of its own, with machine code kept in the folder `cache`."""
    own = {"XDG_CACHE_HOME": str(cache), "NUMBA_CACHE_DIR": str(Path(cache) / "numba"), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.benchmarks.compile_time", "--measure", workload]
    environment = os.environ | own | {"TINYGRAD_EDU_NUMBA": str(int(numba))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{workload} failed:\n{done.stderr}")
    return float(done.stdout)


def row(workload: str, runs: int) -> list[float]:
    """The medians, in the order of COLUMNS."""
    found: tuple[list[float], ...] = ([], [], [])
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as cache:
            found[0].append(fresh(workload, cache, numba=False))
            found[1].append(fresh(workload, cache, numba=True))
            found[2].append(fresh(workload, cache, numba=True))
    return [statistics.median(times) for times in found]


def markdown(rows: dict[str, list[float]], runs: int) -> str:
    """The page."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "numba"))
    machine = f"Machine: {processor()}, one thread; Python {platform.python_version()}. Versions: {versions}."
    command = f"Date: {datetime.date.today()}. Command: `.venv/bin/python -m tests.benchmarks.compile_time {ARGUMENTS}`"
    lines = [TITLE, "", machine, "", command, "", NOTES.format(runs=runs), ""]
    lines += [f"| step | {' | '.join(COLUMNS)} |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {WORKLOADS[name].title} | {' | '.join(f'{x:.2f}' for x in row)} |" for name, row in rows.items()]
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.compile_time", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--workload", action="append", choices=list(WORKLOADS), help="default: all")
    parser.add_argument("--runs", type=int, default=3, help="processes for each figure (default 3)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where compile_time.md is written")
    parser.add_argument("--measure", choices=list(WORKLOADS), help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.measure:
        print(measure(chosen.measure))
        return
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
    rows = {}
    for name in chosen.workload or WORKLOADS:
        rows[name] = row(name, chosen.runs)
        print(f"{WORKLOADS[name].title:<52}", *(f"{x:8.2f}" for x in rows[name]), flush=True)
    if chosen.out:
        (chosen.out / "compile_time.md").write_text(markdown(rows, chosen.runs), encoding="utf-8")


if __name__ == "__main__":
    main()
