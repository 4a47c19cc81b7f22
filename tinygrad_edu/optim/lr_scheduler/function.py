"""Schedules that are functions of the epoch: LambdaLR, MultiplicativeLR."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from ..optimizer import Optimizer
from .base import LRScheduler, checked, one_each, saved_function

Factor = Callable[[int], float]


class _Functions(LRScheduler):
    """One function for each group.

    The state has the attributes of callable objects; plain functions and lambdas are not saved, and must be passed
    again where the state is loaded.
    """

    unsaved: ClassVar[tuple[str, ...]] = ("optimizer", "lr_lambdas")

    def __init__(self, optimizer: Optimizer, lr_lambda: Factor | list[Factor], last_epoch: int = -1) -> None:
        self.lr_lambdas = one_each("lr_lambda", checked(optimizer), lr_lambda)
        for function in self.lr_lambdas:
            if not callable(function):
                raise TypeError(f"lr_lambda must be a function of the epoch, got {function!r}")
        super().__init__(optimizer, last_epoch)

    def state_dict(self) -> dict[str, Any]:
        return super().state_dict() | {"lr_lambdas": [saved_function(function) for function in self.lr_lambdas]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        functions = self.lr_lambdas
        super().load_state_dict(state_dict)
        self.lr_lambdas = functions
        for function, saved in zip(functions, state_dict["lr_lambdas"], strict=True):
            if saved is not None:
                function.__dict__.update(saved)


class LambdaLR(_Functions):
    """γ(t) = γ λ(t). lr_lambda: λ, a function of the epoch, or a list with one for each parameter group."""

    def get_lr(self) -> list[float]:
        t = self.last_epoch
        return [γ * λ(t) for γ, λ in zip(self.base_lrs, self.lr_lambdas, strict=True)]


class MultiplicativeLR(_Functions):
    """γ(t) = γ(t - 1) λ(t) for t > 0. lr_lambda: λ, a function of the epoch, or a list with one for each group."""

    def get_lr(self) -> list[float]:
        t = self.last_epoch
        if t == 0 or self.resumed:
            return self.current()
        return self._multiplied(t)

    def restart(self) -> None:
        """Begin again in a SequentialLR: with the rates of the schedule before it, times λ(0), as in PyTorch."""
        self.last_epoch = 0
        self.write(self._multiplied(0))

    def _multiplied(self, t: int) -> list[float]:
        return [rate * λ(t) for rate, λ in zip(self.current(), self.lr_lambdas, strict=True)]
