"""`nn.utils.parametrize`: parameters that are computed from others, as a symmetric matrix from any.

`register_parametrization(layer, "weight", f)` makes `layer.weight` f(w), where w is what is learned. With several the
result of one is the input of the next. A parametrization is a module; `right_inverse`, if it has one, gives the w at
which to start, so that f(w) is the weight that was there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from ..nn.container import ModuleDict, ModuleList
from ..nn.module import Module
from ..nn.parameter import Parameter
from ..recording import no_grad
from ..tensor import Tensor

__all__ = [
    "ParametrizationList",
    "cached",
    "is_parametrized",
    "register_parametrization",
    "remove_parametrizations",
    "type_before_parametrizations",
]


class ParametrizationList(ModuleList):
    """The parametrizations of one tensor, and what it is computed from: `original`, or `original0`, `original1` ..."""

    def __init__(self, modules: list[Module], original: Any) -> None:
        start = original.detach()
        with no_grad():
            for module in reversed(modules):
                if hasattr(module, "right_inverse"):
                    start = module.right_inverse(start)
        super().__init__(modules)
        self.is_tensor = isinstance(start, Tensor)
        parts = [start] if self.is_tensor else list(start)
        for i, part in enumerate(parts):
            part = part.detach().clone()
            name = "original" if self.is_tensor else f"original{i}"
            if isinstance(original, Parameter):
                setattr(self, name, Parameter(part, original.requires_grad))
            else:
                self.register_buffer(name, part)
        self.count = len(parts)

    def originals(self) -> list[Tensor]:
        """What is learned."""
        return [self.original] if self.is_tensor else [getattr(self, f"original{i}") for i in range(self.count)]

    def forward(self) -> Any:
        """The tensor."""
        modules = list(self)
        result = modules[0](*self.originals())
        for module in modules[1:]:
            result = module(result)
        return result

    def assign(self, value: Tensor) -> None:
        """Let the tensor become `value`. RuntimeError: a parametrization has no right_inverse."""
        with no_grad():
            start: Any = value
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(
                        f"{type(module).__name__} has no right_inverse, so its result cannot be assigned"
                    )
                start = module.right_inverse(start)
            for original, part in zip(self.originals(), [start] if self.is_tensor else start, strict=True):
                original.data.copy_(part)


class _Parametrized(Module):
    """What the class of a module inherits when one of its tensors is parametrized."""

    def __call__(self, *inputs: Any, **kwargs: Any) -> Any:
        with _once(self):
            return super().__call__(*inputs, **kwargs)


@contextlib.contextmanager
def _once(module: Module) -> Iterator[None]:
    """Compute each parametrized tensor of this module once within the block."""
    outer = "_computed" in module.__dict__
    module.__dict__.setdefault("_computed", {})
    try:
        yield
    finally:
        if not outer:
            module.__dict__.pop("_computed", None)


@contextlib.contextmanager
def cached() -> Iterator[None]:
    """Accepted: within a call of a module each tensor is computed once in any case."""
    yield


def _property(name: str) -> property:
    def computed(self: Any) -> Any:
        cache = self.__dict__.get("_computed")
        if cache is None:
            return self.parametrizations[name]()
        if name not in cache:
            cache[name] = self.parametrizations[name]()
        return cache[name]

    def assign(self: Any, value: Tensor) -> None:
        self.parametrizations[name].assign(value)

    return property(computed, assign)


def _class_for(kind: type[Module], names: list[str]) -> type[Module]:
    """A class like `kind`, of this module alone and its copies, in which these tensors are computed."""
    properties = {name: _property(name) for name in names}
    return type(f"Parametrized{kind.__name__}", (_Parametrized, kind), {"_unparametrized": kind, **properties})


def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """Compute the parameter or buffer `tensor_name` of `module` by `parametrization` from now on; returns the module.

    unsafe: allow another shape or dtype. ValueError: there is no such tensor, or the shape or dtype would change.
    """
    if is_parametrized(module, tensor_name):
        chains: Any = module.parametrizations
        chains[tensor_name].append(parametrization)
        return module
    original = module._parameters.get(tensor_name)
    tensor = module._buffers.get(tensor_name) if original is None else original
    if tensor is None:
        raise ValueError(
            f"register_parametrization: {type(module).__name__} has no parameter or buffer {tensor_name!r}"
        )
    chain = ParametrizationList([parametrization], tensor)
    chain.train(module.training)
    with no_grad():
        result = chain()
    if not unsafe and (result.shape != tensor.shape or result.dtype != tensor.dtype):
        raise ValueError(
            f"register_parametrization: {tensor_name} has shape {tuple(tensor.shape)} and dtype {tensor.dtype}, "
            f"the result {tuple(result.shape)} and {result.dtype}; pass unsafe=True if that is meant"
        )
    if not is_parametrized(module):
        module.parametrizations = ModuleDict()
    delattr(module, tensor_name)
    all_chains: Any = module.parametrizations
    all_chains[tensor_name] = chain
    module.__class__ = _class_for(type_before_parametrizations(module), list(all_chains))
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether any tensor of this module is parametrized, or this one."""
    chains = module._modules.get("parametrizations")
    return isinstance(module, _Parametrized) and chains is not None and (tensor_name is None or tensor_name in chains)


def type_before_parametrizations(module: Module) -> type:
    """The class that it had before."""
    return getattr(type(module), "_unparametrized", type(module))


def remove_parametrizations(module: Module, tensor_name: str, leave_parametrized: bool = True) -> Module:
    """Make it a parameter of its own again: with the computed numbers, or with the original ones.

    ValueError: it is not parametrized, or leave_parametrized=False where there are several originals.
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"remove_parametrizations: {tensor_name!r} of {type(module).__name__} is not parametrized")
    chains: Any = module.parametrizations
    chain = chains[tensor_name]
    if not leave_parametrized and not chain.is_tensor:
        raise ValueError("remove_parametrizations: there are several originals; leave_parametrized must be True")
    first = chain.originals()[0]
    with no_grad():
        value = (chain() if leave_parametrized else first).detach().clone()
    del chains[tensor_name]
    kind = type_before_parametrizations(module)
    module.__class__ = _class_for(kind, list(chains)) if len(chains) else kind
    if not len(chains):
        del module.parametrizations
    if isinstance(first, Parameter):
        module.register_parameter(tensor_name, Parameter(value, first.requires_grad))
    else:
        module.register_buffer(tensor_name, value)
    return module
