"""A text to train on that comes with the library, and text files of one's own.

``text.txt`` is Lewis Carroll's "Alice's Adventures in Wonderland" (1865), which is in the public domain; what was done
to its layout stands in ``text.LICENSE.txt``.
"""

from __future__ import annotations

from importlib.resources import files
from os import PathLike
from pathlib import Path

from .errors import DataError

LEAST = 2  # a character, and the one to predict from it


def text(path: str | PathLike[str] | None = None) -> str:
    """A text as one string: without a path the built-in one, "Alice's Adventures in Wonderland".

    The built-in text has 143,031 characters of 66 kinds, all ASCII, in lines of at most 72.

    path: a text file in UTF-8, with or without a byte order mark. Line ends, of whatever system, become "\\n".

    DataError: the file is missing, is a folder, is not UTF-8, holds the character NUL, or fewer than 2 characters.

        >>> from tinygrad_edu import data
        >>> data.text().splitlines()[0]
        "ALICE'S ADVENTURES IN WONDERLAND"
    """
    if path is None:
        return files("tinygrad_edu.data").joinpath("text.txt").read_text(encoding="utf-8")
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise DataError(f"{path}: expected a text file, but it cannot be read: {error.strerror}") from None
    try:
        read = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}: expected a text file in UTF-8, got byte {raw[error.start]:#04x} at position {error.start:,}; "
            "save it as UTF-8"
        ) from None
    if "\0" in read:
        raise DataError(f"{path}: expected text, got the character NUL at position {read.index(chr(0)):,}")
    read = read.replace("\r\n", "\n").replace("\r", "\n")
    if len(read) < LEAST:
        raise DataError(f"{path}: expected a text of at least {LEAST} characters, got {len(read)}")
    return read
