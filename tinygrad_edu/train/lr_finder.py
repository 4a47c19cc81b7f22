"""Which learning rate to use: the range test.

Train for some steps while the learning rate grows from tiny to huge. The loss first hardly changes, then falls, then
explodes; a good rate is where it falls most steeply.

Sources: L. N. Smith, "Cyclical learning rates for training neural networks" (WACV 2017), section 3.3; that the rate
should grow exponentially, the loss be smoothed, and the steepest point be taken: the fast.ai library (J. Howard and
S. Gugger, "fastai: a layered API for deep learning", Information 11, 2020).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..random import get_rng_state, set_rng_state
from .callbacks.callback import Callback
from .callbacks.stopping import StopWhenNotFinite
from .learner import Batches, Learner

__all__ = [
    "LRRange",
    "find_lr",
]

SMOOTHING = 0.9  # share of the past in the running mean of the loss


@dataclass(frozen=True)
class LRRange:
    """Learning rates, the smoothed loss that each led to, and where the loss fell most steeply."""

    rates: list[float]
    losses: list[float]
    suggestion: float


def find_lr(
    learner: Learner, lowest: float = 1e-7, highest: float = 10.0, steps: int = 100, explosion: float = 4.0
) -> LRRange:
    """Try `steps` learning rates from `lowest` to `highest`, evenly spaced on a logarithmic scale.

    It ends early when the smoothed loss exceeds `explosion` times its minimum, or is not finite. All parameter groups
    get the same rate. Afterwards the model, the optimiser, the loader and the default generator are as they were; the
    learner's callbacks are not called. Raises `ValueError` if the loss was finite for fewer than 3 steps.
    """
    if not (0 < lowest < highest and steps >= 3):
        raise ValueError(
            f"find_lr: expected 0 < lowest < highest and at least 3 steps, got {lowest:g}, {highest:g} and {steps}"
        )
    model, optimizer, data = learner.model, learner.optimizer, learner.train_data
    weights, remembered = copy.deepcopy(model.state_dict()), copy.deepcopy(optimizer.state_dict())
    loader = copy.deepcopy(data.state_dict()) if hasattr(data, "state_dict") else None
    generator, was_training = get_rng_state(), model.training
    ramp = _Ramp(np.geomspace(lowest, highest, steps).tolist(), explosion)
    try:
        trial = Learner(
            model, (_Repeated(data, steps), None), learner.loss_fn, optimizer, callbacks=[ramp, StopWhenNotFinite()]
        )
        if trial.fit(1).ending == "interrupted":
            raise KeyboardInterrupt
    finally:
        model.load_state_dict(weights)
        model.train(was_training)
        optimizer.load_state_dict(remembered)
        optimizer.zero_grad()
        if loader is not None:
            data.load_state_dict(loader)  # type: ignore[attr-defined]
        set_rng_state(generator)
    rates = ramp.rates[: len(ramp.losses)]
    if len(rates) < 3:
        raise ValueError(f"find_lr: the loss exploded after {len(rates)} steps; pass a smaller `lowest`")
    return LRRange(rates, ramp.losses, steepest(rates, ramp.losses))


def steepest(rates: list[float], losses: list[float]) -> float:
    """The rate at which the loss falls fastest with the logarithm of the rate."""
    slope = np.gradient(np.asarray(losses), np.log(rates))
    return rates[int(slope.argmin())]


class _Ramp(Callback):
    """Sets the rate before each step, and notes the loss that the rates so far have led to."""

    def __init__(self, rates: list[float], explosion: float) -> None:
        self.rates, self.explosion = rates, explosion
        self.losses: list[float] = []
        self._mean = 0.0

    def on_batch_begin(self, learner: Learner) -> None:
        for group in learner.optimizer.param_groups:
            group["lr"] = self.rates[learner.step]

    def on_loss(self, learner: Learner) -> None:
        loss = learner.loss.item()
        self._mean = SMOOTHING * self._mean + (1 - SMOOTHING) * loss
        smoothed = self._mean / (1 - SMOOTHING ** (learner.step + 1))  # as if there were no zero before the first
        if not math.isfinite(loss) or smoothed > self.explosion * min(self.losses, default=math.inf):
            learner.stop("the loss exploded", "diverged")
        else:
            self.losses.append(smoothed)


class _Repeated:
    """The batches of a loader, over and over, until there were `steps`."""

    def __init__(self, batches: Batches, steps: int) -> None:
        self.batches, self.steps = batches, steps

    def __len__(self) -> int:
        return self.steps

    def __iter__(self) -> Iterator[Any]:
        left = self.steps
        while left:
            before = left
            for batch in self.batches:
                yield batch
                left -= 1
                if not left:
                    return
            if left == before:
                raise ValueError("find_lr: there are no training samples")
