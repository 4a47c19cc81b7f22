"""What values are called in the program: after the parameters, the modules and the ops that they come from."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from .program import Again, Call, Program, Value, reads


def give_names(program: Program) -> None:
    """A name for each value, each once: `linear0_weight`, `relu1`, `d_linear0_weight`."""
    taken: set[str] = set()
    paths = _paths(program)
    parameters = {id(p): f"{paths[module]}_{name}" for module in paths for name, p in _own(module)}

    def named(value: Value, wish: str) -> None:
        wish = re.sub(r"\W", "_", wish) or "value"
        wish = f"{wish}_" if keyword.iskeyword(wish) else wish
        name, number = wish, 1
        while name in taken or hasattr(np, name):  # NumPy's functions are called by their own names
            number += 1
            name = f"{wish}_{number}"
        value.name = name
        taken.add(name)

    for value in program.inputs:
        named(value, value.name or "x")
    done = set(program.inputs)

    def once(value: Value, wish: str) -> None:
        if value not in done:
            done.add(value)
            named(value, wish)

    def given(values: Iterable[Value]) -> None:
        for value in values:
            if value.kind == "external":
                once(value, parameters.get(id(value.tensor), "array"))
            elif value.kind in ("constant", "entry"):
                once(value, "constant" if value.kind == "constant" else _wish_of_gradient(value))

    for instruction in program.instructions:
        given(reads(instruction))
        if isinstance(instruction, (Call, Again)):
            for value in instruction.results:
                once(value, _wish(instruction, value, paths))
    given(program.needed())


def _wish_of_gradient(value: Value) -> str:
    return f"d_{value.of.name}_before" if value.of is not None and value.of.name else "grad_before"


def _wish(instruction: Call | Again, value: Value, paths: dict[Any, str]) -> str:
    if isinstance(instruction, Again):
        return "drawn"
    if value.of is not None and value.of.name:
        return f"d_{value.of.name}"
    scope = paths.get(instruction.scope[-1], "") if instruction.scope else ""
    return (
        f"{scope}_{instruction.op.name}"
        if scope and not scope.startswith(instruction.op.name)
        else scope or (instruction.op.name)
    )


def _paths(program: Program) -> dict[Any, str]:
    """The modules that were called, by names such as `linear0`: class and place in the outermost module."""
    roots = dict.fromkeys(i.scope[0] for i in program.instructions if isinstance(i, Call) and i.scope)
    paths: dict[Any, str] = {}
    for root in roots:
        for path, module in root.named_modules():
            kind = type(module).__name__.lower()
            last = path.rpartition(".")[2]
            if module not in paths:
                paths[module] = f"{kind}{last}" if last.isdigit() else path.replace(".", "_") or kind
    return paths


def _own(module: Any) -> list[tuple[str, Any]]:
    return [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]
