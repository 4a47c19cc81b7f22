"""The HTML of a report. Every text goes through `text`, which escapes it."""

from __future__ import annotations

import html
import math
import numbers
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..text import clean
from .embed import embedded
from .parts import Picture, Table
from .sheet import STYLE

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


LONG = 40  # characters: a longer fact has a line of its own, so that it leaves no gap beside it


def text(value: Any, length: int = 2000) -> str:
    """Anything as escaped text: numbers short, None as a dash."""
    if value is None:
        return "–"
    if isinstance(value, (bool, str)):
        return html.escape(clean(str(value), length))
    if isinstance(value, numbers.Integral):
        return f"{int(value):,}".replace("-", "−")
    if isinstance(value, numbers.Real):
        return _real(float(value))
    if isinstance(value, (list, tuple)):
        return ", ".join(text(item, length) for item in value) or "none"
    return html.escape(clean(str(value), length))


def _real(x: float) -> str:
    if math.isnan(x):
        return "nan"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    return f"{x:.6g}".replace("-", "−")


def page(
    title: str,
    lead: str,
    facts: Mapping[str, Any],
    pictures: Sequence[Picture],
    tables: Sequence[Table],
    links: Mapping[str, str],
) -> str:
    """The whole document. Raises `ValueError` for a link to anything but a file beside the page."""
    entries = [*((f"picture-{i}", p.title) for i, p in enumerate(pictures, 1))]
    entries += [(f"table-{i}", t.title) for i, t in enumerate(tables, 1)]
    contents = "".join(f'<li><a href="#{key}">{text(name)}</a></li>' for key, name in entries)
    flowing = [(i, p) for i, p in enumerate(pictures, 1) if not p.scroll]
    folded = [(i, p) for i, p in enumerate(pictures, 1) if p.scroll]
    body = [
        f"<header><h1>{text(title)}</h1>",
        f'<p class="lead">{text(lead)}</p>' if lead else "",
        f"<dl>{''.join(_fact(name, value) for name, value in facts.items())}</dl>" if facts else "",
        *(f'<p class="link"><a href="{_beside(name)}">{text(words)}</a></p>' for words, name in links.items()),
        f'<nav aria-label="Contents"><ul>{contents}</ul></nav>' if entries else "",
        '</header>\n<main id="main">',
        f'<div class="pictures">{"".join(_picture(i, p) for i, p in flowing)}</div>' if flowing else "",
        *(_folded(i, p) for i, p in folded),
        *(_table(i, t) for i, t in enumerate(tables, 1)),
        "</main>",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#main">Skip to the pictures</a>\n'
        + "\n".join(filter(None, body))
        + "\n</body>\n</html>\n"
    )


def _fact(name: str, value: Any) -> str:
    shown = text(value)
    kind = ' class="long"' if len(shown) > LONG else ""
    return f"<div{kind}><dt>{text(name)}</dt><dd>{shown}</dd></div>"


def _beside(name: str) -> str:
    """The name of a file in the page's own folder, as it stands in a link."""
    if not name or name != Path(name).name or name in (".", ".."):
        raise ValueError(f"expected a link to a file beside the report, got {name!r}")
    return quote(name)


def _figure(i: int, picture: Picture, labelled: str) -> str:
    alt = picture.alt or picture.caption or picture.title
    drawing = embedded(picture.image, f"p{i}", picture.title, alt)
    caption = f"<figcaption>{text(picture.caption)}</figcaption>" if picture.caption else ""
    kind = "paper scroll" if picture.scroll else "paper"
    return (
        f'<figure><div class="{kind}" role="group" aria-labelledby="{labelled}" tabindex="0">{drawing}</div>'
        f"{caption}</figure>"
    )


def _picture(i: int, picture: Picture) -> str:
    kind = "card wide" if picture.wide else "card"
    heading = f'<h2 id="heading-{i}">{text(picture.title)}</h2>'
    return f'<section class="{kind}" id="picture-{i}">{heading}{_figure(i, picture, f"heading-{i}")}</section>\n'


def _folded(i: int, picture: Picture) -> str:
    heading = f'<summary><h2 id="heading-{i}">{text(picture.title)}</h2></summary>'
    inner = _figure(i, picture, f"heading-{i}")
    return f'<section class="card" id="picture-{i}"><details open>{heading}{inner}</details></section>'


def _table(i: int, table: Table) -> str:
    right = [all(_is_number(row[c]) for row in table.rows if c < len(row)) for c in range(len(table.columns))]

    def kind(column: int) -> str:
        return ' class="number"' if column < len(right) and right[column] else ""

    head = "".join(f'<th scope="col"{kind(c)}>{text(name)}</th>' for c, name in enumerate(table.columns))
    rows = []
    for row in table.rows:
        first = f'<th scope="row"{kind(0)}>{text(row[0])}</th>' if len(row) else ""
        rest = "".join(f"<td{kind(c)}>{text(value)}</td>" for c, value in enumerate(row[1:], 1))
        rows.append(f"<tr>{first}{rest}</tr>")
    caption = f"<p>{text(table.caption)}</p>" if table.caption else ""
    return (
        f'<section class="card" id="table-{i}"><h2 id="table-heading-{i}">{text(table.title)}</h2>{caption}'
        f'<div class="scroll" role="group" aria-labelledby="table-heading-{i}" tabindex="0">'
        f'<table aria-labelledby="table-heading-{i}">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></section>"
    )


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, numbers.Real) and not isinstance(value, bool))
