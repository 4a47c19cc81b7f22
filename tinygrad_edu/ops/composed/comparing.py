"""Questions about numbers: what is close, equal, infinite, real. The answers are booleans and have no gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...op import Variable, wrap
from ...tracing import again, decided
from .. import elementwise as ew


def _array(x: Any) -> np.ndarray:
    found: np.ndarray = x._array if isinstance(x, Variable) else np.asarray(x)
    return found


def isclose(a: Any, b: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Any:
    """Whether |a - b| ≤ atol + rtol · |b|; infinities are close to themselves, nan to nan only if `equal_nan`.

    >>> tg.isclose(tg.tensor([1.0, 2.0]), tg.tensor([1.0000001, 2.1]))
    tensor([ True, False])
    """
    if rtol < 0 or atol < 0:
        raise ValueError(f"isclose: rtol and atol must be at least 0, got {rtol} and {atol}")
    return wrap(again(lambda a, b: np.asarray(np.isclose(a, b, rtol, atol, equal_nan)), _array(a), _array(b)))


def allclose(a: Any, b: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    """Whether all elements are close, as `isclose` says.

    >>> tg.allclose(tg.tensor([1.0, 2.0]), tg.tensor([1.0000001, 2.0]))
    True
    """
    return bool(decided(lambda a, b: np.allclose(a, b, rtol, atol, equal_nan), _array(a), _array(b)))


def equal(a: Any, b: Any) -> bool:
    """Whether two tensors have the same shape and the same numbers. nan is equal to nothing.

    >>> tg.equal(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 2.0])), tg.equal(tg.zeros(2), tg.zeros(3))
    (True, False)
    """
    return bool(decided(np.array_equal, _array(a), _array(b)))


def isposinf(x: Any) -> Any:
    """Whether each element is ∞.

    >>> tg.isposinf(tg.tensor([float('inf'), float('-inf'), 1.0]))
    tensor([ True, False, False])
    """
    return ew.eq(x, np.inf)


def isneginf(x: Any) -> Any:
    """Whether each element is -∞.

    >>> tg.isneginf(tg.tensor([float('inf'), float('-inf'), 1.0]))
    tensor([False,  True, False])
    """
    return ew.eq(x, -np.inf)


def isreal(x: Any) -> Any:
    """Whether each element has no imaginary part: all of a tensor that is not complex.

    >>> tg.isreal(tg.tensor([1.0 + 2.0j, 3.0 + 0.0j]))
    tensor([False,  True])
    """
    return wrap(again(lambda x: np.asarray(np.isreal(x)), _array(x)))


def is_floating_point(x: Any) -> bool:
    """Whether the dtype is float16, float32 or float64.

    >>> tg.is_floating_point(tg.tensor([1.0])), tg.is_floating_point(tg.tensor([1]))
    (True, False)
    """
    return bool(x.dtype.kind == "f")


def is_complex(x: Any) -> bool:
    """Whether the dtype is complex64 or complex128.

    >>> tg.is_complex(tg.tensor([1.0])), tg.is_complex(tg.tensor([1j]))
    (False, True)
    """
    return bool(x.dtype.kind == "c")
