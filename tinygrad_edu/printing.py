"""A tensor as text, as PyTorch prints it: four digits, columns of one width, long ones summarized."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np


@dataclasses.dataclass
class Options:
    """How tensors are printed; what each means, `set_printoptions` says."""

    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


options = Options()
PROFILES = {
    "default": Options(),
    "short": Options(precision=2, edgeitems=2),
    "full": Options(threshold=math.inf),
}


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """How tensors are printed from now on. What is not given stays as it is; `sci_mode` starts again.

    precision: digits behind the point. threshold: how many elements are shown in full. edgeitems: how many of a longer
        tensor are, at each end of a dimension. linewidth: characters in a line.
    profile: "default", "short" or "full", from which the others depart. ValueError: another.
    sci_mode: whether numbers are written as in 1.5000e-05; None decides it by their sizes.
    """
    if profile is not None:
        if profile not in PROFILES:
            raise ValueError(f"set_printoptions: expected the profile {', '.join(PROFILES)}, got {profile!r}")
        vars(options).update(vars(PROFILES[profile]))
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    vars(options).update({name: value for name, value in given.items() if value is not None}, sci_mode=sci_mode)


def text(array: np.ndarray, indent: int) -> str:
    """The elements in brackets; lines after the first begin `indent` columns further right."""
    if not array.size:
        return "[]"
    summarized = array.size > options.threshold
    show, width = _shown(_edges(array) if summarized else array)
    return _text(array, indent, summarized, show, width)


def call(name: str, array: np.ndarray, notes: list[str]) -> str:
    """`name(elements, note, note)`, with a note on a new line where a line would be too long."""
    indent = len(name) + 1
    parts = f"{name}({text(array, indent)}"
    length = len(parts) - parts.rfind("\n") + 1
    for note in notes:
        fits = length + len(note) + 2 <= options.linewidth
        parts += f", {note}" if fits else ",\n" + " " * indent + note
        length = length + len(note) + 2 if fits else indent + len(note)
    return f"{parts})"


def _text(array: np.ndarray, indent: int, summarized: bool, show: Callable[[Any], str], width: int) -> str:
    if not array.ndim:
        return show(array[()])
    edge = options.edgeitems
    cut = summarized and len(array) > 2 * edge
    if array.ndim == 1:
        words = [show(x) for x in (np.concatenate([array[:edge], array[-edge:]]) if cut else array)]
        if cut:
            words.insert(edge, " ...")
        per_line = max(1, (options.linewidth - indent) // (width + 2))
        lines = [", ".join(words[i : i + per_line]) for i in range(0, len(words), per_line)]
        return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
    rows = [*array[:edge], None, *array[-edge:]] if cut else list(array)
    parts = ["..." if row is None else _text(row, indent + 1, summarized, show, width) for row in rows]
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(parts) + "]"


def _edges(array: np.ndarray) -> np.ndarray:
    """What a summary shows."""
    edge = options.edgeitems
    for axis, size in enumerate(array.shape):
        if size > 2 * edge:
            array = np.take(array, [*range(edge), *range(size - edge, size)], axis)
    return array


def _shown(array: np.ndarray) -> tuple[Callable[[Any], str], int]:
    """How each number of this array is written, and how wide."""
    if array.dtype.kind == "c":
        (real, first), (imag, second) = _shown(array.real), _shown(array.imag)

        def both(z: Any) -> str:
            part = imag(z.imag).lstrip()
            return real(z.real) + ("" if part.startswith("-") else "+") + part + "j"

        return both, first + second + 1
    if array.dtype.kind != "f":
        width = max(len(str(x)) for x in array.ravel())
        return (lambda x: str(x).rjust(width)), width
    numbers = array[np.isfinite(array) & (array != 0)].astype(np.float64)
    style = _style(numbers)
    width = max((len(style(x)) for x in numbers), default=1)
    return (lambda x: style(float(x)).rjust(width)), width


def _style(numbers: np.ndarray) -> Callable[[float], str]:
    """Whole numbers as "3.", others with four digits, or in scientific notation where they are far apart."""
    sizes = np.abs(numbers)
    whole = bool((numbers == np.ceil(numbers)).all())
    low, high = (sizes.min(), sizes.max()) if len(sizes) else (1.0, 1.0)
    far_apart = high / low > 1000 or high > 1e8 or (low < 1e-4 and not whole)
    if far_apart if options.sci_mode is None else options.sci_mode:
        return lambda x: f"{x:.{options.precision}e}"
    if whole:
        return lambda x: f"{x:.0f}." if math.isfinite(x) else f"{x:.0f}"
    return lambda x: f"{x:.{options.precision}f}"
