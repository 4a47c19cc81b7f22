"""Ctrl-C during training: the first calls a function, the second is Python's own."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def first_ctrl_c(ask: Callable[[], None]) -> Iterator[None]:
    """Inside the block the first Ctrl-C (SIGINT) calls `ask`; the second raises `KeyboardInterrupt`.

    Does nothing outside the main thread, where signals cannot be caught, or if the program handles SIGINT itself.
    """
    mine = threading.current_thread() is threading.main_thread()
    if not mine or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def handler(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        ask()

    signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
