"""`LazyLinear`, `LazyConv2d` and their like: layers that take the size of their input from the first one they get."""

from __future__ import annotations

import inspect
from typing import Any, ClassVar, NoReturn

import numpy as np

from .. import nn
from ..nn.module import Module
from ..nn.parameter import Parameter

KINDS: dict[str, tuple[str, int]] = {"Linear": ("in_features", -1)}  # what is not known, and the dimension that has it
for _d in (1, 2, 3):
    KINDS[f"Conv{_d}d"] = KINDS[f"ConvTranspose{_d}d"] = ("in_channels", -_d - 1)
    KINDS[f"BatchNorm{_d}d"] = ("num_features", 1)
    KINDS[f"InstanceNorm{_d}d"] = ("num_features", -_d - 1)

__all__ = ["UninitializedParameter", *(f"Lazy{_name}" for _name in KINDS)]


class UninitializedParameter(Parameter):
    """A parameter whose shape is not known yet. It stays the same object when it is, so an optimiser may have it."""

    __slots__ = ()

    def __init__(self, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> None:
        super().__init__(np.zeros(0, dtype or np.float32), requires_grad)

    def _unknown(self, *args: Any) -> NoReturn:
        raise ValueError("the shape of this parameter of a lazy layer is not known; run the model on an input first")

    shape = property(_unknown)
    numel = nelement = _unknown
    size = _unknown  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "<UninitializedParameter>"


class _Lazy(Module):
    """A layer without its size: at the first call it becomes the layer itself."""

    _kind: ClassVar[Any]
    _size: ClassVar[str]
    _dim: ClassVar[int]

    def __init__(self, *args: Any, **options: Any) -> None:
        signature = inspect.signature(type(self))
        signature.bind(*args, **options)
        self._kind.__init__(self, _whole(args, options), *args, **options)
        self.__dict__["_given"] = (args, options)
        for name, param in self._parameters.items():
            if param is not None:
                self._parameters[name] = UninitializedParameter(dtype=param.dtype)
        self.__dict__[self._size] = 0

    def __call__(self, *inputs: Any, **kwargs: Any) -> Any:
        x = inputs[0] if inputs else next(iter(kwargs.values()))
        args, options = self.__dict__.pop("_given")
        size = x.shape[self._dim]
        known = self._kind(size, *args, **options)
        for name, param in self._parameters.items():
            if param is not None:
                requires_grad = param.requires_grad
                param.__class__ = Parameter
                param.data = known._parameters[name].data
                param.requires_grad_(requires_grad)
        self._buffers.update(known._buffers)
        self.__dict__[self._size] = size
        self.__class__ = self._kind
        return self(*inputs, **kwargs)

    def state_dict(self, *args: Any, **options: Any) -> Any:
        """ValueError: the shapes are not known before the first input."""
        raise ValueError(f"{type(self).__name__}: run the model on an input first; its shapes are not known before")

    load_state_dict = state_dict


def _whole(args: tuple[Any, ...], options: dict[str, Any]) -> int:
    """A size for the time being, which the number of groups divides."""
    groups = options.get("groups", args[5] if len(args) > 5 and isinstance(args[5], int) else 1)
    return max(1, int(groups))


def _lazy(name: str) -> type[_Lazy]:
    kind = getattr(nn, name)
    size, dim = KINDS[name]
    lazy = type(
        f"Lazy{name}",
        (_Lazy, kind),
        {
            "_kind": kind,
            "_size": size,
            "_dim": dim,
            "__module__": __name__,
            "__doc__": f"`nn.{name}` whose `{size}` is that of the first input; from then on it is a {name}.",
        },
    )
    given = list(inspect.signature(kind).parameters.values())
    lazy.__signature__ = inspect.Signature([p for p in given if p.name != size])  # type: ignore[attr-defined]
    return lazy


globals().update({f"Lazy{_name}": _lazy(_name) for _name in KINDS})
