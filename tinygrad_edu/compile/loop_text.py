"""The text of a loop over rows and columns: what `kernels.py` has put together, as a Python function for Numba."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from .program import Call, Value, values_in

if TYPE_CHECKING:
    from .groups import Group

ELEMENTWISE = {
    "add": "{} + {}",
    "sub": "{} - {}",
    "mul": "{} * {}",
    "div": "{} / {}",
    "neg": "-{}",
    "abs": "abs({})",
    "sqrt": "sqrt({})",
    "rsqrt": "ONE / sqrt({})",
    "log": "log({})",
    "erf": "ERF({})",
    "square": "{0} * {0}",
    "tanh": "TANH({})",
    "exp": "EXP({})",
    "sigmoid": "(ONE if {0} >= ZERO else {1}) / (ONE + {1})",
    "relu": "ZERO if {0} <= ZERO else {0}",
    "maximum": "{0} if {0} > {1} or {0} != {0} else {1}",
    "minimum": "{0} if {0} < {1} or {0} != {0} else {1}",
    "where": "{1} if {0} else {2}",
    "eq": "{} == {}",
    "ne": "{} != {}",
    "lt": "{} < {}",
    "le": "{} <= {}",
    "gt": "{} > {}",
    "ge": "{} >= {}",
}

RESERVED = (
    *("abs", "erf", "erf32", "exp", "exp32", "float32", "float64", "i", "inf", "int64", "j", "log", "max", "nan"),
    *("plus", "range", "rank32", "sqrt", "tanh", "tanh32", "unranked32"),
)


class Text:
    """What the lines are put together in: stage by stage, what stands before its loop over columns, and in it."""

    def __init__(self, group: Group, outputs: Iterable[Value]) -> None:
        calls = self.calls = group.calls
        self.group, self.kinds, self.dtype, self.results = group, group.kinds, str(group.dtype), list(outputs)
        made = {call.results[0] for call in calls}
        read = dict.fromkeys(x for call in calls for x in _arrays(call) if x not in made)
        self.inputs, written = (
            list(dict.fromkeys(group.cuts[x][0] if x in group.cuts else x for x in xs)) for xs in (read, self.results)
        )
        self.outputs = [x for x in written if x not in self.inputs]
        self.names: dict[Value, str] = {}
        for x in dict.fromkeys([*self.inputs, *(call.results[0] for call in calls), *self.outputs]):
            self._name(x)
        self.name = f"{self.names[calls[-1].results[0]]}_loop"
        self.stage: dict[Value, int] = {}  # in which an element is computed; for a column: before which
        self.scratch: list[Value] = []  # a row of what later stages use
        self.first: list[str] = []
        self.before: dict[int, list[str]] = defaultdict(list)
        self.inside: dict[int, list[str]] = defaultdict(list)
        self.last: list[str] = []
        self.powers: dict[Value, str] = {}  # of a log-softmax: the row of powers before they are divided by their sum
        for call in calls:
            self._write(call, call.results[0])

    def _name(self, x: Value) -> None:
        """As in the program, without numbers: then loops of equal layers are one."""
        base = re.sub(r"\d+", "", x.name).strip("_") or "x"
        name, count = base, 1
        while name in (*RESERVED, "rows", "columns") or name in self.names.values():
            count += 1
            name = f"{base}_{count}"
        self.names[x] = name

    def named(self, name: str) -> str:
        """The function, under this name."""
        names = [
            *(self.names[x] for x in (*self.inputs, *self.outputs)),
            *(f"{self.names[x]}_row" for x in self.scratch),
        ]
        lines = [f"def {name}({', '.join([*names, 'rows', 'columns'])}):", *_indented(1, self.first)]
        lines.append("    for i in range(rows):")
        for stage in sorted({*self.before, *self.inside}):
            lines += _indented(2, self.before[stage])
            if self.inside[stage]:
                lines += ["        for j in range(columns):", *_indented(3, self.inside[stage])]
        return "\n".join([*lines, *_indented(1, self.last)]) + "\n"

    # --- elements -----------------------------------------------------------------------------------------------------

    def place(self, x: Value) -> str:
        """`bias[j]`"""
        kind = self.kinds[x]
        i, j = ("i", "j") if kind == "full" else ("i", "0") if kind == "column" else ("0", "j")
        if kind in ("scalar", "total"):
            return f"{self.names[x]}[{', '.join('0' for _ in x.shape) or '()'}]"
        if kind == "column":
            return f"{self.names[x]}[{i}]" if len(x.shape) == 1 else f"{self.names[x]}[i, 0]"
        if kind == "full":
            return self.at(x, "j")
        if kind == "spread":
            return f"{self.names[x]}[{self.group.rows_of[x]}, {'j' if x.shape[-1] > 1 else '0'}]"
        return f"{self.names[x]}[{', '.join(['0'] * (len(x.shape) - 1) + [j])}]"

    def at(self, x: Value, j: str) -> str:
        """`x[i, j]`"""
        whole, first = self.group.cuts.get(x, (x, 0))
        return f"{self.names[whole]}[i, {j} + {first}]" if first else f"{self.names[whole]}[i, {j}]"

    def element(self, x: Any, stage: int) -> str:
        """An element of x, in the loop over columns of this stage or before it."""
        if not isinstance(x, Value):
            return f"{self.dtype}({x!r})"
        if x not in self.stage:
            if x.kind == "constant" and not x.shape and x.array is not None and x.dtype.kind == "f":
                return f"{self.dtype}({x.array.item()!r})"
            return self.place(x)
        if self.kinds[x] == "column":
            return f"{self.names[x]}_i"
        return f"{self.names[x]}_ij" if self.stage[x] == stage else self.kept(x)

    def kept(self, x: Value, j: str = "j") -> str:
        """An element of x that was computed in an earlier stage."""
        if x not in self.stage:
            return self.at(x, j)
        if x in self.results:
            return self.at(x, j)
        name = f"{self.names[x]}_row"
        if x not in self.scratch:
            self.scratch.append(x)
            self.inside[self.stage[x]].append(f"{name}[j] = {self.names[x]}_ij")
        return f"{name}[{j}]"

    def ready(self, *xs: Any) -> int:
        return max([0, *(self.stage.get(x, 0) for x in xs if isinstance(x, Value))])

    # --- calls --------------------------------------------------------------------------------------------------------

    def _write(self, call: Call, y: Value) -> None:
        name = call.op.name
        if name in ELEMENTWISE:
            self._elementwise(call, y)
        elif name == "log_softmax":
            self._log_softmax(call.inputs[0], y)
        elif name in ("sum", "mean"):
            self._reduce(call, call.inputs[0], y)
        else:
            self._pick(call, y)

    def _define(self, y: Value, stage: int, text: str) -> None:
        """A line for an element of y; another if others need the array."""
        self.stage[y] = stage
        full = self.kinds[y] == "full"
        lines = self.inside[stage] if full else self.before[stage]
        local = f"{self.names[y]}_{'ij' if full else 'i'}"
        lines.append(f"{local} = {text}")
        if y in self.results:
            lines.append(f"{self.place(y)} = {local}")

    def _elementwise(self, call: Call, y: Value) -> None:
        stage = self.ready(*call.inputs)
        if call.op.name == "exp" and call.inputs[0] in self.powers:
            x = call.inputs[0]
            self._define(y, stage, f"{self.powers[x]}[j] / {self.names[x]}_sum")
            return
        elements = [self.element(x, stage) for x in call.inputs]
        text = ELEMENTWISE[call.op.name].replace("ZERO", f"{self.dtype}(0)").replace("ONE", f"{self.dtype}(1)")
        if call.op.name == "sigmoid":  # of the two forms the one in which the power is below 1
            power = f"{self.names[y]}_power"
            lines = self.inside[stage] if self.kinds[y] == "full" else self.before[stage]
            lines.append(f"{power} = {self.function('exp')}(-abs({elements[0]}))")
            elements.append(power)
        for name in ("exp", "erf", "tanh"):
            text = text.replace(name.upper(), self.function(name))
        self._define(y, stage, text.format(*elements))

    def function(self, name: str) -> str:
        """Of exp, erf and tanh, the one for these numbers."""
        return f"{name}32" if self.dtype == "float32" else name

    def _log_softmax(self, x: Value, y: Value) -> None:
        """In three stages: the largest, the powers and their sum, and the result. A softmax needs no logarithm."""
        stage, exp, name = self.ready(x), self.function("exp"), self.names[y]
        top, total, x_ij = f"{name}_top", f"{name}_total", self.element(x, stage)
        if self.dtype == "float32":
            self.before[stage].append(f"{top}_rank = rank32(-inf)")
            self.inside[stage].append(f"{top}_rank = max({top}_rank, rank32({x_ij}))")
            self.before[stage + 1].append(f"{top} = unranked32({top}_rank)")
        else:
            self.before[stage].append(f"{top} = {self.dtype}(-inf)")
            self.inside[stage].append(f"{top} = {x_ij} if {x_ij} > {top} or {x_ij} != {x_ij} else {top}")
        kept = self.kept(x)
        self.before[stage + 1].append(f"{total} = 0.0")
        self.inside[stage + 1] += [
            f"{name}_power = {exp}({kept} - {top})",
            f"{total} = plus({total}, {name}_power)",
        ]
        if any(call.op.name == "exp" and call.inputs[0] is y for call in self.calls):
            power = Value("result", (self.group.columns,), x.dtype, f"{name}_power")
            self.names[power] = f"{name}_powers"
            self.scratch.append(power)
            self.powers[y] = f"{self.names[power]}_row"
            self.inside[stage + 1].append(f"{self.powers[y]}[j] = {name}_power")
            self.before[stage + 2].append(f"{name}_sum = {self.dtype}({total})")
        self.stage[y] = stage + 2
        if y in self.results or any(y in values_in(c.inputs) and c.op.name != "exp" for c in self.calls):
            self.before[stage + 2].append(f"{name}_log = {self.dtype}(log({total}))")
            self._define(y, stage + 2, f"{kept} - {top} - {name}_log")

    def _reduce(self, call: Call, x: Value, y: Value) -> None:
        name, stage, kind = self.names[y], self.ready(x), self.kinds[y]
        lines = self.inside[stage] if self.kinds[x] == "full" else self.before[stage]
        x_ij = self.element(x, stage)
        if kind == "sum":
            self.first.append(f"{name}[:] = 0")
            lines.append(f"{self.place(y)} += {x_ij}")
            return
        count = int(np.prod(x.shape)) // max(1, int(np.prod(y.shape)))
        (self.first if kind == "total" else self.before[stage]).append(f"{name}_total = 0.0")
        lines.append(f"{name}_total = plus({name}_total, {x_ij})")
        text = f"{name}_total / {count}" if call.op.name == "mean" else f"{name}_total"
        if kind == "total":
            self.last.append(f"{self.place(y)} = {text}")
        else:
            self._define(y, stage + 1, f"{self.dtype}({text})")

    def _pick(self, call: Call, y: Value) -> None:
        """One column of each row."""
        labels = call.params["index"][1]
        label = f"{self.names[labels]}_label"
        taking = call.op.name == "getitem"
        x = call.inputs[0]
        stage = self.stage[x] + 1 if taking else self.ready(x)
        if f"{label} = {self.place(labels)}" not in self.before[0]:
            self.before[0] += [
                f"{label} = {self.place(labels)}",
                f"if {label} < -columns or {label} >= columns:",
                '    raise IndexError("an index is out of range")',
                f"{label} += columns if {label} < 0 else 0",
            ]
        if taking:
            self._define(y, stage, self.kept(x, label))
        else:
            self._define(y, stage, f"{self.element(x, stage)} if j == {label} else {self.dtype}(0)")


def _arrays(call: Call) -> list[Value]:
    """What a call reads, but for constants that stand in the text, and for the numbers of rows."""
    index = call.params.get("index")
    found = [*values_in(call.inputs), *([index[1]] if isinstance(index, tuple) else [])]
    return [v for v in found if v.kind != "constant" or v.shape or v.dtype.kind != "f"]


def _indented(depth: int, lines: list[str]) -> list[str]:
    return ["    " * depth + line for line in lines]
