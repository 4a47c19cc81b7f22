"""What is wrong with a gradient, as a sign and a sentence: never as a colour alone.

    mark(node.gradient)     # None, or a Mark: "⚠ nan", "⚠ inf", "0 all zero", "↓ vanishing", "↑ exploding"

The pictures and the explorer show the same marks, by the same thresholds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tinygrad_edu.graph import Summary

# Of the root mean square of a gradient's finite elements, because the largest element says little about the others and
# the norm grows with their number.
VANISHING = 1e-7  # float32 holds 1 and 1 + 1.2e-7: a step by less, at a learning rate of 1, leaves a weight as it is
EXPLODING = 1e3  # at a learning rate of 0.001 one step moves each weight by 1, which is more than most weights are

Name = Literal["nan", "inf", "zero", "vanishing", "exploding"]


@dataclass(frozen=True, slots=True)
class Mark:
    """`sign` stands beside the numbers, `what` explains it."""

    name: Name
    sign: str
    what: str


NAN = Mark("nan", "⚠ nan", "some elements are nan, not a number, such as 0 / 0 or ∞ − ∞")
INF = Mark("inf", "⚠ inf", "some elements are infinite: a division by 0, or a number too large for its dtype")
EXPLODES = Mark("exploding", "↑ exploding", "the root mean square of the elements is more than 1000")
VANISHES = Mark("vanishing", "↓ vanishing", "the root mean square of the elements is less than 1e−7, but not 0")
ZERO = Mark("zero", "0 all zero", "every element is exactly 0: no update reaches this node")

WORST_FIRST = (NAN, INF, EXPLODES, VANISHES, ZERO)


def mark(gradient: Summary | None) -> Mark | None:
    """What is wrong with a gradient; None if nothing is, if there is no gradient yet, or if it has no elements."""
    if gradient is None or not gradient.size:
        return None
    if gradient.nan or gradient.inf:
        return NAN if gradient.nan else INF
    if gradient.zero == gradient.size:
        return ZERO
    size = root_mean_square(gradient)
    assert size is not None
    return EXPLODES if size > EXPLODING else VANISHES if size < VANISHING else None


def value_mark(value: Summary | None) -> Mark | None:
    """What is wrong with a value: nan and infinities only, because no finite size is wrong in itself."""
    found = mark(value)
    return found if found in (NAN, INF) else None


def worst(marks: Iterable[Mark | None]) -> Mark | None:
    """The most serious mark: nan before inf, exploding, vanishing, zero."""
    return min(filter(None, marks), key=WORST_FIRST.index, default=None)


def root_mean_square(of: Summary) -> float | None:
    """√(mean of |x|²) of the finite elements; None if there is none."""
    count = of.size - of.nan - of.inf
    return None if of.norm is None or not count else of.norm / math.sqrt(count)
