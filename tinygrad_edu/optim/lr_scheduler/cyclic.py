"""CyclicLR: up and down between two rates, periodically.

    c = ⌊1 + t / (u + d)⌋           which cycle; u: step_size_up, d: step_size_down
    h                               from 0 up to 1 in u steps, down to 0 in d steps
    γ(t) = base_lr + (max_lr - base_lr) h s

with s = 1 ("triangular"), 2^(1-c) ("triangular2", half as high each time), aᵗ ("exp_range", a: gamma) or a function of
c or of t that is given. Momentum goes the other way: max_momentum - (max_momentum - base_momentum) h s.

Source: L. N. Smith, "Cyclical learning rates for training neural networks" (WACV 2017).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal

from ..optimizer import Optimizer
from ..options import check_numbers
from .base import LRScheduler, checked, one_number_each, saved_function
from .momentum import begin_momenta, set_momenta, uses_beta1


class CyclicLR(LRScheduler):
    """The schedule above; call `step()` after every batch.

    base_lr, max_lr, base_momentum, max_momentum: numbers, or lists with one for each group; scale_fn: s, a function of
    the cycle, or with scale_mode="iterations" of the step. The optimiser's own rate is overwritten.
    ValueError: an unknown mode, a step size of 0, `cycle_momentum` with an optimiser without momentum.
    """

    unsaved: ClassVar[tuple[str, ...]] = ("optimizer", "_scale_fn_custom")

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: float = 2000,
        step_size_down: float | None = None,
        mode: Literal["triangular", "triangular2", "exp_range"] = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: Literal["cycle", "iterations"] = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8,
        max_momentum: float | list[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        if scale_fn is None and mode not in ("triangular", "triangular2", "exp_range"):
            raise ValueError(f"mode must be 'triangular', 'triangular2' or 'exp_range', got {mode!r}")
        if scale_mode not in ("cycle", "iterations"):
            raise ValueError(f"scale_mode must be 'cycle' or 'iterations', got {scale_mode!r}")
        down = step_size_up if step_size_down is None else step_size_down
        check_numbers("CyclicLR", step_size_up=step_size_up, step_size_down=down, gamma=gamma)
        if not (step_size_up > 0 and down > 0):
            raise ValueError(f"step_size_up and step_size_down must be above 0, got {step_size_up} and {down}")
        begin = last_epoch == -1
        base_lrs = one_number_each("base_lr", checked(optimizer), base_lr)
        self.max_lrs = one_number_each("max_lr", optimizer, max_lr)
        self.total_size = float(step_size_up) + float(down)
        self.step_ratio = float(step_size_up) / self.total_size
        self.mode = mode
        self.gamma = gamma
        self._scale_fn_custom = scale_fn
        self.scale_mode = scale_mode if scale_fn else "iterations" if mode == "exp_range" else "cycle"
        self.cycle_momentum = cycle_momentum
        if begin:
            for group, rate in zip(optimizer.param_groups, base_lrs, strict=True):
                group["lr"] = rate
        if cycle_momentum:
            self.use_beta1 = uses_beta1(optimizer)
            self.base_momentums, self.max_momentums = begin_momenta(optimizer, base_momentum, max_momentum, begin)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        """s at this cycle or step."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        if self.mode == "triangular2":
            return float(2.0 ** (1 - x))
        return float(self.gamma**x) if self.mode == "exp_range" else 1.0

    def height(self) -> float:
        """h s: where between base_lr (0) and max_lr (1) the rate of this step is."""
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1 + self.last_epoch / self.total_size - cycle
        h = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        return h * self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)

    def get_lr(self) -> list[float]:
        height = self.height()
        return [low + (high - low) * height for low, high in zip(self.base_lrs, self.max_lrs, strict=True)]

    def enter(self, epoch: int) -> None:
        super().enter(epoch)
        if self.cycle_momentum:
            height = self.height()
            ends = zip(self.base_momentums, self.max_momentums, strict=True)
            set_momenta(self.optimizer, [high - (high - low) * height for low, high in ends])

    def state_dict(self) -> dict[str, Any]:
        return super().state_dict() | {"_scale_fn_custom": saved_function(self._scale_fn_custom)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        function = self._scale_fn_custom
        super().load_state_dict(state_dict)
        self._scale_fn_custom = function
        if function is not None and state_dict["_scale_fn_custom"] is not None:
            function.__dict__.update(state_dict["_scale_fn_custom"])
