"""What each layer of a model makes of an input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from tinygrad_edu import no_grad, tensor

from .values import array


def layer_outputs(model: Any, inputs: Any) -> list[tuple[str, np.ndarray]]:
    """Run the model on a batch; the name and the output of each layer, in the order of the calls.

    A layer is a module without children. They are observed by forward hooks; a model without hooks must be a chain of
    modules (`Sequential`, nested or not). Raises TypeError for any other.
    """
    x = tensor(np.asarray(inputs)) if isinstance(inputs, (np.ndarray, list)) else inputs
    with no_grad(), _evaluating(model):
        leaves = list(_leaves(model))
        if all(hasattr(module, "register_forward_hook") for _, module in leaves):
            return _watched(model, x, leaves)
        return _walked(model, x)


def _watched(model: Any, x: Any, leaves: list[tuple[str, Any]]) -> list[tuple[str, np.ndarray]]:
    seen: list[tuple[str, np.ndarray]] = []

    def watcher(name: str) -> Any:
        def hook(module: Any, args: Any, output: Any) -> None:
            if not isinstance(output, (tuple, list, dict)):
                seen.append((name, np.array(array(output))))

        return hook

    handles = []
    try:
        handles += [module.register_forward_hook(watcher(name)) for name, module in leaves]
        model(x)
    finally:
        for handle in handles:
            handle.remove()
    return seen


def _walked(model: Any, x: Any) -> list[tuple[str, np.ndarray]]:
    seen: list[tuple[str, np.ndarray]] = []
    for name, module in _chain(model):
        x = module(x)
        seen.append((name, np.array(array(x))))
    return seen


def _chain(model: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    if not (hasattr(model, "named_children") and list(model.children())):
        yield _title(prefix, model), model
    elif hasattr(model, "__iter__"):
        for name, child in model.named_children():
            yield from _chain(child, f"{prefix}.{name}" if prefix else name)
    else:
        raise TypeError(
            f"layer_outputs: cannot see how {type(model).__name__} calls its layers; "
            "pass a Sequential, or modules with register_forward_hook"
        )


def _leaves(model: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    children = list(model.named_children()) if hasattr(model, "named_children") else []
    if not children:
        yield _title(prefix, model), model
    for name, child in children:
        yield from _leaves(child, f"{prefix}.{name}" if prefix else name)


def _title(name: str, module: Any) -> str:
    return f"{name} {type(module).__name__}".strip()


@contextmanager
def _evaluating(model: Any) -> Iterator[None]:
    """Evaluation mode inside the block."""
    modules = list(model.modules()) if hasattr(model, "modules") else []
    modes = [getattr(module, "training", False) for module in modules]
    try:
        if hasattr(model, "eval"):
            model.eval()
        yield
    finally:
        for module, mode in zip(modules, modes, strict=True):
            module.training = mode
