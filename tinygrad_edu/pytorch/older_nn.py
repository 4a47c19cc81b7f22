"""Names of `nn` and `optim` that programs import from inside of PyTorch, and older names of layers."""

from __future__ import annotations

import itertools
import types
from collections.abc import Callable, Iterable
from typing import Any

from ..nn import NLLLoss, loss
from ..nn.module import Module

__all__ = ["NLLLoss2d"]

NLLLoss2d = NLLLoss  # which takes images of labels as well


class _Loss(Module):
    """What losses of one's own inherit: the attribute `reduction`."""

    def __init__(self, size_average: Any = None, reduce: Any = None, reduction: str = "mean") -> None:
        super().__init__()
        if size_average is not None or reduce is not None:
            raise TypeError("_Loss: size_average and reduce were replaced by reduction='mean', 'sum' or 'none'")
        self.reduction = reduction


class _WeightedLoss(_Loss):
    """The same with a buffer `weight`."""

    def __init__(
        self, weight: Any = None, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)


losses = types.ModuleType("tinygrad_edu.nn.modules.loss", loss.__doc__)
vars(losses).update({name: vars(loss)[name] for name in loss.__all__}, _Loss=_Loss, _WeightedLoss=_WeightedLoss)


def _ntuple(n: int) -> Callable[[Any], tuple[Any, ...]]:
    def repeated(x: Any) -> tuple[Any, ...]:
        return tuple(x) if isinstance(x, Iterable) else tuple(itertools.repeat(x, n))

    return repeated


_single, _pair, _triple, _quadruple = map(_ntuple, (1, 2, 3, 4))
