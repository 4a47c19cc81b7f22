"""What layers compute with NumPy on data, written in ops: labels that count, their number, one-hot rows.

The keys are the file and the name of the function that a layer calls. Functions that need no other wording, as they
run on Tensors as they are, are not here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import ops
from ..ops.scattered import scatter_extreme
from ..tensor import wrap

INT64 = np.dtype(np.int64)


def _kept(name: str, classes: int, ignore_index: int, labels: Any) -> Any:
    """Without the check that labels are in range: a graph cannot raise."""
    kept = labels != ignore_index
    return ops.where(kept, labels, 0), kept


def _weights(weight: Any, labels: Any, kept: Any) -> Any:
    weights = weight[labels]
    return weights if kept is None else ops.where(kept, weights, 0.0)


def _count(array: Any) -> Any:
    """The sum of weights, or the number of labels that count."""
    return ops.sum(array) if array.dtype.kind == "f" else ops.sum(ops.cast(array, dtype=np.dtype(np.float32)))


def _one_hot(classes: int, labels: Any) -> Any:
    return ops.cast(ops.unsqueeze(labels, dim=-1) == np.arange(classes), dtype=INT64)


def _largest_of(covered: Any, x: Any) -> Any:
    """Of each window of adaptive pooling the place of the largest element."""
    seen = x[..., covered]
    best = ops.unsqueeze(ops.argmax(seen, dim=-1), dim=-1)
    return ops.take_along_dim(ops.expand(wrap(covered), shape=tuple(seen.shape)), best, -1)[..., 0]


def _pairs(classes: int, given: Any) -> Any:
    """The labels before the first -1, and which classes they are compared with."""
    counts = ops.cumprod(ops.cast(given >= 0, dtype=INT64), dim=-1) == 1
    labels = ops.where(counts, given, 0)
    right = ops.any((ops.unsqueeze(labels, dim=-1) == np.arange(classes)) & ops.unsqueeze(counts, dim=-1), dim=-2)
    return labels, ops.unsqueeze(counts, dim=-1) & ~ops.unsqueeze(right, dim=-2)


def _unpooled(name: str, rows: int, width: int, count: int, places: Any) -> Any:
    """Where each element goes, and whether a later one goes there too."""
    flat = (places.reshape((rows, width)) + np.arange(rows)[:, None] * count).reshape((-1,))
    order = np.arange(rows * width)
    last = scatter_extreme(wrap(np.zeros(rows * count, np.int64)), order, index=flat._array, reduce="amax")
    return flat, last[flat] != order


def _at_largest(shape: tuple[int, int], values: Any, bags: Any) -> Any:
    """For bags that are part of the model, as rows of integers are."""
    known = bags.array
    at, filled = [], np.bincount(known, minlength=shape[0]) > 0
    for bag in range(shape[0]):
        start, end = (int(n) for n in np.searchsorted(known, [bag, bag + 1]))
        at.append(ops.argmax(values[start:end], dim=0) + start if filled[bag] else np.zeros(shape[1], np.int64))
    return ops.stack(at), wrap(filled[:, None])


INSTEAD: dict[str, Callable[..., Any]] = {
    "adaptive._largest_of": _largest_of,
    "bag._at_largest": _at_largest,
    "margin._pairs": _pairs,
    "pooling._unpooled": _unpooled,
    "labels._kept": _kept,
    "loss._weights": _weights,
    "loss._count.<locals>.<lambda>": _count,
    "layer._one_hot": _one_hot,
}
