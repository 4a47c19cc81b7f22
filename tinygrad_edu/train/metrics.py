"""How good predictions are, as functions of whole arrays: accuracy, precision, recall, F1, absolute error.

They take outputs and targets as arrays or Tensors and give plain numbers and arrays. For numbers over many batches see
streaming.py. The outputs of a classifier are either labels, of the shape of the targets, or scores (logits,
probabilities) with one more dimension, the classes, at position 1 as in PyTorch's losses: (N, C) or (N, C, H, W).
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ..tensor import Tensor

__all__ = [
    "accuracy",
    "confusion_matrix",
    "f1_score",
    "mean_absolute_error",
    "precision",
    "recall",
    "top_k_accuracy",
]

Average = Literal["macro", "micro"]


def accuracy(outputs: Any, targets: Any) -> float:
    """The fraction of targets predicted correctly: the largest score (of equal ones the first) is the target's."""
    labels, predicted = _labels_and_predictions("accuracy", outputs, targets)
    return int((predicted == labels).sum()) / labels.size


def top_k_accuracy(outputs: Any, targets: Any, k: int = 5) -> float:
    """The fraction of targets whose scores are among the k largest: fewer than k classes have a larger one.

    Where scores are equal the lower class comes first, as in `accuracy`, which this is for k = 1.
    """
    return top_k_hits(outputs, targets, k) / int(as_array(targets).size)


def top_k_hits(outputs: Any, targets: Any, k: int) -> int:
    """How many targets have a score among the k largest. Raises `ValueError` if there are no k classes."""
    scores, labels = as_array(outputs), as_array(targets)
    if scores.ndim != labels.ndim + 1 or scores.shape[:1] + scores.shape[2:] != labels.shape or not labels.size:
        raise ValueError(f"top_k_accuracy: scores of shape {scores.shape} do not match targets of {labels.shape}")
    classes = scores.shape[1]
    if not 1 <= k <= classes:
        raise ValueError(f"top_k_accuracy: k must be from 1 to the number of classes, {classes}, got {k}")
    _check_range("top_k_accuracy", labels, classes)
    index = np.expand_dims(labels, 1)
    own = np.take_along_axis(scores, index, axis=1)
    earlier = np.arange(classes).reshape(-1, *[1] * (labels.ndim - 1)) < index
    ahead = (scores > own) | ((scores == own) & earlier) | (np.isnan(scores) & ~np.isnan(own))
    return int((ahead.sum(axis=1) < k).sum())


def confusion_matrix(outputs: Any, targets: Any, num_classes: int | None = None) -> np.ndarray:
    """Counts, (C, C) int64: row i, column j is how many samples of class i were predicted as class j.

    num_classes: C; if not given, the number of scores, or for labels one more than the largest.
    """
    labels, predicted = _labels_and_predictions("confusion_matrix", outputs, targets)
    if num_classes is None:
        scores = as_array(outputs)
        widest = int(max(labels.max(), predicted.max())) + 1
        num_classes = scores.shape[1] if scores.ndim > labels.ndim else widest
    for which in (labels, predicted):
        _check_range("confusion_matrix", which, num_classes)
    cells = labels.ravel().astype(np.int64) * num_classes + predicted.ravel().astype(np.int64)
    return np.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)


def precision(outputs: Any, targets: Any, average: Average | None = "macro", num_classes: int | None = None) -> Any:
    """Of the samples predicted as class c, the fraction that are c: TP / (TP + FP); see `scores_of` for `average`."""
    return scores_of(confusion_matrix(outputs, targets, num_classes), "precision", average)


def recall(outputs: Any, targets: Any, average: Average | None = "macro", num_classes: int | None = None) -> Any:
    """Of the samples of class c, the fraction predicted as c: TP / (TP + FN); see `scores_of` for `average`."""
    return scores_of(confusion_matrix(outputs, targets, num_classes), "recall", average)


def f1_score(outputs: Any, targets: Any, average: Average | None = "macro", num_classes: int | None = None) -> Any:
    """The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN); see `scores_of` for `average`."""
    return scores_of(confusion_matrix(outputs, targets, num_classes), "f1_score", average)


def scores_of(matrix: np.ndarray, kind: str, average: Average | None) -> Any:
    """Precision, recall or F1 of a confusion matrix.

    average: "macro", the mean over the classes that occur among targets or predictions; "micro", from the counts of
        all classes together, which is the accuracy for all three; None, an array (C,) with a number for each class.
    A class with a denominator of 0 has 0, as in scikit-learn.
    """
    hits = np.diagonal(matrix).astype(np.float64)
    predicted, actual = matrix.sum(axis=0), matrix.sum(axis=1)
    below = {"precision": predicted, "recall": actual, "f1_score": (predicted + actual) / 2}[kind]
    if average == "micro":
        return float(hits.sum() / matrix.sum())
    each = np.divide(hits, below, out=np.zeros_like(hits), where=below > 0)
    if average is None:
        return each
    if average != "macro":
        raise ValueError(f'{kind}: average must be "macro", "micro" or None, got {average!r}')
    return float(each[predicted + actual > 0].mean())


def mean_absolute_error(outputs: Any, targets: Any) -> float:
    """The mean of |output - target| over all entries, in double precision. The shapes must be equal."""
    predicted, expected = as_array(outputs), as_array(targets)
    if predicted.shape != expected.shape or not predicted.size:
        raise ValueError(
            f"mean_absolute_error: expected outputs and targets of one shape, not empty, got {predicted.shape} and "
            f"{expected.shape}"
        )
    return float(np.abs(predicted.astype(np.float64) - expected).mean())


def as_array(value: Any) -> np.ndarray:
    """The array of a Tensor, or of whatever NumPy can make one of. It is only read."""
    return value._array if isinstance(value, Tensor) else np.asarray(value)


def _labels_and_predictions(name: str, outputs: Any, targets: Any) -> tuple[np.ndarray, np.ndarray]:
    predicted, labels = as_array(outputs), as_array(targets)
    if predicted.ndim == labels.ndim + 1:
        predicted = predicted.argmax(axis=1)
    if predicted.shape != labels.shape or not labels.size:
        raise ValueError(f"{name}: outputs of shape {as_array(outputs).shape} do not match targets {labels.shape}")
    return labels, predicted


def _check_range(name: str, labels: np.ndarray, classes: int) -> None:
    if labels.dtype.kind not in "iub":
        raise ValueError(f"{name}: expected integer classes, got {labels.dtype}")
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"{name}: expected classes from 0 to {classes - 1}, got {labels.min()} to {labels.max()}")
