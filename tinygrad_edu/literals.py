"""What a program writes down - numbers, nested lists, arrays - as arrays, in the dtypes that they stand for."""

from __future__ import annotations

from typing import Any

import numpy as np

from .dtypes import COMPLEX64, FLOAT32, FLOAT64, OF_NUMBERS


class Default:
    """The dtypes of Python's floats and complex numbers, and of what is made without a dtype. One object, `default`."""

    real: np.dtype = FLOAT32
    complex: np.dtype = COMPLEX64

    def set(self, dtype: np.dtype) -> None:
        """float16, float32 or float64, and the complex dtype that belongs to it."""
        self.real = dtype
        self.complex = np.dtype(np.complex128) if dtype == FLOAT64 else COMPLEX64
        OF_NUMBERS["f"], OF_NUMBERS["c"] = self.real, self.complex


default = Default()


def default_array(data: Any, dtype: Any = None) -> np.ndarray:
    """`data` as an array: Python floats become float32, Python ints int64; arrays keep their dtype."""
    array = np.asarray(data, dtype)
    if dtype is None and array.dtype in (FLOAT64, np.complex128) and not hasattr(data, "dtype"):
        kinds = _leaf_dtypes(data)
        array = array.astype(np.result_type(*kinds) if kinds else OF_NUMBERS[array.dtype.kind])
    return array


def _leaf_dtypes(data: Any) -> list[np.dtype]:
    """The floating dtypes of the arrays and NumPy scalars inside nested lists and tuples."""
    found: list[np.dtype] = []
    pending = [data]
    while pending:
        item = pending.pop()
        if isinstance(item, (list, tuple)):
            pending.extend(item)
        elif (dtype := getattr(item, "dtype", None)) is not None and dtype.kind in "fc":
            found.append(dtype)
    return found


def fitting(name: str, value: Any, dtype: np.dtype) -> None:
    """A number that is written to integers must be within their range; digits behind the point are dropped."""
    if dtype.kind in "iu" and isinstance(value, (int, float, np.integer, np.floating)):
        bounds = np.iinfo(dtype)
        if not bounds.min <= value <= bounds.max:  # nan is not
            raise ValueError(f"{name}: {value} does not fit into {dtype}")
