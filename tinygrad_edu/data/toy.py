"""Points in the plane in two or more classes, generated: small problems on which learning can be watched.

Every function here gives ``(x, y)``: float32 points (n, 2) and int64 labels (n,), in random order, the classes balanced
to within one point. ``noise`` is the standard deviation of what is added to both coordinates; ``generator`` is the
source of all random numbers, the library's default generator if it is None. Moons and circles are those of
scikit-learn's ``sklearn.datasets``; the two spirals go back to A. Wieland, see K. Lang, M. Witbrock: Learning to tell
two spirals apart, 1988.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..random import drawn_from

Points = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]
Numbers = npt.NDArray[np.float64]


def make_moons(n: int = 200, noise: float = 0.1, generator: np.random.Generator | None = None) -> Points:
    """Two half circles of radius 1 that reach into each other: no straight line separates them, a curve does."""
    rng, y = _labels(n, 2, generator)
    angle = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(angle), np.sin(angle)], 1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], 1)
    return _noisy(np.where(y[:, None] == 0, upper, lower), y, noise, rng)


def make_circles(
    n: int = 200, noise: float = 0.08, factor: float = 0.5, generator: np.random.Generator | None = None
) -> Points:
    """A circle of radius 1, class 0, around one of radius ``factor``, class 1."""
    rng, y = _labels(n, 2, generator)
    radius = np.where(y == 0, 1.0, factor)
    return _noisy(_polar(radius, rng.uniform(0, 2 * np.pi, n)), y, noise, rng)


def make_spirals(
    n: int = 300,
    noise: float = 0.03,
    classes: int = 2,
    turns: float = 1.5,
    generator: np.random.Generator | None = None,
) -> Points:
    """As many spirals as ``classes``, wound around each other: radius 0.1 to 1 in ``turns`` turns from the middle."""
    rng, y = _labels(n, classes, generator)
    along = np.sqrt(rng.uniform(0, 1, n))  # so that the points lie evenly along the arm, which grows longer outwards
    angle = 2 * np.pi * (turns * along + y / classes)
    return _noisy(_polar(0.1 + 0.9 * along, angle), y, noise, rng)


def make_xor(n: int = 200, noise: float = 0.0, generator: np.random.Generator | None = None) -> Points:
    """A square from -1 to 1: class 1 where the coordinates' signs differ. One layer alone cannot learn it.

    Labels are those before the noise.
    """
    rng, y = _labels(n, 2, generator)
    x = rng.uniform(0, 1, (n, 2)) * rng.choice([-1.0, 1.0], (n, 1))
    x[:, 1] *= 1 - 2 * y
    return _noisy(x, y, noise, rng)


def make_blobs(
    n: int = 300,
    noise: float = 0.25,
    centers: int | Sequence[Sequence[float]] = 3,
    generator: np.random.Generator | None = None,
) -> Points:
    """A round cloud about each of ``centers``: points (K, 2), or how many, then evenly on a circle of radius 1."""
    count = centers if isinstance(centers, int) else len(centers)
    rng, y = _labels(n, count, generator)
    if isinstance(centers, int):
        middle = _polar(np.ones(count), 2 * np.pi * np.arange(count) / max(count, 1))
    else:
        middle = np.array(centers, np.float64).reshape(count, 2)
    return _noisy(middle[y], y, noise, rng)


def _labels(
    n: int, classes: int, generator: np.random.Generator | None
) -> tuple[np.random.Generator, npt.NDArray[np.int64]]:
    """The generator to draw from, and ``n`` labels, balanced, in an order drawn from it."""
    if n < 0 or classes < 1:
        raise ValueError(f"expected n >= 0 points in 1 or more classes, got {n} and {classes}")
    rng = drawn_from(generator)
    return rng, rng.permutation(np.arange(n, dtype=np.int64) % classes)


def _polar(radius: Numbers, angle: Numbers) -> Numbers:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)


def _noisy(x: Numbers, y: npt.NDArray[np.int64], noise: float, rng: np.random.Generator) -> Points:
    if noise < 0:
        raise ValueError(f"noise must be >= 0, got {noise}")
    return (x + noise * rng.standard_normal(x.shape)).astype(np.float32), y
