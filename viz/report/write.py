"""A report as one file that needs no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tinygrad_edu.files import write_whole

from .page import page
from .parts import Picture, Table


def write_report(
    path: str | Path,
    *,
    title: str,
    lead: str = "",
    facts: Mapping[str, Any] | None = None,
    figures: Sequence[Picture] = (),
    tables: Sequence[Table] = (),
    links: Mapping[str, str] | None = None,
) -> Path:
    """Write an HTML page that needs no network; return its path.

    lead: a paragraph below the title. facts: short texts and numbers, by name. links: files beside the page, by the
    words that link to them. figures, tables: in the order of the page; figures that scroll, such as a computation
    graph, come after the others. All text is escaped; the same report gives the same bytes.
    """
    path = Path(path)
    write_whole(path, page(title, lead, facts or {}, figures, tables, links or {}).encode())
    return path
