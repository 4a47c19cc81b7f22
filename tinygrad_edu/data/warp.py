"""Transforms that move pixels: RandomAffine and ElasticDistortion, by bilinear interpolation of the whole batch.

P. Y. Simard, D. Steinkraus, J. C. Platt: Best Practices for Convolutional Neural Networks Applied to Visual Document
Analysis, ICDAR 2003, doi 10.1109/ICDAR.2003.1227801.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .batchwise import Floats, Transform

CHUNK = 32  # images at a time: their arrays of 100 kB stay in the cache, and are not asked of the system each time
NEGLIGIBLE = 1e-3  # of the largest singular value


class Warp(Transform):
    """Base class: each pixel of the output is read from a place in the input, zero beyond its border.

    A subclass moves the places, given in pixels from the image's centre.
    """

    def move(self, rows: Floats, columns: Floats, generator: np.random.Generator) -> tuple[Floats, Floats]:
        """New places for the old ones, both of shape (n, H, W) or one that broadcasts to it."""
        raise NotImplementedError(f"{type(self).__name__} must define move(self, rows, columns, generator)")

    def followed_by(self, other: Transform) -> Transform | None:
        return Warps([*_parts(self), *_parts(other)]) if isinstance(other, Warp) else None

    def apply(self, x: Floats, generator: np.random.Generator) -> Floats:
        n, _, height, width = x.shape
        centre = np.float32((height - 1) / 2), np.float32((width - 1) / 2)
        y = np.empty(x.shape, np.float32)
        for start in range(0, n, CHUNK):
            part = x[start : start + CHUNK]
            rows = np.broadcast_to(np.arange(height, dtype=np.float32)[:, None] - centre[0], (len(part), height, width))
            columns = np.broadcast_to(np.arange(width, dtype=np.float32) - centre[1], rows.shape)
            rows, columns = self.move(rows, columns, generator)
            y[start : start + CHUNK] = interpolated(part, rows + centre[0], columns + centre[1])
        return y


class Warps(Warp):
    """Several warps joined: the places are moved by the last first, since they are followed backwards."""

    def __init__(self, parts: Sequence[Warp]) -> None:
        self.parts = parts

    def move(self, rows: Floats, columns: Floats, generator: np.random.Generator) -> tuple[Floats, Floats]:
        for part in reversed(self.parts):
            rows, columns = part.move(rows, columns, generator)
        return rows, columns


class RandomAffine(Warp):
    """Rotate, shear, scale and shift each image about its centre, by amounts drawn evenly from ranges.

    =============  ==================================================================================
    ``degrees``    angle, clockwise: a number d for -d to d, or a range (low, high)
    ``translate``  (a, b): a shift of up to a times the width, and b times the height, to either side
    ``scale``      a range of factors
    ``shear``      angle by which columns lean to the right: a number or a range
    =============  ==================================================================================

    ``torchvision.transforms.RandomAffine``'s arguments; shifts are not rounded to whole pixels here.
    """

    def __init__(
        self,
        degrees: float | tuple[float, float],
        translate: tuple[float, float] = (0.0, 0.0),
        scale: tuple[float, float] = (1.0, 1.0),
        shear: float | tuple[float, float] = 0.0,
    ) -> None:
        self.degrees, self.shear = _range(degrees), _range(shear)
        self.translate, self.scale = translate, scale
        if min(scale) <= 0:
            raise ValueError(f"scale must be positive, got {scale}")
        if min(translate) < 0:
            raise ValueError(f"translate must not be negative, got {translate}")

    def move(self, rows: Floats, columns: Floats, generator: np.random.Generator) -> tuple[Floats, Floats]:
        n, height, width = np.broadcast_shapes(rows.shape, columns.shape)

        def drawn(low: float, high: float) -> Floats:
            return generator.uniform(low, high, (n, 1, 1)).astype(np.float32)

        angle: Floats = np.deg2rad(drawn(*self.degrees))
        lean: Floats = np.tan(np.deg2rad(drawn(*self.shear)))
        scale = drawn(*self.scale)
        right = drawn(-self.translate[0], self.translate[0]) * np.float32(width)
        down = drawn(-self.translate[1], self.translate[1]) * np.float32(height)
        # The image is sheared, rotated, scaled, shifted; a place is followed back through the inverses.
        cos: Floats = np.divide(np.cos(angle), scale)
        sin: Floats = np.divide(np.sin(angle), scale)
        rows, columns = rows - down, columns - right
        rows, columns = cos * rows - sin * columns, cos * columns + sin * rows
        return rows, columns + lean * rows

    def __repr__(self) -> str:
        return f"RandomAffine({self.degrees}, {self.translate}, {self.scale}, {self.shear})"


class ElasticDistortion(Warp):
    """Move each pixel by a smooth random field: noise, blurred by a Gaussian, times ``alpha``.

    The noise of Simard et al. is even on [-1, 1] for each pixel and direction. Blurred it is normal, as a sum of many,
    so here it is normal from the start, with the same variance 1/3: the field F = K Z Kᵀ, K the blur of a line as a
    matrix, zero outside the image. With K = U S Vᵀ, and Vᵀ Z V noise as good as Z, F = (US) Z (US)ᵀ; and as a blur
    leaves few singular values, a handful of numbers makes the whole field, in two small matrix products.

    A place is moved by about ``alpha / (6 sigma)`` pixels (root mean square, in the middle of the image): with the
    paper's 34 and 4 by 1.4.
    """

    def __init__(self, alpha: float = 34.0, sigma: float = 4.0) -> None:
        if sigma <= 0:
            raise ValueError(f"sigma must be positive, got {sigma}")
        self.alpha, self.sigma = alpha, sigma
        self._bases: dict[int, Floats] = {}

    def field(self, n: int, height: int, width: int, generator: np.random.Generator) -> Floats:
        """Displacements of (down, right), float32 (2, n, H, W)."""
        down, across = self._basis(height), self._basis(width)
        z = generator.standard_normal((2 * n, down.shape[1], across.shape[1]), np.float32)
        z *= np.float32(self.alpha / np.sqrt(3))
        displacement: Floats = down @ (z @ across.T)
        return displacement.reshape(2, n, height, width)

    def move(self, rows: Floats, columns: Floats, generator: np.random.Generator) -> tuple[Floats, Floats]:
        n, height, width = np.broadcast_shapes(rows.shape, columns.shape)
        down, right = self.field(n, height, width, generator)
        return rows + down, columns + right

    def _basis(self, size: int) -> Floats:
        """US, (size, few): the blur of a line of ``size`` pixels, reduced to what it lets through."""
        if size not in self._bases:
            place = np.arange(size)
            reach = np.arange(-size, size + 1)
            blur = np.exp(-((place[:, None] - place) ** 2) / (2 * self.sigma**2))
            blur /= np.exp(-(reach**2) / (2 * self.sigma**2)).sum()
            u, s, _ = np.linalg.svd(blur)
            few = s > NEGLIGIBLE * s[0]
            self._bases[size] = (u * s)[:, few].astype(np.float32)
        return self._bases[size]

    def __repr__(self) -> str:
        return f"ElasticDistortion({self.alpha}, {self.sigma})"


def interpolated(x: Floats, rows: Floats, columns: Floats) -> Floats:
    """``x[i, :, rows[i], columns[i]]`` at fractional places, zero outside: (n, C, H, W) and (n, h, w) to (n, C, h, w).

    Bilinear: the four pixels around a place, each weighted by how near it is in either direction.
    """
    n, channels, height, width = x.shape
    wide = width + 3  # a frame of zeros, one before and two behind
    framed = np.zeros((channels, n, height + 3, wide), np.float32)
    framed[:, :, 1:-2, 1:-2] = x.transpose(1, 0, 2, 3)
    r = np.clip(rows, -1, height) + np.float32(1)
    c = np.clip(columns, -1, width) + np.float32(1)
    top, left = np.floor(r), np.floor(c)
    r -= top
    c -= left
    top *= wide  # from here on the place in the flat image; exact in float32, as it is a whole number below 2**24
    top += left
    place = top.astype(np.intp)
    place += np.arange(n)[:, None, None] * ((height + 3) * wide)
    y = np.empty((n, channels, *place.shape[1:]), np.float32)
    for channel, image in enumerate(framed):
        flat = image.reshape(-1)
        here, below = flat.take(place), flat[wide:].take(place)
        here += c * (flat[1:].take(place) - here)
        below += c * (flat[wide + 1 :].take(place) - below)
        below -= here
        below *= r
        np.add(here, below, out=y[:, channel])
    return y


def _range(value: float | tuple[float, float]) -> tuple[float, float]:
    return value if isinstance(value, tuple) else (-value, value)


def _parts(warp: Warp) -> Sequence[Warp]:
    return warp.parts if isinstance(warp, Warps) else [warp]
