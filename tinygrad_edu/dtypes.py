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

NUMBERS = (int, float, complex, np.generic)
OF_NUMBERS = {"b": BOOL, "i": INT64, "u": INT64, "f": FLOAT32, "c": COMPLEX64}  # the dtypes that Python numbers have


class _Ranks(dict[str, int]):
    def __missing__(self, kind: str) -> int:
        raise TypeError(
            f"cannot compute with elements of kind {np.dtype(kind).type.__name__}; pass numbers or booleans"
        )


_RANK = _Ranks(b=0, u=1, i=1, f=2, c=3)


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


def _of_number(x: Any) -> np.dtype:
    return OF_NUMBERS.get(np.asarray(x).dtype.kind, INT64)  # integers that no dtype holds have none


def cast(inputs: list[Any], promotes: bool, real: bool) -> list[np.ndarray]:
    """The inputs of an op as arrays; `promotes`: of one dtype, booleans left as they are; `real`: of a floating one."""
    if not promotes:
        for x in inputs:
            if type(x) is int and not -(2**63) <= x < 2**64:
                raise ValueError(f"the number {x} does not fit into any dtype; pass a float")
        arrays = [np.asarray(x, None if hasattr(x, "dtype") else _of_number(x)) for x in inputs]
        return [x.astype(OF_NUMBERS["f"]) if real and x.dtype.kind in "biu" else x for x in arrays]
    if len(inputs) == 2:  # the usual case first: an array of floats, and a number
        a, b = inputs
        if type(b) in (float, int) and a.dtype.kind == "f":
            return [a, np.asarray(b, a.dtype)]
        if type(a) in (float, int) and b.dtype.kind == "f":
            return [np.asarray(a, b.dtype), b]
    dtype = result_type(inputs)
    if real and dtype.kind in "biu":
        return [np.asarray(x, OF_NUMBERS["f"]) for x in inputs]
    return [x if isinstance(x, np.ndarray) and x.dtype is BOOL else _as(x, dtype) for x in inputs]


def _as(x: Any, dtype: np.dtype) -> np.ndarray:
    try:
        return np.asarray(x, BOOL if isinstance(x, (bool, np.bool_)) else dtype)
    except OverflowError:
        raise ValueError(
            f"the number {x} does not fit into {dtype}; convert the tensor first, as in t.long()"
        ) from None
