"""Names of `nn` and `optim` that programs import from inside of PyTorch, and older names of layers."""

from __future__ import annotations

import itertools
import types
from collections.abc import Callable, Iterable
from typing import Any

from .. import nn
from ..nn.module import Module

__all__ = ["NLLLoss2d"]

NLLLoss2d = nn.NLLLoss  # which takes images of labels as well


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


def _ntuple(n: int) -> Callable[[Any], tuple[Any, ...]]:
    def repeated(x: Any) -> tuple[Any, ...]:
        return tuple(x) if isinstance(x, Iterable) else tuple(itertools.repeat(x, n))

    return repeated


_single, _pair, _triple, _quadruple = map(_ntuple, (1, 2, 3, 4))


def modules(path: str) -> dict[str, types.ModuleType]:
    """`nn.modules`, and each file below it, by its path in the package: programs import layers from any of them."""
    layers = {name: vars(nn)[name] for name in nn.__all__}
    more: dict[str, dict[str, Any]] = {
        "loss": {"_Loss": _Loss, "_WeightedLoss": _WeightedLoss},
        "utils": {"_single": _single, "_pair": _pair, "_triple": _triple, "_quadruple": _quadruple},
        "sparse": {},
    }
    files = [name for name, module in vars(nn).items() if getattr(module, "__name__", "") == f"{nn.__name__}.{name}"]
    found = {"nn.modules": types.ModuleType(path, "Layers, by file.")}
    vars(found["nn.modules"]).update(layers)
    for name in dict.fromkeys([*files, *more]):
        found[f"nn.modules.{name}"] = module = types.ModuleType(f"{path}.{name}", "Layers.")
        vars(module).update(layers, **more.get(name, {}))
    return found
