"""What a traced step is: values, and the instructions that make them, in the order in which they were called.

A program is data. The passes in `simplify.py` and `kernels.py` take one and return one; `write.py` writes it as Python.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..op import Op


@dataclasses.dataclass(eq=False)
class Value:
    """An array at one time of the step.

    kind: "input", an argument of the step; "entry", a gradient that was in `.grad` before; "external", memory that
        outlives it, as a parameter's; "constant"; "result", of an instruction.
    array: of external memory and constants, the array itself. before: what it held, if the step writes to it.
    """

    kind: str
    shape: tuple[int, ...]
    dtype: np.dtype
    name: str = ""
    array: np.ndarray | None = None
    tensor: Any = None  # whose external memory it is, as far as is known
    of: Value | None = None  # of a gradient: with respect to what
    before: np.ndarray | None = None
    order: tuple[int, ...] = ()  # of the dimensions in memory, if not as they are: see layout.py
    within: tuple[Value, str] | None = None  # part of the memory of which other value, and the text of that part

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} {self.dtype}{list(self.shape)}>"


@dataclasses.dataclass(eq=False)
class Call:
    """An op was called: `results` are one value, or those of an op with several outputs.

    inputs: values, or Python numbers. params: as the op takes them; where they hold arrays (an index), values.
    scope: the modules that were being called, outermost first. line: where in the user's program.
    view: whether the result looks at the memory of the first input.
    """

    op: Op
    inputs: tuple[Any, ...]
    params: dict[str, Any]
    results: tuple[Value, ...]
    scope: tuple[Any, ...] = ()
    line: str = ""
    view: bool = False


@dataclasses.dataclass(eq=False)
class Again:
    """A Python function to be called at each run: a check of data, or one that draws random numbers."""

    function: Callable[..., Any]
    inputs: tuple[Any, ...]
    results: tuple[Value, ...]
    line: str = ""
    several: bool = False  # whether it returns a tuple
    random: bool = False


@dataclasses.dataclass(eq=False)
class Write:
    """`value` is written into external memory; `after` is what that holds then."""

    target: np.ndarray
    value: Value
    line: str = ""
    after: Value | None = None


@dataclasses.dataclass(eq=False)
class Update:
    """An optimiser's step: the gradient of each parameter that has one, by group."""

    optimizer: Any
    pairs: tuple[tuple[int, Any, Value], ...]  # number of the group, parameter, gradient
    line: str = ""


Instruction = Call | Again | Write | Update


@dataclasses.dataclass(eq=False)
class Guard:
    """A question about the step's arguments, and the answer at which this program is the right one.

    calls: those that make the `values`, which are asked about, from the arguments.
    """

    function: Callable[..., Any]
    values: tuple[Any, ...]
    answer: Any
    calls: list[Call | Again]
    line: str = ""

    def holds(self, inputs: dict[Value, np.ndarray]) -> bool:
        """Whether the answer is the same for these arguments."""
        known = dict(inputs)

        def now(value: Value) -> Any:
            return known.get(value, value.array)

        for call in self.calls:
            given = mapped(call.inputs, now)
            if isinstance(call, Call):
                found = call.op.forward(*given, **mapped(call.params, now))
            else:
                found = call.function(*given)
            for value, array in zip(call.results, found if isinstance(found, tuple) else (found,), strict=True):
                known[value] = np.asarray(array)
        return bool(self.function(*mapped(self.values, now)) == self.answer)


