"""`LRScheduler`: what all schedules share - counting the epochs, writing the rates, saving and loading.

A schedule is one method, `get_lr()`: the rates for the epoch `self.last_epoch`, one for each parameter group. Most
compute them from the rates of the epoch before, as PyTorch does, so that several schedules can act on one optimiser and
a rate that was changed by hand stays changed. An "epoch" is whatever happens between two calls of `step`.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from ..optimizer import Optimizer


class LRScheduler:
    """Base class of the schedules.

    optimizer: whose `param_groups` get new rates. The rates they have now are the initial ones; the schedule's rates
        for epoch 0 are set at once.
    last_epoch: -1 to begin; or, to go on without a saved state, the epoch before the one that begins now. The
        optimiser must then have been loaded: its groups have "initial_lr", and the rates of the epoch that begins.

    To resume training, make the schedule as at first, then load the states of the optimiser (which has the rates) and
    of the schedule (which has the epoch).
    TypeError: not an optimiser. ValueError: a `last_epoch` without "initial_lr".
    """

    unsaved: ClassVar[tuple[str, ...]] = ("optimizer",)
    resumed = False  # during __init__, with a last_epoch
    base_lrs: list[float]
    last_epoch: int

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = checked(optimizer)
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise ValueError(
                    f"{type(self).__name__}: parameter group {i} has no 'initial_lr', so it is not known where the "
                    "schedule began: load the optimiser's state first, or begin with last_epoch=-1"
                )
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.resumed = last_epoch != -1
        self.enter(last_epoch + 1)
        del self.resumed

    def get_lr(self) -> list[float]:
        """The rates for the epoch `last_epoch`, one a group; the groups still have those of the epoch before.

        To ask for the rates in use call `get_last_lr()`.
        """
        raise NotImplementedError(f"{type(self).__name__} has no get_lr(): define `def get_lr(self)`, a list of rates")

    def step(self) -> None:
        """To the next epoch: new rates for all groups."""
        self.enter(self.last_epoch + 1)

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
        groups = self.optimizer.param_groups
        if len(rates) != len(groups):
            raise ValueError(f"{type(self).__name__}: {len(rates)} rates for {len(groups)} parameter groups")
        for group, rate in zip(groups, rates, strict=True):
            group["lr"] = rate
        self._last_lr = self.current()

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimiser, by name."""
        return {key: value for key, value in self.__dict__.items() if key not in self.unsaved}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a state. ValueError, and nothing is loaded, if it is that of another kind of schedule.

        The rates themselves are the optimiser's: load its state too.
        """
        mine = self.state_dict()
        missing = [key for key in mine if key not in state_dict]
        if missing:
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: the state has no {missing[0]!r}; it has "
                f"{', '.join(sorted(state_dict))}: is it that of another schedule? Nothing was loaded"
            )
        self.__dict__.update({key: state_dict[key] for key in mine})


def checked(optimizer: Any) -> Optimizer:
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"a schedule needs an optimiser, not a {type(optimizer).__name__}")
    return optimizer


def one_each(name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """One value for each parameter group: the items of a list, or the same for all."""
    count = len(optimizer.param_groups)
    if not isinstance(value, (list, tuple)):
        return [value] * count
    if len(value) != count:
        raise ValueError(f"{name} has {len(value)} values, but there are {count} parameter groups")
    return list(value)


def in_order(milestones: list[int]) -> list[int]:
    """ValueError unless the milestones rise."""
    if milestones != sorted(milestones):
        raise ValueError(f"milestones must be in rising order, got {milestones}")
    return milestones


def saved_function(function: Callable[..., Any] | None) -> dict[str, Any] | None:
    """What of a function can be saved: of a callable object its attributes, of a plain function nothing."""
    if function is None or isinstance(function, (types.FunctionType, types.BuiltinFunctionType)):
        return None
    return dict(getattr(function, "__dict__", {}))
