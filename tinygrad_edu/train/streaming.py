"""Metrics over many batches: each sample counts the same, whatever the size of its batch.

    metric = Accuracy()
    for x, y in batches:
        metric.update(model(x), y)
    metric.compute()

`Learner(metrics=...)` takes these, and plain functions `f(outputs, targets)`, whose means over batches are averaged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import metrics
from .metrics import Average, as_array

__all__ = [
    "Accuracy",
    "ConfusionMatrix",
    "F1Score",
    "Mean",
    "MeanAbsoluteError",
    "Metric",
    "Precision",
    "Recall",
]


class Metric:
    """Base class: `reset`, then `update` for each batch, then `compute`. `name` is what histories and logs call it."""

    name = "metric"

    def reset(self) -> None:
        """Forget all batches."""
        raise NotImplementedError

    def update(self, outputs: Any, targets: Any) -> None:
        """Add one batch."""
        raise NotImplementedError

    def compute(self) -> Any:
        """The metric over all batches since the last reset. Raises `ValueError` if there were none."""
        raise NotImplementedError


class Mean(Metric):
    """The mean of `function(outputs, targets)`, itself a mean over a batch, weighted by the sizes of the batches.

    Correct for means over samples, such as an error; not for precision, recall or F1, which are quotients.
    """

    def __init__(self, function: Callable[[Any, Any], Any], name: str | None = None) -> None:
        self.function = function
        self.name = name or str(getattr(function, "__name__", type(function).__name__))
        self._total, self._count = 0.0, 0

    def reset(self) -> None:
        self._total, self._count = 0.0, 0

    def update(self, outputs: Any, targets: Any) -> None:
        self._add(float(self.function(outputs, targets)) * len(targets), len(targets))

    def compute(self) -> float:
        if not self._count:
            raise ValueError(f"{self.name}: no batches yet; call update() before compute()")
        return self._total / self._count

    def _add(self, total: float, count: int) -> None:
        self._total += total
        self._count += count


class Accuracy(Mean):
    """See `metrics.accuracy`, and for `top_k` above 1 `metrics.top_k_accuracy`."""

    def __init__(self, top_k: int = 1) -> None:
        self.top_k = top_k
        super().__init__(metrics.accuracy, "accuracy" if top_k == 1 else f"top_{top_k}_accuracy")

    def update(self, outputs: Any, targets: Any) -> None:
        count = int(as_array(targets).size)
        if self.top_k == 1:
            self._add(round(metrics.accuracy(outputs, targets) * count), count)
        else:
            self._add(metrics.top_k_hits(outputs, targets, self.top_k), count)


class MeanAbsoluteError(Mean):
    """See `metrics.mean_absolute_error`."""

    def __init__(self) -> None:
        super().__init__(metrics.mean_absolute_error)

    def update(self, outputs: Any, targets: Any) -> None:
        count = int(as_array(targets).size)
        self._add(metrics.mean_absolute_error(outputs, targets) * count, count)


class ConfusionMatrix(Metric):
    """See `metrics.confusion_matrix`; `num_classes` must be given, because one batch may not have them all."""

    name = "confusion_matrix"

    def __init__(self, num_classes: int) -> None:
        self.num_classes = num_classes
        self.reset()

    def reset(self) -> None:
        self.matrix = np.zeros((self.num_classes, self.num_classes), np.int64)

    def update(self, outputs: Any, targets: Any) -> None:
        self.matrix += metrics.confusion_matrix(outputs, targets, self.num_classes)

    def compute(self) -> Any:
        if not self.matrix.any():
            raise ValueError(f"{self.name}: no batches yet; call update() before compute()")
        return self.matrix.copy()


class _Quotient(ConfusionMatrix):
    """A score of the confusion matrix of all batches together."""

    def __init__(self, num_classes: int, average: Average | None = "macro") -> None:
        self.average = average
        super().__init__(num_classes)

    def compute(self) -> Any:
        return metrics.scores_of(super().compute(), self.name, self.average)


class Precision(_Quotient):
    """See `metrics.precision`."""

    name = "precision"


class Recall(_Quotient):
    """See `metrics.recall`."""

    name = "recall"


class F1Score(_Quotient):
    """See `metrics.f1_score`."""

    name = "f1_score"


STREAMED: dict[Any, Callable[[], Metric]] = {metrics.accuracy: Accuracy, metrics.mean_absolute_error: MeanAbsoluteError}
WITH_CLASSES: dict[Any, type[ConfusionMatrix]] = {
    metrics.confusion_matrix: ConfusionMatrix,
    metrics.precision: Precision,
    metrics.recall: Recall,
    metrics.f1_score: F1Score,
}


def as_metric(metric: Metric | Callable[[Any, Any], Any]) -> Metric:
    """A metric over batches from one, or from a function; `ValueError` for a function that batches cannot average."""
    if isinstance(metric, Metric):
        return metric
    if metric in WITH_CLASSES:
        name = WITH_CLASSES[metric].__name__
        raise ValueError(f"the mean of {metric.__name__} over batches would be wrong; use {name}(num_classes)")
    return STREAMED[metric]() if metric in STREAMED else Mean(metric)
