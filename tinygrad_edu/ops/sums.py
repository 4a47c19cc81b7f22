"""Sums over some axes. What NumPy would go through row by short row is a product with ones instead, which BLAS has."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

MANY = 1 << 14  # elements, from which on a product is faster
SHORT = 300  # elements of a row that is summed up; of longer ones NumPy's pairwise sum is as fast, and more exact


def added(x: np.ndarray, over: tuple[int, ...], keepdims: bool = False, dtype: Any = None) -> Any:
    """The sum over these axes, which are in rising order. dtype: of the result and of the sum, if not that of x."""
    many = x.size > MANY and dtype is None and x.flags.c_contiguous
    ones = with_ones(x.shape, x.dtype, over) if many else None
    if ones is None:
        add: Any = np.add  # whose types do not know a `keepdims` that is a variable
        return add.reduce(x, axis=over, keepdims=keepdims, dtype=dtype)
    rows, columns, first = ones
    matrix = x.reshape(rows, columns)
    y = np.dot(np.ones(rows, x.dtype), matrix) if first else np.dot(matrix, np.ones(columns, x.dtype))
    kept = tuple(1 if axis in over else size for axis, size in enumerate(x.shape) if keepdims or axis not in over)
    return y.reshape(kept)


def with_ones(shape: tuple[int, ...], dtype: np.dtype, over: tuple[int, ...]) -> tuple[int, int, bool] | None:
    """How an array that lies in order is to be seen as a matrix (rows, columns), and whether the ones come first in
    the product; None if it is no sum over all axes but the last, or over the last alone, or none worth a product."""
    last = len(shape) - 1
    if last < 1 or dtype.char not in "fd" or math.prod(shape) <= MANY:
        return None
    rows, columns = math.prod(shape[:-1]), shape[-1]
    if over == (last,):
        return (rows, columns, False) if columns <= SHORT else None
    return (rows, columns, True) if over == tuple(range(last)) else None
