"""What a lesson leaves in a folder: its numbers as metrics.json, its pictures, and all of it on one page."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

from ..files import write_whole
from ..run_folder.contents import METRICS, REPORT


def write(lesson: Any, facts: dict[str, Any], pictures: dict[str, Any], folder: Path) -> None:
    """Write everything, and print the numbers. Raises `OSError`."""
    write_whole(folder / METRICS, json.dumps(facts, indent=2) + "\n")
    for name, picture in pictures.items():
        _save(picture, folder / f"{name}.svg")
    _report(lesson, facts, pictures, folder / REPORT)
    print()
    for name, value in facts.items():
        print(f"{name.replace('_', ' '):<28} {_written(value)}")
    print(f"Wrote {', '.join([METRICS, REPORT, *(f'{name}.svg' for name in pictures)])} to {folder}")


def _save(picture: Any, path: Path) -> None:
    from ..viz import plots

    if hasattr(picture, "savefig"):
        plots.save(picture, path)
    else:
        picture.save(path)


def _report(lesson: Any, facts: dict[str, Any], pictures: dict[str, Any], path: Path) -> None:
    """The lesson as one page: its text, its measurements, its pictures."""
    from ..viz.report import Picture, Table, write_report

    heading, _, text = (inspect.getdoc(inspect.getmodule(lesson)) or "").partition("\n\n")
    about = " ".join(text.partition("\n\n    ")[0].replace("`", "").split())
    shown = {_words(name): _written(value) for name, value in facts.items() if not isinstance(value, list)}
    figures = [Picture(_words(name), picture, wide=True) for name, picture in pictures.items()]
    columns = {name: value for name, value in facts.items() if isinstance(value, list)}
    tables = [Table(_words(name), ("epoch", "value"), list(enumerate(v, start=1))) for name, v in columns.items()]
    write_report(path, title=heading.rstrip("."), lead=about, facts=shown, figures=figures, tables=tables)


def _words(name: str) -> str:
    return name[:1].upper() + name[1:].replace("_", " ")


def _written(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_written, value))
    if isinstance(value, float) and 0 <= value <= 1:
        return f"{value:.4f}"
    return str(value)
