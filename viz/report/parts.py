"""What a report is made of: pictures and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Picture:
    """A picture with its title and caption.

    image: a matplotlib Figure, a `Drawing`, or the text of an SVG.
    alt: text for screen readers; by default the caption.
    wide: it needs the whole width of the page.
    scroll: it may be larger than the page, and is folded away behind its heading.
    """

    title: str
    image: Any
    caption: str = ""
    alt: str = ""
    wide: bool = False
    scroll: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under columns; the first cell of each row is its heading. Numbers stand right, None is a dash."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    caption: str = ""
