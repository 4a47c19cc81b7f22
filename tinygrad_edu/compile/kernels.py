"""Elementwise ops that follow each other, and the sums over what they compute, as one loop each.

A loop goes through the rows i and columns j of arrays that are broadcast to one shape; arrays of more dimensions are
seen as rows of the last. Within a row there may be several stages: what uses the sum over a row comes after that sum.
Sums of a row and of everything are added up in double precision.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import kernels
from ..ops.dims import axes
from .loop_text import ELEMENTWISE, Text
from .program import Call, Instruction, Program, Update, Value, Write, reads, values_in

if TYPE_CHECKING:
    from .write import Writer


class Loop:
    """In place of an op, in the call that a group of calls becomes."""

    name = "loop"
    forward = None

    def __init__(self, group: Group, outputs: list[Value]) -> None:
        self.group, self.outputs = group, outputs


class Group:
    """Calls that become one loop, over `rows` and `columns`; `kinds` says what each value is in it.

    "full": an element for each row and column. "row": one for each column. "column": one for each row. "scalar".
    "sum" and "total": sums over all rows, and over everything, which are there when the loop is done.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.kinds: dict[Value, str] = {}
        self.shape: tuple[int, ...] = ()
        self.dtype = np.dtype("f4")

    @property
    def rows(self) -> int:
        return math.prod(self.shape[:-1])

    def take(self, call: Call) -> bool:
        """Put the call into the group, if it fits."""
        y = call.results[0]
        if len(call.results) > 1 or (not self.calls and not self._opened_by(call)):
            return False
        if any(self.kinds.get(x) in ("sum", "total") for x in values_in(call.inputs)):
            return False
        known = dict(self.kinds)
        kind = self._kind(call, y)
        if kind is None:
            self.kinds = known
            return False
        self.kinds[y] = kind
        self.calls.append(call)
        return True

    def _opened_by(self, call: Call) -> bool:
        """The first call says what shape the loop has, and in which dtype it computes."""
        y = call.results[0]
        dtypes = [y.dtype, *(x.dtype for x in values_in(call.inputs))]
        self.shape, self.kinds = y.shape, {}
        self.dtype = next((dtype for dtype in dtypes if dtype.char in "fd"), dtypes[0])
        return self.dtype.char in "fd" and bool(y.shape) and math.prod(y.shape) > 0

    def _kind(self, call: Call, y: Value) -> str | None:
        name, inputs = call.op.name, call.inputs
        if name in ELEMENTWISE:
            return self._elementwise(call, y)
        x = inputs[0]
        if name == "log_softmax" and y.shape == self.shape and y.dtype == self.dtype == x.dtype:
            return self._fits(x, "full") if axes(call.params["dim"], len(y.shape)) == (len(y.shape) - 1,) else None
        if name in ("sum", "mean") and y.dtype == self.dtype == x.dtype:
            return self._reduced(call, x)
        if name == "getitem" and self._picks(call.params["index"]) and self.kinds.get(x) == "full":
            return "column"
        if name == "place" and self._picks(call.params["index"]) and call.params["shape"] == self.shape:
            return "full" if x.shape == self.shape[:1] and self._fits(x, "column") and x.dtype == self.dtype else None
        return None

    def _elementwise(self, call: Call, y: Value) -> str | None:
        values = list(values_in(call.inputs))
        if not all(v.dtype in (self.dtype, np.dtype("?")) for v in (*values, y)):
            return None
        if call.op.name not in ("where", "cast") and any(v.dtype == np.dtype("?") for v in values):
            return None
        if y.shape == self.shape and not (values and all(self.kinds.get(v) == "column" for v in values)):
            return "full" if all(self._broadcast(v) for v in values) else None
        if not any(self.kinds.get(v) == "column" for v in values) or y.shape not in self._columns():
            return None
        fits = all(v.shape == () or (v.shape == y.shape and self._fits(v, "column")) for v in values)
        for v in values:
            if v.shape == ():
                self.kinds.setdefault(v, "scalar")
        return "column" if fits else None

    def _columns(self) -> tuple[tuple[int, ...], ...]:
        return self.shape[:-1], (*self.shape[:-1], 1)

    def _broadcast(self, x: Value) -> bool:
        """Whether x, broadcast to the shape of the loop, is of a kind that the loop knows."""
        if x.shape == self.shape:
            return self._fits(x, "full") is not None
        if x.shape == (*self.shape[:-1], 1):
            return self._fits(x, "column") is not None
        if math.prod(x.shape) == 1:
            return self._fits(x, "scalar") is not None
        return math.prod(x.shape) == x.shape[-1] == self.shape[-1] and self._fits(x, "row") is not None

    def _fits(self, x: Any, kind: str) -> str | None:
        """`kind`, if x is a value that may be taken as being of it."""
        if not isinstance(x, Value) or (kind == "full" and x.shape != self.shape):
            return None
        return kind if self.kinds.setdefault(x, kind) == kind else None

    def _reduced(self, call: Call, x: Value) -> str | None:
        over, all_axes = axes(call.params.get("dim"), len(x.shape)), tuple(range(len(x.shape)))
        if self.kinds.get(x) not in ("full", "column"):
            return None
        if tuple(sorted(over)) == all_axes:
            return "total"
        if self.kinds[x] == "column":
            return None
        if over == all_axes[-1:]:
            return "column"
        return "sum" if tuple(sorted(over)) == all_axes[:-1] and call.op.name == "sum" else None

    def _picks(self, index: Any) -> bool:
        """One column of each row: x[arange(rows), y]."""
        if not (isinstance(index, tuple) and len(index) == len(self.shape) == 2):
            return False
        rows, columns = index
        if not (isinstance(rows, Value) and isinstance(columns, Value) and rows.array is not None):
            return False
        if not np.array_equal(rows.array, np.arange(self.shape[0])) or columns.shape != (self.shape[0],):
            return False
        return columns.dtype == np.int64 and self.kinds.setdefault(columns, "column") == "column"


