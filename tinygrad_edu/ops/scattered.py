"""The extreme of an element and of all that is scattered to its place.

Sums, means and products of what is scattered are compositions: `composed/scattering.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import op
from .index import of_index, place, unnamed


def _extreme(x: np.ndarray, src: np.ndarray, index: Any, reduce: str, include_self: bool = True) -> np.ndarray:
    largest = reduce == "amax"
    y = x.copy()
    if not include_self:
        y[index] = _bounds(x.dtype)[0 if largest else 1]
    with np.errstate(invalid="ignore"):  # nan is passed on, and no accident
        (np.maximum if largest else np.minimum).at(y, index, src)
    return y


def _bounds(dtype: np.dtype) -> tuple[Any, Any]:
    """The smallest and the largest number there is."""
    if dtype.kind in "iu":
        return np.iinfo(dtype).min, np.iinfo(dtype).max
    return (False, True) if dtype.kind == "b" else (-np.inf, np.inf)


def _shared(g: Any, y: Any, x: Any, src: Any, index: Any, include_self: bool) -> tuple[Any, Any, Any]:
    """Which elements of x and of src are the extremes, and what each of them gets: ties share evenly."""
    own, scattered = _same(x, y), _same(src, y[index])
    if not include_self:
        own = own & of_index(unnamed, index, tuple(x.shape))
    ties = own.astype(y.dtype) + place(scattered.astype(y.dtype), index=index, shape=x.shape)
    return own, scattered, g / ties


def _same(a: Any, b: Any) -> Any:
    return (a == b) | (np.isnan(a) & np.isnan(b))


def _to_own(g: Any, y: Any, x: Any, src: Any, index: Any, reduce: str, include_self: bool = True) -> Any:
    own, _, share = _shared(g, y, x, src, index, include_self)
    return np.where(own, share, 0)


def _to_scattered(g: Any, y: Any, x: Any, src: Any, index: Any, reduce: str, include_self: bool = True) -> Any:
    _, scattered, share = _shared(g, y, x, src, index, include_self)
    return np.where(scattered, share[index], 0)


# fmt: off
scatter_extreme = op("scatter_extreme", _extreme, _to_own, _to_scattered)
# fmt: on
