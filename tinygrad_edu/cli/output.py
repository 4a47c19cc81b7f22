"""Output that may fail, as in `tinygrad-edu train | head -1` or on a full disk, without ending the work behind it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Steady:
    """A text stream whose first error is remembered, and after which everything goes to the null device."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.error: OSError | None = None

    def write(self, text: str) -> int:
        try:
            return int(self._stream.write(text))
        except OSError as error:
            self._give_up(error)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            self._give_up(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _give_up(self, error: OSError) -> None:
        self.error = error
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, self._stream.fileno())  # what is still in the buffer goes there too, now or at exit
        os.close(null)


@contextmanager
def steady_output() -> Iterator[Steady]:
    """Inside the block stdout and stderr raise nothing, even if they are closed, full, or a pipe that nobody reads.

    The stream given is stdout's; its `error` says what has gone wrong with it.
    """
    before = sys.stdout, sys.stderr
    null = None
    if None in before:  # closed when the program was started
        null = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (closed below)
    out, err = (Steady(null if stream is None else stream) for stream in before)
    sys.stdout, sys.stderr = out, err
    try:
        yield out
    finally:
        out.flush()
        err.flush()
        sys.stdout, sys.stderr = before
        if null is not None:
            null.close()
