"""Which dtype a result has: PyTorch's rules, where NumPy's would turn float32 into float64.

NumPy computes `float32_array * int64_array`, `int_array / int_array` and `float32_array * np.float64(2)` in float64,
the commonest reason for a slow NumPy program. Here, as in PyTorch, the kind of number (boolean < integer < real <
complex) is the highest there is, and the precision is that of the arrays; 0-d arrays and then Python numbers decide
only if no array is of that kind. Integers become float32 where a real number is computed, as in `exp` or `/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

BOOL, INT64 = np.dtype(np.bool_), np.dtype(np.int64)
FLOAT16, FLOAT32, FLOAT64 = np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.float64)
COMPLEX64 = np.dtype(np.complex64)


class Default:
    """The dtypes of Python's floats and complex numbers, and of what is made without a dtype. One object: `default`."""

    real: np.dtype = FLOAT32
    complex: np.dtype = COMPLEX64

    def set(self, dtype: np.dtype) -> None:
        """float16, float32 or float64, and the complex dtype that belongs to it."""
        self.real = dtype
        self.complex = np.dtype(np.complex128) if dtype == FLOAT64 else COMPLEX64
        _OF_NUMBERS["f"], _OF_NUMBERS["c"] = self.real, self.complex


default = Default()

NUMBERS = (int, float, complex, np.generic)
_OF_NUMBERS = {"b": BOOL, "i": INT64, "u": INT64, "f": FLOAT32, "c": COMPLEX64}  # the dtypes that Python numbers have


class _Ranks(dict[str, int]):
    def __missing__(self, kind: str) -> int:
        raise TypeError(
            f"cannot compute with elements of kind {np.dtype(kind).type.__name__}; pass numbers or booleans"
        )


_RANK = _Ranks(b=0, u=1, i=1, f=2, c=3)


def default_array(data: Any, dtype: Any = None) -> np.ndarray:
    """`data` as an array: Python floats become float32, Python ints int64; arrays keep their dtype."""
    array = np.asarray(data, dtype)
    if dtype is None and array.dtype in (FLOAT64, np.complex128) and not hasattr(data, "dtype"):
        kinds = _leaf_dtypes(data)
        array = array.astype(np.result_type(*kinds) if kinds else _OF_NUMBERS[array.dtype.kind])
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


def promote(a: np.dtype, b: np.dtype) -> np.dtype:
    """The dtype that holds both: of the higher kind; of two of one kind, NumPy's."""
    if a is b:
        return a
    low, high = sorted((a, b), key=lambda dtype: _RANK[dtype.kind])
    if _RANK[low.kind] == _RANK[high.kind] or (high.kind == "c" and low.kind == "f"):
        return np.promote_types(low, high)
    return high


def result_type(inputs: Sequence[Any]) -> np.dtype:
    """The dtype in which arrays and Python numbers are computed with together, as `torch.result_type`."""
    found: list[np.dtype | None] = [None, None, None]  # of arrays, of 0-d arrays, of numbers
    for x in inputs:
        if isinstance(x, np.ndarray):
            place, dtype = int(x.ndim == 0), x.dtype
        else:
            place, dtype = 2, _of_number(x)
        before = found[place]
        found[place] = dtype if before is None else promote(before, dtype)
    result: np.dtype | None = None
    for dtype in found:
        if result is None or (dtype is not None and _RANK[dtype.kind] > _RANK[result.kind]):
            result = promote(result, dtype) if result is not None and dtype is not None and dtype.kind == "c" else dtype
    assert result is not None
    return result


def holds(dtype: np.dtype, other: np.dtype) -> bool:
    """Whether numbers of the `other` dtype may be written into this one: if their kind is not a higher one."""
    return _RANK[other.kind] <= _RANK[dtype.kind]


def fitting(name: str, value: Any, dtype: np.dtype) -> None:
    """A number that is written to integers must be within their range; digits behind the point are dropped."""
    if dtype.kind in "iu" and isinstance(value, (int, float, np.integer, np.floating)):
        bounds = np.iinfo(dtype)
        if not bounds.min <= value <= bounds.max:  # nan is not
            raise ValueError(f"{name}: {value} does not fit into {dtype}")


def _of_number(x: Any) -> np.dtype:
    if isinstance(x, np.generic):
        return _OF_NUMBERS[x.dtype.kind]
    return (
        BOOL
        if isinstance(x, bool)
        else INT64
        if isinstance(x, int)
        else _OF_NUMBERS["f" if isinstance(x, float) else "c"]
    )


def cast(inputs: list[Any], promotes: bool, real: bool) -> list[np.ndarray]:
    """The inputs of an op as arrays; `promotes`: of one dtype, booleans left as they are; `real`: of a floating one."""
    if not promotes:
        for x in inputs:
            if type(x) is int and not -(2**63) <= x < 2**64:
                raise ValueError(f"the number {x} does not fit into any dtype; pass a float")
        return [x.astype(default.real) if real and x.dtype.kind in "biu" else x for x in map(default_array, inputs)]
    if len(inputs) == 2:  # the usual case first: an array of floats, and a number
        a, b = inputs
        if type(b) in (float, int) and a.dtype.kind == "f":
            return [a, np.asarray(b, a.dtype)]
        if type(a) in (float, int) and b.dtype.kind == "f":
            return [np.asarray(a, b.dtype), b]
    dtype = result_type(inputs)
    if real and dtype.kind in "biu":
        return [np.asarray(x, default.real) for x in inputs]
    return [x if isinstance(x, np.ndarray) and x.dtype is BOOL else _as(x, dtype) for x in inputs]


def _as(x: Any, dtype: np.dtype) -> np.ndarray:
    try:
        return np.asarray(x, BOOL if isinstance(x, (bool, np.bool_)) else dtype)
    except OverflowError:
        raise ValueError(
            f"the number {x} does not fit into {dtype}; convert the tensor first, as in t.long()"
        ) from None
