"""What is being recorded just now, in this thread, and on whose behalf."""

from __future__ import annotations

import sys
import threading
import types
from typing import Any


class Call:
    """A module that is being called: what is recorded meanwhile belongs to it. A link in a chain, innermost first."""

    __slots__ = ("lines", "module", "parent")

    def __init__(self, module: Any, parent: Call | None, lines: bool) -> None:
        self.module = module  # None: no module, only `lines`
        self.parent = parent
        self.lines = lines  # whether the lines of the user's program are recorded


class _Mode(threading.local):
    recording = True
    call: Call | None = None


mode = _Mode()

HERE = __name__.rpartition(".")[0]  # this package
LESSONS = f"{HERE}.examples."  # which are programs of users


def caller() -> tuple[types.CodeType, int]:
    """The place in the user's program that led here: the innermost frame that is not the package's own."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        name = frame.f_globals.get("__name__") or ""
        if not (name == HERE or name.startswith(HERE + ".")) or name.startswith(LESSONS):
            break
        frame = frame.f_back
    return frame.f_code, frame.f_lineno
