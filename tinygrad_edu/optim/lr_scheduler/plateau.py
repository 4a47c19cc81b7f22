"""ReduceLROnPlateau: multiply the rate by a factor when a metric has not improved for some time."""

from __future__ import annotations

import math
from typing import Any, Literal

from ...tensor import Tensor
from ...tracing import again, is_traced
from ..optimizer import Optimizer
from ..options import check_numbers
from .base import LRScheduler, checked, one_number_each


class ReduceLROnPlateau(LRScheduler):
    """`step(metric)` once an epoch: after more than `patience` epochs without improvement, the rates become
    max(factor · rate, min_lr); the `cooldown` epochs after that are not counted.

    mode: "min", smaller is better, or "max"; threshold: how much better it must be, relative to the best ("rel") or
    absolutely ("abs"); min_lr: a number, or a list with one for each group; eps: changes of a rate that are not larger
    are not made. A metric of nan is no improvement.
    ValueError: a factor of 1 or more, an unknown mode.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: Literal["min", "max"] = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: Literal["rel", "abs"] = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        check_numbers(
            "ReduceLROnPlateau", factor=factor, patience=patience, threshold=threshold, cooldown=cooldown, eps=eps
        )
        if not factor < 1:
            raise ValueError(f"factor must be less than 1, got {factor}")
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', got {mode!r}")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"threshold_mode must be 'rel' or 'abs', got {threshold_mode!r}")
        self.optimizer = checked(optimizer)
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.min_lrs = one_number_each("min_lr", optimizer, min_lr)
        self.eps = eps
        self.last_epoch = 0
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0
        self._last_lr = self.current()

    def step(self, metrics: Any) -> None:  # type: ignore[override]
        """Record the metric of an epoch, a number or a Tensor of one element; reduce the rates if it is time."""
        if isinstance(metrics, Tensor) and is_traced():
            again(self._record, metrics._array)
            return
        check_numbers("step", metrics=metrics)
        again(self._record, float(metrics))

    def _record(self, metrics: Any) -> None:
        metric = float(metrics)
        self.last_epoch += 1
        if self.better(metric):
            self.best = metric
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.in_cooldown:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self.write(self.get_lr())
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._last_lr = self.current()

    def get_lr(self) -> list[float]:
        """The reduced rates."""
        rates = zip(self.current(), self.min_lrs, strict=True)
        reduced = [(rate, max(rate * self.factor, least)) for rate, least in rates]
        return [new if rate - new > self.eps else rate for rate, new in reduced]

    def better(self, metric: float) -> bool:
        """Whether this metric is better than the best so far, by more than the threshold."""
        sign = 1 if self.mode == "max" else -1
        least = self.best * (1 + sign * self.threshold) if self.threshold_mode == "rel" else (
            self.best + sign * self.threshold
        )  # fmt: skip
        return metric > least if self.mode == "max" else metric < least

    @property
    def in_cooldown(self) -> bool:
        """Whether epochs are not counted yet after the last reduction."""
        return self.cooldown_counter > 0
