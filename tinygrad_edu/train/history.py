"""What happened during training, as plain values that can be printed, drawn and saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

__all__ = [
    "Epoch",
    "History",
]

Ending = Literal["finished", "stopped", "interrupted", "diverged"]


@dataclass(frozen=True)
class Epoch:
    """One pass over the training samples, or the part of one that was done before training was stopped.

    `train_loss` is the mean over the steps of this epoch, so it lags behind the loss in `valid`, which is measured at
    its end. `seconds` counts the training steps alone, and so does `samples_per_second`.
    """

    epoch: int  # from 1
    fraction: float  # how much of it was done: 1.0 for a whole one
    steps: int  # done in this epoch
    samples: int  # seen in this epoch
    train_loss: float
    valid: Mapping[str, float]  # "loss" and the metrics on the validation data; empty if there are none
    seconds: float

    @property
    def samples_per_second(self) -> float:
        return self.samples / self.seconds if self.seconds > 0 else 0.0

    @property
    def values(self) -> dict[str, float]:
        """What a callback can monitor, by name: `train_loss`, `valid_loss`, `valid_accuracy` and so on."""
        return {"train_loss": self.train_loss} | {f"valid_{name}": value for name, value in self.valid.items()}


@dataclass
class History:
    """All epochs, the loss of every single step, and how it ended."""

    epochs: list[Epoch] = field(default_factory=list)
    step_losses: list[float] = field(default_factory=list)
    steps_per_epoch: int = 0
    ending: Ending = "finished"
    reason: str = ""  # why it ended early, for people
    diverged_at: tuple[int, float] | None = None  # the step, from 1, that could not be done; its loss, nan or inf

    @property
    def steps(self) -> int:
        """Steps done: updates of the weights."""
        return len(self.step_losses)

    @property
    def progress(self) -> float:
        """Epochs done, as in 2.35."""
        return self.steps / self.steps_per_epoch if self.steps_per_epoch else 0.0

    def reopen(self) -> None:
        """Forget how training ended and the row of an epoch that was cut short: training resumes."""
        self.epochs = [epoch for epoch in self.epochs if epoch.fraction == 1]
        self.ending, self.reason, self.diverged_at = "finished", "", None

    def state_dict(self) -> dict[str, Any]:
        """Everything that training resumes from; see `reopen` for what is left out."""
        whole = [asdict(epoch) | {"valid": dict(epoch.valid)} for epoch in self.epochs if epoch.fraction == 1]
        return {"epochs": whole, "step_losses": np.array(self.step_losses, np.float64)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from a state. Raises `ValueError`, `KeyError` or `TypeError` if it is not one."""
        rows = [Epoch(**row) for row in state["epochs"]]
        losses = np.asarray(state["step_losses"])
        if losses.ndim != 1 or losses.dtype != np.float64:
            raise ValueError("the losses of the steps are not a list of numbers")
        self.epochs, self.step_losses = rows, losses.tolist()
