"""5,130 given names that come with the library, and lists of names of one's own: text to read letter by letter.

``names.txt`` holds those of the 1990 census of the United States: "Frequently Occurring First Names in the U.S. - 1990"
(United States Census Bureau, 1995), the files ``dist.female.first`` and ``dist.male.first``, in the public domain. Both
files were merged, in lower case and in alphabetical order; names of two letters, many of them abbreviations, were left
out.
"""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

from .errors import DataError
from .text_corpus import text

LEAST = 20
BETWEEN = " -'’."  # what a name may have between its letters


def names(path: str | os.PathLike[str] | None = None) -> str:
    """Names, one a line, as a string: without a path the built-in ones, 5,130 given names.

    The built-in names have 3 to 11 letters, a to z in lower case, and are in alphabetical order; no name stands there
    twice. ``names().splitlines()`` is the list of them.

    path: a text file in UTF-8 with a name a line, at least 20; of letters, and between them spaces, - ' and the full
        stop. Spaces around a name, and empty lines, are left out.

    DataError: the file cannot be read, is not UTF-8, has fewer names, or a line that is no name.

        >>> from tinygrad_edu import data
        >>> data.names().splitlines()[:3]
        ['aaron', 'abbey', 'abbie']
    """
    built_in = files("tinygrad_edu.data").joinpath("names.txt")
    source = built_in if path is None else Path(path)
    read = built_in.read_text(encoding="utf-8") if path is None else text(path)
    lines = [line.strip() for line in read.splitlines()]
    for number, line in enumerate(lines, start=1):
        if not all(c.isalpha() or c in BETWEEN for c in line) or (line and not line[0].isalpha()):
            raise DataError(
                f"{source}: line {number:,}: expected a name, of letters, spaces, - ' and ., got {line[:40]!r}"
            )
    found = [line for line in lines if line]
    if len(found) < LEAST:
        raise DataError(f"{source}: expected at least {LEAST} names, a line each, got {len(found)}")
    return "\n".join(found)
