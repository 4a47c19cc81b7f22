"""Schedules that fall along half a cosine: slowly, fast, slowly. CosineAnnealingLR, CosineAnnealingWarmRestarts.

    γ(t) = η + ½ (γ - η) (1 + cos(π t / T))          from γ at t = 0 to η = eta_min at t = T

Source: I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts" (ICLR 2017), equation 5.
"""

from __future__ import annotations

import math

from ...tracing import again
from ..optimizer import Optimizer
from ..options import check_numbers
from .base import LRScheduler


class CosineAnnealingLR(LRScheduler):
    """The formula above, T = `T_max`; after T the rate rises again, to γ at 2 T. ValueError: a T_max of 0 or less.

    Computed from the rate of the epoch before: (γ(t) - η) = (γ(t-1) - η) (1 + cos πt/T) / (1 + cos π(t-1)/T).
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        check_numbers("CosineAnnealingLR", T_max=T_max, eta_min=eta_min)
        if not T_max > 0:
            raise ValueError(f"T_max must be above 0, got {T_max}")
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        t, T, η = self.last_epoch, self.T_max, self.eta_min
        if t == 0 or self.resumed:
            return self.current()
        if (t - 1 - T) % (2 * T) == 0:  # the epoch before was at the bottom, γ(t-1) = η: the quotient is 0/0
            rise = (1 - math.cos(math.pi / T)) / 2
            return [rate + (γ - η) * rise for rate, γ in zip(self.current(), self.base_lrs, strict=True)]
        quotient = (1 + math.cos(math.pi * t / T)) / (1 + math.cos(math.pi * (t - 1) / T))
        return [quotient * (rate - η) + η for rate in self.current()]


class CosineAnnealingWarmRestarts(LRScheduler):
    """The formula above with a t that starts again at 0: after `T_0` epochs, then T_mult T_0, T_mult² T_0, ...

    `step()` once an epoch; or `step(epoch + i / batches)` after batch i, for a rate that falls within the epoch.
    ValueError: T_0 or T_mult is not an int of at least 1.
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        check_numbers("CosineAnnealingWarmRestarts", T_0=T_0, T_mult=T_mult, eta_min=eta_min)
        for name, value in (("T_0", T_0), ("T_mult", T_mult)):
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be an int of at least 1, got {value}")
        self.T_0 = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        self.T_cur: float = 0
        self.T_i = T_0
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        fall = (1 + math.cos(math.pi * self.T_cur / self.T_i)) / 2
        return [self.eta_min + (γ - self.eta_min) * fall for γ in self.base_lrs]

    def step(self, epoch: float | None = None) -> None:
        """Go to the next epoch, or to `epoch`, which may be a fraction."""
        again(self._step, epoch)

    def _step(self, epoch: float | None) -> None:
        if epoch is not None:
            check_numbers("step", epoch=epoch)
            if not epoch >= 0:
                raise ValueError(f"epoch must be at least 0, got {epoch}")
            self.enter(epoch)
            return
        self.T_cur += 1
        if self.T_cur >= self.T_i:
            self.T_cur -= self.T_i
            self.T_i *= self.T_mult
        super().enter(self.last_epoch + 1)

    def enter(self, epoch: float) -> None:
        T = self.T_0
        t = epoch % T if self.T_mult == 1 else epoch
        while t >= T:
            t -= T
            T *= self.T_mult
        self.T_cur, self.T_i = t, T
        super().enter(math.floor(epoch))
