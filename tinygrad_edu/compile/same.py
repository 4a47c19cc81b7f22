"""Comparing two traces of a step: what is the same in both is the program; what is not cannot be compiled."""

from __future__ import annotations

import dataclasses
from itertools import zip_longest
from typing import Any

import numpy as np

from .errors import CompileError
from .program import (
    Again,
    Call,
    Guard,
    Instruction,
    Program,
    Update,
    Value,
    Write,
    external,
    reads,
    values_in,
    with_values,
)

REMEDY = (
    "a compiled step is the same instructions at each run. Use where() instead of if, and pass what changes as an "
    "argument"
)


def comparable(first: Program, second: Program) -> bool:
    """Whether both ran under the same conditions.

    Those are: modes of modules (a module that the step makes is another one each time), gradients there before, answers
    to questions, and the memory of tensors, which `x.data = ...` replaces.
    """
    entries = dict(first.entries)
    return (
        _modes(first) == _modes(second)
        and all(v.tensor is None or v.tensor._array is v.array for v in external(first))
        and all((g is None) == (entries.get(x) is None) for x, g in second.entries if x in entries)
        and all(a.answer == b.answer for a, b in zip(first.guards, second.guards, strict=False))
    )


def _modes(program: Program) -> list[Any]:
    return [(type(module), mode) for module, mode in program.modules.items()]


def same(first: Program, second: Program) -> Program:
    """The program that both traces are of; CompileError, if they are not.

    External arrays that are not the same object in both runs were made in the step. With the same contents they are
    constants, and what is written to them is a value like any other.
    """
    partner: dict[Value, Value] = dict(zip(second.inputs, first.inputs, strict=True))
    entries = dict(first.entries)
    partner.update((y, x) for t, y in second.entries if y is not None and (x := entries.get(t)) is not None)
    written: dict[Value, Value] = {}  # what memory that was made in the step holds after a write

    def matches(x: Value, y: Value, at: Instruction | None) -> bool:
        if partner.setdefault(y, x) is not x:
            return False
        if y.kind in ("external", "constant") and x.array is not y.array and y not in written:
            _check_constant(x, y, at)
        return True

    for a, b in zip_longest(first.instructions, second.instructions):
        if a is None or b is None or shape_of(a) != shape_of(b):
            raise CompileError(_another_path(a, b))
        _check_numbers(a, b)
        agree = [matches(x, y, b) for x, y in zip(values_of(a), values_of(b), strict=True)]  # each notes its pair
        if not all(agree):
            raise CompileError(_another_path(a, b))
        if isinstance(a, Write) and isinstance(b, Write) and a.after is not None and b.after is not None:
            partner[b.after] = a.after
            if a.target is not b.target:
                written[b.after] = written.get(b.value, b.value)
    if str(_tree(first.returned)) != str(_tree(second.returned)):
        raise CompileError(f"the step returned {_tree(first.returned)} and then {_tree(second.returned)}; {REMEDY}")
    for x, y in zip(plain_in(first.returned), plain_in(second.returned), strict=True):
        if repr(x) != repr(y):
            raise CompileError(f"the step returned {x!r} and then {y!r}; return a Tensor: {REMEDY}")
    left = dict(first.grads)
    grads = [(x, value) for x, value in second.grads if x in left]
    ends = [*zip(values_in(first.returned), values_in(second.returned), strict=True)]
    ends += [(left[x], value) for x, value in grads if value is not None and left[x] is not None]
    agree = [matches(x, y, None) for x, y in ends]
    if not all(agree) or any((g is None) != (left[x] is None) for x, g in grads):
        raise CompileError(f"what the step returns, or leaves in .grad, is computed in two ways; {REMEDY}")
    kept = [i for i in second.instructions if not (isinstance(i, Write) and i.after in written)]
    lasting = dataclasses.replace(second, grads=grads, entries=[(x, g) for x, g in second.entries if x in entries])
    lasting.modules = {module: mode for module, mode in second.modules.items() if module in first.modules}
    lasting.guards = [guard for guard in second.guards if not _is_settled(guard)]
    return with_values(lasting, kept, written)


