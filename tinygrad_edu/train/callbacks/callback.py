"""`Callback`: something that is told of the events of a training and may change its course."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..learner import Learner

__all__ = [
    "EVENTS",
    "Callback",
]

EVENTS = (
    "on_fit_begin",
    "on_epoch_begin",
    "on_batch_begin",
    "on_loss",
    "on_backward",
    "on_step_end",
    "on_epoch_end",
    "on_interrupt",
    "on_fit_end",
)


class Callback:
    """Base class. A subclass defines the methods of the events that it cares for; the others cost nothing::

        class PrintLoss(Callback):
            def on_step_end(self, learner):
                print(learner.step, learner.history.step_losses[-1])

    Every method may read and change the learner, and end the training by `learner.stop(reason)`.

    A callback that remembers something on which the training depends gives it in `state_dict` and takes it back in
    `load_state_dict`, so that checkpoints can hold it; whatever is empty is not kept.
    """

    order = 0  # callbacks with lower numbers are told first; those with equal numbers as they were given

    def on_fit_begin(self, learner: Learner) -> None:
        """Training begins, or goes on; a checkpoint has been loaded."""

    def on_epoch_begin(self, learner: Learner) -> None:
        """Before the first batch of an epoch; not again when an epoch goes on that was cut short."""

    def on_batch_begin(self, learner: Learner) -> None:
        """`learner.inputs` and `learner.targets` are the batch to come."""

    def on_loss(self, learner: Learner) -> None:
        """After the forward pass: there are `learner.outputs` and `learner.loss`, which may be replaced."""

    def on_backward(self, learner: Learner) -> None:
        """The gradients are there, the step is not done yet."""

    def on_step_end(self, learner: Learner) -> None:
        """The weights have been updated; `learner.step` counts this step."""

    def on_epoch_end(self, learner: Learner) -> None:
        """A whole epoch is done and validated; `learner.history.epochs[-1]` is its row."""

    def on_interrupt(self, learner: Learner) -> None:
        """Training ends early, by Ctrl-C or because a callback stopped it (`learner.reason`): nothing has been done
        since the step or epoch that ended it."""

    def on_fit_end(self, learner: Learner) -> None:
        """Training has ended, one way or another; an epoch that was cut short has been validated and has its row."""

    def state_dict(self) -> dict[str, Any]:
        """What this callback remembers: numbers, strings, arrays, Tensors, and lists and dicts of them."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take back what `state_dict` gave."""


def monitored(callback: Callback, learner: Learner, name: str) -> float:
    """The value of `name` in the row of the last epoch. Raises `ValueError`, with the names that there are."""
    values = learner.history.epochs[-1].values
    if name not in values:
        have = ", ".join(values)
        raise ValueError(f"{type(callback).__name__}: cannot monitor {name!r}; choose one of {have}")
    return values[name]


def better(value: float, best: float | None, mode: str, min_delta: float = 0.0) -> bool:
    """Whether `value` beats `best` by more than `min_delta`: is lower if `mode` is "min", higher if "max".

    nan beats nothing, and anything else beats None.
    """
    if value != value:
        return False
    if best is None:
        return True
    return value < best - min_delta if mode == "min" else value > best + min_delta


def check_mode(callback: Callback, mode: str) -> str:
    """`mode` if it is one. Raises `ValueError`."""
    if mode not in ("min", "max"):
        raise ValueError(f'{type(callback).__name__}: mode must be "min" or "max", got {mode!r}')
    return mode
