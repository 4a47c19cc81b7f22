"""How good a model is on samples that it was not trained on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..recording import no_grad
from ..tensor import Tensor
from .streaming import Metric, as_metric


def evaluate(
    model: Any,
    loss: Callable[[Any, Any], Tensor],
    batches: Iterable[Any],
    metrics: Sequence[Metric | Callable[[Any, Any], Any]] = (),
) -> dict[str, Any]:
    """The loss and the metrics over `batches` of (inputs, targets), by name, the loss first.

    It runs in evaluation mode and records nothing. `loss(outputs, targets)` must be a mean over the batch; batches
    may differ in size. The model is left in the mode that it was in. Raises `ValueError` if there are no samples.
    """
    was_training = model.training
    streamed = [as_metric(each) for each in metrics]
    for metric in streamed:
        metric.reset()
    total, count = 0.0, 0
    model.eval()
    try:
        with no_grad():
            for *inputs, targets in batches:
                outputs = model(*inputs)
                total += loss(outputs, targets).item() * len(targets)
                count += len(targets)
                for metric in streamed:
                    metric.update(outputs, targets)
    finally:
        model.train(was_training)
    if not count:
        raise ValueError("evaluate: there are no samples")
    return {"loss": total / count} | {metric.name: metric.compute() for metric in streamed}
