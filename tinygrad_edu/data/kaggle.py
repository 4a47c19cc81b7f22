"""Read MNIST as CSV, as Kaggle has it: a header, then for each image one line of its label and 784 pixels.

Lines are parsed by NumPy, a block at a time. Only a block with an unusual cell is parsed again cell by cell, to say
exactly what is wrong where.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from .errors import DataError
from .idx import check_regular

COLUMNS = ("label", *(f"pixel{i}" for i in range(784)))  # "Digit Recognizer"
GRID_COLUMNS = ("label", *(f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)))  # "MNIST in CSV"
WIDTH = len(COLUMNS)
BLOCK = 1 << 20
LONGEST_HEADER = 1 << 16
COMMA, NEWLINE, ZERO = b",\n0"

Bytes = npt.NDArray[np.uint8]


def read_csv(path: str | os.PathLike[str]) -> tuple[Bytes, Bytes]:
    """The images, uint8 (N, 28, 28), and labels, uint8 (N,), of a CSV file.

    The header is ``label,pixel0,...,pixel783`` or ``label,1x1,...,28x28``. Cells are whole numbers, labels 0 to 9 and
    pixels 0 to 255. Spaces around a cell, CRLF, a byte-order mark and blank lines at the end are accepted.

    Raises ``DataError`` naming the file, the line (the header is line 1) and the column (from 1) of what is wrong.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise DataError(f"{path} is a folder, not a CSV file")
        check_regular(path)
        with path.open("rb") as file:
            _check_header(file.readline(LONGEST_HEADER), path)
            text = file.read().rstrip()
    except FileNotFoundError:
        raise DataError(f"{path} does not exist") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None
    if not text:
        raise DataError(f"{path} has a header but no rows after it")
    tables, line = [], 2
    for block in _blocks(text):
        table = parse_fast(block)
        tables.append(parse_cells(block, path, line) if table is None else table)
        line += len(tables[-1])
    table = np.concatenate(tables)
    return np.ascontiguousarray(table[:, 1:]).reshape(-1, 28, 28), table[:, 0].copy()


def _blocks(text: bytes) -> Iterator[bytes]:
    """Cut ``text`` into pieces of about BLOCK bytes, each made of whole lines."""
    start = 0
    while start < len(text):
        newline = text.find(b"\n", start + BLOCK)
        stop = len(text) if newline < 0 else newline + 1
        yield text[start:stop].replace(b"\r\n", b"\n").removesuffix(b"\n") + b"\n"
        start = stop


def parse_fast(block: bytes) -> Bytes | None:
    """Whole lines as uint8 (rows, 785), or None if there is anything but cells of 1 to 3 digits, all in range."""
    text = np.frombuffer(block, np.uint8)
    is_end = (text == COMMA) | (text == NEWLINE)
    ends = np.flatnonzero(is_end)
    lengths = np.diff(ends, prepend=-1) - 1
    if ends.size % WIDTH or lengths.min() < 1 or lengths.max() > 3:
        return None
    line_ends = ends[WIDTH - 1 :: WIDTH]
    if np.count_nonzero(text == NEWLINE) != line_ends.size or np.any(text[line_ends] != NEWLINE):
        return None
    digits = text - np.uint8(ZERO)  # wraps around below "0", so that whatever is no digit exceeds 9
    if np.any((digits > 9) & ~is_end):
        return None
    values = digits[ends - 1].astype(np.uint16)
    values += np.where(lengths > 1, digits[ends - 2], 0) * np.uint16(10)
    values += np.where(lengths > 2, digits[ends - 3], 0) * np.uint16(100)
    table = values.reshape(-1, WIDTH)
    if table.max() > 255 or table[:, 0].max() > 9:
        return None
    return table.astype(np.uint8)


def parse_cells(block: bytes, path: Path, line: int) -> Bytes:
    """Whole lines as uint8 (rows, 785), cell by cell; ``line`` is the number of the first. Raises ``DataError``."""
    rows = [_parse_line(text, path, number) for number, text in enumerate(block[:-1].split(b"\n"), start=line)]
    return np.array(rows, np.uint8)


def _parse_line(text: bytes, path: Path, line: int) -> list[int]:
    if not text.strip():
        raise DataError(f"{path}, line {line} is empty: {WIDTH} columns expected")
    cells = _decode(text, path, line).split(",")
    if len(cells) != WIDTH:
        raise DataError(f"{path}, line {line} has {_columns(len(cells))}, expected {WIDTH}")
    return [_parse_cell(cell.strip(), path, line, column) for column, cell in enumerate(cells, start=1)]


def _parse_cell(cell: str, path: Path, line: int, column: int) -> int:
    largest = 9 if column == 1 else 255
    is_whole = cell.isascii() and cell.removeprefix("-").isdigit()
    if is_whole and len(cell.lstrip("0")) <= 3 and 0 <= int(cell) <= largest:
        return int(cell)
    place = f"{path}, line {line}, column {column} ({COLUMNS[column - 1]})"
    if not cell:
        raise DataError(f"{place}: the cell is empty")
    shown = repr(cell if len(cell) <= 20 else cell[:20] + "...")
    if is_whole:
        raise DataError(f"{place}: {shown} is outside 0 to {largest}")
    try:
        is_number = math.isfinite(float(cell))
    except ValueError:
        is_number = False
    raise DataError(f"{place}: {shown} is not {'written as a whole' if is_number else 'a'} number")


def _check_header(text: bytes, path: Path) -> None:
    if not text:
        raise DataError(f"{path} is empty")
    cells = tuple(cell.strip().strip('"') for cell in _decode(text.removeprefix(b"\xef\xbb\xbf"), path, 1).split(","))
    if cells in (COLUMNS, GRID_COLUMNS):
        return
    if cells in (COLUMNS[1:], GRID_COLUMNS[1:]):
        raise DataError(
            f"{path} has pixels but no labels: this looks like Kaggle's test.csv, whose labels are to be predicted; "
            "use train.csv"
        )
    if all(cell.isdigit() for cell in cells):
        raise DataError(f"{path}, line 1 holds numbers, where the header label,pixel0,...,pixel783 is expected")
    if len(cells) != WIDTH:
        raise DataError(
            f"{path}, line 1 has {_columns(len(cells))}, where the {WIDTH} of label,pixel0,...,pixel783 are expected"
        )
    _wrong_name(cells, path)


def _wrong_name(cells: tuple[str, ...], path: Path) -> NoReturn:
    names = GRID_COLUMNS if cells[1] == GRID_COLUMNS[1] else COLUMNS
    column = next(i for i, name in enumerate(names) if cells[i] != name)
    raise DataError(f"{path}, line 1, column {column + 1}: {names[column]!r} expected, {cells[column][:40]!r} found")


def _decode(text: bytes, path: Path, line: int) -> str:
    """Text of one line; NUL bytes and what is no UTF-8 are errors that name their column."""
    try:
        nul = text.find(b"\0")
        if nul < 0:
            return text.decode("utf-8")
        position, what = nul, "there is a NUL byte"
    except UnicodeDecodeError as error:
        position, what = error.start, f"the byte 0x{text[error.start]:02x} is not UTF-8"
    column = text.count(b",", 0, position) + 1
    raise DataError(f"{path}, line {line}, column {column}: {what}; is this a CSV file, saved as UTF-8?")


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"
