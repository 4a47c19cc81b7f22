"""`Checkpoint`: the callback that writes checkpoints (checkpoint.py), the last and the best."""

from __future__ import annotations

import time
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ...files import clean
from ..checkpoint import save
from ..divergence import bad_parameter
from .callback import Callback, better, check_mode, monitored

if TYPE_CHECKING:
    from ..learner import Learner

__all__ = [
    "BEST",
    "LAST",
    "Checkpoint",
]

LAST, BEST = "last.safetensors", "best.safetensors"


class Checkpoint(Callback):
    """Keep `last.safetensors`, and with `best` also `best.safetensors`, in `folder`, which is created if needed.

    every_steps, every_epochs, every_seconds: how often `last` is written, each on its own; None for never. It is
    written in any case when training begins, unless it exists, after the last epoch, and when training is stopped or
    interrupted. With `every_seconds` it is written less often if writing would take more than 1/30 of the time.
    best: a name in `Epoch.values`, such as "valid_loss"; the epoch with the lowest value (`mode="min"`) or the highest
    ("max") is kept. extra: see `checkpoint.save`. name: of the file, in place of `last.safetensors`.

    After a divergence nothing is written, nor while a parameter is nan or infinite: the last good checkpoint stays.
    """

    order = 100  # after the other callbacks

    def __init__(
        self,
        folder: str | PathLike[str],
        every_steps: int | None = None,
        every_epochs: int | None = 1,
        every_seconds: float | None = None,
        best: str | None = None,
        mode: Literal["min", "max"] = "min",
        extra: Any = None,
        name: str = LAST,
    ) -> None:
        for what, value in (("every_steps", every_steps), ("every_epochs", every_epochs)):
            if value is not None and value < 1:
                raise ValueError(f"Checkpoint: {what} must be 1 or more, got {value}")
        self.last, self.best_file = Path(folder) / name, Path(folder) / BEST
        self.every_steps, self.every_epochs, self.every_seconds = every_steps, every_epochs, every_seconds
        self.best, self.mode, self.extra = best, check_mode(self, mode), extra
        self.best_value: float | None = None
        self._written: tuple[int, int] | None = None  # the step and the epoch that `last` is of
        self._when = 0.0  # it was written
        self._cost = 0.0  # seconds that this took

    def on_fit_begin(self, learner: Learner) -> None:
        self.last.parent.mkdir(parents=True, exist_ok=True)
        for file in (self.last, self.best_file):
            clean(file)
        self._written, self._when = None, time.monotonic()
        if not self.last.exists():  # so that a run killed at once can be resumed too
            self._write(learner)

    def on_step_end(self, learner: Learner) -> None:
        due = self.every_steps is not None and learner.step % self.every_steps == 0
        if self.every_seconds is not None and not due:
            due = time.monotonic() - self._when >= max(self.every_seconds, 30 * self._cost)
        if due:
            self._write(learner)

    def on_epoch_end(self, learner: Learner) -> None:
        if learner.diverged:
            return
        if self.best is not None:
            value = monitored(self, learner, self.best)
            if better(value, self.best_value, self.mode):
                self.best_value = value
                save(self.best_file, learner, self.extra)
        due = self.every_epochs is not None and learner.epoch % self.every_epochs == 0
        if due or learner.epoch >= learner.epochs:
            self._write(learner)

    def on_interrupt(self, learner: Learner) -> None:
        if not learner.diverged:
            self._write(learner)

    def state_dict(self) -> dict[str, Any]:
        return {} if self.best is None else {"best": self.best_value}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.best_value = None if state["best"] is None else float(state["best"])

    def _write(self, learner: Learner) -> None:
        now = (learner.step, learner.epoch)
        if now != self._written and not any(map(bad_parameter, learner.networks)):
            began = time.monotonic()
            save(self.last, learner, self.extra)
            self._written, self._when = now, time.monotonic()
            self._cost = self._when - began
