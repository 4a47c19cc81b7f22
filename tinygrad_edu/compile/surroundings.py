"""What a step finds around it: the variables of enclosing functions, and global ones, that it names.

Those that are bound to something else later on are not those it was compiled with. A step that binds them itself, or
adds to a list, does what a compiled step would leave out.
"""

from __future__ import annotations

import dis
import types
from collections.abc import Callable, Iterator
from typing import Any

from ..tensor import Tensor
from .errors import CompileError

NUMBERS = (bool, int, float, complex, str)
CONTAINERS = (list, dict, set)
MISSING = object()


class Surroundings:
    """The variables that the code of a function names and does not make."""

    def __init__(self, function: Callable[..., Any]) -> None:
        function = getattr(function, "__func__", function)
        self.places: list[tuple[str, Callable[[], Any]]] = []
        if isinstance(function, types.FunctionType):
            for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
                self.places.append((name, _reading_cell(cell)))
            spaces = function.__globals__
            for name in dict.fromkeys(_globals_of(function.__code__)):
                if name in spaces:
                    self.places.append((name, _reading_global(spaces, name)))

    def now(self) -> list[Any]:
        """What they are bound to: numbers, and other things by identity."""
        return [read() for _, read in self.places]

    def sizes(self) -> list[int]:
        """How much is in those that are lists, dicts and sets."""
        return [len(x) for x in self.now() if type(x) in CONTAINERS]

    def check_effects(self, before: list[Any], sizes: list[int]) -> None:
        """CompileError, if the step has changed one of them in the meantime."""
        for (name, _), one, two in zip(self.places, before, self.now(), strict=True):
            if not is_same(one, two):
                raise CompileError(
                    f"the step assigns to {name}, a variable from outside of it; a compiled step runs no Python, so it "
                    "would not. Return what changes, and assign it outside"
                )
        names = [name for (name, _), x in zip(self.places, before, strict=True) if type(x) in CONTAINERS]
        for name, one, two in zip(names, sizes, self.sizes(), strict=True):
            if one != two:
                raise CompileError(
                    f"the step adds to {name}, or takes from it; a compiled step runs no Python, so it would not. "
                    "Return the tensor, and add it outside"
                )


def is_same(one: Any, two: Any) -> bool:
    """Whether a variable is bound to the same as before: to an equal number, or the same object."""
    if one is two:
        return True
    return type(one) is type(two) and isinstance(one, NUMBERS) and bool(one == two)


def tensors_in(values: list[Any]) -> list[Tensor]:
    """The tensors among what variables are bound to."""
    return [x for x in values if isinstance(x, Tensor)]


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
