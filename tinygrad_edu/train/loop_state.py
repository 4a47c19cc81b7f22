"""What a checkpoint of a `Loop` contains, and whether one fits it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..nn import Module
from ..optim import Optimizer
from ..random import get_rng_state, set_rng_state
from ..tensor import Tensor
from .fits import check_batches, check_model, check_optimizer
from .position import Position


class LoopState:
    """The part of a `Loop` that checkpoints see."""

    batches: Any
    epochs: int
    kept: dict[str, Any]
    history: dict[str, list[float]]
    position: Position
    seconds: float
    diverged = False  # `log` raises
    _began: dict[str, int]

    @property
    def networks(self) -> list[Any]:
        """What is trained."""
        return [each for each in self.kept.values() if isinstance(each, Module)]

    def snapshot(self) -> dict[str, Any]:
        """The state of everything; the arrays of what is kept share the memory in use.

        Raises `TypeError` if the batches cannot be gone through again from the middle of an epoch, and `ValueError` if
        an optimizer is kept without the network or the schedule that belongs to it.
        """
        if not (hasattr(self.batches, "state_dict") or isinstance(self.batches, list | tuple)):
            raise TypeError(
                f"Loop: a checkpoint needs batches that come again the same: a DataLoader, or a list; a "
                f"{type(self.batches).__name__} has no state_dict"
            )
        check_whole(self.kept)
        return {
            "kept": {
                name: {"class": type(each).__name__, "state": each.state_dict()} for name, each in self.kept.items()
            },
            "position": self.position.state_dict() | {"batches": len(self.batches)},
            "history": {
                "values": {name: np.array(values, np.float64) for name, values in self.history.items()},
                "began": dict(self._began),
                "seconds": self.seconds,
            },
            "loader": self.position.loader_state(self.batches),
            "random": get_rng_state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue from a state."""
        for name, each in self.kept.items():
            each.load_state_dict(state["kept"][name]["state"])
        self.position.load_state_dict(state["position"])
        history = state["history"]
        values = {name: np.asarray(array) for name, array in history["values"].items()}
        if any(array.ndim != 1 or array.dtype != np.float64 for array in values.values()):
            raise ValueError("the history is not lists of numbers")
        if any(type(count) is not int or name not in values for name, count in history["began"].items()):
            raise ValueError("where the epoch began is unknown")
        self.seconds = float(history["seconds"])
        self._began = dict(history["began"])
        self.history.clear()
        self.history |= {name: array.tolist() for name, array in values.items()}
        self.position.load_loader(state["loader"], self.batches)
        set_rng_state(state["random"])

    def check_fits(self, state: Mapping[str, Any]) -> None:
        """Raise `ValueError` if it is the state of other networks, optimizers, schedules or batches."""
        kept = state["kept"]
        if kept.keys() != self.kept.keys():
            raise ValueError(f"it keeps {', '.join(kept) or 'nothing'}, the loop {', '.join(self.kept) or 'nothing'}")
        for name, each in self.kept.items():
            theirs = kept[name]
            if isinstance(each, Module):
                check_model(each.state_dict(), theirs["state"], name)
            elif isinstance(each, Optimizer):
                check_optimizer(each, {"class": theirs["class"]} | theirs["state"])
            elif type(each).__name__ != theirs["class"]:
                raise ValueError(f"its {name} is a {theirs['class']}, not a {type(each).__name__}")
        check_batches(self.batches, state["loader"], state["position"]["batch"])
        if state["position"]["batches"] != len(self.batches):
            theirs = state["position"]["batches"]
            raise ValueError(f"its epochs have {theirs} batches, the data here {len(self.batches)}")


def check_batches_given(batches: Any) -> None:
    """Raise `TypeError` unless these are batches with a length."""
    if not isinstance(batches, Iterable) or isinstance(batches, Tensor | np.ndarray | str | dict):
        raise TypeError(f"Loop: expected an iterable over batches, such as a DataLoader, got {_kind(batches)}")
    if not hasattr(batches, "__len__"):
        raise TypeError(
            f"Loop: the batches need a length, the number of batches in an epoch; a {_kind(batches)} has none"
        )


def check_kept(kept: Mapping[str, Any]) -> None:
    """Raise `TypeError` unless everything has a state."""
    for name, each in kept.items():
        if not (hasattr(each, "state_dict") and hasattr(each, "load_state_dict")):
            raise TypeError(
                f"Loop: cannot keep {name}: {_kind(each)} has no state_dict and load_state_dict; "
                "give networks, optimizers, schedules, or an object that has both"
            )


def check_whole(kept: Mapping[str, Any]) -> None:
    """Raise `ValueError` if an optimizer is kept, but not all that it changes, or not what changes its rate."""
    networks = [each for each in kept.values() if isinstance(each, Module)]
    parameters = {id(p) for network in networks for p in network.parameters()}
    scheduled = {id(getattr(each, "optimizer", None)) for each in kept.values()}
    for name, each in kept.items():
        if not isinstance(each, Optimizer):
            continue
        if any(id(p) not in parameters for group in each.param_groups for p in group["params"]):
            raise ValueError(
                f"Loop: {name} changes parameters of a network that is not kept, so a checkpoint would lack them; "
                "give the network too, as in Loop(batches, epochs, model=model, optimizer=optimizer)"
            )
        if any("initial_lr" in group for group in each.param_groups) and id(each) not in scheduled:
            raise ValueError(
                f"Loop: the learning rate of {name} has a schedule that is not kept, so a checkpoint would lack it; "
                "give the schedule too, as in Loop(batches, epochs, model=model, optimizer=optimizer, falling=schedule)"
            )


def _kind(value: Any) -> str:
    return type(value).__name__
