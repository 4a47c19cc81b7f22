"""When to stop: rules that end a training, each a callback, and `EarlyStopping`, which can go back to the best weights.

Learner(..., callbacks=[StopAfterTime(600), EarlyStopping("valid_loss", patience=5)])
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from .callback import Callback, better, check_mode, monitored

if TYPE_CHECKING:
    from ..learner import Learner

__all__ = [
    "EarlyStopping",
    "StopAfterSteps",
    "StopAfterTime",
    "StopAtLoss",
    "StopWhenNoImprovement",
    "StopWhenNotFinite",
]


class StopAfterTime(Callback):
    """Stop with the first step that ends `seconds` after `fit` began."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._began = 0.0

    def on_fit_begin(self, learner: Learner) -> None:
        self._began = time.perf_counter()

    def on_step_end(self, learner: Learner) -> None:
        if time.perf_counter() - self._began >= self.seconds:
            learner.stop(f"{self.seconds:g} seconds have passed")


class StopAfterSteps(Callback):
    """Stop when `steps` steps are done altogether, those before a checkpoint included."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def on_fit_begin(self, learner: Learner) -> None:
        self.on_step_end(learner)

    def on_step_end(self, learner: Learner) -> None:
        if learner.step >= self.steps:
            learner.stop(f"{self.steps:,} steps are done")


class StopAtLoss(Callback):
    """Stop when the loss is `bound` or less: that of a step, or with `monitor` a value of an epoch."""

    def __init__(self, bound: float, monitor: str | None = None) -> None:
        self.bound, self.monitor = bound, monitor

    def on_step_end(self, learner: Learner) -> None:
        if self.monitor is None:
            self._judge(learner, "the loss", learner.history.step_losses[-1])

    def on_epoch_end(self, learner: Learner) -> None:
        if self.monitor is not None:
            self._judge(learner, self.monitor, monitored(self, learner, self.monitor))

    def _judge(self, learner: Learner, name: str, value: float) -> None:
        if value <= self.bound:
            learner.stop(f"{name} is {value:g}, not above {self.bound:g}")


class StopWhenNotFinite(Callback):
    """Stop when the loss of a step is nan or inf, before the update, and after an epoch whose validation loss is.

    `Learner.fit` then returns, where without this rule it raises `DivergenceError`: `history.ending` is "diverged",
    `history.diverged_at` the step and the loss, `history.reason` what made it so. An epoch with such a validation
    loss gets no row.
    """

    order = -100

    def on_epoch_end(self, learner: Learner) -> None:
        loss = learner.history.epochs[-1].valid.get("loss", 0.0)
        if not math.isfinite(loss):
            learner.history.epochs.pop()
            learner.diverge(loss, f"that is the validation loss; {learner.valid_cause()}")


class _Patience(Callback):
    """Counts how long a value has not improved."""

    def __init__(self, patience: int, min_delta: float, mode: str) -> None:
        if patience < 1:
            raise ValueError(f"{type(self).__name__}: patience must be 1 or more, got {patience}")
        self.patience, self.min_delta = patience, min_delta
        self.mode = check_mode(self, mode)
        self.best: float | None = None
        self.waited = 0

    def improved(self, value: float) -> bool:
        if better(value, self.best, self.mode, self.min_delta):
            self.best, self.waited = value, 0
            return True
        self.waited += 1
        return False

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best, "waited": self.waited}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.best, self.waited = None if state["best"] is None else float(state["best"]), int(state["waited"])


class EarlyStopping(_Patience):
    """Stop when `monitor` has not improved for `patience` epochs by more than `min_delta`.

    monitor: a name in `Epoch.values`, such as "valid_loss" or "valid_accuracy". mode: "min" if less is better, "max"
    if more is. restore_best: at the end of training, however it ends, go back to the weights of the best epoch.
    """

    order = 10

    def __init__(
        self,
        monitor: str = "valid_loss",
        patience: int = 3,
        min_delta: float = 0.0,
        mode: Literal["min", "max"] = "min",
        restore_best: bool = False,
    ) -> None:
        super().__init__(patience, min_delta, mode)
        self.monitor, self.restore_best = monitor, restore_best
        self.best_epoch = 0
        self._weights: dict[str, Any] | None = None

    def on_epoch_end(self, learner: Learner) -> None:
        if learner.history.ending == "diverged":
            return
        if self.improved(monitored(self, learner, self.monitor)):
            self.best_epoch = learner.epoch
            if self.restore_best:
                self._weights = copy.deepcopy(learner.model.state_dict())
        elif self.waited >= self.patience:
            learner.stop(f"{self.monitor} has not improved for {self.waited} epochs")

    def on_fit_end(self, learner: Learner) -> None:
        if self._weights is not None:
            learner.model.load_state_dict(self._weights)

    def state_dict(self) -> dict[str, Any]:
        return super().state_dict() | {"best_epoch": self.best_epoch, "weights": self._weights}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        super().load_state_dict(state)
        self.best_epoch, self._weights = int(state["best_epoch"]), state["weights"]


class StopWhenNoImprovement(_Patience):
    """Stop when there has been no improvement for `steps` steps, or for `epochs` epochs: pass one of the two.

    For steps it is the loss of each step that counts, for epochs `monitor`.
    """

    order = 10

    def __init__(
        self,
        steps: int | None = None,
        epochs: int | None = None,
        monitor: str = "valid_loss",
        min_delta: float = 0.0,
        mode: Literal["min", "max"] = "min",
    ) -> None:
        if (steps is None) == (epochs is None):
            raise ValueError("StopWhenNoImprovement: pass either steps or epochs, not both")
        super().__init__(steps or epochs or 0, min_delta, mode)
        self.unit = "epochs" if steps is None else "steps"
        self.monitor = monitor

    def on_step_end(self, learner: Learner) -> None:
        if self.unit == "steps":
            self._judge(learner, "the loss", learner.history.step_losses[-1])

    def on_epoch_end(self, learner: Learner) -> None:
        if self.unit == "epochs" and learner.history.ending != "diverged":
            self._judge(learner, self.monitor, monitored(self, learner, self.monitor))

    def _judge(self, learner: Learner, name: str, value: float) -> None:
        if not self.improved(value) and self.waited >= self.patience:
            learner.stop(f"{name} has not improved for {self.waited} {self.unit}")
