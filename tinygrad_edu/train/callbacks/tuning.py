"""Callbacks that change the step: learning rate schedules and gradient clipping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from ...nn import utils
from ...optim.lr_scheduler import ReduceLROnPlateau
from .callback import Callback, monitored

if TYPE_CHECKING:
    from ..learner import Learner

__all__ = [
    "GradientClipping",
    "Schedule",
]


class Schedule(Callback):
    """Call `scheduler.step()` after every batch, or after every whole epoch.

    scheduler: one of `optim.lr_scheduler`, on the learner's optimiser. `ReduceLROnPlateau` gets a number to watch:
    `monitor` after an epoch, the loss of the step after a batch.
    """

    def __init__(self, scheduler: Any, every: Literal["batch", "epoch"] = "epoch", monitor: str = "valid_loss") -> None:
        if every not in ("batch", "epoch"):
            raise ValueError(f'Schedule: every must be "batch" or "epoch", got {every!r}')
        self.scheduler, self.every, self.monitor = scheduler, every, monitor
        self.watches = isinstance(scheduler, ReduceLROnPlateau)

    def on_step_end(self, learner: Learner) -> None:
        if self.every == "batch":
            self.scheduler.step(*[learner.history.step_losses[-1]] * self.watches)

    def on_epoch_end(self, learner: Learner) -> None:
        if self.every == "epoch" and learner.history.ending != "diverged":
            self.scheduler.step(*[monitored(self, learner, self.monitor)] if self.watches else [])

    def state_dict(self) -> dict[str, Any]:
        state: dict[str, Any] = self.scheduler.state_dict()
        return {"class": type(self.scheduler).__name__, "scheduler": state}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        ours, theirs = type(self.scheduler).__name__, state["class"]
        if ours != theirs:
            raise ValueError(f"its schedule is {theirs}, not {ours}")
        self.scheduler.load_state_dict(state["scheduler"])


class GradientClipping(Callback):
    """Before each step: scale all gradients so that their norm together is at most `norm`, or cut each entry to
    [-value, value]. Pass one of the two.

    See `nn.utils`. `last_norm` is the norm before clipping.
    """

    def __init__(self, norm: float | None = None, value: float | None = None) -> None:
        bound = value if norm is None else norm
        if (norm is None) == (value is None) or bound is None or not bound > 0:
            raise ValueError("GradientClipping: pass either norm or value, and one above 0")
        self.norm, self.value = norm, value
        self.last_norm: float | None = None

    def on_backward(self, learner: Learner) -> None:
        if self.norm is not None:
            self.last_norm = float(utils.clip_grad_norm_(learner.model.parameters(), self.norm))
        elif self.value is not None:
            utils.clip_grad_value_(learner.model.parameters(), self.value)
