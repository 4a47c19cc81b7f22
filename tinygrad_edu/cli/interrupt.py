"""Ctrl-C and its kin: the first signal asks to stop at the next good moment, a second one ends the program at once."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

NAMES = {"SIGINT": "Ctrl-C", "SIGTERM": "SIGTERM", "SIGHUP": "SIGHUP"}  # the last: its terminal was closed


class Interrupt:
    """Inside the block, the first SIGINT (Ctrl-C), SIGTERM or SIGHUP only sets `number`; the second is left to
    the system, which ends the process at once.

    A signal that the parent process has set to be ignored, as `nohup` does, stays ignored. Outside the main thread,
    where signals cannot be caught, nothing is done.
    """

    def __init__(self) -> None:
        self.number: int | None = None  # of the signal that came
        self._previous: dict[int, Any] = {}

    @property
    def requested(self) -> bool:
        return self.number is not None

    @property
    def name(self) -> str:
        """What stopped the training, for people."""
        return "" if self.number is None else NAMES[signal.Signals(self.number).name]

    @property
    def exit_code(self) -> int:
        """As the shell has it: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
        return 128 + (self.number or 0)

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, name) for name in NAMES if hasattr(signal, name)):
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._previous[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        self._previous.clear()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.number = number
        for each in self._previous:
            signal.signal(each, signal.SIG_DFL)
