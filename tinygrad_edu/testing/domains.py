"""Where the samples of an op lie: a distribution, the special points among it, and those left out, each with a reason.

Rules go wrong at single points, which random numbers never hit: a `sinc` whose second derivative at 0 was 0 instead of
-pi**2 / 3 agreed with every random sample. So 0, 1 and -1 are among the values of every domain, or the domain says why
one is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

SPECIAL = (0.0, 1.0, -1.0)
TIES = "ties"  # in `except_at`: where two inputs are equal
MIXED_IN = 0.25  # the share of special points in those arrays that have them, which are half of all

Draw = Callable[[np.random.Generator, tuple[int, ...]], Any]
Exceptions = Mapping[Any, str]


@dataclass(frozen=True)
class Domain:
    """Values for samples: `domain(rng, shape)` draws an array, special points among its elements.

    draw: `lambda rng, shape: ...`, an array of this shape.
    points: the special points that belong to the domain: 0, 1, -1 and the bounds, unless `except_at` names them.
    except_at: the points that do not belong to it, with the reason: `{0: "a pole"}`.
    """

    draw: Draw
    points: tuple[float, ...] = SPECIAL
    except_at: Exceptions = field(default_factory=dict)

    def __post_init__(self) -> None:
        checked_exceptions(self.except_at)
        inside = tuple(point for point in self.points if point not in self.except_at)
        object.__setattr__(self, "points", inside)
        missing = [point for point in SPECIAL if point not in inside and point not in self.except_at]
        if missing:
            raise ValueError(f"Domain: {missing} must be among `points`, or in `except_at` with the reason")

    def __call__(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        values = np.asarray(self.draw(rng, shape), np.float64)
        if self.points and rng.random() < 0.5:
            values = np.where(rng.random(shape) < MIXED_IN, rng.choice(self.points, shape), values)
        return values

    def but(self, except_at: Exceptions, points: Sequence[float] = ()) -> Domain:
        """The same domain with further exceptions, and with further special points."""
        return Domain(self.draw, (*self.points, *points), {**self.except_at, **checked_exceptions(except_at)})


def checked_exceptions(except_at: Any) -> Exceptions:
    """The argument `except_at`, or an error that says what it must be."""
    if not isinstance(except_at, Mapping):
        raise TypeError(f"except_at: expected a dict of points and reasons, as {{0: 'a pole'}}, got {except_at!r}")
    for point, reason in except_at.items():
        if not isinstance(reason, str) or not reason.strip():
            raise ValueError(f"except_at: {point!r} has no reason; write what is there, as {{{point!r}: 'a kink'}}")
        if point != TIES and not isinstance(point, (int, float)):
            raise TypeError(f"except_at: expected a number or {TIES!r}, got {point!r}")
    return except_at


def is_excused(point: float, except_at: Exceptions) -> bool:
    """Whether an exception is made of this point; nan is equal to nan here."""
    return any(
        point == other or (math.isnan(point) and isinstance(other, float) and math.isnan(other)) for other in except_at
    )


def uniform(low: float, high: float, outside: str = "") -> Domain:
    """Evenly distributed between two bounds. `outside`: why those of 0, 1 and -1 are left out that are not between."""
    why = outside or f"outside of [{low}, {high}]"
    return Domain(
        lambda rng, shape: rng.uniform(low, high, shape),
        except_at={point: why for point in SPECIAL if not low <= point <= high},
    )


def _away_from_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.uniform(0.3, 2.5, shape) * rng.choice([-1.0, 1.0], shape)


def _distinct(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    n = int(np.prod(shape, dtype=int))
    return ((rng.permutation(n) - n / 2 + rng.uniform(0.2, 0.4)) * 0.37).reshape(shape)


def _between_integers(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.integers(-3, 3, shape) + rng.uniform(0.1, 0.4, shape)


REAL = uniform(-2.5, 2.5)
POSITIVE = Domain(
    lambda rng, shape: rng.uniform(0.3, 2.5, shape),
    except_at={0: "the edge of the domain, where slopes are infinite", -1: "outside of the domain"},
)
UNIT = uniform(-0.85, 0.85, outside="an end of the domain, where slopes are infinite")  # inside (-1, 1)
ABOVE_ONE = Domain(
    lambda rng, shape: rng.uniform(1.2, 3.0, shape),
    except_at={1: "the edge of the domain, where slopes are infinite"}
    | dict.fromkeys((0, -1), "outside of the domain"),
)
ABOVE_MINUS_ONE = uniform(-0.7, 2.0, outside="the edge of the domain, where slopes are infinite")
NONZERO = Domain(_away_from_zero, except_at={0: "a kink, a step or a pole"})
DISTINCT = Domain(
    _distinct, except_at=dict.fromkeys(SPECIAL, "would be equal to another element") | {TIES: "the choice jumps there"}
)
BETWEEN_INTEGERS = Domain(_between_integers, except_at=dict.fromkeys(SPECIAL, "a step"))


def memory_reversed(x: np.ndarray) -> np.ndarray:
    """The same elements, in memory from last to first."""
    back = (slice(None, None, -1),) * x.ndim
    return np.ascontiguousarray(x[back])[back].reshape(x.shape)


def strided(x: np.ndarray) -> np.ndarray:
    """The same elements, every second one in memory."""
    if not x.ndim:
        return x
    wide = np.empty((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
    wide[..., ::2] = x
    return wide[..., ::2]


LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "contiguous": lambda x: x,
    "Fortran order": lambda x: np.copy(x, order="F"),
    "negative strides": memory_reversed,
    "every second element": strided,
}
