"""Pooling to an output of a given size, whatever the input's.

Output i of m covers the inputs from ⌊i n / m⌋ to ⌈(i + 1) n / m⌉ - 1 of n.
Where m divides n these are ordinary windows of n / m elements; otherwise they have different lengths, and overlap.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ... import ops
from ...ops.checks import numbers
from ...ops.sliding import max_pool, sum_pool
from ...recording import again
from ...tensor import Tensor, wrap
from .pooling import places_of_max
from .sliding import Ints, each, spatial

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
]


def adaptive_avg_pool1d(input: Any, output_size: Any) -> Any:
    """The means of `output_size` windows of about equal length over the last dimension.

    y[i] is the mean of x[j] for j from ⌊i n / m⌋ to ⌈(i + 1) n / m⌉ - 1: n inputs, m outputs.

    input (N, C, L) or (C, L).
        ValueError: another number of dimensions.
    """
    return adaptive_mean("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input: Any, output_size: Any) -> Any:
    """`adaptive_avg_pool1d` over two dimensions: input (N, C, H, W) or (C, H, W).

    output_size: an int for both, or two; None keeps the input's size.
    """
    return adaptive_mean("adaptive_avg_pool2d", 2, input, output_size)


def adaptive_avg_pool3d(input: Any, output_size: Any) -> Any:
    """`adaptive_avg_pool1d` over three dimensions: input (N, C, D, H, W) or (C, D, H, W).

    output_size: an int for all, or three; None keeps the input's size.
    """
    return adaptive_mean("adaptive_avg_pool3d", 3, input, output_size)


def adaptive_max_pool1d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """The largest elements of `output_size` windows of about equal length over the last dimension.

    y[i] is the largest of x[j] for j from ⌊i n / m⌋ to ⌈(i + 1) n / m⌉ - 1: n inputs, m outputs.

    input (N, C, L) or (C, L). Of equal elements the first gets the gradient.
    return_indices: return two tensors, the elements and their places in the flattened dimensions.
    ValueError: another number of dimensions.
    """
    return _adaptive_max("adaptive_max_pool1d", 1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """`adaptive_max_pool1d` over two dimensions: input (N, C, H, W) or (C, H, W).

    output_size: an int for both, or two; None keeps the input's size.
    """
    return _adaptive_max("adaptive_max_pool2d", 2, input, output_size, return_indices)


def adaptive_max_pool3d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """`adaptive_max_pool1d` over three dimensions: input (N, C, D, H, W) or (C, D, H, W).

    output_size: an int for all, or three; None keeps the input's size.
    """
    return _adaptive_max("adaptive_max_pool3d", 3, input, output_size, return_indices)


def adaptive_mean(name: str, d: int, x: Any, output_size: Any) -> Any:
    size = spatial(name, x, d)
    out = _out(name, d, size, output_size)
    if _divides(size, out):
        kernel = _kernel(size, out)
        return sum_pool(x, kernel=kernel, stride=kernel, widths=((0, 0),) * d) / math.prod(kernel)
    for dim, (n, m) in enumerate(zip(size, out, strict=True), -d):
        index, inside = _taps(n, m)
        rest = (1,) * (-1 - dim)
        taken = ops.index_select(x, dim, index.reshape(-1))
        taken = taken.reshape((*x.shape[:dim], *index.shape, *x.shape[x.ndim + dim + 1 :]))
        mask, lengths = inside.reshape(*index.shape, *rest), inside.sum(1).astype(x.dtype).reshape(-1, *rest)
        x = ops.sum(ops.where(mask, taken, 0), dim=dim) / lengths
    return x


def _adaptive_max(name: str, d: int, x: Any, output_size: Any, return_indices: bool) -> Any:
    size = spatial(name, x, d)
    out = _out(name, d, size, output_size)
    lead, places = tuple(x.shape[:-d]), np.arange(math.prod(size)).reshape(size)
    if _divides(size, out):
        kernel = _kernel(size, out)
        sliding = {"kernel": kernel, "stride": kernel, "dilation": (1,) * d, "widths": ((0, 0),) * d}
        y = max_pool(x, **sliding)
        if not return_indices:
            return y
        return y, places_of_max(numbers(x), places, sliding)
    # the places in the flattened dimensions that each output covers: (m1, m2, ..., k1, k2, ...), flattened to (m, k)
    taps = [_taps(n, m)[0] for n, m in zip(size, out, strict=True)]
    covered = places
    for dim, index in enumerate(taps):
        covered = np.take(covered, index, axis=2 * dim)
    covered = covered.transpose(*range(0, 2 * d, 2), *range(1, 2 * d, 2)).reshape(math.prod(out), -1)
    x = x.reshape((*lead, places.size))
    places = again(functools.partial(_largest_of, covered), x._array if isinstance(x, Tensor) else x)
    y = ops.gather(x, -1, places).reshape((*lead, *out))
    return (y, wrap(places).reshape((*lead, *out))) if return_indices else y


def _largest_of(covered: np.ndarray, x: np.ndarray) -> Any:
    """Of the places (m, k) along the last dimension of x, for each m that of the largest of the k elements there."""
    seen = x[..., covered]
    best = np.argmax(seen, axis=-1)
    nans = seen != seen
    if nans.any():  # the last one, as in `max_pool`
        best = np.where(nans.any(-1), seen.shape[-1] - 1 - np.argmax(nans[..., ::-1], axis=-1), best)
    return np.take_along_axis(np.broadcast_to(covered, seen.shape), best[..., None], -1)[..., 0]


def _out(name: str, d: int, size: Ints, output_size: Any) -> Ints:
    given = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * d
    if len(given) != d:
        raise ValueError(f"{name}: output_size must be an int or {d} of them, got {output_size!r}")
    if not all(size):
        raise ValueError(f"{name}: expected no dimension of size 0 but that of the batch, got sizes {size}")
    return each(name, "output_size", tuple(n if m is None else m for n, m in zip(size, given, strict=True)), d)


def _divides(size: Ints, out: Ints) -> bool:
    return all(m and n % m == 0 for n, m in zip(size, out, strict=True))


def _kernel(size: Ints, out: Ints) -> Ints:
    return tuple(n // m for n, m in zip(size, out, strict=True))


def _taps(n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of n elements each of m outputs covers, in rows as long as the longest, and which of these count."""
    start, end = np.arange(m) * n // max(m, 1), -(-(np.arange(1, m + 1) * n) // max(m, 1))
    index = start[:, None] + np.arange(np.max(end - start, initial=0))
    inside = index < end[:, None]
    return np.minimum(index, end[:, None] - 1), inside
