"""OneCycleLR: up to a rate that is almost too large, and down to one that is very small, once.

    γ₀ = max_lr / div_factor   →   max_lr   →   γ₀ / final_div_factor

The first `pct_start` of the `total_steps` steps go up, the rest go down; with `three_phase` down to γ₀ in as many steps
as up, and the rest on to the smallest. Momentum goes from `max_momentum` to `base_momentum` and back. The large rates
keep training out of narrow minima, as a strong regularisation would.

Source: L. N. Smith and N. Topin, "Super-convergence: very fast training of neural networks using large learning rates"
(arXiv:1708.07120, 2017); the shape in two phases, along cosines, is fast.ai's.
"""

from __future__ import annotations

import math
from typing import Any, Literal

from ..optimizer import Optimizer
from ..options import check_numbers
from .base import LRScheduler, checked, one_number_each
from .momentum import begin_momenta, set_momenta, uses_beta1


class OneCycleLR(LRScheduler):
    """The schedule above; call `step()` after every batch.

    max_lr: a number, or a list with one for each group; total_steps: the number of steps, by default `epochs` times
    `steps_per_epoch`. The optimiser's own rate is overwritten.
    ValueError: no number of steps, or not an int of at least 1; a `pct_start` outside [0, 1]; an unknown
    `anneal_strategy`; `cycle_momentum` with an optimiser without momentum; a step beyond the last.

    `step()` may be called `total_steps` times. As in PyTorch, the last call, after the last batch, sets a rate past the
    end of the curve, which with "linear" is below the smallest one.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: Literal["cos", "linear"] = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        self.total_steps = T = _total(total_steps, epochs, steps_per_epoch)
        check_numbers("OneCycleLR", pct_start=pct_start, div_factor=div_factor, final_div_factor=final_div_factor)
        if not 0 <= pct_start <= 1:
            raise ValueError(f"pct_start must be between 0 and 1, got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}")
        self._anneal_func_type = anneal_strategy
        self.cycle_momentum = cycle_momentum
        top = pct_start * T - 1
        # where a phase ends; from and to which rate; from and to which momentum
        up = (top, "initial_lr", "max_lr", "max_momentum", "base_momentum")
        down = (2 * top, "max_lr", "initial_lr", "base_momentum", "max_momentum")
        last = (T - 1, "initial_lr", "min_lr", "max_momentum", "max_momentum")
        far_down = (T - 1, "max_lr", "min_lr", "base_momentum", "max_momentum")
        self._schedule_phases: list[dict[str, Any]] = [
            dict(zip(("end_step", "start_lr", "end_lr", "start_momentum", "end_momentum"), phase, strict=True))
            for phase in ([up, down, last] if three_phase else [up, far_down])
        ]

        begin = last_epoch == -1
        peaks = one_number_each("max_lr", checked(optimizer), max_lr)
        if begin:
            for group, rate in zip(checked(optimizer).param_groups, peaks, strict=True):
                group["initial_lr"], group["max_lr"] = rate / div_factor, rate
                group["min_lr"] = group["initial_lr"] / final_div_factor
        if cycle_momentum:
            self.use_beta1 = uses_beta1(checked(optimizer))
            begin_momenta(optimizer, base_momentum, max_momentum, begin)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        phase, x = self._phase()
        return [self._anneal(group[phase["start_lr"]], group[phase["end_lr"]], x) for group in self._groups()]

    def enter(self, epoch: int) -> None:
        if epoch > self.total_steps:
            raise ValueError(
                f"OneCycleLR: step() was called {epoch} times in a cycle of {self.total_steps} steps; call it once per "
                "batch, with total_steps = epochs * batches per epoch"
            )
        super().enter(epoch)
        if self.cycle_momentum:
            phase, x = self._phase()
            ends = [(group[phase["start_momentum"]], group[phase["end_momentum"]]) for group in self._groups()]
            set_momenta(self.optimizer, [self._anneal(start, end, x) for start, end in ends])

    def _groups(self) -> list[dict[str, Any]]:
        return self.optimizer.param_groups

    def _phase(self) -> tuple[dict[str, Any], float]:
        """The phase that this step is in, and how far into it, from 0 to 1."""
        t, start = self.last_epoch, 0.0
        *early, phase = self._schedule_phases
        for candidate in early:
            if t <= candidate["end_step"]:
                phase = candidate
                break
            start = candidate["end_step"]
        end = phase["end_step"]
        return phase, (t - start) / (end - start) if end != start else 1.0

    def _anneal(self, start: float, end: float, x: float) -> float:
        if self._anneal_func_type == "cos":
            return end + (start - end) / 2 * (1 + math.cos(math.pi * x))
        return start + (end - start) * x


def _total(total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    if total_steps is None and (epochs is None or steps_per_epoch is None):
        raise ValueError("OneCycleLR: pass total_steps, or epochs and steps_per_epoch")
    given = {"total_steps": total_steps} if total_steps is not None else {
        "epochs": epochs, "steps_per_epoch": steps_per_epoch
    }  # fmt: skip
    for name, value in given.items():
        if not isinstance(value, int) or value <= 0:
            raise ValueError(f"{name} must be an int of at least 1, got {value!r}")
    return math.prod(value for value in given.values() if value is not None)
