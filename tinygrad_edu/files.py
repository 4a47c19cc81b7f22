"""Files that are written whole or not at all."""

from __future__ import annotations

import glob
import os
import tempfile
from pathlib import Path

TEMPORARY = ".tmp"


def write_whole(path: Path, content: bytes | str) -> None:
    """Put `content` into `path` in one step: a reader sees the old file or the new one, never half of it.

    It is written under a temporary name beside its destination, flushed to the disk, and then renamed. Text is UTF-8.
    Raises `OSError` (no space, no permission); then `path` is as it was.
    """
    data = content.encode() if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=TEMPORARY, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())  # mkstemp makes files that only their owner can read
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def clean(path: Path) -> None:
    """Remove what a process that was killed in `write_whole(path, ...)` has left beside `path`."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*{TEMPORARY}"):
        left.unlink(missing_ok=True)


def _umask() -> int:
    """The bits that new files are denied; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
