"""One training at a time in a folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .contents import RunError

LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Inside the block no other process can enter the same block for this folder.

    The lock is the system's, on the file `.lock`, which is removed afterwards; it is released if the process is killed.
    Raises `RunError` if another process has it, or the file cannot be written.
    """
    path = folder / LOCK
    try:
        handle = _acquired(path)
    except BlockingIOError:
        raise RunError(f"another training is writing to {folder}; wait for it, or stop it") from None
    except OSError as error:
        raise RunError(f"{folder} cannot be locked: {error.strerror or error}") from None
    try:
        yield
    finally:
        if sys.platform == "win32":  # an open file cannot be removed there
            os.close(handle)
            path.unlink(missing_ok=True)
        else:
            path.unlink(missing_ok=True)
            os.close(handle)


def _acquired(path: Path) -> int:
    """A handle on the locked file. Raises `BlockingIOError` if another process has it."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(handle)
            if os.path.exists(path) and os.path.samestat(os.fstat(handle), os.stat(path)):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # the process that had it removed this file in the meantime


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(*error.args) from None
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
