"""Elementwise ops that follow each other, and the sums over what they compute, as one loop each.

A loop goes through the rows i and columns j of arrays that are broadcast to one shape; arrays of more dimensions are
seen as rows of the last. Within a row there may be several stages: what uses the sum over a row comes after that sum.
Sums of a row and of everything are added up in double precision.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from .. import kernels
from .groups import REDUCTIONS, Group, slices
from .loop_text import Text
from .program import Call, Instruction, Program, Update, Value, Write, reads, values_in

if TYPE_CHECKING:
    from .write import Writer

NEAR = 8  # how many items back a call looks for a group to join


class Loop:
    """In place of an op, in the call that a group of calls becomes."""

    name = "loop"
    forward = None

    def __init__(self, group: Group, outputs: list[Value]) -> None:
        self.group, self.outputs = group, outputs


def fused(program: Program) -> Program:
    """The program with groups of calls as loops, if kernels can be made."""
    if not kernels.available():
        return program
    items: list[Instruction | Group] = []
    cut = slices(program.instructions)
    for instruction in program.instructions:
        if not isinstance(instruction, Call) or not _joins(instruction, items, cut):
            items.append(instruction)
    done: list[Instruction] = []
    for item in items:
        if isinstance(item, Group):
            done.extend(item.calls if not _is_worth_it(item) else [Call(Loop(item, []), (), {}, ())])  # type: ignore[arg-type]
            done.extend(item.views)
        else:
            done.append(item)
    return dataclasses.replace(program, instructions=_with_outputs(done, program))


def _joins(call: Call, items: list[Instruction | Group], cut: dict[Value, tuple[Value, int]]) -> bool:
    """Put the call into one of the last groups, or into a new one, if any takes it.

    A group may have to be moved to where all is there that the call reads; nothing that uses the group is in between.
    What others use already takes sums alone: else the way forward would make, and keep, what the way back begins with.
    """
    reading = set(reads(call))
    last = -1  # the last item that makes what the call reads
    for at in range(len(items) - 1, max(-1, len(items) - 1 - NEAR), -1):
        item = items[at]
        if isinstance(item, (Write, Update)):
            break
        if isinstance(item, Group):
            if item.look(call):
                return True
            near = at == len(items) - 1 or item.shares(call)
            used = _is_used(item, items[at + 1 :])
            if near and not (used and (last > at or call.op.name not in REDUCTIONS)) and item.take(call):
                if last > at:
                    items.insert(last, items.pop(at))
                return True
            makes = not item.made.isdisjoint(reading)
        else:
            makes = not reading.isdisjoint(item.results)
        last = max(last, at if makes else -1)
    if not call.view and (group := Group(cut)).take(call):
        items.append(group)
        return True
    return False


def _is_used(group: Group, items: list[Instruction | Group]) -> bool:
    return any(
        not group.made.isdisjoint(reads(call))
        for item in items
        for call in (item.calls if isinstance(item, Group) else [item])
    )


def _is_worth_it(group: Group) -> bool:
    """More than one call, or one that NumPy takes several for, or an outer product, whose rows are short for NumPy."""
    alone = group.calls[0] if len(group.calls) == 1 else None
    if alone is None:
        return bool(group.calls)
    is_outer = {group.kinds.get(x) for x in values_in(alone.inputs)} == {"column", "row"}
    return is_outer or alone.op.name in ("sigmoid", "log_softmax")


def _with_outputs(instructions: list[Instruction], program: Program) -> list[Instruction]:
    """The calls of loops with their inputs, and with those results that others use."""
    used = set(program.needed())
    found: list[Instruction] = []
    for instruction in reversed(instructions):
        if isinstance(instruction, Call) and isinstance(instruction.op, Loop):
            calls, cuts = instruction.op.group.calls, instruction.op.group.cuts
            made = [call.results[0] for call in calls]
            read = dict.fromkeys(v for call in calls for v in values_in((call.inputs, call.params)) if v not in made)
            inputs = dict.fromkeys(cuts[v][0] if v in cuts else v for v in read)
            results = tuple(v for v in made if v in used)
            instruction = Call(instruction.op, tuple(inputs), {}, results, calls[0].scope, calls[0].line)
        elif isinstance(instruction, Call) and instruction.view and used.isdisjoint(instruction.results):
            continue  # only the loop looks at it
        used.update(reads(instruction))
        found.append(instruction)
    return found[::-1]


def loop(w: Writer, call: Call) -> list[str]:
    """`relu_loop(linear, bias, relu, 64, 50)`"""
    assert isinstance(call.op, Loop)
    group = call.op.group
    for value in call.results:
        w.memory(value)
    _cut(w, call, group)
    text = Text(group, call.results)
    given = [_seen(w, x, group) for x in text.inputs]
    outputs = [_seen(w, x, group) for x in text.outputs]
    columns = group.columns
    scratch = [w.temporary(Value("result", (columns,), x.dtype)) for x in text.scratch]
    name = defined(w, text.name, text.named)
    return [f"{name}({', '.join([*given, *outputs, *scratch])}, {group.rows}, {columns})"]


def defined(w: Writer, wish: str, text: Callable[[str], str]) -> str:
    """The name of the kernel that has this text, given its name: this one, or one with a number."""
    name, count = wish, 1
    while w.kernels.setdefault(name, text(name)) != text(name):  # another loop of this name
        count += 1
        name = f"{wish}_{count}"
    w.names[name] = kernels.kernel(text(name))
    return name


def _cut(w: Writer, call: Call, group: Group) -> None:
    """What lies in some columns of a larger array is read and written there."""
    for x in (*call.inputs, *call.results):
        if group.kinds.get(x) == "full" and x.within is not None and x.within[0] in w.begun:
            part, whole = w.standing[x], w.begun[x.within[0]]
            if whole.flags.c_contiguous and part.shape[:-1] == whole.shape[:-1] and part.shape != whole.shape:
                group.cuts[x] = x.within[0], (part.ctypes.data - whole.ctypes.data) // whole.itemsize


def _seen(w: Writer, x: Value, group: Group) -> str:
    """An array as rows and columns, if it has more dimensions."""
    kind, rows = group.kinds.get(x), group.rows
    if kind in ("full", "spread") or any(x is whole for whole, _ in group.cuts.values()):
        plain, shape = len(x.shape) == 2, (math.prod(x.shape[:-1]), x.shape[-1])
    else:
        plain, shape = kind != "column" or x.shape in ((rows,), (rows, 1)), (rows, 1)
    there = w.standing.get(x)
    if there is not None and kind == "full" and not there.flags.c_contiguous:
        rows_in_order = _wide(there, shape)
        if rows_in_order is not None:
            return w.standing_view(x, "_in_rows", rows_in_order)
    if plain:
        return w(x)
    text = f".reshape{shape}"
    return w.view(x, text) if there is None or there.flags.c_contiguous else f"{x.name}{text}"


def _wide(x: np.ndarray, shape: tuple[int, int]) -> np.ndarray | None:
    """The array as rows that lie in order, each with what lies between it and the next: None if it has no such rows.

    Of such an array machine code knows that neighbours in a row are neighbours in memory, and takes many at once. What
    lies behind the columns is never looked at. The last row is left out where it would end behind the memory: the loop
    knows how many there are.
    """
    rows, (columns, size) = x.reshape(shape), (shape[1], x.itemsize)
    step = rows.strides[0]
    if not np.shares_memory(rows, x) or rows.strides[1] != size or step % size or step < columns * size:
        return None
    owner = x
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    if not (owner.flags.c_contiguous or owner.flags.f_contiguous):
        return None
    whole = (owner.ctypes.data + owner.nbytes - rows.ctypes.data) // step
    return np.lib.stride_tricks.as_strided(rows, (min(shape[0], whole), step // size), (step, size))


def shown(texts: Iterable[str]) -> list[str]:
    """Kernels in the source of a program, which may be run from anywhere: only a file has machine code beside it."""
    *imports, decorator = (kernels.HEAD % "").rstrip().split("\n")
    return ["\n".join(imports).rstrip() + "\n", *(f"{decorator}\n{text}" for text in texts)] if texts else []
