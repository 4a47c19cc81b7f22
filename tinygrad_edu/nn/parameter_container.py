"""Modules that hold parameters: `ParameterList` and `ParameterDict`. Tensors put into them become Parameters."""

from __future__ import annotations

import operator
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any, Self

from ..tensor import Tensor
from .module import Module
from .parameter import Parameter

__all__ = [
    "ParameterDict",
    "ParameterList",
]


class _Holder(Module):
    _parameters: dict[str, Parameter]  # type: ignore[assignment]  # never None here

    def __len__(self) -> int:
        return len(self._parameters)

    def _put(self, name: str, value: Any) -> None:
        if not isinstance(value, Tensor):
            raise TypeError(f"{type(self).__name__}: expected a Tensor, got {type(value).__name__}")
        self.register_parameter(name, value if isinstance(value, Parameter) else Parameter(value))

    def __repr__(self) -> str:
        lines = [
            f"    ({name}): Parameter containing: [{p.dtype} of size {'x'.join(map(str, p.shape))}]"
            for name, p in self._parameters.items()
        ]
        return "\n".join([f"{type(self).__name__}(", *lines, ")"])


class ParameterList(_Holder):
    """A list of parameters, named "0", "1" ..."""

    def __init__(self, values: Iterable[Tensor] | None = None) -> None:
        super().__init__()
        self.extend(values or ())

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._parameters.values())

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return self._parameters[self._key(index)]

    def __setitem__(self, index: int, value: Tensor) -> None:
        self._put(self._key(index), value)

    def append(self, value: Tensor) -> Self:
        self._put(str(len(self)), value)
        return self

    def extend(self, values: Iterable[Tensor]) -> Self:
        for value in list(values):
            self.append(value)
        return self

    __iadd__ = extend

    def _key(self, index: int) -> str:
        position = operator.index(index)
        if not -len(self) <= position < len(self):
            raise IndexError(f"index {index} is out of range for a ParameterList of {len(self)} parameters")
        return str(position % len(self))


class ParameterDict(_Holder):
    """A dict of parameters, in the order of insertion."""

    def __init__(self, parameters: Mapping[str, Tensor] | Iterable[tuple[str, Tensor]] | None = None) -> None:
        super().__init__()
        self.update(parameters or {})

    def update(self, parameters: Mapping[str, Tensor] | Iterable[tuple[str, Tensor]]) -> None:
        for name, value in dict(parameters).items():
            self[name] = value

    def __getitem__(self, key: str) -> Parameter:
        return self._parameters[key]

    def __setitem__(self, key: str, value: Tensor) -> None:
        self._put(key, value)

    def __delitem__(self, key: str) -> None:
        del self._parameters[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __contains__(self, key: object) -> bool:
        return key in self._parameters

    def pop(self, key: str) -> Parameter:
        return self._parameters.pop(key)

    def clear(self) -> None:
        self._parameters.clear()

    def get(self, key: str, default: Any = None) -> Any:
        return self._parameters.get(key, default)

    def keys(self) -> KeysView[str]:
        return self._parameters.keys()

    def values(self) -> ValuesView[Parameter]:
        return self._parameters.values()

    def items(self) -> ItemsView[str, Parameter]:
        return self._parameters.items()
