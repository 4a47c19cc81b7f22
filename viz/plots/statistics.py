"""How the parameters and their gradients are spread while they are learned: a few percentiles of each, step by step.

After the percentiles of Chainer's VariableStatisticsPlot: those at which a normal distribution is 1, 2 and 3 standard
deviations from its middle, and the extremes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .values import array

PERCENTILES = (0.0, 0.13, 2.28, 15.87, 50.0, 84.13, 97.72, 99.87, 100.0)
SAMPLE = 20_000  # numbers of a parameter that are sampled


class Statistics:
    """What `record` saw of each parameter: `steps`, and by name the percentiles of `values` and of `grads`.

    statistics = Statistics()
    ...                                 # in the loop, after loss.backward()
    statistics.record(model, step)
    """

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.values: dict[str, list[np.ndarray]] = {}
        self.grads: dict[str, list[np.ndarray]] = {}

    def record(self, model: Any, step: int) -> None:
        """Record all parameters of `model`, and the gradients that exist."""
        for name, parameter in model.named_parameters():
            for table, numbers in ((self.values, parameter), (self.grads, parameter.grad)):
                column = table.setdefault(name, [percentiles([])] * len(self.steps))
                column.append(percentiles([] if numbers is None else numbers))
        self.steps.append(step)


def percentiles(numbers: Any) -> np.ndarray:
    """The nine `PERCENTILES` of the finite ones among these numbers; nan if there are none.

    Of more than 20,000 numbers, an evenly spaced sample and both extremes are used.
    """
    flat = array(numbers).reshape(-1)
    finite = flat[np.isfinite(flat)].astype(float) if flat.size else flat
    if not finite.size:
        return np.full(len(PERCENTILES), np.nan)
    result: np.ndarray = np.percentile(finite[:: -(-finite.size // SAMPLE)], PERCENTILES)
    result[0], result[-1] = finite.min(), finite.max()
    return result
