"""What the code of a function names and does not make: variables of enclosing functions, global ones, defaults.

Of modules that it names, which are namespaces, the attributes that it reads.
"""

from __future__ import annotations

import dis
import functools
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..tensor import Tensor
from ..warn import is_ours

MISSING = object()

Place = tuple[str, Callable[[], Any]]

VARIABLES = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF", "IMPORT_NAME")
ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM")


def is_users(module: str | None) -> bool:
    """Whether a module, by name, may be the program's: it is not Python's, NumPy's or this package's."""
    top = (module or "").partition(".")[0]
    return top not in sys.stdlib_module_names and top != "numpy" and not is_ours(module or "")


def is_code(x: Any) -> bool:
    """Whether it is a function of the program's own, in one of the forms that functions have."""
    if isinstance(x, (functools.partial, types.MethodType)) or is_compiled(x):
        return True
    return isinstance(x, types.FunctionType) and is_users(x.__module__)


def is_compiled(x: Any) -> bool:
    """Whether `compile` made it."""
    return getattr(type(x), "is_compiled_step", False)


def names_in(code: types.CodeType) -> Iterator[str]:
    """All names in a function's code, and in that of functions inside of it; attributes too, and texts, for getattr."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, types.CodeType):
            yield from names_in(constant)


def places(function: types.FunctionType) -> Iterator[Place]:
    """Where what it finds around it can be read."""
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield name, _reading_cell(cell)
    spaces = function.__globals__
    for name in dict.fromkeys(_globals_of(function.__code__)):
        if name in spaces:
            yield name, _reading_item(spaces, name)
    if function.__defaults__:
        yield f"the defaults of {function.__name__}", lambda: function.__defaults__
    if function.__kwdefaults__:
        yield f"the defaults of {function.__name__}", lambda: function.__kwdefaults__
    modules = {name: read for name, read in _modules(function) if _is_namespace(read())}
    for name, attribute in dict.fromkeys(_attributes_of(function.__code__)):
        if name in modules and attribute in vars(modules[name]()):
            yield f"{name}.{attribute}", _reading_item(vars(modules[name]()), attribute)


def _is_namespace(x: Any) -> bool:
    return isinstance(x, types.ModuleType) and is_users(x.__name__)


def _modules(function: types.FunctionType) -> Iterator[Place]:
    """What may be a module: by a variable, or imported inside."""
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield name, _reading_cell(cell)
    for name in _globals_of(function.__code__):
        yield name, _reading_item(function.__globals__, name)
    for instruction in dis.get_instructions(function.__code__):
        if instruction.opname == "IMPORT_NAME":
            yield instruction.argval, _reading_item(sys.modules, instruction.argval)


def _attributes_of(code: types.CodeType) -> Iterator[tuple[str, str]]:
    """Pairs of a variable and an attribute of it that is read; of local ones, if they may be imported modules."""
    imported: dict[str, str] = {}  # a local variable: its module
    before, module = "", ""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ATTRIBUTES and before:
            yield before, instruction.argval
        if instruction.opname.startswith("STORE") and module:
            imported[instruction.argval], module = module, ""
        before = instruction.argval if instruction.opname in VARIABLES else ""
        if instruction.opname == "IMPORT_NAME":
            module = instruction.argval
        elif instruction.opname.startswith("LOAD_FAST"):
            before = imported.get(instruction.argval, "")
        elif instruction.opname == "IMPORT_FROM":
            before = module
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _attributes_of(constant)


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


def _reading_item(spaces: Mapping[str, Any], name: str) -> Callable[[], Any]:
    return lambda: spaces.get(name, MISSING)


def is_plain(x: Any) -> bool:
    """Whether there is nothing to look at inside."""
    return x is None or isinstance(x, (bool, int, float, complex, str, bytes, Tensor, np.ndarray, np.generic))
