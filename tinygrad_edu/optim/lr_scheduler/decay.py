"""Schedules that multiply the rate by some a(t) on entering epoch t: StepLR, MultiStepLR, ExponentialLR, ConstantLR,
LinearLR, PolynomialLR.

    γ(t) = γ(t - 1) a(t)

so γ(t) = γ a(0) a(1) ⋯ a(t). Where the rate is given by a formula f, as for LinearLR, a(t) = f(t) / f(t - 1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ..optimizer import Optimizer
from ..options import check_numbers
from .base import LRScheduler, in_order


class Decay(LRScheduler):
    """A schedule with an a(t) for each epoch. If `last_epoch` is given, the groups already have the right rates."""

    def a(self, t: int) -> float:
        """The factor by which the rate is multiplied on entering epoch t."""
        raise NotImplementedError

    def get_lr(self) -> list[float]:
        a = 1.0 if self.resumed else self.a(self.last_epoch)
        return [rate * a for rate in self.current()]


class StepLR(Decay):
    """a(t) = gamma at every `step_size`-th epoch. ValueError: a step_size below 1."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        check_numbers("StepLR", step_size=step_size, gamma=gamma)
        if not step_size >= 1:
            raise ValueError(f"step_size must be at least 1, got {step_size}")
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def a(self, t: int) -> float:
        return self.gamma if t > 0 and t % self.step_size == 0 else 1.0


class MultiStepLR(Decay):
    """a(t) = gamma at the milestones, gamma² at one that is listed twice.

    ValueError: milestones not in increasing order.
    """

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        check_numbers("MultiStepLR", gamma=gamma)
        if isinstance(milestones, (str, Mapping)) or not isinstance(milestones, Iterable):
            raise TypeError(f"MultiStepLR: expected a list of numbers for milestones, got {milestones!r}")
        self.milestones = Counter(in_order(list(milestones)))
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def a(self, t: int) -> float:
        return float(self.gamma ** self.milestones[t])


class ExponentialLR(Decay):
    """a(t) = gamma at every epoch but the first."""

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        check_numbers("ExponentialLR", gamma=gamma)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def a(self, t: int) -> float:
        return self.gamma if t > 0 else 1.0


class ConstantLR(Decay):
    """a(0) = factor, and at `total_iters` its inverse: a small rate at first. ValueError: a factor outside (0, 1].

    PyTorch takes a factor of 0 too, and divides by it at `total_iters`.
    """

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        check_numbers("ConstantLR", factor=factor)
        if not 0 < factor <= 1:
            raise ValueError(f"factor must be above 0 and at most 1, got {factor}")
        self.factor = factor
        self.total_iters = at_least_zero(total_iters)
        super().__init__(optimizer, last_epoch)

    def a(self, t: int) -> float:
        return self.factor if t == 0 else 1 / self.factor if t == self.total_iters else 1.0


class LinearLR(Decay):
    """From γ start_factor to γ end_factor in a straight line of `total_iters` epochs, then level: a warm-up.

    ValueError: a start_factor outside (0, 1], an end_factor outside [0, 1].
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        check_numbers("LinearLR", start_factor=start_factor, end_factor=end_factor)
        if not 0 < start_factor <= 1:
            raise ValueError(f"start_factor must be above 0 and at most 1, got {start_factor}")
        if not 0 <= end_factor <= 1:
            raise ValueError(f"end_factor must be between 0 and 1, got {end_factor}")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = at_least_zero(total_iters)
        super().__init__(optimizer, last_epoch)

    def a(self, t: int) -> float:
        if t == 0:
            return self.start_factor
        if t > self.total_iters:
            return 1.0
        rise = self.end_factor - self.start_factor
        return 1 + rise / (self.total_iters * self.start_factor + (t - 1) * rise)


class PolynomialLR(Decay):
    """(1 - t/T)ᵖ of the initial rate: to 0 in T = `total_iters` epochs, p = `power`."""

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        self.total_iters = at_least_zero(total_iters)
        check_numbers("PolynomialLR", power=power)
        self.power = power
        super().__init__(optimizer, last_epoch)

    def a(self, t: int) -> float:
        T = self.total_iters
        return ((1 - t / T) / (1 - (t - 1) / T)) ** self.power if 0 < t <= T else 1.0


def at_least_zero(total_iters: int) -> int:
    """`total_iters`. TypeError: not a number. ValueError: negative."""
    check_numbers("schedule", total_iters=total_iters)
    if not total_iters >= 0:
        raise ValueError(f"total_iters must be at least 0, got {total_iters}")
    return total_iters
