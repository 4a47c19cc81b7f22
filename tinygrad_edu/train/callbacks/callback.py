"""`Callback`: an object whose methods are called at events of the training, and may change its course."""

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
    """Base class. A subclass defines the methods of the events it needs; the others cost nothing::

        class PrintLoss(Callback):
            def on_step_end(self, learner):
                print(learner.step, learner.history.step_losses[-1])

    Every method may read and change the learner, and end the training by `learner.stop(reason)`.

    A callback with state that the training depends on returns it from `state_dict` and restores it in
    `load_state_dict`, so that it becomes part of checkpoints. An empty state is not saved.
    """

    order = 0  # callbacks are called in increasing order; those of equal order, as listed

    def on_fit_begin(self, learner: Learner) -> None:
        """Training begins or resumes; a checkpoint, if any, has been loaded."""

    def on_epoch_begin(self, learner: Learner) -> None:
        """Before the first batch of an epoch; not again when an epoch that was cut short is resumed."""

    def on_batch_begin(self, learner: Learner) -> None:
        """Before the forward pass; `learner.inputs` and `learner.targets` are the batch."""

    def on_loss(self, learner: Learner) -> None:
        """After the forward pass; `learner.outputs` and `learner.loss` are set, and the loss may be replaced."""

    def on_backward(self, learner: Learner) -> None:
        """After the backward pass: the gradients are computed, the weights not yet updated."""

    def on_step_end(self, learner: Learner) -> None:
        """The weights have been updated; `learner.step` counts this step."""

    def on_epoch_end(self, learner: Learner) -> None:
        """A whole epoch is done and validated; `learner.history.epochs[-1]` is its row."""

    def on_interrupt(self, learner: Learner) -> None:
        """Training ends early, by Ctrl-C or because a callback stopped it (`learner.history.reason`); nothing has
        been done since the step or epoch that ended it."""

    def on_fit_end(self, learner: Learner) -> None:
        """Training has ended, for whatever reason; an epoch that was cut short has been validated and has its row."""

    def state_dict(self) -> dict[str, Any]:
        """The state of this callback: numbers, strings, arrays, Tensors, and lists and dicts of them."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Restore what `state_dict` returned."""


def monitored(callback: Callback, learner: Learner, name: str) -> float:
    """The value of `name` in the row of the last epoch. Raises `ValueError`, with the names that exist."""
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
    """`mode`. Raises `ValueError` unless it is "min" or "max"."""
    if mode not in ("min", "max"):
        raise ValueError(f'{type(callback).__name__}: mode must be "min" or "max", got {mode!r}')
    return mode
