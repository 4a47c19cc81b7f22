"""`assert_close`: whether results are equal up to rounding, with PyTorch's tolerances for each dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import Tensor

# rtol, atol; PyTorch's: https://docs.pytorch.org/docs/stable/testing.html
TOLERANCES = {
    "float16": (1e-3, 1e-5),
    "float32": (1.3e-6, 1e-5),
    "complex64": (1.3e-6, 1e-5),
    "float64": (1e-7, 1e-7),
    "complex128": (1e-7, 1e-7),
}


def assert_close(
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_dtype: bool = True,
    msg: Any = None,
    **options: Any,
) -> None:
    """AssertionError unless |actual - expected| <= atol + rtol |expected|, and shapes and dtypes are equal.

    actual, expected: tensors, arrays or numbers, or lists, tuples or dicts of them.
    rtol, atol: both or neither; by default those of the dtype, and 0 for integers. Of two dtypes the larger.
    """
    if (rtol is None) != (atol is None):
        raise ValueError("assert_close: give both rtol and atol, or neither")
    settings = {"rtol": rtol, "atol": atol, "equal_nan": equal_nan, "check_dtype": check_dtype, "msg": msg}
    if isinstance(actual, dict) and isinstance(expected, dict):
        if actual.keys() != expected.keys():
            raise AssertionError(f"the keys are {list(actual)} and {list(expected)}")
        for key in actual:
            assert_close(actual[key], expected[key], **settings)
        return
    if isinstance(actual, (list, tuple)) and isinstance(expected, (list, tuple)):
        if len(actual) != len(expected):
            raise AssertionError(f"the lengths are {len(actual)} and {len(expected)}")
        for a, b in zip(actual, expected, strict=True):
            assert_close(a, b, **settings)
        return
    found = _difference(actual, expected, rtol, atol, equal_nan, check_dtype)
    if found:
        raise AssertionError(found if msg is None else msg(found) if callable(msg) else msg)


def _difference(
    actual: Any, expected: Any, rtol: float | None, atol: float | None, equal_nan: bool, check_dtype: bool
) -> str | None:
    a, b = (x._array if isinstance(x, Tensor) else np.asarray(x) for x in (actual, expected))
    if a.shape != b.shape:
        return f"the shapes are {a.shape} and {b.shape}"
    if check_dtype and a.dtype != b.dtype and isinstance(actual, Tensor) and isinstance(expected, Tensor):
        return f"the dtypes are {a.dtype} and {b.dtype}"
    if rtol is None or atol is None:
        of_each = [TOLERANCES.get(str(x.dtype), (0.0, 0.0)) for x in (a, b)]
        rtol, atol = (max(tolerances) for tolerances in zip(*of_each, strict=True))
    kind = np.result_type(a, b, np.float64 if a.dtype.kind in "f" else a.dtype)
    a, b = a.astype(kind), b.astype(kind)
    close = np.isclose(a, b, rtol, atol, equal_nan) if kind.kind != "b" else a == b
    if close.all():
        return None
    where = tuple(map(int, np.argwhere(~close)[0]))
    wrong = int((~close).sum())
    return (
        f"{wrong} of {a.size} elements differ, first at {where}: {a[where]} and {b[where]} (rtol={rtol}, atol={atol})"
    )
