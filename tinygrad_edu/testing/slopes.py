"""The numerical side of a gradient check: the slope of a function of arrays along a direction."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

Arrays = list[np.ndarray]
Value = Callable[[Arrays], Any]  # arrays in, one number out

STEP = 1e-4  # of the central difference, relative to the largest input
COMPLEX_STEP = 1e-30
REPORTED = 5  # elements named in a report


def drawn(rng: np.random.Generator, like: np.ndarray) -> np.ndarray:
    """A random array of this shape; complex if that is."""
    real = rng.standard_normal(like.shape)
    return real + 1j * rng.standard_normal(like.shape) if like.dtype.kind == "c" else real


def wide(x: np.ndarray) -> Any:
    """The dtype in which the steps are taken."""
    return np.complex128 if x.dtype.kind == "c" else np.float64


def tolerance(arrays: Arrays, exact: bool) -> float:
    """The relative difference that rounding in the coarsest of these dtypes explains."""
    coarsest = max(np.finfo(x.dtype).eps for x in arrays)
    if coarsest > 1e-4:
        return 2e-2
    if coarsest > 1e-8:
        return 2e-4
    return 1e-9 if exact else 1e-7


def slope(value: Value, point: Arrays, directions: Arrays, eps: float = STEP) -> tuple[float, bool]:
    """The derivative of `value` along the directions, and whether a complex step confirmed and sharpened it."""
    h = eps * max([1.0, *(float(np.abs(x).max()) for x in point if x.size)])

    def at(t: Any) -> Any:
        return value([x + t * v for x, v in zip(point, directions, strict=True)])

    central = float((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h))
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            stepped = float(np.imag(at(1j * COMPLEX_STEP)) / COMPLEX_STEP)
    except (TypeError, ValueError, np.exceptions.ComplexWarning):  # not defined for complex numbers
        return central, False
    if abs(stepped - central) <= 1e-7 * abs(central) + 1e-9:
        return stepped, True
    return central, False


def one_sided(value: Value, point: Arrays, direction: Arrays, h: float = 1e-6) -> tuple[float, float]:
    """The slopes to the left and to the right along a direction; nan for a side on which there is none.

    Two steps must agree: at a jump, or where the slope is infinite, they do not.
    """
    with np.errstate(all="ignore"):
        here = value(point)
        found = []
        for sign in (-1.0, 1.0):
            far, near = (
                sign * (value([x + sign * step * v for x, v in zip(point, direction, strict=True)]) - here) / step
                for step in (h, h / 2)
            )
            found.append(float(near) if abs(far - near) <= 1e-3 * max(abs(near), 1) else np.nan)
    return found[0], found[1]


def report(value: Value, point: Arrays, grads: Arrays, rtol: float, eps: float = STEP) -> str:
    """The elements whose derivatives differ most, and a word where the function itself has two slopes."""
    rows: list[tuple[float, str]] = []
    for i, (x, g) in enumerate(zip(point, grads, strict=True)):
        for position in list(np.ndindex(x.shape))[:1000]:
            unit = [np.zeros_like(p) for p in point]
            unit[i][position] = 1.0
            numerical, _ = slope(value, point, unit, eps)
            ours = float(g[position].real)
            difference = abs(ours - numerical)
            if not difference <= rtol * max(abs(ours), abs(numerical)) + 1e-10:
                where = f"input {i} at {list(position)}" if position else f"input {i}"
                text = f"\n  {where}, which is {x[position]:.6g}: gradient {ours:.9g}, slope {numerical:.9g}"
                left, right = one_sided(value, point, unit)
                if np.isnan(left) or np.isnan(right):
                    text += " (it jumps there, or is infinitely steep)"
                elif abs(right - left) > 1e-3 * max(abs(left), abs(right), 1):
                    text += f" (a kink: {left:.4g} on its left, {right:.4g} on its right)"
                rows.append((difference, text))
    rows.sort(key=lambda row: -row[0] if row[0] == row[0] else -np.inf)
    more = f"\n  ... and {len(rows) - REPORTED} more" if len(rows) > REPORTED else ""
    return "".join(text for _, text in rows[:REPORTED]) + more
