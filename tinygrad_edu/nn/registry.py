"""Assigning is registering: what makes `self.weight = Parameter(...)` a parameter of the module.

A module keeps its parameters, buffers and submodules in three dicts, in the order of assignment, where attribute access
finds them. A name is in one of the three at most.
"""

from __future__ import annotations

from typing import Any

from ..recording import thread
from ..tensor import Tensor
from ..warn import warn
from .parameter import Buffer, Parameter

REGISTRIES = ("_parameters", "_buffers", "_modules", "_transient")
CONTAINERS = (list, tuple, dict)


class Registry:
    """The part of `Module` that registers what is assigned."""

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Any]
    _transient: dict[str, None]  # buffers left out of `state_dict`
    _containers: tuple[str, ...] = ()  # attributes that are plain lists, tuples or dicts: see unregistered.py

    def __init__(self) -> None:
        self._parameters = {}
        self._buffers = {}
        self._modules = {}
        self._transient = {}

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Same as `self.name = param`; None reserves the name, as a layer without bias does."""
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"parameter {name!r} must be a Parameter or None, got {type(param).__name__}")
        self._register("_parameters", name, param)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Make `tensor` part of the module's state without being learned: a running mean, a mask.

        persistent: whether `state_dict()` contains it.
        """
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"buffer {name!r} must be a Tensor or None, got {type(tensor).__name__}")
        self._register("_buffers", name, tensor)
        if persistent:
            self._transient.pop(name, None)
        else:
            self._transient[name] = None

    def register_module(self, name: str, module: Registry | None) -> None:
        """Same as `self.name = module`."""
        if module is not None and not isinstance(module, Registry):
            raise TypeError(f"submodule {name!r} must be a Module or None, got {type(module).__name__}")
        self._register("_modules", name, module)

    add_module = register_module

    def _register(self, registry: str, name: str, value: Any) -> None:
        if registry not in self.__dict__:
            raise AttributeError(
                f"{type(self).__name__}: cannot assign {name!r} yet; call super().__init__() first in __init__"
            )
        if not isinstance(name, str) or not name or "." in name:
            raise KeyError(f"the name of a {registry[1:-1]} must be a non-empty string without a dot, got {name!r}")
        taken = self.__dict__.get(name) is not None or hasattr(type(self), name)
        if taken and name not in self.__dict__[registry]:
            raise KeyError(f"{type(self).__name__} already has an attribute {name!r}; choose another name")
        self._forget(name, but=registry)
        self.__dict__[registry][name] = value

    def _forget(self, name: str, but: str = "") -> bool:
        """Take `name` out of all places but one; whether it was there."""
        found = False
        for registry in REGISTRIES[:3]:
            if registry != but and name in self.__dict__.get(registry, ()):
                del self.__dict__[registry][name]
                found = True
        if found:
            self._transient.pop(name, None)
        elif name in self.__dict__:
            del self.__dict__[name]
            found = True
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        own = self.__dict__
        if isinstance(value, Parameter):
            own.pop(name, None)
            self.register_parameter(name, value)
        elif isinstance(value, Buffer):
            own.pop(name, None)
            self.register_buffer(name, value, value.persistent)
        elif isinstance(value, Registry):
            own.pop(name, None)
            self.register_module(name, value)
        elif name in own.get("_parameters", ()):
            self.register_parameter(name, value)
        elif name in own.get("_modules", ()):
            self.register_module(name, value)
        elif name in own.get("_buffers", ()):
            self.register_buffer(name, value, name not in self._transient)
        else:
            if isinstance(value, Tensor) and value.requires_grad and value.is_leaf and thread.mode.call is None:
                warn(
                    f"{type(self).__name__}.{name} is a Tensor that requires grad, but not a Parameter, so "
                    f"parameters() does not list it and no optimiser trains it; assign nn.Parameter(tensor), or, if "
                    f"it is not to be trained, call register_buffer({name!r}, tensor)"
                )
            elif isinstance(value, CONTAINERS) and name not in REGISTRIES and name not in self._containers:
                own["_containers"] = (*self._containers, name)
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:  # called only if the ordinary lookup found nothing
        own = self.__dict__
        if "_parameters" not in own:
            raise AttributeError(
                f"{type(self).__name__} has no attribute {name!r}: its __init__ has not called super().__init__()"
            )
        for registry in (own["_parameters"], own["_modules"], own["_buffers"]):
            if name in registry:
                return registry[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def __delattr__(self, name: str) -> None:
        if not self._forget(name):
            object.__delattr__(self, name)  # a clear error, or what a subclass defines

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._parameters, *self._buffers, *self._modules})
