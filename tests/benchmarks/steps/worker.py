"""One peer and one workload in a process of its own: reads commands from stdin, answers on stdout, a line of JSON each.

`python -m tests.benchmarks.steps.worker PEER THREADS`, then the fields of the Workload as the first line.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib.metadata
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

LOSSES = 5  # steps whose losses are compared
STATUS = Path("/proc/self/status")


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints does not mix with the answers

    def answer(**fields: Any) -> None:
        print(json.dumps(fields), file=answers, flush=True)

    name, threads = sys.argv[1], int(sys.argv[2])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    from .peers import PEERS, LeftOut
    from .workloads import Workload, mlp

    fields = json.loads(sys.stdin.readline())
    workload = Workload(**fields | {"sizes": tuple(fields["sizes"])})
    peer = PEERS[name]
    try:
        peer.import_library()
        warm = peer.build(mlp((3, 2), 2, workload.optimizer or "sgd"), threads)
        for _ in range(3):
            warm.step()  # what a library imports or starts at its first step is not part of the workload
        warm.wait()
        del warm
        before = memory("VmRSS")
        start = time.perf_counter()
        program = peer.build(workload, threads)
        losses = []
        for _ in range(LOSSES):
            program.step()
            program.wait()
            losses.append(program.read())
        ready = time.perf_counter() - start
    except (LeftOut, ImportError) as error:
        answer(left_out=f"not installed: {error.name}" if isinstance(error, ImportError) else str(error))
        return
    except Exception as error:
        text = str(error).splitlines()
        answer(failed=f"{type(error).__name__}: {text[0] if text else ''}"[:300])
        raise
    answer(losses=losses, ready=ready, version=importlib.metadata.version(peer.package))
    forget_peak()
    for line in sys.stdin:
        seconds = burst(program, json.loads(line))
        answer(seconds=seconds, memory=max(memory("VmHWM") - before, 0) if before else None)


def burst(program: Any, steps: int) -> float:
    """Seconds that one step takes, after one that is not counted; garbage is collected before, and not meanwhile."""
    gc.collect()
    gc.disable()
    program.step()
    program.wait()
    start = time.perf_counter()
    for _ in range(steps):
        program.step()
    program.wait()
    seconds = (time.perf_counter() - start) / steps
    gc.enable()
    return seconds


def memory(field: str) -> int:
    """Bytes of resident memory, now (VmRSS) or at the highest (VmHWM); 0 where the system does not tell."""
    if not STATUS.exists():
        return 0
    (line,) = [line for line in STATUS.read_text().splitlines() if line.startswith(field)] or ["VmRSS: 0 kB"]
    return int(line.split()[1]) * 1024


def forget_peak() -> None:
    """From here on the highest use of memory is that of the steps, not of compiling them."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)  # what was freed while compiling is given back
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


if __name__ == "__main__":
    main()
