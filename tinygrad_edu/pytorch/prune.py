"""`nn.utils.prune`: weights that are multiplied by a mask of 0 and 1, those of the smallest magnitude, or at random.

A pruned tensor `weight` is computed before each call of its module from the parameter `weight_orig` and the buffer
`weight_mask`. Pruning it again takes from what is left. `amount` is how many elements go, or, as a float, what share.

Source: Y. LeCun, J. Denker and S. Solla, "Optimal brain damage" (NeurIPS 1989), whose first measure is the magnitude.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..nn.module import Module
from ..nn.parameter import Parameter
from ..random import default_generator
from ..tensor import Tensor, wrap

__all__ = [
    "custom_from_mask",
    "global_unstructured",
    "identity",
    "is_pruned",
    "l1_unstructured",
    "ln_structured",
    "random_structured",
    "random_unstructured",
    "remove",
]


class _Masked:
    """Before each call of the module: the weight is the original one times the mask."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, module: Any, inputs: Any) -> None:
        weight = getattr(module, f"{self.name}_orig") * getattr(module, f"{self.name}_mask")
        object.__setattr__(module, self.name, weight)


def _count(amount: float, size: int) -> int:
    """How many of `size` an amount means. ValueError: fewer than none, or more than there are."""
    if isinstance(amount, bool) or not isinstance(amount, (int, float)):
        raise TypeError(f"amount: expected a number, got {amount!r}")
    if amount < 0 or (isinstance(amount, float) and amount > 1):
        raise ValueError(f"amount: expected an int of at least 0, or a share from 0 to 1, got {amount}")
    if isinstance(amount, int) and amount > size:
        raise ValueError(f"amount: {amount} cannot be pruned, there are {size}")
    return amount if isinstance(amount, int) else round(amount * size)


def _mask_of(module: Any, name: str) -> np.ndarray:
    mask = module._buffers.get(f"{name}_mask")
    return np.ones(getattr(module, name).shape, bool) if mask is None else mask._array != 0


def custom_from_mask(module: Module, name: str, mask: Tensor) -> Module:
    """Multiply `module.<name>` by this mask, too."""
    kept = _mask_of(module, name) & (mask._array != 0)
    if f"{name}_orig" not in module._parameters:
        weight = module._parameters.get(name)
        if weight is None:
            raise ValueError(f"prune: {type(module).__name__} has no parameter {name!r}")
        delattr(module, name)
        module.register_parameter(f"{name}_orig", Parameter(weight.detach(), weight.requires_grad))
        module.register_buffer(f"{name}_mask", wrap(kept.astype(weight.dtype)))
        hook = _Masked(name)
        module.__dict__.setdefault("_pruned", {})[name] = hook, module.register_forward_pre_hook(hook)
    else:
        getattr(module, f"{name}_mask").copy_(wrap(kept))
    module.__dict__["_pruned"][name][0](module, ())
    return module


def identity(module: Module, name: str) -> Module:
    """A mask of ones."""
    return custom_from_mask(module, name, wrap(np.ones(getattr(module, name).shape)))


def _unstructured(module: Module, name: str, amount: float, scores: Callable[[np.ndarray], np.ndarray]) -> Module:
    kept = _mask_of(module, name)
    kept[_lowest(kept, scores, amount)] = False
    return custom_from_mask(module, name, wrap(kept))


def _lowest(kept: np.ndarray, scores: Callable[[np.ndarray], np.ndarray], amount: float) -> tuple[np.ndarray, ...]:
    left = np.nonzero(kept)
    chosen = np.argsort(scores(kept)[left], kind="stable")[: _count(amount, len(left[0]))]
    return tuple(index[chosen] for index in left)


def l1_unstructured(module: Module, name: str, amount: float, importance_scores: Tensor | None = None) -> Module:
    """Take the elements of the smallest magnitude, or of the smallest of these scores."""
    given = getattr(module, name) if importance_scores is None else importance_scores
    return _unstructured(module, name, amount, lambda kept: np.abs(given.detach()._array))


