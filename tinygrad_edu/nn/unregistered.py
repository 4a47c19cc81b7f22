"""A warning about layers and parameters that are not registered, because they are in a plain list, tuple or dict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..tensor import Tensor
from ..warn import warn
from .parameter import Parameter
from .registry import CONTAINERS, Registry


def warn_of_unregistered(root: Any, module: Any) -> None:
    """Warn, once for each module, of a list, tuple or dict with parameters that `root.parameters()` does not list.

    module: `root` or a module below it. Only the attributes named in `module._containers` are looked at.
    """
    for name in module._containers:
        value = vars(module).get(name)
        held = list(_held(value))
        if not held:
            continue
        known = set(_parameters(root))
        if any(p not in known for item in held for p in _parameters(item)):
            module.__dict__["_containers"] = ()  # warned once
            kind, base = type(value).__name__, "Module" if isinstance(held[0], Registry) else "Parameter"
            warn(
                f"{type(module).__name__}.{name} is a {kind} that holds a {type(held[0]).__name__}; parameters() "
                f"does not list what is in a {kind}, so it is neither trained nor saved; use "
                f"nn.{base}{'Dict' if isinstance(value, dict) else 'List'}"
            )
            return


def _held(value: Any) -> Iterator[Any]:
    """The modules and parameters in nested lists, tuples and dicts."""
    if isinstance(value, (Registry, Parameter)):
        yield value
    elif isinstance(value, CONTAINERS):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _held(item)


def _parameters(item: Any) -> Iterator[Tensor]:
    if isinstance(item, Parameter):
        yield item
    else:
        for module in item.modules():
            yield from (p for p in module._parameters.values() if p is not None)
