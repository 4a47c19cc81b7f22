"""Numbers in parts: the fraction, mantissa and exponent, numbers in place of nan and infinity, one number for all."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...dtypes import result_type
from ...literals import fitting
from ...op import wrap
from ...tracing import again, decided
from .. import elementwise as ew
from ..complex_numbers import complex, imag, real
from ..plain import array_in


def frac(x: Any) -> Any:
    """What stands behind the point, with the sign of x: x - trunc(x).

    >>> tg.frac(tg.tensor([1.5, -2.25]))
    tensor([ 0.5000, -0.2500])
    """
    return ew.sub(x, ew.trunc(x))


def ldexp(x: Any, other: Any) -> Any:
    """x · 2^other; of integers `other` also where 2^other alone is too large or too small for the dtype.

    >>> tg.ldexp(tg.tensor([0.75, -1.0]), tg.tensor([3, 1]))
    tensor([ 6., -2.])
    """
    n = np.asarray(array_in(other))
    if n.dtype.kind == "f":
        return ew.mul(x, ew.exp2(ew.cast(other, dtype=result_type([array_in(x), n]))))
    if not hasattr(x, "dtype") or x.dtype.kind in "bui":
        x = ew.cast(x, dtype=np.float32) if hasattr(x, "dtype") else np.float32(x)
    kind = np.finfo(x.dtype)
    is_one_power = decided(lambda n: bool(np.all((n >= kind.minexp) & (n < kind.maxexp))), n, otherwise=False)
    for factor in again(lambda n: _powers(n, kind, 1 if is_one_power else 3), n):
        x = ew.mul(x, factor)
    return x


def _powers(n: np.ndarray, kind: Any, count: int) -> tuple[np.ndarray, ...]:
    """So many factors of 2^n of which none is 0 or infinite itself."""
    n = np.clip(n.astype(np.int64), 3 * kind.minexp, 3 * (kind.maxexp - 1))  # beyond that 0 or infinite, whatever x is
    factors = []
    for left in range(count, 0, -1):
        share = n // left
        factors.append(np.asarray(np.ldexp(kind.dtype.type(1), share)))
        n = n - share
    return tuple(factors)


class frexp_result(NamedTuple):
    """What `frexp` returns."""

    mantissa: Any
    exponent: Any


def frexp(x: Any) -> frexp_result:
    """x = mantissa · 2^exponent, with 0.5 ≤ |mantissa| < 1 and an int32 as exponent. The exponent has no gradient.

    >>> tg.frexp(tg.tensor([6.0, -0.1]))
    frexp_result(mantissa=tensor([ 0.7500, -0.8000]), exponent=tensor([ 3, -3], dtype=int32))
    """
    if x.dtype.kind != "f":
        raise TypeError(f"frexp: expected floating-point numbers, got {x.dtype}; convert them with t.float()")
    exponent = wrap(again(lambda x: np.asarray(np.frexp(x)[1]), getattr(x, "_array", x)))
    half = ew.floor_divide(exponent, 2)  # in two steps, for 2^1074 is infinite
    return frexp_result(ldexp(ldexp(x, ew.neg(half)), ew.sub(half, exponent)), exponent)


def nan_to_num(x: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Any:
    """Numbers in place of nan, ∞ and -∞: by default 0 and the largest and smallest of the dtype. There the gradient is 0.

    >>> tg.nan_to_num(tg.tensor([float('nan'), float('inf'), 1.0]), posinf=9.0)
    tensor([0., 9., 1.])
    """
    if x.dtype.kind == "c":
        return complex(nan_to_num(real(x), nan, posinf, neginf), nan_to_num(imag(x), nan, posinf, neginf))
    if x.dtype.kind != "f":
        return ew.clone(x)
    bounds = np.finfo(x.dtype)
    high, low = bounds.max if posinf is None else posinf, bounds.min if neginf is None else neginf
    x = ew.where(ew.isnan(x), nan or 0.0, x)
    return ew.where(ew.eq(x, np.inf), high, ew.where(ew.eq(x, -np.inf), low, x))


def fill(x: Any, value: Any) -> Any:
    """The shape and dtype of `x`, filled with one number, through which a gradient flows if it is a 0-d tensor.

    >>> tg.fill(tg.tensor([1.0, 2.0]), 7)
    tensor([7., 7.])
    """
    if np.ndim(value):
        raise ValueError(f"fill: expected a number or a 0-d tensor, got shape {tuple(value.shape)}; use copy_")
    fitting("fill", value, x.dtype)
    return ew.cast(ew.where(np.ones(x.shape, bool), value, x), dtype=x.dtype)