def _is_settled(guard: Guard) -> bool:
    """Whether it asks about constants only."""
    asked = [*values_in(guard.values), *(value for call in guard.calls for value in reads(call))]
    made = {value for call in guard.calls for value in call.results}
    return all(value.kind == "constant" or value in made for value in asked)


def _another_path(a: Instruction | None, b: Instruction | None) -> str:
    at = b or a
    assert at is not None
    if a is None or b is None:
        return f"{at.line}: the step called {_name(at)} here in one of two runs only; {REMEDY}"
    if _name(a) == _name(b):
        return (
            f"{b.line}: the step called {_name(b)} on one thing in its first run and on another in its second; {REMEDY}"
        )
    return f"{b.line}: the step called {_name(a)} in its first run and {_name(b)} in its second; {REMEDY}"


def _check_numbers(a: Instruction, b: Instruction) -> None:
    """Python numbers among inputs and parameters must be equal: they become part of the program."""
    one, two = numbers_of(a), numbers_of(b)
    if repr(one) != repr(two):
        differing = [(x, y) for x, y in zip(one, two, strict=False) if repr(x) != repr(y)] or [(one, two)]
        raise CompileError(_number_changed(b, *differing[0]))


def _number_changed(at: Instruction | None, one: Any, two: Any) -> str:
    return (
        f"{_where(at)} was called with {one!r} in the first run and {two!r} in the second. A Python number is fixed "
        "when the step is compiled; pass it as a tensor argument"
    )


def _check_constant(x: Value, y: Value, at: Instruction | None) -> None:
    """An array that was made anew in both runs is a constant if its contents are the same."""
    one, two = (v.array if v.before is None else v.before for v in (x, y))
    if one is None or two is None or not np.array_equal(one, two, equal_nan=y.dtype.kind in "fc"):
        if one is not None and two is not None and y.kind == x.kind == "constant" and not y.shape:
            raise CompileError(_number_changed(at, one.item(), two.item()))
        raise CompileError(
            f"{_where(at)} uses an array of shape {y.shape} that is another one at each run and was not computed by an "
            "op: by NumPy from the numbers in a tensor, or drawn at random. Compute it with ops, or pass it as an "
            "argument"
        )
    y.kind, y.array, y.before = "constant", two, None


def _where(at: Instruction | None) -> str:
    return "the step's result" if at is None else f"{at.line}: {_name(at)}"


def shape_of(instruction: Instruction) -> Any:
    """What must be equal in both: everything but values and numbers."""
    if isinstance(instruction, Call):
        kinds = _tree((instruction.inputs, instruction.params))
        return "call", instruction.op, str(kinds), [(v.shape, v.dtype) for v in instruction.results]
    if isinstance(instruction, Again):
        return (
            "again",
            _code(instruction.function),
            len(instruction.inputs),
            [(v.shape, v.dtype) for v in instruction.results],
        )
    if isinstance(instruction, Write):
        return "write", instruction.target.shape, instruction.target.dtype
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


def numbers_of(instruction: Instruction) -> list[Any]:
    if isinstance(instruction, Call):
        return list(plain_in((instruction.inputs, instruction.params)))
    if isinstance(instruction, Again):
        return list(plain_in((instruction.inputs, _bound_numbers(instruction.function))))
    return []


def _code(function: Any) -> Any:
    """What two functions that were made in the same place have in common."""
    function = getattr(function, "func", function)  # of a partial
    return getattr(function, "__code__", function)


def _bound_numbers(function: Any) -> list[Any]:
    """The numbers in a function's closure, and those that a partial gives it."""
    found = [*getattr(function, "args", ()), *getattr(function, "keywords", {}).values()]
    for cell in getattr(getattr(function, "func", function), "__closure__", None) or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:  # not bound
            continue
    return [x for x in found if isinstance(x, (bool, int, float, complex, str))]


def plain_in(x: Any) -> Any:
    if isinstance(x, (tuple, list)):
        for y in x:
            yield from plain_in(y)
    elif isinstance(x, dict):
        yield from plain_in(tuple(x.values()))
    elif not isinstance(x, Value):
        yield x


def values_of(instruction: Instruction) -> list[Value]:
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
