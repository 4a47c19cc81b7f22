"""What layers compute with NumPy on data, written in ops: labels that count, their number, one-hot rows.

The keys are the file and the name of the function that a layer calls. Functions that need no other wording, as they
run on Tensors as they are, are not here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops


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
    return ops.cast(ops.unsqueeze(labels, dim=-1) == np.arange(classes), dtype=np.dtype(np.int64))


INSTEAD = {
    "labels._kept": _kept,
    "loss._weights": _weights,
    "loss._count.<locals>.<lambda>": _count,
    "layer._one_hot": _one_hot,
}
