"""A program bound to its memory: what runs."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np

from ..tensor import Tensor, wrap
from .flat import bind
from .kernels import fused, shown
from .names import give_names
from .program import Call, Program, Update, Value, mapped, values_in
from .write import Writer


class Bound:
    """One program with the arrays it reads and writes. Called with the arrays of the arguments."""

    def __init__(self, program: Program, arguments: list[Tensor]) -> None:
        self.program = program
        give_names(program)
        placed: dict[Value, np.ndarray] = {}
        updates: dict[Update, Callable[[], None]] = {}
        _release_external(program)
        for instruction in program.instructions:
            if isinstance(instruction, Update):
                memory, updates[instruction] = bind(instruction)
                placed.update(memory)
        _move_external(program)
        program = self.program = fused(program)
        writer = Writer(program, _at_roots(program, placed), updates)
        self.gradients = {value: wrap(array) for value, array in placed.items()}
        self.returned = list(values_in(program.returned))
        left = [value for _, value in program.grads if value is not None and value not in self.gradients]
        outputs = list(dict.fromkeys([*self.returned, *left]))
        self.outputs = {value: i for i, value in enumerate(outputs)}
        source = _source(program, writer, outputs)
        self.source = "\n\n".join([*shown(writer.kernels.values()), source])
        self.names: dict[str, Any] = dict(writer.names)
        exec(builtin_compile(source), self.names)
        self.function: Callable[..., Any] = self.names["step"]
        positions = {id(x): i for i, x in enumerate(arguments)}
        self.left = [(positions.get(id(x)), x, value) for x, value in program.grads]
        self.modules = list(program.modules.items())
        self.memory = [(v.tensor, v.array) for v in _external(program) if v.tensor is not None]

    def fits(self) -> bool:
        """Whether everything that the program was bound to is as it was then: modes of modules, arrays of tensors."""
        return all(module.training is training for module, training in self.modules) and all(
            tensor._array is array for tensor, array in self.memory
        )

    def __call__(self, arrays: list[np.ndarray], args: Any) -> Any:
        with np.errstate(all="ignore"):
            outputs = self.function(*arrays)
        for position, tensor, value in self.left:
            x = tensor if position is None else args[position]
            if value is None:
                x._grad = None
            elif value in self.gradients:
                x._grad = self.gradients[value]
            else:
                x._grad = wrap(np.array(outputs[self.outputs[value]]))
        places = self.outputs
        return mapped(self.program.returned, lambda value: wrap(np.array(outputs[places[value]])))


def builtin_compile(source: str) -> Any:
    """The source as a code object, with a name for tracebacks."""
    import builtins

    return builtins.compile(source, "<compiled step>", "exec")


def _source(program: Program, writer: Writer, outputs: list[Value]) -> str:
    functions = sorted(name for name, value in writer.names.items() if _of_numpy(name, value) and _uses(writer, name))
    lines = [f"from numpy import {', '.join(functions)}", "", ""] if functions else []
    lines.append(f"def step({', '.join(value.name for value in program.inputs)}):")
    body = [*writer.lines, f"return ({''.join(f'{value.name}, ' for value in outputs)})"]
    return "\n".join(lines) + "\n" + textwrap.indent("\n".join(body), "    ") + "\n"


def _of_numpy(name: str, value: Any) -> bool:
    return getattr(np, name, None) is value


def _uses(writer: Writer, name: str) -> bool:
    return any(f"{name}(" in line or f"{name}." in line for line in writer.lines)


def _external(program: Program) -> list[Value]:
    found: dict[Value, None] = {}
    for instruction in program.instructions:
        if isinstance(instruction, Call):
            found.update((v, None) for v in values_in((instruction.inputs, instruction.params)) if v.kind == "external")
    return list(found)


def _release_external(program: Program) -> None:
    """For the time in which `flat` asks whether anybody else holds the arrays of parameters."""
    for value in _external(program):
        if isinstance(value.tensor, Tensor) and value.array is value.tensor._array:
            value.array = None


def _move_external(program: Program) -> None:
    """Parameters that were moved into flat memory: their values are there now."""
    for value in _external(program):
        if isinstance(value.tensor, Tensor):
            value.array = value.tensor._array


def _at_roots(program: Program, placed: dict[Value, np.ndarray]) -> dict[Value, np.ndarray]:
    """Gradients that are reshaped views of what an op computes: then that is to be computed in their memory."""
    made = {result: i for i in program.instructions if isinstance(i, Call) for result in i.results}
    found = dict(placed)
    for value, array in placed.items():
        root = value
        while root in made and made[root].view and made[root].op.name == "reshape":
            root = made[root].inputs[0]
        if root is not value and root in made and root not in found:
            found[root] = array.reshape(root.shape)
    return found
