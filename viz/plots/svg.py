"""A Figure as an SVG: the same bytes for the same data."""

from __future__ import annotations

import io
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from tinygrad_edu.files import write_whole

from .style import place, settings


def svg(figure: Figure) -> str:
    """The `<svg>` element, without a date, a creator, or anything outside itself."""
    file = io.BytesIO()
    with settings():
        settle(figure)
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(file, format="svg", metadata=nothing)
    text = file.getvalue().decode()
    return text[text.index("<svg") :]


def save(figure: Figure, path: str | Path) -> Path:
    """Write a Figure as .svg, .png or .pdf."""
    path = Path(path)
    form = path.suffix.lower()
    if form not in (".svg", ".png", ".pdf"):
        raise ValueError(f"save({str(path)!r}): the suffix decides the format and must be .svg, .png or .pdf")
    if form == ".svg":
        write_whole(path, b'<?xml version="1.0" encoding="utf-8"?>\n' + svg(figure).encode())
        return path
    file = io.BytesIO()
    with settings():
        settle(figure)
        figure.savefig(file, format=form[1:], dpi=200, metadata={"CreationDate": None} if form == ".pdf" else None)
    write_whole(path, file.getvalue())
    return path


def settle(figure: Figure, rounds: int = 3) -> None:
    """Lay out until nothing moves: a colour bar beside an image of fixed shape needs more than one round."""
    engine = figure.get_layout_engine()
    if engine is None:
        return
    before = None
    for _ in range(rounds):
        engine.execute(figure)
        places = [ax.get_position().bounds for ax in figure.axes]
        if places == before:
            break
        before = places
    figure.set_layout_engine("none")
    for ax in figure.axes:  # the last digits depend on where memory lies, and the names of clip paths on the digits
        x, y, width, height = (round(x, 9) for x in ax.get_position(original=True).bounds)
        place(ax, Bbox.from_bounds(x, y, width, height))
