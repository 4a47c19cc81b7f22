"""Buffers for intermediate results, and arrays cut into pieces that fit into the processor's cache.

A formula of ten NumPy calls goes through its arrays ten times. If they are larger than the cache, each pass reads them
from main memory; piece by piece, only the first does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

PIECE = 1 << 18  # bytes of one piece; a formula of five arrays then needs 1.25 MiB


class Scratch:
    """Buffers that are allocated once for each shape, and reused at every step."""

    def __init__(self) -> None:
        self.buffers: dict[tuple[Any, ...], list[np.ndarray]] = {}

    def like(self, array: np.ndarray, count: int = 2) -> list[np.ndarray]:
        """Arrays of this shape and dtype; their contents last until the next call."""
        key = (array.shape, array.dtype)
        found = self.buffers.get(key)
        if found is None:
            found = self.buffers[key] = []
        while len(found) < count:
            found.append(np.empty_like(array))
        return found[:count]

    def shaped(self, *shapes: tuple[int, ...], dtype: np.dtype[Any]) -> list[np.ndarray]:
        """One array of each of these shapes; their contents last until the next call with these shapes."""
        found = self.buffers.get((shapes, dtype))
        if found is None:
            found = self.buffers[shapes, dtype] = [np.empty(shape, dtype) for shape in shapes]
        return found

    def pieces(self, *arrays: np.ndarray, temporaries: int = 2) -> Iterator[tuple[np.ndarray, ...]]:
        """For each piece, the same piece of each of these arrays, which have one shape, and scratch arrays."""
        first = arrays[0]
        if first.nbytes <= PIECE or not all(array.flags.c_contiguous for array in arrays):
            yield (*arrays, *self.like(first, temporaries))
        else:
            flat = [array.reshape(-1) for array in arrays]  # views
            length = PIECE // first.itemsize
            for start in range(0, first.size, length):
                part = [array[start : start + length] for array in flat]
                yield (*part, *self.like(part[0], temporaries))

    def __getstate__(self) -> dict[str, Any]:
        return {"buffers": {}}  # not worth copying or saving
