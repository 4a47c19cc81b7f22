"""A tensor as text, as PyTorch prints it: four digits, columns of one width, long ones summarized."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

PRECISION, THRESHOLD, EDGE, WIDTH = 4, 1000, 3, 80


def text(array: np.ndarray, indent: int) -> str:
    """The elements in brackets; lines after the first begin `indent` columns further right."""
    if not array.size:
        return "[]"
    summarized = array.size > THRESHOLD
    show, width = _shown(_edges(array) if summarized else array)
    return _text(array, indent, summarized, show, width)


def call(name: str, array: np.ndarray, notes: list[str]) -> str:
    """`name(elements, note, note)`, with a note on a new line where a line would be too long."""
    indent = len(name) + 1
    parts = f"{name}({text(array, indent)}"
    length = len(parts) - parts.rfind("\n") + 1
    for note in notes:
        fits = length + len(note) + 2 <= WIDTH
        parts += f", {note}" if fits else ",\n" + " " * indent + note
        length = length + len(note) + 2 if fits else indent + len(note)
    return f"{parts})"


def _text(array: np.ndarray, indent: int, summarized: bool, show: Callable[[Any], str], width: int) -> str:
    if not array.ndim:
        return show(array[()])
    cut = summarized and len(array) > 2 * EDGE
    if array.ndim == 1:
        words = [show(x) for x in (np.concatenate([array[:EDGE], array[-EDGE:]]) if cut else array)]
        if cut:
            words.insert(EDGE, " ...")
        per_line = max(1, (WIDTH - indent) // (width + 2))
        lines = [", ".join(words[i : i + per_line]) for i in range(0, len(words), per_line)]
        return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
    rows = [*array[:EDGE], None, *array[-EDGE:]] if cut else list(array)
    parts = ["..." if row is None else _text(row, indent + 1, summarized, show, width) for row in rows]
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(parts) + "]"


def _edges(array: np.ndarray) -> np.ndarray:
    """What a summary shows."""
    for axis, size in enumerate(array.shape):
        if size > 2 * EDGE:
            array = np.take(array, [*range(EDGE), *range(size - EDGE, size)], axis)
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
    if high / low > 1000 or high > 1e8 or (low < 1e-4 and not whole):
        return lambda x: f"{x:.{PRECISION}e}"
    if whole:
        return lambda x: f"{x:.0f}." if math.isfinite(x) else f"{x:.0f}"
    return lambda x: f"{x:.{PRECISION}f}"
