"""Modules that hold modules: `Sequential` applies them, `ModuleList` and `ModuleDict` only register them."""

from __future__ import annotations

import operator
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any, Self

from .module import Module, tree

__all__ = [
    "ModuleDict",
    "ModuleList",
    "Sequential",
]


class _Numbered(Module):
    """Submodules found by their position."""

    _modules: dict[str, Module]  # never None here

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def __contains__(self, module: object) -> bool:
        return any(module is mine for mine in self)

    def __setitem__(self, index: int, module: Module) -> None:
        self.register_module(self._key(index), module)

    def __delitem__(self, index: int | slice) -> None:
        modules = list(self)
        del modules[index]
        self._replace(modules)

    def append(self, module: Module) -> Self:
        self.register_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        for module in list(modules):
            self.append(module)
        return self

    def __add__(self, other: Iterable[Module]) -> Self:
        return type(self)().extend([*self, *other])

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def insert(self, index: int, module: Module) -> Self:
        if not isinstance(module, Module):
            raise TypeError(f"insert: expected a Module, got {type(module).__name__}")
        modules = list(self)
        modules.insert(index, module)
        return self._replace(modules)

    def _replace(self, modules: list[Module]) -> Self:
        self._modules.clear()
        return self.extend(modules)

    def _key(self, index: int) -> str:
        position = operator.index(index)
        if not -len(self) <= position < len(self):
            raise IndexError(f"index {index} is out of range for a {type(self).__name__} of {len(self)} modules")
        return list(self._modules)[position]


class Sequential(_Numbered):
    """The modules one after another: y = fₙ(... f₂(f₁(x))).

    modules: as arguments, then named "0", "1" ...; or one dict (`OrderedDict`) of name to module.
    """

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        super().__init__()
        first = modules[0] if len(modules) == 1 else None
        named = first if isinstance(first, Mapping) else {str(i): module for i, module in enumerate(modules)}
        for name, module in named.items():
            if not isinstance(module, Module):
                raise TypeError(f"Sequential: expected a Module at {name!r}, got {type(module).__name__}")
            self.register_module(name, module)

    def forward(self, x: Any) -> Any:
        """The result of each module is the input of the next. TypeError: it is None."""
        before: str | None = None
        for name, module in self._modules.items():
            if x is None and before is not None:
                raise TypeError(
                    f"Sequential: expected a Tensor for module {name!r}, got None from module {before!r}, a "
                    f"{type(self._modules[before]).__name__}; does its forward() return its result?"
                )
            x = module(x)
            before = name
        return x

    def __getitem__(self, index: int | slice) -> Any:
        """The module at a position; of a slice, a Sequential of the same modules under their old names."""
        if isinstance(index, slice):
            return type(self)(dict(list(self._modules.items())[index]))
        return self._modules[self._key(index)]


class ModuleList(_Numbered):
    """A list whose modules are registered. It has no `forward` of its own: its owner's says how they are used."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        super().__init__()
        self.extend(modules)

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return self._modules[self._key(index)]

    def __repr__(self) -> str:
        """Neighbours that look alike share a line: `(0-2): 3 x Linear(...)`."""
        runs: list[tuple[int, int, str]] = []
        for i, text in enumerate(map(repr, self)):
            if runs and runs[-1][2] == text:
                runs[-1] = (runs[-1][0], i, text)
            else:
                runs.append((i, i, text))
        children = [(f"({a})", text) if a == b else (f"({a}-{b})", f"{b - a + 1} x {text}") for a, b, text in runs]
        return tree(type(self).__name__, self.extra_repr(), children)


class ModuleDict(Module):
    """A dict whose modules are registered, in the order of insertion. It has no `forward` of its own.

    KeyError: a key that is the name of an attribute or method of a module.
    """

    _modules: dict[str, Module]  # never None here

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None) -> None:
        super().__init__()
        self.update(modules or {})

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        for name, module in dict(modules).items():
            self[name] = module

    def __getitem__(self, key: str) -> Any:
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.register_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: object) -> bool:
        return key in self._modules

    def pop(self, key: str) -> Module:
        return self._modules.pop(key)

    def clear(self) -> None:
        self._modules.clear()

    def keys(self) -> KeysView[str]:
        return self._modules.keys()

    def values(self) -> ValuesView[Module]:
        return self._modules.values()

    def items(self) -> ItemsView[str, Module]:
        return self._modules.items()
