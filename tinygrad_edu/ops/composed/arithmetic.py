"""Sums with a factor, division with rounding, bounds that may be tensors, interpolation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...dtypes import result_type
from ...literals import default_array
from .. import elementwise as ew
from ..older_orders import factors_second
from ..plain import array_in


@factors_second("alpha")
def add(a: Any, b: Any, *, alpha: Any = 1) -> Any:
    """a + alpha · b.

    >>> tg.add(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]), alpha=10)
    tensor([31., 42.])
    """
    return _of_one_dtype("add", ew.add, a, b, alpha)


@factors_second("alpha")
def sub(a: Any, b: Any, *, alpha: Any = 1) -> Any:
    """a - alpha · b.

    >>> tg.sub(tg.tensor([1.0, 2.0]), 0.5)
    tensor([0.5000, 1.5000])
    """
    return _of_one_dtype("sub", ew.sub, a, b, alpha)


def rsub(a: Any, b: Any, *, alpha: Any = 1) -> Any:
    """b - alpha · a: subtraction from the other side.

    >>> tg.rsub(tg.tensor([1.0, 2.0]), 5.0, alpha=2)
    tensor([3., 1.])
    """
    return _of_one_dtype("rsub", ew.sub, b, a, alpha)


def _of_one_dtype(name: str, op: Any, a: Any, b: Any, alpha: Any) -> Any:
    """`op(a, alpha · b)` in the dtype of `op(a, b)`."""
    if isinstance(alpha, int) and alpha == 1:
        return op(a, b)
    dtype = result_type(list(map(_plain, (a, b))))
    b = _cast(b, dtype)
    return _cast(op(a, _times(name, b, alpha)), dtype)


def _cast(x: Any, dtype: np.dtype) -> Any:
    array = _plain(x)
    return ew.cast(x, dtype=dtype) if isinstance(array, np.ndarray) and array.dtype != dtype else x


def _plain(x: Any) -> Any:
    return default_array(x) if isinstance(x, list) else array_in(x)  # for its dtype alone


def _as_all(x: Any, a: Any, b: Any) -> Any:
    """`a` in the dtype of all three, in which a product of it is computed too."""
    return _cast(a, result_type(list(map(_plain, (x, a, b)))))


def _times(name: str, x: Any, alpha: Any) -> Any:
    if not isinstance(alpha, (int, float, complex, np.generic)):
        raise TypeError(
            f"{name}: expected a number to multiply by, got {type(alpha).__name__}; multiply tensors with mul()"
        )
    if _kind(x) in "bui" and not isinstance(alpha, (int, np.integer)):
        raise TypeError(
            f"{name}: integers are multiplied by an integer, got {alpha}; convert the tensor with t.float()"
        )
    return ew.mul(x, alpha)


def _kind(x: Any) -> str:
    return (x if hasattr(x, "dtype") else np.asarray(x)).dtype.kind


def div(a: Any, b: Any, *, rounding_mode: str | None = None) -> Any:
    """a / b; rounded down for `rounding_mode="floor"`, towards zero for "trunc", where integers stay integers.

    >>> tg.div(tg.tensor([7.0, -7.0]), 2)
    tensor([ 3.5000, -3.5000])
    >>> tg.div(tg.tensor([7, -7]), 2, rounding_mode='trunc')
    tensor([ 3, -3])
    """
    if rounding_mode is None:
        return ew.div(a, b)
    if rounding_mode not in ("floor", "trunc"):
        raise ValueError(f"div: rounding_mode must be None, 'floor' or 'trunc', got {rounding_mode!r}")
    return ew.floor_divide(a, b, rounding=rounding_mode)


def clamp(x: Any, min: Any = None, max: Any = None) -> Any:
    """`x` held between `min` and `max`, numbers or tensors. At the bounds the gradient still passes.

    >>> x = tg.tensor([-1.0, 0.5, 2.0], requires_grad=True)
    >>> y = tg.clamp(x, min=0.0, max=1.0)
    >>> y
    tensor([0.0000, 0.5000, 1.0000], grad_fn=<clip>)
    >>> y.sum().backward()
    >>> x.grad
    tensor([0., 1., 0.])
    """
    if all(isinstance(bound, (int, float, type(None))) for bound in (min, max)):
        return ew.clip(x, min=min, max=max)
    if min is not None:
        x = _chosen(ew.lt(x, min), min, x)
    return x if max is None else _chosen(ew.gt(x, max), max, x)


def clamp_min(x: Any, min: Any) -> Any:
    """`x`, but nowhere less than `min`, a number or a tensor.

    >>> tg.clamp_min(tg.tensor([-1.0, 0.5, 2.0]), 0.0)
    tensor([0.0000, 0.5000, 2.0000])
    """
    return clamp(x, min=min)


def clamp_max(x: Any, max: Any) -> Any:
    """`x`, but nowhere more than `max`, a number or a tensor.

    >>> tg.clamp_max(tg.tensor([-1.0, 0.5, 2.0]), 1.0)
    tensor([-1.0000,  0.5000,  1.0000])
    """
    return clamp(x, max=max)


def _chosen(beyond: Any, bound: Any, x: Any) -> Any:
    """`bound` where x is beyond it, else x; nan, with no gradient, where either is nan."""
    y = ew.where(beyond, bound, x)
    return y if y.dtype.kind != "f" else ew.where(ew.logical_or(ew.isnan(x), ew.isnan(bound)), np.nan, y)


def fmax(a: Any, b: Any) -> Any:
    """The larger of two numbers; where one is nan, the other. Of ties the gradient goes to `a`.

    >>> tg.fmax(tg.tensor([1.0, float('nan')]), tg.tensor([0.0, 3.0]))
    tensor([1., 3.])
    """
    return ew.where(ew.logical_or(ew.ge(a, b), ew.isnan(b)), a, b)


def fmin(a: Any, b: Any) -> Any:
    """The smaller of two numbers; where one is nan, the other. Of ties the gradient goes to `a`.

    >>> tg.fmin(tg.tensor([1.0, float('nan')]), tg.tensor([0.0, 3.0]))
    tensor([0., 3.])
    """
    return ew.where(ew.logical_or(ew.le(a, b), ew.isnan(b)), a, b)


@factors_second("value")
def addcmul(x: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """x + value · tensor1 · tensor2.

    >>> tg.addcmul(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]), tg.tensor([5.0, 6.0]), value=0.5)
    tensor([ 8.5000, 14.0000])
    """
    tensor1 = _as_all(x, tensor1, tensor2)
    return ew.add(x, _times("addcmul", ew.mul(tensor1, tensor2), value))


@factors_second("value")
def addcdiv(x: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """x + value · tensor1 / tensor2, of floating-point numbers.

    >>> tg.addcdiv(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]), tg.tensor([6.0, 8.0]))
    tensor([1.5000, 2.5000])
    """
    if all(_kind(t) in "bui" for t in (tensor1, tensor2)):
        raise TypeError(
            "addcdiv: integers are not divided here; convert them with t.float(), or use div(rounding_mode=)"
        )
    tensor1 = _as_all(x, tensor1, tensor2)
    return ew.add(x, _times("addcdiv", ew.div(tensor1, tensor2), value))


def lerp(start: Any, end: Any, weight: Any) -> Any:
    """start + weight · (end - start): `start` for the weight 0, `end` for 1, exactly.

    >>> tg.lerp(tg.tensor([1.0, 2.0]), tg.tensor([5.0, 10.0]), 0.25)
    tensor([2., 4.])
    """
    dtype = result_type(list(map(_plain, (start, end, weight))))  # bytes would wrap around in end - start
    start, end = _cast(start, dtype), _cast(end, dtype)
    span = sub(end, start)
    from_start = ew.add(start, ew.mul(weight, span))
    from_end = sub(end, ew.mul(span, ew.sub(1, weight)))
    return ew.where(ew.lt(ew.abs(weight), 0.5), from_start, from_end)


def float_power(a: Any, b: Any) -> Any:
    """a ** b in float64, or complex128 if one of them is complex.

    >>> tg.float_power(tg.tensor([2, 3]), -1)
    tensor([0.5000, 0.3333], dtype=float64)
    """
    return ew.pow(_wide(a), _wide(b))


def _wide(x: Any) -> Any:
    dtype = np.complex128 if _kind(x) == "c" else np.float64
    return ew.cast(x, dtype=dtype) if hasattr(x, "dtype") else np.asarray(x, dtype)


def positive(x: Any) -> Any:
    """`x` itself.

    >>> tg.positive(tg.tensor([-1.0]))
    tensor([-1.])
    """
    if x.dtype.kind == "b":
        raise TypeError("positive: expected numbers, got booleans")
    return x


def deg2rad(x: Any) -> Any:
    """Degrees as radians: x · π / 180.

    >>> tg.deg2rad(tg.tensor([180.0, 90.0]))
    tensor([3.1416, 1.5708])
    """
    return ew.mul(x, np.pi / 180)


def rad2deg(x: Any) -> Any:
    """Radians as degrees: x · 180 / π.

    >>> tg.rad2deg(tg.tensor([3.14159265]))
    tensor([180.])
    """
    return ew.mul(x, 180 / np.pi)
