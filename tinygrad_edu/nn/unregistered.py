"""A warning about layers and parameters that a module does not know of, because they are in a plain list or dict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..tensor import Tensor
from ..warn import warn
from .parameter import Parameter
from .registry import REGISTRIES, Registry


def warn_of_unregistered(root: Any) -> None:
    """Warn, once for each module below `root`, of a list, tuple or dict with parameters that `root` does not list."""
    known: set[Tensor] | None = None
    for module in root.modules():
        for name, value in vars(module).items():
            if not isinstance(value, (list, tuple, dict)) or not value or name in REGISTRIES:
                continue
            held = list(_held(value))
            if not held or module._warned_of_unregistered:
                continue
            known = set(_parameters(root)) if known is None else known
            if any(p not in known for item in held for p in _parameters(item)):
                module._warned_of_unregistered = True
                kind, of = type(value).__name__, "Module" if isinstance(held[0], Registry) else "Parameter"
                better = f"nn.{of}{'Dict' if isinstance(value, dict) else 'List'}"
                warn(
                    f"{type(module).__name__}.{name} is a {kind} that holds a {type(held[0]).__name__}; parameters() "
                    f"does not list what is in a {kind}, so it is neither trained nor saved; use {better}"
                )
                break


def _held(value: Any) -> Iterator[Any]:
    """The modules and parameters in nested lists, tuples and dicts."""
    if isinstance(value, (Registry, Parameter)):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _held(item)


def _parameters(item: Any) -> Iterator[Tensor]:
    if isinstance(item, Parameter):
        yield item
    else:
        for module in item.modules():
            yield from (p for p in module._parameters.values() if p is not None)
