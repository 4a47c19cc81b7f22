"""Line search: a step length along a direction that satisfies the strong Wolfe conditions.

Along θ + t d the loss is a function f(t) of one number, with slope f'(t) = ∇L · d and f'(0) < 0. A good t satisfies

    f(t)  ≤ f(0) + c₁ t f'(0)       it falls by at least a part c₁ of what the slope at 0 promised: t is not too large
    |f'(t)| ≤ c₂ |f'(0)|            and it has become flatter: t is not too small, and f rises no more steeply either

The second condition also makes the curvature along d positive, which L-BFGS needs. The
search has two phases: steps grow until an interval must contain a good t, then the interval shrinks around it. Each
new t is the minimum of the cubic that has the values and slopes of f at the two ends.

Source: J. Nocedal and S. J. Wright, "Numerical optimization" (2nd ed., Springer 2006), algorithms 3.5 and 3.6 and
equation 3.59. Where the book leaves a choice, PyTorch's is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass
class Point:
    """A step length t, and there the loss f, its slope along the direction, and its gradient."""

    t: float
    f: float
    slope: float
    gradient: np.ndarray


def strong_wolfe(
    at: Callable[[float], Point],
    start: Point,
    t: float,
    longest: float,
    most: int,
    c1: float = 1e-4,
    c2: float = 0.9,
    tolerance_change: float = 1e-9,
) -> tuple[Point, int]:
    """A good point, or the lowest one that was found, and the number of points tried.

    at: evaluates the loss at a step length; start: the point at 0; t: the first step length to try; longest: the
    largest change of a parameter at t = 1; most: the largest number of points to try after the first.
    """

    def too_high(point: Point) -> bool:
        return point.f > start.f + c1 * point.t * start.slope

    def flat(point: Point) -> bool:
        return abs(point.slope) <= -c2 * start.slope

    # The steps grow
    before, point, tried = start, at(t), 0
    while tried < most:
        if too_high(point) or (tried > 1 and point.f >= before.f):
            break
        if flat(point):
            return point, tried + 1
        if point.slope >= 0:
            break
        t = cubic_minimum(before, point, point.t + 0.01 * (point.t - before.t), 10 * point.t)
        before, point = point, at(t)
        tried += 1
    else:
        before = start  # nothing was found, and no more points may be tried

    # The interval shrinks; `ends` are in no order, the lower one is a candidate
    ends = [before, point]
    low = lower(ends)
    stuck = False
    while tried < most:
        left, right = sorted(end.t for end in ends)
        if (right - left) * longest < tolerance_change:
            break
        t = cubic_minimum(ends[0], ends[1], left, right)
        t, stuck = away_from_the_ends(t, left, right, stuck)
        point = at(t)
        tried += 1
        high = 1 - low
        if too_high(point) or point.f >= ends[low].f:
            ends[high] = point
            low = lower(ends)
            continue
        done = flat(point)
        if not done and point.slope * (ends[high].t - ends[low].t) >= 0:
            ends[high] = ends[low]  # it rises towards the high end: the minimum is on the other side
        ends[low] = point
        if done:
            break
    return ends[low], tried + 1


def lower(ends: list[Point]) -> int:
    """The index of the lower end."""
    return 0 if ends[0].f <= ends[1].f else 1


def cubic_minimum(p: Point, q: Point, left: float, right: float) -> float:
    """The minimum, in [left, right], of the cubic with these two values and slopes; the middle if it has none."""
    if p.t > q.t:
        p, q = q, p
    a = p.slope + q.slope - 3 * (p.f - q.f) / (p.t - q.t)
    square = a * a - p.slope * q.slope
    if not square >= 0:
        return (left + right) / 2
    root = np.sqrt(square)
    t = q.t - (q.t - p.t) * ((q.slope + root - a) / (q.slope - p.slope + 2 * root))
    return float(min(max(t, left), right))


def away_from_the_ends(t: float, left: float, right: float, stuck: bool) -> tuple[float, bool]:
    """Move t inwards if it is at an end, or near one for the second time in a row; and whether it is near one."""
    margin = 0.1 * (right - left)
    if min(right - t, t - left) >= margin:
        return t, False
    if not stuck and left < t < right:
        return t, True
    return (right - margin if abs(t - right) < abs(t - left) else left + margin), False
