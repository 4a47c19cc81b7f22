"""Peers take turns: short bursts, one peer after the other, until each has had its seconds.

Each peer has a process of its own, so that no two thread pools share one, and is stopped while others are measured, so
that threads which spin after their work take nothing from them. It needs POSIX signals: Linux or macOS.
"""

from __future__ import annotations

import dataclasses
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from .peers import FLOOR
from .workloads import Workload

BURST = 0.05  # seconds
RTOL = 1e-3  # of losses: five steps in float32, each library with its own order of summation


@dataclasses.dataclass
class Row:
    """What one peer did in one workload: seconds a step in each burst, or the reason why there are none."""

    peer: str
    seconds: list[float] = dataclasses.field(default_factory=list)
    note: str = ""
    ready: float = 0.0
    memory: int | None = None
    version: str = ""
    losses: list[list[float]] = dataclasses.field(default_factory=list)


class DifferentLosses(AssertionError):
    """Two peers did not compute the same."""


class Worker:
    """The process of one peer."""

    def __init__(self, peer: str, workload: Workload, threads: int) -> None:
        self.row, self.count = Row(peer), 1
        command = [sys.executable, "-m", f"{__package__}.worker", peer, str(threads)]
        root = Path(__file__).parents[3]
        self.process = subprocess.Popen(
            command, cwd=root, env=_environment(threads), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, bufsize=1,
        )  # fmt: skip
        self.send(dataclasses.asdict(workload))

    def send(self, value: Any) -> None:
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()

    def answer(self, patience: float) -> dict[str, Any]:
        """The next line; {"failed": ...} if there is none within `patience` seconds."""
        if not select.select([self.process.stdout], [], [], patience)[0]:
            self.process.kill()
            return {"failed": f"not ready after {patience:.0f} s"}
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"failed": f"it ended with status {self.process.wait()}"}

    def start(self, patience: float) -> bool:
        """Wait until it has done its first steps; whether it did."""
        answer = self.answer(patience)
        self.row.note = answer.get("left_out", answer.get("failed", ""))
        if self.row.note:
            self.end()
            return False
        self.row.losses, self.row.ready, self.row.version = answer["losses"], answer["ready"], answer["version"]
        self.process.send_signal(signal.SIGSTOP)
        return True

    def burst(self) -> float:
        """Seconds a step in one burst."""
        self.process.send_signal(signal.SIGCONT)
        self.send(self.count)
        answer = self.answer(600)
        if "failed" in answer:
            raise RuntimeError(f"{self.row.peer}: {answer['failed']}")
        self.row.memory = answer["memory"]
        self.process.send_signal(signal.SIGSTOP)
        return answer["seconds"]

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


def _environment(threads: int) -> dict[str, str]:
    names = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"]
    return os.environ | dict.fromkeys(names, str(threads)) | {"JAX_PLATFORMS": "cpu", "DEV": "CPU"}


def run(workload: Workload, peers: list[str], threads: int, seconds: float, patience: float = 300) -> list[Row]:
    """The rows of `peers`, in their order. DifferentLosses: the peers disagree."""
    workers = [Worker(name, workload, threads) for name in peers]
    try:
        deadline = time.monotonic() + patience
        started = [w for w in workers if w.start(max(deadline - time.monotonic(), 1.0))]
        same_losses([w.row for w in started if w.row.peer != FLOOR], workload)
        for worker in started:
            for _ in range(3):
                worker.count = max(1, round(BURST / max(worker.burst(), 1e-7)))
        for turn in range(max(3, round(seconds / BURST))):
            for worker in started if turn % 2 else started[::-1]:
                worker.row.seconds.append(worker.burst())
                if sum(worker.row.seconds) * worker.count > 3 * seconds and len(worker.row.seconds) >= 3:
                    started = [w for w in started if w is not worker]  # a step far longer than a burst
    finally:
        for worker in workers:
            worker.end()
    return [w.row for w in workers]


def same_losses(rows: list[Row], workload: Workload) -> None:
    """DifferentLosses, unless all peers had the same losses, and losses that moved."""
    if not rows:
        return
    first = rows[0].losses
    if workload.optimizer and abs(first[-1][0] - first[0][0]) < 3 * RTOL * abs(first[0][0]):
        raise DifferentLosses(f"{workload.name}: the loss of {rows[0].peer} does not move: {first}")
    for row in rows[1:]:
        for a, b in zip(first, row.losses, strict=True):
            if len(a) != len(b) or any(not abs(x - y) <= RTOL * abs(x) for x, y in zip(a, b, strict=True)):
                raise DifferentLosses(
                    f"{workload.name}: {rows[0].peer} has the losses {first}, {row.peer} {row.losses}"
                )
