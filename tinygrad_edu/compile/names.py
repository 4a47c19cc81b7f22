"""What values are called in the program: after parameters, modules, variables, and the ops that they come from."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from .program import Again, Call, Program, Value, reads


def give_names(program: Program) -> None:
    """A name for each value, each once: `linear0_weight`, `relu1`, `loss`, `d_linear0_weight`."""
    taken = {"range", "zip"}  # which loops over tiles of rows call
    done: set[Value] = set()
    numbers: dict[str, int] = {}  # the last of each name: those before it are taken
    paths = _paths(program)
    parameters = {id(p): f"{paths[module]}_{name}" for module in paths for name, p in _own(module)}
    whole = _whole_gradients(program)

    def name(value: Value, *wishes: str) -> None:
        """The first of the wishes that is free, else the last with a number."""
        if value in done:
            return
        done.add(value)
        clean = [re.sub(r"\W", "_", wish) or "value" for wish in wishes]
        clean = [f"{wish}_" if keyword.iskeyword(wish) else wish for wish in clean]
        last = clean[-1]
        number, found = (
            numbers.get(last, 1),
            next((wish for wish in clean if wish not in taken and not hasattr(np, wish)), ""),
        )
        while not found or found in taken or hasattr(np, found):  # NumPy's functions are called by their own names
            number += 1
            found = f"{last}_{number}"
        numbers[last] = number
        value.name = found
        taken.add(found)

    def given(values: Iterable[Value]) -> None:
        for value in values:
            if value.kind == "external":
                name(value, parameters.get(id(value.tensor), "array"))
            elif value.kind == "constant":
                name(value, "constant")
            elif value.kind == "entry":
                name(value, f"d_{_name_of(value.of, parameters)}_before")

    for value in program.inputs:
        name(value, value.name or "x")
    left = {value: f"d_{parameters[id(x)]}" for x, value in program.grads if value is not None and id(x) in parameters}
    for instruction in program.instructions:
        given(reads(instruction))
        if isinstance(instruction, (Call, Again)):
            for value in instruction.results:
                variable = [value.name] if value.name else []
                if value.of in done:
                    part = "" if whole.get(value.of) is value else "_part"
                    name(value, f"d_{value.of.name}{part}")
                elif value in left:
                    name(value, left[value])
                elif isinstance(instruction, Again):
                    name(value, *variable, _function_name(instruction))
                else:
                    name(value, *variable, *_wishes(instruction, paths))
    given(program.needed())


def _name_of(value: Value | None, parameters: dict[int, str]) -> str:
    return value.name or parameters.get(id(value.tensor), "array") if value is not None else "array"


def _whole_gradients(program: Program) -> dict[Value, Value]:
    """With respect to each value the gradient that is complete: the last one."""
    return {
        value.of: value
        for instruction in program.instructions
        if isinstance(instruction, (Call, Again))
        for value in instruction.results
        if value.of is not None
    }


def _function_name(instruction: Again) -> str:
    function = getattr(instruction.function, "func", instruction.function)
    found = getattr(function, "__name__", "").strip("_<>")
    return "drawn" if instruction.random else f"{found}_result" if found and found != "lambda" else "found"


def _wishes(call: Call, paths: dict[Any, str]) -> list[str]:
    """After the module it is computed in; where there is none, after the op, and what it is applied to."""
    scope, op = paths.get(call.scope[-1], "") if call.scope else "", call.op.name
    if call.view and op in ("permute", "transpose") and len(call.results[0].shape) == 2:
        return [f"{call.inputs[0].name}_T"]
    if scope:
        return [scope if scope.startswith(op) else f"{scope}_{op}"]
    first = next((x.name for x in call.inputs if isinstance(x, Value) and x.name and x.kind != "constant"), "")
    return [op, f"{op}_{first}"] if first and hasattr(np, op) and len(first) <= 16 else [op]


def _paths(program: Program) -> dict[Any, str]:
    """The modules that were called, by names such as `linear0`, `block2_norm`: their places."""
    roots = dict.fromkeys(i.scope[0] for i in program.instructions if isinstance(i, Call) and i.scope)
    paths: dict[Any, str] = {}
    for root in roots:
        called: dict[str, str] = {}
        for path, module in root.named_modules():
            kind, last = type(module).__name__.lower(), path.rpartition(".")[2]
            called[path] = f"{kind}{last}" if last.isdigit() else last or kind
            parts = path.split(".")
            names = [called[".".join(parts[: i + 1])] for i in range(len(parts))]
            paths.setdefault(module, called[path] if last.isdigit() else "_".join(names))
    return paths


def _own(module: Any) -> list[tuple[str, Any]]:
    return [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]
