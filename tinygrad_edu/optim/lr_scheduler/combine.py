"""Schedules made of schedules: one after another (SequentialLR), several at once (ChainedScheduler)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ...tracing import again
from ..optimizer import Optimizer
from .base import LRScheduler, checked, in_order
from .plateau import ReduceLROnPlateau


class _Combined(LRScheduler):
    """Several schedules that act on one optimiser."""

    unsaved: ClassVar[tuple[str, ...]] = ("optimizer", "_schedulers", "base_lrs")

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None) -> None:
        name = type(self).__name__
        if not schedulers:
            raise ValueError(f"{name}: the list of schedules is empty")
        for i, scheduler in enumerate(schedulers):
            if not isinstance(scheduler, LRScheduler):
                raise TypeError(f"{name}: expected an LRScheduler as schedule {i}, got {type(scheduler).__name__}")
            if isinstance(scheduler, ReduceLROnPlateau):
                raise ValueError(
                    f"{name}: schedule {i} is a ReduceLROnPlateau, whose step() takes a metric; call it separately"
                )
        self.optimizer = checked(schedulers[0].optimizer if optimizer is None else optimizer)
        for i, scheduler in enumerate(schedulers):
            if scheduler.optimizer is not self.optimizer:
                raise ValueError(f"{name}: schedule {i}, a {type(scheduler).__name__}, belongs to another optimiser")
        self._schedulers = list(schedulers)
        self.base_lrs = [group["initial_lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        return super().state_dict() | {"_schedulers": [scheduler.state_dict() for scheduler in self._schedulers]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        schedulers, saved = self._schedulers, state_dict.get("_schedulers", ())
        if len(saved) != len(schedulers):
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: expected a state of {len(schedulers)} schedules, got one of "
                f"{len(saved)}; nothing was loaded"
            )
        super().load_state_dict(state_dict)
        self._schedulers = schedulers
        for scheduler, state in zip(schedulers, saved, strict=True):
            scheduler.load_state_dict(state)


class SequentialLR(_Combined):
    """One schedule after another: `schedulers[k]` begins, at its own epoch 0, at epoch `milestones[k - 1]`.

    Each begins with the initial rates; only MultiplicativeLR continues from the last ones, as in PyTorch.
    ValueError: no schedule, not one milestone fewer than schedules, milestones not in increasing order, several
    optimisers.
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: list[LRScheduler], milestones: list[int], last_epoch: int = -1
    ) -> None:
        super().__init__(schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"SequentialLR: expected {len(schedulers) - 1} milestones for {len(schedulers)} schedules, "
                f"got {len(milestones)}"
            )
        self._milestones = in_order(list(milestones))
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"]  # which making the schedules has changed
        self.enter(0)
        self.last_epoch = last_epoch + 1

    def get_lr(self) -> list[float]:
        return self.current()

    def enter(self, epoch: int) -> None:
        self.last_epoch = epoch
        active = bisect_right(self._milestones, epoch)
        scheduler = self._schedulers[active]
        if epoch == 0:
            scheduler.enter(0)
        elif active > 0 and self._milestones[active - 1] == epoch:
            scheduler.restart()
        else:
            scheduler.step()
        self._last_lr = scheduler.get_last_lr()


class ChainedScheduler(_Combined):
    """Several schedules at once: each changes the rates that the one before it has set.

    ValueError: no schedule, several optimisers.
    """

    unsaved: ClassVar[tuple[str, ...]] = (*_Combined.unsaved, "last_epoch")

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        super().__init__(schedulers, optimizer)
        self.last_epoch = schedulers[0].last_epoch
        self._last_lr = self.current()

    def get_lr(self) -> list[float]:
        return self.current()

    def step(self) -> None:
        for scheduler in self._schedulers:
            scheduler.step()
        again(self._count)

    def _count(self) -> None:
        self.last_epoch += 1
        self._last_lr = self.current()

    def enter(self, epoch: int) -> None:
        for scheduler in self._schedulers:
            scheduler.enter(epoch)
        self.last_epoch = epoch
        self._last_lr = self.current()

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self.last_epoch = self._schedulers[0].last_epoch
