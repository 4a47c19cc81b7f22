"""Comparing two traces of a step: what is the same in both is the program; what is not cannot be compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import CompileError
from .program import Again, Call, Instruction, Program, Update, Value, Write, values_in


def check_same(first: Program, second: Program) -> None:
    """CompileError, unless both traces are of one program. External arrays that are not the same object in both, but
    have the same contents, become constants of `second`."""
    partner: dict[Value, Value] = dict(zip(second.inputs, first.inputs, strict=True))
    for a, b in zip(first.instructions, second.instructions, strict=False):
        if _shape(a) != _shape(b):
            raise CompileError(_another_path(a, b))
        _check_numbers(a, b)
        for x, y in zip(_values(a), _values(b), strict=True):
            known = partner.setdefault(y, x)
            if known is not x:
                raise CompileError(_another_path(a, b))
            if y.kind in ("external", "constant") and x.array is not y.array:
                _check_constant(x, y, b)
    if len(first.instructions) != len(second.instructions):
        longer = max(first.instructions, second.instructions, key=len)
        at = longer[min(len(first.instructions), len(second.instructions))]
        raise CompileError(f"{at.line}: the step called {_name(at)} here in one of two runs only; {REMEDY}")
    if str(_tree(first.returned)) != str(_tree(second.returned)):
        raise CompileError(f"the step returned {_tree(first.returned)} and then {_tree(second.returned)}; {REMEDY}")


REMEDY = (
    "a compiled step is the same instructions at each run. Use where() instead of if, and pass what changes as an "
    "argument"
)


def _another_path(a: Instruction, b: Instruction) -> str:
    return f"{b.line}: the step called {_name(a)} in its first run and {_name(b)} in its second; {REMEDY}"


def _check_numbers(a: Instruction, b: Instruction) -> None:
    """Python numbers among inputs and parameters must be equal: they become part of the program."""
    one, two = _numbers(a), _numbers(b)
    if repr(one) != repr(two):
        differing = [(x, y) for x, y in zip(one, two, strict=False) if repr(x) != repr(y)] or [(one, two)]
        raise CompileError(_number_changed(b, *differing[0]))


def _number_changed(at: Instruction, one: Any, two: Any) -> str:
    return (
        f"{at.line}: {_name(at)} was called with {one!r} in the first run and {two!r} in the second. A Python number "
        "is fixed when the step is compiled; pass it as a tensor argument"
    )


def _check_constant(x: Value, y: Value, at: Instruction) -> None:
    """An array that was made anew in both runs is a constant if its contents are the same."""
    assert x.array is not None
    assert y.array is not None
    if not np.array_equal(x.array, y.array, equal_nan=y.dtype.kind in "fc"):
        if y.kind == "constant":
            raise CompileError(_number_changed(at, x.array.item(), y.array.item()))
        raise CompileError(
            f"{at.line}: {_name(at)} uses an array of shape {y.shape} that is another one at each run and was not "
            "computed by an op: by NumPy from the numbers in a tensor, or drawn at random. Compute it with ops, or "
            "pass it as an argument"
        )
    y.kind = "constant"


def _shape(instruction: Instruction) -> Any:
    """What must be equal in both: everything but values and numbers."""
    if isinstance(instruction, Call):
        kinds = _tree((instruction.inputs, instruction.params))
        return "call", instruction.op, str(kinds), [(v.shape, v.dtype) for v in instruction.results]
    if isinstance(instruction, Again):
        return "again", len(instruction.inputs), [(v.shape, v.dtype) for v in instruction.results]
    if isinstance(instruction, Write):
        return "write", id(instruction.target)
    return "update", id(instruction.optimizer), [(number, id(p)) for number, p, _ in instruction.pairs]


def _tree(x: Any) -> Any:
    """Nested containers, with shapes for values and types for the rest."""
    if isinstance(x, Value):
        return f"{x.dtype}{list(x.shape)}"
    if isinstance(x, (tuple, list)):
        return [_tree(y) for y in x]
    if isinstance(x, dict):
        return {key: _tree(y) for key, y in x.items()}
    return type(x).__name__


def _numbers(instruction: Instruction) -> list[Any]:
    return list(_plain((instruction.inputs, instruction.params))) if isinstance(instruction, Call) else []


def _plain(x: Any) -> Any:
    if isinstance(x, (tuple, list)):
        for y in x:
            yield from _plain(y)
    elif isinstance(x, dict):
        yield from _plain(tuple(x.values()))
    elif not isinstance(x, Value):
        yield x


def _values(instruction: Instruction) -> list[Value]:
    if isinstance(instruction, Call):
        return [*values_in((instruction.inputs, instruction.params)), *instruction.results]
    if isinstance(instruction, Again):
        return [*values_in(instruction.inputs), *instruction.results]
    return [instruction.value] if isinstance(instruction, Write) else [g for _, _, g in instruction.pairs]


def _name(instruction: Instruction) -> str:
    if isinstance(instruction, Call):
        return instruction.op.name
    if isinstance(instruction, Update):
        return f"{type(instruction.optimizer).__name__}.step"
    return "a write in place" if isinstance(instruction, Write) else "a check or random numbers"
