"""What a step finds around it: variables of enclosing functions and global ones, and what is in the objects they hold.

If one of them is another later on, so may be what the step computes. A step that changes one of them itself does what
a compiled step would leave out.
"""

from __future__ import annotations

import dis
import operator
import types
import weakref
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

import numpy as np

from ..tensor import Tensor
from ..warn import is_ours
from .errors import CompileError

NUMBERS = (bool, int, float, complex, str)
CONTAINERS = (list, dict, tuple, set)
MOST = 64  # elements of a container that are looked at; of one with more, only how many there are
MISSING = object()

Place = tuple[str, Callable[[], Any]]


class Surroundings:
    """The variables that the code of a function names and does not make, and those of functions that it calls.

    Of objects the attributes are looked at, of lists and dicts the elements, of modules all that is in them: numbers by
    their value, all else by identity.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.modules: dict[Any, None] = {}  # that the step called, in more than one run
        self.called: weakref.WeakSet[Any] = weakref.WeakSet()  # in the run before; a step may make some anew
        self.places: list[Place] = []
        self.contents: list[tuple[str, Any]] = []  # dicts, lists ... and whose they are
        self.sized: list[Any] = []  # the same without the names,
        self.views: list[Iterable[Any]] = []  # and what is in those that are not large
        self.look()

    def look(self, modules: Iterable[Any] = ()) -> None:
        """Find out what there is; modules: those that were called."""
        modules = list(modules)
        self.modules.update((module, None) for module in modules if module in self.called)
        self.called = weakref.WeakSet(modules)
        seen: set[int] = set()
        self.places, self.contents = [], []
        self.functions = [self.function]
        self._look_into_functions(seen)
        for module in self.modules:  # those that are reached by the names of variables come before them, in one order
            self._look_into(type(module).__name__, module, seen)
        self._look_into_functions(seen)
        self.sized = [x for _, x in self.contents]
        self.views = [x.values() if isinstance(x, dict) else x for x in self.sized if _is_looked_into(x)]

    def _look_into_functions(self, seen: set[int]) -> None:
        while self.functions:
            function = self.functions.pop()
            function = getattr(function, "_step", function)  # of one that is compiled
            if isinstance(function, types.MethodType):
                self._look_into("self", function.__self__, seen)
                function = function.__func__
            if not isinstance(function, types.FunctionType) or id(function.__code__) in seen:
                continue
            seen.add(id(function.__code__))
            for name, read in _places(function):
                value = read()
                self.places.append((name, read))
                self._look_into(name, value, seen)
                is_function = isinstance(value, (types.FunctionType, types.MethodType)) or hasattr(value, "_step")
                if is_function and not is_ours(getattr(value, "__module__", "") or ""):
                    self.functions.append(value)

    def _look_into(self, name: str, x: Any, seen: set[int], deep: bool = True) -> None:
        if id(x) in seen or isinstance(x, (*NUMBERS, Tensor, np.ndarray, types.ModuleType, type)):
            return
        if hasattr(x, "named_modules"):
            for path, module in x.named_modules():
                if id(module) not in seen:
                    seen.add(id(module))
                    label = f"{name}.{path}" if path else name
                    parts = (vars(module), module._parameters, module._buffers, module._modules)
                    self.contents += [(label, part) for part in parts]
                    if not is_ours(type(module).__module__):
                        self.functions.append(type(module).forward)
            return
        is_container = type(x) in CONTAINERS
        if not is_container and (not hasattr(x, "__dict__") or callable(x) or is_ours(type(x).__module__)):
            return
        inside = x if is_container else vars(x)
        seen.add(id(x))
        self.contents.append((name, inside))
        if deep and len(inside) <= MOST:
            for y in inside.values() if isinstance(inside, dict) else inside:
                self._look_into(name, y, seen, deep=False)

    def now(self) -> list[Any]:
        """What they are at present."""
        found = [read() for _, read in self.places]
        found += map(len, self.sized)
        found += chain.from_iterable(self.views)
        return found

    def check_effects(self, before: list[Any]) -> None:
        """CompileError, if the step has changed one of them in the meantime."""
        after = self.now()
        if unchanged(before, after):
            return
        for (name, _), one, two in zip(self.places, before, after, strict=False):
            if not is_same(one, two):
                raise CompileError(
                    f"the step assigns to {name}, a variable from outside of it; a compiled step runs no Python, so it "
                    "would not. Return what changes, and assign it outside"
                )
        at = len(self.places)
        for i, (name, _) in enumerate(self.contents, start=at):
            if before[i] != after[i]:
                raise CompileError(
                    f"the step adds to {name}, or takes from it; a compiled step runs no Python, so it would not. "
                    "Return the tensor, and add it outside"
                )
        at += len(self.contents)
        for name, x in self.contents:
            keys = [] if not _is_looked_into(x) else list(x if isinstance(x, dict) else range(len(x)))
            part = slice(at, at + len(keys))
            for key, one, two in zip(keys, before[part], after[part], strict=True):
                if not is_same(one, two):
                    raise CompileError(
                        f"the step sets {key!r} of {name}; a compiled step runs no Python, so it would not. Return "
                        "what changes, and set it outside, or write to a tensor in place"
                    )
            at += len(keys)


def _is_looked_into(x: Any) -> bool:
    return type(x) is not set and len(x) <= MOST


def unchanged(before: list[Any], after: list[Any]) -> bool:
    """Whether all are the same: quickly, as they mostly are."""
    if len(before) != len(after):
        return False
    return all(map(operator.is_, before, after)) or all(map(is_same, before, after))


def is_same(one: Any, two: Any) -> bool:
    """Whether a variable is bound to the same as before: to an equal number, or the same object."""
    if one is two:
        return True
    return type(one) is type(two) and isinstance(one, NUMBERS) and bool(one == two)


def _places(function: types.FunctionType) -> Iterator[Place]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield name, _reading_cell(cell)
    spaces = function.__globals__
    for name in dict.fromkeys(_globals_of(function.__code__)):
        if name in spaces:
            yield name, _reading_global(spaces, name)


def _globals_of(code: types.CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _globals_of(constant)


def _reading_cell(cell: types.CellType) -> Callable[[], Any]:
    def read() -> Any:
        try:
            return cell.cell_contents
        except ValueError:  # it is not bound yet
            return MISSING

    return read


def _reading_global(spaces: dict[str, Any], name: str) -> Callable[[], Any]:
    return lambda: spaces.get(name, MISSING)
