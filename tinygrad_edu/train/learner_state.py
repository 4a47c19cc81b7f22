"""What a checkpoint of a `Learner` contains, and whether one fits it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..random import get_rng_state, set_rng_state
from .fits import check_batches, check_model, check_optimizer

if TYPE_CHECKING:
    from .callbacks.callback import Callback
    from .history import History
    from .position import Position


class LearnerState:
    """The part of a `Learner` that checkpoints see."""

    model: Any
    optimizer: Any
    train_data: Any
    callbacks: list[Callback]
    history: History
    position: Position

    @property
    def networks(self) -> list[Any]:
        """What is trained."""
        return [self.model]

    @property
    def diverged(self) -> bool:
        """Whether the loss became nan or infinite."""
        return self.history.ending == "diverged"

    def snapshot(self) -> dict[str, Any]:
        """The state of everything; its arrays share the memory in use."""
        return {
            "model": self.model.state_dict(),
            "optimizer": {"class": type(self.optimizer).__name__} | self.optimizer.state_dict(),
            "position": self.position.state_dict(),
            "history": self.history.state_dict(),
            "callbacks": {name: state for name, each in _named(self.callbacks) if (state := each.state_dict())},
            "loader": self.position.loader_state(self.train_data),
            "random": get_rng_state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue from a state."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.position.load_state_dict(state["position"])
        self.history.load_state_dict(state["history"])
        for name, callback in _named(self.callbacks):
            if name in state["callbacks"]:
                callback.load_state_dict(state["callbacks"][name])
        self.position.load_loader(state["loader"], self.train_data)
        set_rng_state(state["random"])

    def check_fits(self, state: Mapping[str, Any]) -> None:
        """Raise `ValueError` if the state is that of another model, optimiser, or set of callbacks."""
        check_model(self.model.state_dict(), state["model"])
        check_optimizer(self.optimizer, state["optimizer"])
        lost = [name for name in state["callbacks"] if name not in dict(_named(self.callbacks))]
        if lost:
            raise ValueError(f"it has the state of {', '.join(lost)}, which is not among the callbacks here")
        check_batches(self.train_data, state["loader"], state["position"]["batch"])


def _named(callbacks: list[Callback]) -> list[tuple[str, Callback]]:
    """Callbacks by the name of their class, numbered from the second of a class on."""
    seen: Counter[str] = Counter()
    named = []
    for callback in callbacks:
        name = type(callback).__name__
        seen[name] += 1
        named.append((name if seen[name] == 1 else f"{name} {seen[name]}", callback))
    return named
