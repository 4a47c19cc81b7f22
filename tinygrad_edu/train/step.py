"""One training step of a `Learner`, in three parts: as it is, or, with `compile=True`, as a compiled program."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..compile import compile
from ..tracing import again

if TYPE_CHECKING:
    from .learner import Learner

Hooks = Sequence[Callable[["Learner"], None]]


class Step:
    """Forward, backward and update, with the callbacks in between."""

    def forward(self, learner: Learner, on_loss: Hooks) -> float:
        """Set `learner.outputs` and `learner.loss`; return the loss as a number."""
        learner.optimizer.zero_grad()
        learner.outputs = learner.model(*learner.inputs)
        learner.loss = learner.loss_fn(learner.outputs, learner.targets)
        for hook in on_loss:
            hook(learner)
        return float(learner.loss.item())

    def backward(self, learner: Learner) -> None:
        """Compute the gradients."""
        learner.loss.backward()

    def update(self, learner: Learner) -> None:
        """Update the weights."""
        learner.optimizer.step()


class CompiledStep(Step):
    """All three in `forward`, compiled (see `tinygrad_edu.compile`); the update not, if callbacks come before it.

    A loss that is nan or infinite ends the step before the backward pass, so that nothing has changed.
    """

    def __init__(self, learner: Learner, on_loss: Hooks, on_backward: Hooks) -> None:
        if on_loss:
            name = type(getattr(on_loss[0], "__self__", None)).__name__
            raise ValueError(
                f"Learner: compile=True, but {name} listens to on_loss, which is in the middle of the compiled step; "
                "leave out one of them"
            )
        model, loss_fn, optimizer = learner.model, learner.loss_fn, learner.optimizer
        self.updates = updates = not on_backward

        def step(inputs: Sequence[Any], targets: Any) -> tuple[Any, Any]:
            optimizer.zero_grad()
            outputs = model(*inputs)
            loss = loss_fn(outputs, targets)
            again(_check, loss._array)
            loss.backward()
            if updates:
                optimizer.step()
            return outputs, loss

        self.step = compile(step)

    def forward(self, learner: Learner, on_loss: Hooks) -> float:
        try:
            learner.outputs, learner.loss = self.step(list(learner.inputs), learner.targets)
        except NotFinite as found:
            return found.loss
        return float(learner.loss.item())

    def backward(self, learner: Learner) -> None:
        """It has been."""

    def update(self, learner: Learner) -> None:
        if not self.updates:
            learner.optimizer.step()


class NotFinite(Exception):
    """The loss is nan or infinite."""

    def __init__(self, loss: float) -> None:
        super().__init__(loss)
        self.loss = loss


def _check(loss: np.ndarray) -> None:
    if not math.isfinite(loss.item()):
        raise NotFinite(loss.item())
