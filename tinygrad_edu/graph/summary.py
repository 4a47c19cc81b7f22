"""What an array holds, in a few numbers: `Summary`; and as a small picture: `Cells`."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

Number = bool | int | float | complex
Shows = Literal["element", "peak", "mean"]


@dataclass(frozen=True, slots=True)
class Cells:
    """An array read as rows and columns: the last axis across, all others down.

    A cell is an element, or, where there are more than fit, a block of `height` x `width` elements, shown by its peak,
    the element of the largest magnitude (nan before all), or by its mean. Blocks at the lower and right ends may be
    cut off.
    """

    rows: int
    columns: int
    height: int  # 1 and 1: the cells are the elements
    width: int
    shows: Shows  # "element" where the cells are the elements
    values: tuple[float, ...]  # row by row


@dataclass(frozen=True, slots=True)
class Summary:
    """What an array holds. `min`, `max`, `mean` and `norm` (the 2-norm) are of its finite elements; None if none is."""

    size: int
    number: Number | None  # the element itself, of an array of one element
    min: float | None
    max: float | None
    mean: float | None
    norm: float | None
    nan: int = 0  # how many elements are nan
    inf: int = 0  # how many are plus or minus infinity
    zero: int = 0  # how many are exactly 0
    cells: Cells | None = None  # kept on request


def summary(array: np.ndarray, cells: int = 0, show: Literal["peak", "mean"] = "peak") -> Summary:
    """The summary of an array of numbers or booleans; with a picture of at most `cells` cells, if it is real."""
    if array.size == 1:
        return of_number(array.item())
    picture = as_cells(array, cells, show) if cells and array.size and array.dtype.kind != "c" else None
    nan, inf = int(np.isnan(array).sum()), int(np.isinf(array).sum())
    if array.dtype.kind == "c":
        nan -= int((np.isnan(array) & np.isinf(array)).sum())  # nan + inf·i is infinite, as C has it
    zero = array.size - int(np.count_nonzero(array))
    finite = array[np.isfinite(array)] if nan or inf else array
    if finite.size == 0:
        return Summary(array.size, None, None, None, None, None, nan, inf, zero, picture)
    real = finite.real.astype(np.float64)
    sizes = np.abs(np.stack([real, finite.imag]) if finite.dtype.kind == "c" else real)
    top = float(sizes.max())
    norm = top * float(np.linalg.norm((sizes / top).ravel())) if top else 0.0  # scaled: no square overflows
    mean = float(np.mean(real / top)) * top if top else 0.0
    low, high = float(real.min()), float(real.max())
    return Summary(array.size, None, low, high, mean, norm, nan, inf, zero, picture)


def of_number(number: Number) -> Summary:
    """The summary of one number."""
    if not isinstance(number, Number):  # a long double
        number = complex(number) if np.iscomplexobj(number) else float(number)
    if not cmath.isfinite(number):
        inf = int(cmath.isinf(number))
        return Summary(1, number, None, None, None, None, 1 - inf, inf, 0)
    x = float(number.real)
    norm = math.hypot(x, number.imag) if isinstance(number, complex) else abs(x)  # abs(complex) raises on overflow
    return Summary(1, number, x, x, x, norm, 0, 0, int(number == 0))


def as_cells(array: np.ndarray, most: int, show: Literal["peak", "mean"] = "peak") -> Cells:
    """The picture of a real array of at least one element, in at most `most` cells.

    show: of a block of several elements. Its peak hides nothing that is large, but not how much of the block is small;
        its mean says how much, but values of mixed signs cancel in it.
    """
    columns = array.shape[-1] if array.ndim else 1
    table = array.reshape(-1, columns).astype(np.float64)
    rows = len(table)
    side = max(1, math.isqrt(most))
    down = rows if rows * columns <= most else min(rows, max(side, most // columns))
    across = min(columns, most // down)
    height, width = -(-rows // down), -(-columns // across)
    if height == width == 1:
        return Cells(rows, columns, 1, 1, "element", tuple(table.ravel().tolist()))
    of_rows = _peaks if show == "peak" else _means
    table = of_rows(of_rows(table, height).T, width).T
    return Cells(*table.shape, height, width, show, tuple(table.ravel().tolist()))


def _peaks(table: np.ndarray, height: int) -> np.ndarray:
    """Of each `height` rows one, with the element of the largest magnitude in each column."""
    missing = -len(table) % height
    blocks = np.concatenate([table, np.zeros((missing, table.shape[1]))]).reshape(-1, height, table.shape[1])
    peaks = np.abs(blocks).argmax(axis=1)  # the first nan, if there is one
    return np.take_along_axis(blocks, peaks[:, np.newaxis], axis=1)[:, 0]


def _means(table: np.ndarray, height: int) -> np.ndarray:
    """Of each `height` rows, fewer at the end, one: their mean."""
    starts = np.arange(0, len(table), height)
    sizes = np.minimum(height, len(table) - starts)
    with np.errstate(invalid="ignore"):  # inf - inf is nan
        return np.add.reduceat(table / np.repeat(sizes, sizes)[:, np.newaxis], starts)  # divided first: no overflow
