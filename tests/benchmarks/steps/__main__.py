"""Whole training steps in ours and in other libraries, which take turns: a table and a picture in a folder.

    python -m tests.benchmarks.steps --out FOLDER                          (about ten minutes)
    python -m tests.benchmarks.steps --growth --out FOLDER                 over batch, width and depth
    python -m tests.benchmarks.steps --workload mlp-small --peer ours --peer jax --out FOLDER

`pip install -e ".[bench]"` installs the peers; one that is missing is left out with a note. tinygrad also needs clang,
torch.compile a C++ compiler. It is an error if two peers compute different losses.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import signal
import sys
from pathlib import Path
from typing import Any

from . import growth, picture, table
from .figures import Result
from .peers import PEERS
from .rounds import run
from .workloads import WORKLOADS


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.steps", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--workload", action="append", metavar="NAME", help=f"of {', '.join(WORKLOADS)}; default all")
    parser.add_argument("--peer", action="append", metavar="NAME", help=f"of {', '.join(PEERS)}; default all")
    parser.add_argument("--threads", type=int, choices=(1, 2), default=2, help="for each peer (default 2)")
    parser.add_argument("--seconds", type=float, default=3.0, help="of timing for each peer and workload (default 3)")
    parser.add_argument("--patience", type=float, default=300.0, help="seconds for the peers to compile (default 300)")
    parser.add_argument("--growth", action="store_true", help="MLPs over batch, width and depth instead")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the files go")
    chosen = parser.parse_args(arguments)
    try:
        peers = known(chosen.peer or (growth.PEERS_SHOWN if chosen.growth else list(PEERS)), PEERS, "peer")
        names = known(chosen.workload or list(WORKLOADS), WORKLOADS, "workload")
    except ValueError as error:
        parser.error(str(error))
    if chosen.growth and chosen.workload:
        parser.error("--growth has its own workloads; leave out --workload")
    workloads = [w for _, _, w in growth.workloads()] if chosen.growth else [WORKLOADS[name] for name in names]
    chosen.out.mkdir(parents=True, exist_ok=True)  # now, or a file of that name would be found after the first workload
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the peers end too, some of which are stopped
    results: list[Result] = []
    for workload in workloads:
        print(workload.title, flush=True)
        rows = run(workload, peers, chosen.threads, chosen.seconds, chosen.patience)
        results.append(Result(workload.name, workload.title, rows))
        for row in rows:
            median = results[-1].median(row.peer)
            what = f"{table.number(median):>12} µs" if median is not None else f"left out: {row.note}"
            what += "" if median is None or row.memory is None else f"{row.memory / 1e6:>10,.1f} MB at most"
            print(f"    {PEERS[row.peer].title:<28}{what}", flush=True)
        write(results, chosen.out, chosen.threads, growing=chosen.growth)


def known(names: list[str], table: dict[str, Any], what: str) -> list[str]:
    """`names`, or ValueError."""
    for name in names:
        if name not in table:
            raise ValueError(f"unknown {what} {name!r}; there are {', '.join(table)}")
    return names


def write(results: list[Result], folder: Path, threads: int, growing: bool) -> None:
    """The page, the picture and the figures; after each workload, so that a run that is broken off leaves some."""
    pages, name = (growth, "growth") if growing else (table, "steps")
    (folder / f"{name}.md").write_text(pages.markdown(results, threads))
    (folder / f"{name}.json").write_text(json.dumps([dataclasses.asdict(r) for r in results], indent=1) + "\n")
    (growth if growing else picture).save(results, folder / f"{name}.svg")


if __name__ == "__main__":
    main()
