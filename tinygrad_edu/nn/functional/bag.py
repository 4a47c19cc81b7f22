"""Sums, means and maxima of rows of an embedding: embedding_bag."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ... import ops
from ...tensor import Tensor
from ...tracing import again, sized
from ..checks import wrong_shape
from .layer import embedding

__all__ = [
    "embedding_bag",
]


def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Any:
    """One row for each bag of integers: the sum, mean or maximum of the rows of the weight (V, D) that they name.

    input: (B, n), B bags of n integers; or (n,), with offsets (B,), where in it each bag starts. Result (B, D),
        0 for an empty bag.
    max_norm, norm_type: as in `embedding`.
    scale_grad_by_freq: divide the gradient of each row by how often it is named.
    mode: "sum", "mean" or "max". per_sample_weights: a factor for each integer, in the mode "sum".
    include_last_offset: `offsets` has one entry more, the end of the last bag.
    padding_idx: this row does not count.
    ValueError: shapes that do not fit; an unknown mode; sparse=True, as gradients are dense here.
    """
    index = _array(input)
    if sparse:
        raise ValueError("embedding_bag: there are no sparse gradients here; leave out sparse=True")
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"embedding_bag: mode must be 'sum', 'mean' or 'max', got {mode!r}")
    if per_sample_weights is not None and mode != "sum":
        raise ValueError(f"embedding_bag: per_sample_weights needs mode 'sum', got {mode!r}")
    if per_sample_weights is not None and tuple(per_sample_weights.shape) != index.shape:
        raise wrong_shape("embedding_bag (per_sample_weights)", str(index.shape), per_sample_weights)
    count = index.size
    flat = ops.reshape(index, shape=(-1,))
    if index.ndim == 2:
        if offsets is not None:
            raise ValueError("embedding_bag: an input (B, n) has its bags as rows; leave out offsets")
        bags, number = np.repeat(np.arange(index.shape[0]), index.shape[1]), index.shape[0]
    elif index.ndim == 1 and offsets is not None:
        number = len(offsets) - include_last_offset
        bags = sized(functools.partial(_bags, count, include_last_offset), _array(offsets))
    else:
        raise wrong_shape("embedding_bag", "(B, n), or (n,) with offsets", index)
    rows = weight.shape[0]
    taken = embedding(flat, weight, None, max_norm, norm_type)
    if scale_grad_by_freq:
        dtype = taken.dtype
        share = again(lambda flat: (1 / np.bincount(flat, minlength=rows)[flat]).astype(dtype)[:, None], flat)
        taken = taken * share + (taken.detach() - taken.detach() * share)
    if per_sample_weights is not None:
        taken = taken * per_sample_weights.reshape((-1, 1))
    if padding_idx is not None:
        kept, bags = sized(functools.partial(_without, padding_idx % rows), flat, bags)
        taken = taken[kept]
    shape = (number, weight.shape[1])
    if mode == "max":
        return _largest(taken, bags, shape)
    total = ops.place(taken, index=bags, shape=shape)
    if mode == "sum":
        return total
    dtype = total.dtype
    counts = again(lambda bags: np.maximum(np.bincount(bags, minlength=number), 1).astype(dtype)[:, None], bags)
    return total / counts


def _array(x: Any) -> np.ndarray:
    found: np.ndarray = x._array if isinstance(x, Tensor) else np.asarray(x)
    return found


def _without(padding: int, flat: np.ndarray, bags: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which integers count, and their bags."""
    kept = np.flatnonzero(flat != padding)
    return kept, bags[kept]


def _bags(count: int, with_last: bool, offsets: np.ndarray) -> np.ndarray:
    """The bag of each integer."""
    starts = _starts(offsets, count, with_last)
    return np.repeat(np.arange(len(starts)), np.diff(np.append(starts, count)))


def _starts(offsets: np.ndarray, count: int, with_last: bool) -> np.ndarray:
    """Where each bag starts. ValueError: not in order, or outside."""
    good = offsets.ndim == 1 and offsets.dtype.kind in "iu" and (offsets.size == 0 or offsets[0] == 0)
    if not good or (np.diff(offsets) < 0).any() or (offsets > count).any():
        raise ValueError(f"embedding_bag: offsets must be integers that rise from 0 to at most {count}, got {offsets}")
    return offsets[:-1] if with_last else offsets


def _largest(rows: Any, bags: np.ndarray, shape: tuple[int, int]) -> Any:
    """For each bag and column the largest element, of equal ones the first; `bags` are in order."""
    values = _array(rows)
    if not len(bags):
        return np.zeros(shape, values.dtype) + ops.sum(rows)
    at, filled = again(functools.partial(_at_largest, shape), values, bags)
    return ops.where(filled, rows[at, np.arange(shape[1])], 0)


def _at_largest(shape: tuple[int, int], values: np.ndarray, bags: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    where = np.zeros(shape, np.int64)
    filled = np.bincount(bags, minlength=shape[0]) > 0
    for bag in np.flatnonzero(filled):
        start, end = np.searchsorted(bags, [bag, bag + 1])
        where[bag] = start + np.argmax(values[start:end], axis=0)
    return where, filled[:, None]
