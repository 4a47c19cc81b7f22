"""A program bound to its memory: what runs."""

from __future__ import annotations

import ast
import builtins
import textwrap
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..tensor import Lent, Tensor, wrap
from .columns import as_products
from .doubt import Doubt
from .flat import bind
from .kernels import fused, shown
from .layout import arranged, turned
from .names import give_names
from .program import Call, Program, Update, Value, external, reads, values_in
from .results import Results
from .surroundings import unchanged
from .tiles import tiled
from .write import Writer


class Bound:
    """One program with the arrays it reads and writes. Called with the arrays of the arguments, and, if it leaves
    gradients in them, with these.

    around: what the variables were bound to that the step finds around it. doubt: what is not proved of it.
    """

    def __init__(self, program: Program, arguments: list[Tensor], around: list[Any], doubt: Doubt) -> None:
        self.program = program
        self.doubt = doubt
        give_names(program)
        placed: dict[Value, np.ndarray] = {}
        updates: dict[Update, Callable[[], None]] = {}
        transposed = turned(program)
        _release_external(program)
        for instruction in program.instructions:
            if isinstance(instruction, Update):
                memory, updates[instruction] = bind(instruction, transposed)
                placed.update(memory)
        outside = external(program)
        for value in outside:
            if isinstance(value.tensor, Tensor):
                value.array = value.tensor._array  # parameters may have been moved into flat memory
        program = self.program = arranged(fused(as_products(tiled(program))))
        writer = Writer(program, _at_roots(program, placed), updates)
        self.gradients = {value: Lent(array) for value, array in placed.items()}
        left = [value for _, value in program.grads if value is not None and value not in self.gradients]
        outputs = list(dict.fromkeys([*values_in(program.returned), *left]))
        self.outputs = {value: i for i, value in enumerate(outputs)}
        used = {value for i in program.instructions for value in reads(i)} | set(program.needed())
        entering = [(x, value) for x, value in program.entries if value in used]
        source = _source(program, [value for _, value in entering if value is not None], writer, outputs)
        self.source = "\n\n".join([*shown(writer.kernels.values()), source])
        self.names: dict[str, Any] = dict(writer.names)
        exec(builtins.compile(source, "<compiled step>", "exec"), space := dict(self.names))
        self.function: Callable[..., Any] = space["step"]
        self.lock = threading.RLock()  # the memory is there once
        positions = {id(x): i for i, x in enumerate(arguments)}
        self.left = [(positions.get(id(x)), x, value) for x, value in program.grads]
        self.fills_arguments = any(position is not None for position, _, _ in self.left)
        self.entries = [(x, value is not None) for x, value in program.entries]
        self.entering = [x for x, _ in entering]
        self.results = Results(program, [v.tensor for v in outside if isinstance(v.tensor, Tensor)])
        # what must be as it was:
        self.modules = list(program.modules.items())
        tensors = dict.fromkeys(x for x in (*around, *(v.tensor for v in outside)) if isinstance(x, Tensor))
        self.memory = [(x, x._array, x._node is None) for x in tensors]
        optimizers = dict.fromkeys(i.optimizer for i in program.instructions if isinstance(i, Update))
        self.optimizers = [(o, o.state, [len(group["params"]) for group in o.param_groups]) for o in optimizers]
        self.around = around

    def arrays(self) -> dict[str, Any]:
        """What the source refers to by name, beside NumPy's functions."""
        used = {node.id for node in ast.walk(ast.parse(self.source)) if isinstance(node, ast.Name)}
        return {name: x for name, x in self.names.items() if name in used and not _of_numpy(name, x)}

    def fits(self, arrays: list[np.ndarray], around: list[Any]) -> bool:
        """Whether all that the program was bound to is as it was then, and these arguments go its way."""
        return (
            unchanged(self.around, around)
            and all(module.training is training for module, training in self.modules)
            and all(x._array is array and (x._node is None) is constant for x, array, constant in self.memory)
            and all((x._grad is not None) is there for x, there in self.entries)
            and all(
                o.state is state and [len(group["params"]) for group in o.param_groups] == sizes
                for o, state, sizes in self.optimizers
            )
            and (not self.program.guards or self._holds(arrays))
        )

    def _holds(self, arrays: list[np.ndarray]) -> bool:
        inputs = dict(zip(self.program.inputs, arrays, strict=False))
        return all(guard.holds(inputs) for guard in self.program.guards)

    def __call__(self, arrays: list[np.ndarray], arguments: Sequence[tuple[str, Tensor]]) -> Any:
        with self.lock, np.errstate(all="ignore"):
            outputs = self.function(*arrays, *(np.array(x._grad._array) for x in self.entering))
            places = self.outputs
            for position, tensor, value in self.left:
                x = tensor if position is None else arguments[position][1]
                if value is None:
                    x._grad = None
                elif value in self.gradients:
                    x._grad = self.gradients[value]
                else:
                    x._grad = wrap(np.array(outputs[places[value]]))
            return self.results(lambda value: outputs[places[value]])


def _source(program: Program, entering: list[Value], writer: Writer, outputs: list[Value]) -> str:
    functions = sorted(name for name, value in writer.names.items() if _of_numpy(name, value) and _uses(writer, name))
    lines = [f"from numpy import {', '.join(functions)}", "", ""] if functions else []
    lines += [f"{function}\n" for function in writer.functions]
    lines.append(f"def step({', '.join(value.name for value in [*program.inputs, *entering])}):")
    body = [*writer.lines, f"return ({''.join(f'{value.name}, ' for value in outputs)})"]
    return "\n".join(lines) + "\n" + textwrap.indent("\n".join(body), "    ") + "\n"


def _of_numpy(name: str, value: Any) -> bool:
    return getattr(np, name, None) is value


def _uses(writer: Writer, name: str) -> bool:
    return any(f"{name}(" in line or f"{name}." in line for line in (*writer.lines, *writer.functions))


def _release_external(program: Program) -> None:
    """For the time in which `flat` asks whether anybody else holds the arrays of parameters."""
    for value in external(program):
        if isinstance(value.tensor, Tensor) and value.array is value.tensor._array:
            value.array = None


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
