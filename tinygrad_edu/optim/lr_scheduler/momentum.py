"""Momentum that moves opposite to the learning rate: what OneCycleLR and CyclicLR share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..optimizer import Optimizer
from .base import one_number_each


def uses_beta1(optimizer: Optimizer) -> bool:
    """Whether the optimiser's momentum is its β₁. ValueError: it has no momentum."""
    if "betas" not in optimizer.defaults and "momentum" not in optimizer.defaults:
        raise ValueError(f"{type(optimizer).__name__} has neither momentum nor betas; use cycle_momentum=False")
    return "betas" in optimizer.defaults


def set_momenta(optimizer: Optimizer, momenta: Iterable[float]) -> None:
    """Give each group its momentum."""
    beta1 = uses_beta1(optimizer)
    for group, momentum in zip(optimizer.param_groups, momenta, strict=True):
        if beta1:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            group["momentum"] = momentum


def begin_momenta(optimizer: Optimizer, base: Any, most: Any, begin: bool) -> tuple[list[float], list[float]]:
    """The smallest and the largest momentum of each group; with `begin`, start from the largest.

    The groups keep both, as in PyTorch.
    """
    lows, highs = one_number_each("base_momentum", optimizer, base), one_number_each("max_momentum", optimizer, most)
    if begin:
        set_momenta(optimizer, highs)
        for group, low, high in zip(optimizer.param_groups, lows, highs, strict=True):
            group["max_momentum"], group["base_momentum"] = high, low
    return lows, highs
