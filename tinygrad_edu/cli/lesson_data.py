"""What a lesson learns from: digits, or the text that its module asks for with `DATASET = "text"`."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import data as sets
from . import dataset as datasets
from .choices import DATASETS, choice
from .errors import USAGE, Failure, bad_option
from .resume import fingerprint


@dataclass(frozen=True)
class LessonData:
    """The data, and what is known of them."""

    data: Any  # `Digits`, or a str
    name: str
    source: str
    dataset: str  # as `--dataset` names it
    folder: str | None  # as `--data` names it, from the root
    fingerprint: int


def lesson_data(module: Any, dataset: str, folder: str | None) -> LessonData:
    """The data for the lesson in a module, by the options as they were typed. Raises `Failure`."""
    kind = getattr(module, "DATASET", "digits")
    where = None if folder is None else str(Path(folder).absolute())
    if kind == "digits":
        digits = datasets.load(choice("--dataset", dataset, DATASETS), folder)
        return LessonData(digits, digits.name, digits.source, digits.name.lower(), where, fingerprint(digits))
    if dataset != "auto":
        raise bad_option("--dataset", dataset, "this lesson learns from a text, not from images; leave it out")
    try:
        text = getattr(sets, kind)(*(() if folder is None else (folder,)))
    except sets.DataError as error:
        raise Failure(f"--data: {error}", USAGE) from None
    source = "the library" if folder is None else folder
    return LessonData(text, f"{len(text):,} characters", source, "auto", where, zlib.crc32(text.encode()))
