"""Where a function of one real variable is defined, found by evaluating it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

BOUND = 8
GRID = np.arange(-BOUND * 8, BOUND * 8 + 1) / 8
STEP = 1 / 8


def domain(function: Callable[[np.ndarray], np.ndarray]) -> str:
    """Words such as "x > 0", from whether the function is finite at multiples of 1/8 between -8 and 8.

    A bound or a pole elsewhere, as the poles of tan, is not found: none of them is a floating-point number.
    """
    with np.errstate(all="ignore"):
        finite = np.isfinite(function(GRID))
    if finite.all():
        return "all real numbers"
    holes = GRID[~finite]
    if np.all(np.diff(holes) >= 1):  # single points
        if len(holes) == BOUND + 1 and holes[-1] == 0:
            return "x ≠ 0, −1, −2, …"
        return f"x ≠ {', '.join(map(number, holes))}"
    inside = np.flatnonzero(finite)
    first, last = inside[0], inside[-1]
    if not finite[first : last + 1].all():
        return "see its formula"
    low = None if first == 0 else _bound(function, GRID[first], -STEP)
    high = None if last == len(GRID) - 1 else _bound(function, GRID[last], STEP)
    if low is None and high is not None:
        return f"x {'≤' if high[1] else '<'} {number(high[0])}"
    if high is None and low is not None:
        return f"x {'≥' if low[1] else '>'} {number(low[0])}"
    assert low is not None
    assert high is not None
    return f"{number(low[0])} {'≤' if low[1] else '<'} x {'≤' if high[1] else '<'} {number(high[0])}"


def _bound(function: Callable[[np.ndarray], np.ndarray], inner: float, step: float) -> tuple[float, bool]:
    """The bound next to the last point inside, and whether it belongs to the domain: just outside, is it finite?"""
    with np.errstate(all="ignore"):
        open_ended = bool(np.isfinite(function(np.array([inner + step / 1000]))).all())
    return (inner + step, False) if open_ended else (inner, True)


def number(x: float) -> str:
    """With a real minus sign."""
    return f"{x:g}".replace("-", "−")
