"""Passes over a program that leave its results as they are: constants, common sub-expressions, dead code."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import numpy as np

from ..ops.dims import axes
from .program import Call, Instruction, Program, Update, Value, Write, mapped, reads, replaced, values_in, with_values
from .recompute import made_again
from .shortcuts import shorter

SMALL = 1 << 16  # bytes: larger constants are computed at each run rather than kept


def simplified(program: Program) -> Program:
    """All passes, in an order in which each leaves something to the next."""
    return dead(made_again(dead(sums(common(shorter(common(constants(program))))))))


def constants(program: Program) -> Program:
    """Calls of which all inputs are constants are made now, once."""
    known: dict[Value, Value] = {}
    kept: list[Instruction] = []
    for instruction in _with(program.instructions, known):
        if isinstance(instruction, Call) and _is_constant(instruction):
            result = instruction.results[0]
            if result.dtype.itemsize * int(np.prod(result.shape)) <= SMALL:
                with np.errstate(all="ignore"):
                    arrays, params = _arrays(instruction.inputs), _arrays(instruction.params)
                    array = np.array(instruction.op.forward(*arrays, **params))
                known[result] = Value("constant", result.shape, result.dtype, result.name, array.astype(result.dtype))
                continue
        kept.append(instruction)
    return with_values(program, kept, known)


def _is_constant(call: Call) -> bool:
    values = list(values_in((call.inputs, call.params)))
    return len(call.results) == 1 and all(value.kind == "constant" for value in values)


def _arrays(tree: Any) -> Any:
    return mapped(tree, lambda value: value.array)


def common(program: Program) -> Program:
    """Of equal calls of the same op on the same values only the first is made."""
    known: dict[Value, Value] = {}
    first: dict[Any, Call] = {}
    kept: list[Instruction] = []
    for instruction in _with(program.instructions, known):
        if isinstance(instruction, Call):
            key = (instruction.op.name, _key(instruction.inputs), _key(instruction.params))
            before = first.setdefault(key, instruction)
            if before is not instruction:
                known.update(zip(instruction.results, before.results, strict=True))
                continue
        elif isinstance(instruction, (Write, Update)):
            first = {key: call for key, call in first.items() if not call.view}  # a view of what is written to now
        kept.append(instruction)
    return with_values(program, kept, known)


def sums(program: Program) -> Program:
    """A sum that keeps its dimensions, which a reshape then drops, is one that does not keep them."""
    uses = Counter(value for i in program.instructions for value in reads(i)) + Counter(program.needed())
    made = {i.results[0]: i for i in program.instructions if isinstance(i, Call) and i.op.name == "sum"}
    shorter: dict[Call, Call] = {}
    left_out: set[Call] = set()
    for i in program.instructions:
        if isinstance(i, Call) and i.op.name == "reshape" and (total := made.get(i.inputs[0])) is not None:
            x = total.inputs[0]
            over = axes(total.params.get("dim"), len(x.shape))
            drops = tuple(n for axis, n in enumerate(x.shape) if axis not in over) == i.results[0].shape
            if total.params.get("keepdim") and drops and uses[i.inputs[0]] == 1:
                left_out.add(i)
                shorter[total] = dataclasses.replace(total, params=total.params | {"keepdim": False}, results=i.results)
    kept = [shorter.get(i, i) if isinstance(i, Call) else i for i in program.instructions if i not in left_out]
    return with_values(program, kept, {})


def _key(tree: Any) -> Any:
    """Equal for equal inputs and parameters, and hashable. Constants are equal if their bytes are."""
    if isinstance(tree, Value):
        if tree.kind == "constant" and tree.array is not None:
            return "constant", tree.dtype.str, tree.shape, tree.array.tobytes()
        return id(tree)
    if isinstance(tree, (tuple, list)):
        return type(tree).__name__, tuple(map(_key, tree))
    if isinstance(tree, dict):
        return tuple((key, _key(value)) for key, value in sorted(tree.items()))
    return type(tree).__name__, repr(tree)


def dead(program: Program) -> Program:
    """Calls whose results nobody uses are left out."""
    needed = set(program.needed())
    kept: list[Instruction] = []
    for instruction in reversed(program.instructions):
        if isinstance(instruction, Call) and needed.isdisjoint(instruction.results):
            continue
        needed.update(reads(instruction))
        kept.append(instruction)
    return with_values(program, kept[::-1], {})


def _with(instructions: list[Instruction], known: dict[Value, Value]) -> Any:
    """The instructions one by one, with the values found so far in place of those they replace."""
    for instruction in instructions:
        yield replaced(instruction, known)
