"""Show the progress of a download on stderr: bars on a terminal, a plain line for each file elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Show = Callable[[str, int, int], None]


@contextmanager
def progress() -> Iterator[Show]:
    """Give ``show(label, received, total)``, in bytes, to be called at any time; a ``total`` of 0 means unknown."""
    if sys.stderr is not None and sys.stderr.isatty():
        with _bars() as show:
            yield show
    else:
        yield _lines()


def _lines() -> Show:
    announced: dict[str, bool] = {}

    def show(label: str, received: int, total: int) -> None:
        if label not in announced:
            announced[label] = True
            print(f"Downloading {label}", file=sys.stderr, flush=True)

    return show


@contextmanager
def _bars() -> Iterator[Show]:
    from rich.console import Console  # here, because only downloads on a terminal need it
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def show(label: str, received: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = bars.add_task(label, total=None)
            bars.update(tasks[label], completed=received, total=total or None)

        yield show
