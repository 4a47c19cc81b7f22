"""Transforms that scale, cut and blank, without interpolation: ToFloat, Normalize, RandomCrop, RandomErasing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from .batchwise import Floats, Transform


class ToFloat(Transform):
    """Numbers 0 to ``maximum`` to float32 from 0 to 1: ``x / maximum``. Takes any dtype."""

    def __init__(self, maximum: float = 255) -> None:
        self.maximum = maximum

    def prepared(self, x: npt.NDArray[Any]) -> Floats:
        y: Floats = np.divide(x, np.float32(self.maximum), dtype=np.float32)
        return y

    def apply(self, x: Floats, generator: np.random.Generator) -> Floats:
        return x

    def __repr__(self) -> str:
        return f"ToFloat({self.maximum})"


class Normalize(Transform):
    """``(x - mean) / std``, with a number for all channels or one for each. MNIST's are 0.1307 and 0.3081."""

    def __init__(self, mean: float | Sequence[float], std: float | Sequence[float]) -> None:
        self.mean, self.std = (np.reshape(np.asarray(v, np.float32), (-1, 1, 1)) for v in (mean, std))
        if not (self.std > 0).all():
            raise ValueError(f"std must be positive, got {std}")

    def apply(self, x: Floats, generator: np.random.Generator) -> Floats:
        y: Floats = x - self.mean
        if y.shape != x.shape:
            raise ValueError(f"expected 1 mean or {x.shape[1]}, one for each channel, got {len(self.mean)}")
        y /= self.std
        return y

    def __repr__(self) -> str:
        return f"Normalize({self.mean.ravel().tolist()}, {self.std.ravel().tolist()})"


class RandomCrop(Transform):
    """A window of ``size`` at a random place of each image, to which ``padding`` pixels of ``fill`` are added around.

    ``RandomCrop(28, padding=2)`` moves MNIST's digits by up to 2 pixels each way. ``size`` is a number or (H, W).
    """

    def __init__(self, size: int | tuple[int, int], padding: int = 0, fill: float = 0.0) -> None:
        self.size = (size, size) if isinstance(size, int) else size
        self.padding = padding
        self.fill = fill

    def apply(self, x: Floats, generator: np.random.Generator) -> Floats:
        n, p = len(x), self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), constant_values=self.fill)
        free = [size - cut for size, cut in zip(padded.shape[2:], self.size, strict=True)]
        if min(free) < 0:
            raise ValueError(f"a crop of {self.size} is larger than the padded images, {padded.shape[2:]}")
        top, left = (generator.integers(0, room + 1, n) for room in free)
        crops = sliding_window_view(padded, self.size, (2, 3))[np.arange(n), :, top, left]
        return np.ascontiguousarray(crops, np.float32)

    def __repr__(self) -> str:
        return f"RandomCrop({self.size}, padding={self.padding}, fill={self.fill})"


class RandomErasing(Transform):
    """With probability ``p`` an image loses a rectangle at random, which becomes ``value``.

    Its area is ``scale`` times the image's and its height over its width is ``ratio``, both drawn from these ranges,
    the latter evenly on a logarithmic scale; sides are rounded, and cut to the image's.

    Z. Zhong, L. Zheng, G. Kang, S. Li, Y. Yang: Random Erasing Data Augmentation, AAAI 2020, arXiv 1708.04896.
    """

    def __init__(
        self,
        p: float = 0.5,
        scale: tuple[float, float] = (0.02, 0.33),
        ratio: tuple[float, float] = (0.3, 3.3),
        value: float = 0.0,
    ) -> None:
        self.p, self.scale, self.ratio, self.value = p, scale, ratio, value

    def apply(self, x: Floats, generator: np.random.Generator) -> Floats:
        n, _, height, width = x.shape
        chosen: npt.NDArray[np.bool_] = generator.random((n, 1, 1)) < self.p
        area = generator.uniform(*self.scale, n) * height * width
        ratio = np.exp(generator.uniform(np.log(self.ratio[0]), np.log(self.ratio[1]), n))
        rows = _inside(np.sqrt(area * ratio), height, generator)
        columns = _inside(np.sqrt(area / ratio), width, generator)
        gone = chosen & rows[:, :, None] & columns[:, None, :]
        return np.where(gone[:, None], np.float32(self.value), x)

    def __repr__(self) -> str:
        return f"RandomErasing({self.p}, {self.scale}, {self.ratio}, {self.value})"


def _inside(length: npt.NDArray[np.float64], size: int, generator: np.random.Generator) -> npt.NDArray[np.bool_]:
    """(N, size), true on a stretch of each length that lies at random in 0 to size."""
    extent = np.clip(np.rint(length).astype(np.int64), 1, size)
    start = generator.integers(0, size - extent + 1)
    place = np.arange(size)
    inside: npt.NDArray[np.bool_] = (place >= start[:, None]) & (place < (start + extent)[:, None])
    return inside