def random_unstructured(module: Module, name: str, amount: float) -> Module:
    """Take elements at random."""
    return _unstructured(module, name, amount, lambda kept: default_generator().random(kept.shape))


def _structured(
    module: Module, name: str, amount: float, dim: int, scores: Callable[[np.ndarray], np.ndarray]
) -> Module:
    kept = _mask_of(module, name)
    lines = np.moveaxis(kept, dim, 0)  # a view
    whole: np.ndarray = np.asarray(lines.reshape(len(lines), -1).any(1))
    lines[_lowest(whole, scores, amount)] = False
    return custom_from_mask(module, name, wrap(kept))


def ln_structured(
    module: Module, name: str, amount: float, n: float, dim: int, importance_scores: Tensor | None = None
) -> Module:
    """Take whole slices along `dim`, those of the smallest n-norm."""
    given = getattr(module, name) if importance_scores is None else importance_scores

    def norms(kept: np.ndarray) -> np.ndarray:
        array = np.moveaxis(given.detach()._array, dim, 0)
        return np.asarray(np.linalg.norm(array.reshape(len(array), -1), n, axis=1))

    return _structured(module, name, amount, dim, norms)


def random_structured(module: Module, name: str, amount: float, dim: int) -> Module:
    """Take whole slices along `dim`, at random."""
    return _structured(module, name, amount, dim, lambda kept: default_generator().random(kept.shape))


class L1Unstructured:
    """For `global_unstructured`: by magnitude."""

    @staticmethod
    def scores(array: np.ndarray) -> np.ndarray:
        """|w|."""
        return np.asarray(np.abs(array))


class RandomUnstructured:
    """For `global_unstructured`: at random."""

    @staticmethod
    def scores(array: np.ndarray) -> np.ndarray:
        """Random numbers."""
        return default_generator().random(array.shape)


def global_unstructured(
    parameters: Iterable[tuple[Module, str]], pruning_method: Any, importance_scores: Any = None, *, amount: float
) -> None:
    """Take elements of all these tensors together: pairs of a module and a name.

    pruning_method: L1Unstructured or RandomUnstructured.
    """
    if not (isinstance(pruning_method, type) and hasattr(pruning_method, "scores")):
        raise TypeError("global_unstructured: pruning_method must be L1Unstructured or RandomUnstructured")
    pairs = list(parameters)
    masks = [_mask_of(module, name) for module, name in pairs]
    arrays = [(importance_scores or {}).get(pair, getattr(*pair)).detach()._array for pair in pairs]
    kept = np.concatenate([mask.ravel() for mask in masks])
    scores = np.concatenate([pruning_method.scores(array).ravel() for array in arrays])
    kept[_lowest(kept, lambda _: scores, amount)] = False
    for (module, name), part in zip(pairs, np.split(kept, np.cumsum([mask.size for mask in masks])[:-1]), strict=True):
        custom_from_mask(module, name, wrap(part.reshape(getattr(module, name).shape)))


def is_pruned(module: Module) -> bool:
    """Whether anything in this module, or below it, has a mask."""
    return any(part.__dict__.get("_pruned") for part in module.modules())


def remove(module: Module, name: str) -> Module:
    """Leave the mask, for good: `module.<name>` is a parameter again, with zeros. ValueError: it is not pruned."""
    found = module.__dict__.get("_pruned", {}).pop(name, None)
    if found is None:
        raise ValueError(f"prune.remove: {name!r} of {type(module).__name__} is not pruned")
    original: Any = module._parameters[f"{name}_orig"]
    mask: Any = module._buffers[f"{name}_mask"]
    found[1].remove()
    delattr(module, f"{name}_orig")
    delattr(module, f"{name}_mask")
    del module.__dict__[name]
    original.data.mul_(mask)
    module.register_parameter(name, original)
    return module
