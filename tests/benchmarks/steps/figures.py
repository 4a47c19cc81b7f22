"""What the table and the picture show, from the rows of a run."""

from __future__ import annotations

import dataclasses
import datetime
import os
import platform
import statistics
import sys
from pathlib import Path

from .peers import BASELINE, FLOOR, OURS, PEERS
from .rounds import Row


@dataclasses.dataclass
class Result:
    """A workload and the rows of its peers."""

    name: str
    title: str
    rows: list[Row]

    def median(self, peer: str) -> float | None:
        """Seconds a step, or None if the peer has no figure here."""
        return next((statistics.median(r.seconds) for r in self.rows if r.peer == peer and r.seconds), None)

    def memory(self, peer: str) -> int | None:
        """Bytes at the highest use in a step, or None if the peer has no figure here."""
        return next((r.memory for r in self.rows if r.peer == peer and r.seconds), None)

    def fastest_peer(self) -> float | None:
        """The least median of those that are not ours."""
        peers = [self.median(r.peer) for r in self.rows if r.peer not in (*OURS, FLOOR)]
        return min((t for t in peers if t is not None), default=None)

    def ratio(self, peer: str, to: float | None) -> float | None:
        """The peer's median to another time."""
        mine = self.median(peer)
        return None if mine is None or to is None else mine / to

    def baseline(self) -> float | None:
        """PyTorch eager."""
        return self.median(BASELINE)


def spread(seconds: list[float]) -> tuple[float, float]:
    """The 10th percentile, and the interquartile range as a share of the median."""
    if len(seconds) < 2:
        return seconds[0], 0.0
    low, quartiles = statistics.quantiles(seconds, n=10)[0], statistics.quantiles(seconds, n=4)
    return max(low, min(seconds)), (quartiles[2] - quartiles[0]) / statistics.median(seconds)


def circumstances(results: list[Result], threads: int) -> list[str]:
    """The machine, the versions, the date and the command, a line each."""
    versions = {}
    for row in (row for result in results for row in result.rows if row.version):
        versions[PEERS[row.peer].package] = row.version
    command = " ".join([".venv/bin/python -m tests.benchmarks.steps", *sys.argv[1:]])
    machine = f"{processor()}, {os.cpu_count()} cores; {threads} thread{'s' if threads > 1 else ''} for each peer"
    return [
        f"Machine: {machine}; {platform.system()}, Python {platform.python_version()}.",
        f"Versions: {', '.join(f'{name} {version}' for name, version in sorted(versions.items()))}.",
        f"Date: {datetime.date.today()}. {_load()}".strip(),
        f"Command: `{command}`",
    ]


def _load() -> str:
    if not hasattr(os, "getloadavg"):
        return ""
    one, five, fifteen = os.getloadavg()
    return f"Load average at the end: {one:.1f}, {five:.1f}, {fifteen:.1f} (this run alone makes about one per thread)."


def processor() -> str:
    """The name of the processor."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
