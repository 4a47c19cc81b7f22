"""`LRScheduler`: what all schedules share - counting the epochs, writing the rates, saving and loading.

A schedule is one method, `get_lr()`: the rates for the epoch `self.last_epoch`, one for each parameter group. Most
compute them from the rates of the epoch before, as PyTorch does, so that several schedules can act on one optimiser and
a rate that was changed by hand stays changed. An "epoch" is whatever happens between two calls of `step`.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from ...tracing import again
from ..optimizer import Optimizer
from ..options import check_numbers


class LRScheduler:
    """Base class of the schedules.

    optimizer: its `param_groups` get new rates. The rates they have now are the initial ones; the schedule's rates
        for epoch 0 are set at once.
    last_epoch: -1 to begin; to continue without a saved state, the epoch before the one that begins now. The state of
        the optimiser must then have been loaded: its groups have "initial_lr", and the rates of the epoch that begins.

    To resume training, make the schedule as at first, then load the states of the optimiser (which has the rates) and
    of the schedule (which has the epoch).
    TypeError: not an optimiser, or an option that is not a number. ValueError: a `last_epoch` without "initial_lr".
    """

    unsaved: ClassVar[tuple[str, ...]] = ("optimizer",)
    resumed = False  # during __init__, with a last_epoch
    base_lrs: list[float]
    last_epoch: int

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = checked(optimizer)
        check_numbers(type(self).__name__, last_epoch=last_epoch)
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise ValueError(
                    f"{type(self).__name__}: parameter group {i} has no 'initial_lr', which is required "
                    "to continue a schedule; load the optimiser's state first, or begin with last_epoch=-1"
                )
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.resumed = last_epoch != -1
        self.enter(last_epoch + 1)
        del self.resumed

    def get_lr(self) -> list[float]:
        """The rates for the epoch `last_epoch`, one a group; the groups still have those of the epoch before.

        For the rates in use call `get_last_lr()`.
        """
        raise NotImplementedError(f"{type(self).__name__} has no get_lr(): define `def get_lr(self)`, a list of rates")

    def step(self) -> None:
        """Go to the next epoch: set new rates for all groups."""
        again(lambda: self.enter(self.last_epoch + 1))

    def get_last_lr(self) -> list[float]:
        """The rates that were set last, one a group."""
        return self._last_lr

    def enter(self, epoch: int) -> None:
        """Set the rates for this epoch."""
        self.last_epoch = epoch
        self.write(self.get_lr())

    def restart(self) -> None:
        """Begin again at epoch 0 with the initial rates."""
        for group, rate in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = rate
        self.enter(0)

    def current(self) -> list[float]:
        """The rates that the groups have."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def write(self, rates: list[float]) -> None:
        """Give the groups these rates. ValueError: not one rate for each group."""
        groups = self.optimizer.param_groups
        if len(rates) != len(groups):
            raise ValueError(
                f"{type(self).__name__}: expected {len(groups)} rates, one for each parameter group, got {len(rates)}"
            )
        for group, rate in zip(groups, rates, strict=True):
            group["lr"] = rate
        self._last_lr = self.current()

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimiser, by name."""
        return {key: value for key, value in self.__dict__.items() if key not in self.unsaved}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a state. The rates themselves are the optimiser's: load its state too.

        TypeError: not a dict. ValueError: the state of another kind of schedule; nothing is loaded.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(
                f"{type(self).__name__}.load_state_dict: expected the dict of state_dict(), got {state_dict!r}"
            )
        mine = self.state_dict()
        missing = [key for key in mine if key not in state_dict]
        if missing:
            keys = ", ".join(sorted(state_dict))
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: the state has no {missing[0]!r}, only {keys}; "
                "is it from another kind of schedule? Nothing was loaded"
            )
        self.__dict__.update({key: state_dict[key] for key in mine})


def checked(optimizer: Any) -> Optimizer:
    """`optimizer`. TypeError: it is not an `Optimizer`."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"expected an Optimizer for the schedule, got {type(optimizer).__name__}")
    return optimizer


def one_each(name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """One value for each parameter group: the items of a list, or the same for all. ValueError: too many or too few."""
    count = len(optimizer.param_groups)
    if not isinstance(value, (list, tuple)):
        return [value] * count
    if len(value) != count:
        raise ValueError(f"{name}: expected one value for each of {count} parameter groups, got {len(value)}")
    return list(value)


def one_number_each(name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """`one_each` for numbers. TypeError: something else."""
    values = one_each(name, optimizer, value)
    for number in values:
        check_numbers("schedule", **{name: number})
    return values


def in_order(milestones: list[int]) -> list[int]:
    """The milestones. TypeError: not numbers. ValueError: they are not in increasing order."""
    for milestone in milestones:
        check_numbers("schedule", milestone=milestone)
    if milestones != sorted(milestones):
        raise ValueError(f"milestones must be in increasing order, got {milestones}")
    return milestones


def saved_function(function: Callable[..., Any] | None) -> dict[str, Any] | None:
    """What a state keeps of a function: the attributes of a callable object, None for a plain function."""
    if function is None or isinstance(function, (types.FunctionType, types.BuiltinFunctionType)):
        return None
    return dict(getattr(function, "__dict__", {}))