@dataclasses.dataclass
class Program:
    """A step: its inputs, its instructions, what it returns and the gradients it leaves in `.grad`."""

    inputs: list[Value]
    instructions: list[Instruction]
    returned: Any  # as the step returned it, with values in place of Tensors
    grads: list[tuple[Any, Value | None]]  # of leaves whose `.grad` the step set
    modules: dict[Any, bool]  # that were called, and whether they were training
    entries: list[tuple[Any, Value | None]] = dataclasses.field(default_factory=list)  # `.grad`s it found
    guards: list[Guard] = dataclasses.field(default_factory=list)  # what must be so for it to be the right one
    recorded: list[bool] = dataclasses.field(default_factory=list)  # of each result, whether it had a graph

    def needed(self) -> Iterator[Value]:
        """The values that must be there at the end."""
        yield from values_in(self.returned)
        yield from (value for _, value in self.grads if value is not None)


def reads(instruction: Instruction) -> Iterator[Value]:
    """The values that an instruction uses."""
    if isinstance(instruction, Call):
        yield from values_in(instruction.inputs)
        yield from values_in(instruction.params)
    elif isinstance(instruction, Again):
        yield from values_in(instruction.inputs)
    elif isinstance(instruction, Write):
        yield instruction.value
    else:
        yield from (gradient for _, _, gradient in instruction.pairs)


def external(program: Program) -> list[Value]:
    """The memory outside of the program that it reads or writes."""
    found: dict[Value, None] = {}
    for instruction in program.instructions:
        found.update((v, None) for v in reads(instruction) if v.kind == "external")
        if isinstance(instruction, Write) and instruction.after is not None:
            found[instruction.after] = None
    found.update((v, None) for v in program.needed() if v.kind == "external")
    return list(found)


def values_in(tree: Any) -> Iterator[Value]:
    """The values in nested tuples, lists and dicts, in order."""
    if isinstance(tree, Value):
        yield tree
    elif isinstance(tree, (tuple, list, dict)):
        for branch in tree.values() if isinstance(tree, dict) else tree:
            if isinstance(branch, Value):
                yield branch
            elif isinstance(branch, (tuple, list, dict)):
                yield from values_in(branch)


def mapped(tree: Any, function: Callable[[Value], Any]) -> Any:
    """The same nesting, with `function` of each value in its place."""
    if isinstance(tree, Value):
        return function(tree)
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(mapped(branch, function) for branch in tree))
    if isinstance(tree, (tuple, list)):
        return type(tree)(mapped(branch, function) for branch in tree)
    if isinstance(tree, dict):
        return rebuilt(tree, {key: mapped(branch, function) for key, branch in tree.items()})
    return tree


def rebuilt(like: dict[Any, Any], items: dict[Any, Any]) -> dict[Any, Any]:
    """The items in a dict of the same type."""
    if type(like) is dict:
        return items
    found = copy.copy(like)
    found.update(items)
    return found


def replaced(instruction: Instruction, known: dict[Value, Value]) -> Instruction:
    """The instruction, with the known values in place of those they replace."""

    def now(value: Value) -> Value:
        return known.get(value, value)

    if isinstance(instruction, Call):
        inputs, params = mapped(instruction.inputs, now), mapped(instruction.params, now)
        i = instruction
        return Call(i.op, inputs, params, i.results, i.scope, i.line, i.view)
    if isinstance(instruction, Write):
        return Write(instruction.target, now(instruction.value), instruction.line, instruction.after)
    if isinstance(instruction, Update):
        pairs = tuple((number, p, now(g)) for number, p, g in instruction.pairs)
        return Update(instruction.optimizer, pairs, instruction.line)
    inputs = mapped(instruction.inputs, now)
    return Again(
        instruction.function, inputs, instruction.results, instruction.line, instruction.several, instruction.random
    )


def with_values(program: Program, instructions: list[Instruction], known: dict[Value, Value]) -> Program:
    """The program with these instructions, and with the known values in place of those they replace, everywhere."""

    def now(value: Value) -> Value:
        return known.get(value, value)

    instructions = [replaced(i, known) for i in instructions] if known else instructions
    returned = mapped(program.returned, now)
    grads = [(x, None if value is None else now(value)) for x, value in program.grads]
    return dataclasses.replace(program, instructions=instructions, returned=returned, grads=grads)
