"""Which dtype a result has: PyTorch's rules where NumPy's would turn float32 into float64.

NumPy computes `float32_array * int64_array`, `int_array / int_array` and `float32_array * np.float64(2)` in
float64, the commonest reason for a slow NumPy program. As in PyTorch, integers and 0-d values here never raise
the precision of a floating-point array, and integers alone become float32 where a real number is asked for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

FLOAT64 = np.dtype(np.float64)
FLOAT32 = np.dtype(np.float32)


def default_array(data: Any, dtype: Any = None) -> np.ndarray:
    """`data` as an array: Python floats become float32, Python ints int64; arrays keep their dtype."""
    array = np.asarray(data, dtype)
    if dtype is None and array.dtype == FLOAT64 and not hasattr(data, "dtype"):
        kinds = _leaf_dtypes(data)
        array = array.astype(np.result_type(*kinds) if kinds else FLOAT32)
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


def give_scalars_a_dtype(inputs: list[Any]) -> list[np.ndarray]:
    """Numbers among arrays as 0-d arrays that do not change the arrays' dtype."""
    dtypes = [x.dtype for x in inputs if isinstance(x, np.ndarray)]
    common = dtypes[0] if len(dtypes) == 1 else np.result_type(*dtypes)
    return [x if isinstance(x, np.ndarray) else np.asarray(x, _scalar_dtype(x, common)) for x in inputs]


def _scalar_dtype(x: Any, common: np.dtype) -> Any:
    if isinstance(x, (bool, np.bool_)):
        return np.bool_
    if isinstance(x, (complex, np.complexfloating)) and not isinstance(x, float):
        return common if common.kind == "c" else np.result_type(common, np.complex64)
    if common.kind in "fc":
        return common
    if isinstance(x, (float, np.floating)):
        return FLOAT32
    return common if common.kind in "iu" else np.int64


def without_promotion(arrays: list[Any]) -> list[Any] | None:
    """Inputs cast so that the result is not float64, or None if float64 is right.

    The result is float64 by right if an array of at least one dimension is; if none has a floating dtype, 0-d arrays
    decide; if those have none either (integers only), it is float32.
    """
    best: np.dtype | None = None
    best_rank = -1
    for a in arrays:
        dtype = a.dtype
        if dtype is FLOAT64 and a.ndim:
            return None
        if dtype.kind == "f":
            rank = 1 if a.ndim else 0
            if rank > best_rank or (rank == best_rank and best is not None and dtype.itemsize > best.itemsize):
                best, best_rank = dtype, rank
    target = FLOAT32 if best is None else best
    if target == FLOAT64:
        return None
    return [a if a.dtype.kind == "b" else a.astype(target) for a in arrays]