def fused(program: Program) -> Program:
    """The program with groups of calls as loops, if kernels can be made."""
    if not kernels.available():
        return program
    done: list[Instruction] = []
    group = Group()
    views: list[Call] = []  # of what the group makes: they come after it
    made: set[Value] = set()

    def close() -> None:
        nonlocal group, views, made
        done.extend(group.calls if not _is_worth_it(group) else [Call(Loop(group, []), (), {}, ())])  # type: ignore[arg-type]
        done.extend(views)
        group, views, made = Group(), [], set()

    for instruction in program.instructions:
        if isinstance(instruction, (Write, Update)):
            close()
            done.append(instruction)
            continue
        of_views = any(v in view.results for view in views for v in reads(instruction))
        uses = of_views or not made.isdisjoint(reads(instruction))
        if isinstance(instruction, Call) and instruction.view and uses and not of_views:
            views.append(instruction)
        elif isinstance(instruction, Call) and not of_views and group.take(instruction):
            made.update(instruction.results)
        else:
            opens = isinstance(instruction, Call) and Group().take(instruction)
            if uses or opens:
                close()
            if isinstance(instruction, Call) and opens and group.take(instruction):
                made.update(instruction.results)
            else:
                done.append(instruction)  # before the group, if that is open: neither uses the other
    close()
    return dataclasses.replace(program, instructions=_with_outputs(done, program))


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
            calls = instruction.op.group.calls
            made = [call.results[0] for call in calls]
            inputs = dict.fromkeys(v for call in calls for v in values_in((call.inputs, call.params)) if v not in made)
            results = tuple(v for v in made if v in used)
            instruction = Call(instruction.op, tuple(inputs), {}, results, calls[0].scope, calls[0].line)
        used.update(reads(instruction))
        found.append(instruction)
    return found[::-1]


def loop(w: Writer, call: Call) -> list[str]:
    """`relu_loop(linear, bias, relu, 64, 50)`"""
    assert isinstance(call.op, Loop)
    group = call.op.group
    text = Text(group.calls, group.kinds, str(group.dtype), call.results, group.shape[-1])
    given = [_seen(w, x, group) for x in text.inputs]
    for value in call.results:
        w.memory(value)
    outputs = [_seen(w, x, group) for x in call.results]
    columns = group.shape[-1]
    scratch = [w.temporary(Value("result", (columns,), x.dtype)) for x in text.scratch]
    name, count = text.name, 1
    while w.kernels.setdefault(text.name, str(text)) != str(text):  # another loop of this name
        count += 1
        text.name = f"{name}_{count}"
    w.names[text.name] = kernels.kernel(str(text))
    return [f"{text.name}({', '.join([*given, *outputs, *scratch])}, {group.rows}, {columns})"]


def _seen(w: Writer, x: Value, group: Group) -> str:
    """An array as rows and columns, if it has more dimensions."""
    kind, rows = group.kinds.get(x), group.rows
    if kind == "full":
        plain, shape = len(x.shape) == 2, (rows, group.shape[-1])
    else:
        plain, shape = kind != "column" or x.shape in ((rows,), (rows, 1)), (rows, 1)
    if plain:
        return w(x)
    text = f".reshape{shape}"
    there = w.standing.get(x)
    return w.view(x, text) if there is None or there.flags.c_contiguous else f"{x.name}{text}"


def shown(texts: Iterable[str]) -> list[str]:
    """Kernels in the source of a program."""
    *imports, decorator = (kernels.HEAD % True).rstrip().split("\n")
    return ["\n".join(imports).rstrip() + "\n", *(f"{decorator}\n{text}" for text in texts)] if texts else []
