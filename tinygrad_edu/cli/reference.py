"""`tinygrad-edu reference`: every operation with its formula, derivative, domain and drawing, as Markdown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .errors import Failure


def reference(
    folder: Annotated[Path, typer.Argument(help="Where the files go; created if needed.", metavar="FOLDER")] = Path(
        "reference"
    ),
) -> None:
    """Write the reference of all operations: Markdown pages with drawings.

    Files that are there are overwritten.

    Exit codes: 0 done, 1 failed, 2 wrong usage.
    """
    from ..viz.reference import write_reference  # here, because the command line starts faster without

    try:
        written = write_reference(folder)
    except OSError as error:
        raise Failure(f"{folder} cannot be written to ({error.strerror or error}); name another folder") from None
    print(f"{folder / 'README.md'}, with {len(written) - 1} pages and drawings")
