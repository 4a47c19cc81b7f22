"""Sizes that depend on dimensions which are left open, and one program out of several runs with different sizes.

A program is recorded at a few sizes of each open dimension. What is equal in all runs is fixed; an int that differs is
a `Size`, of which the graph works out the value when it runs; anything else that differs is refused.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..compile.program import Again, Call, Value
from .errors import ExportError


@dataclasses.dataclass(frozen=True)
class Size:
    """A number that depends on the open dimensions: its value in each of the runs."""

    runs: tuple[int, ...]


@dataclasses.dataclass(eq=False)
class Item:
    """A tensor of the graph.

    kind: "input"; "state", a parameter or buffer; "fixed", numbers that are part of the model; "sized", numbers that
        depend on open dimensions only; "result" of a step.
    arrays: of all but results, the numbers in each run.
    """

    kind: str
    shape: tuple[Any, ...]  # of ints and Sizes
    dtype: np.dtype
    arrays: tuple[np.ndarray, ...] = ()
    name: str = ""
    step: Step | None = None  # that makes it

    @property
    def ndim(self) -> int:
        """How many dimensions it has."""
        return len(self.shape)


@dataclasses.dataclass(eq=False)
class Step:
    """An op was called. `inputs`: Items, Python numbers and Sizes; `params` likewise, nested as the op takes them.

    row: what writes it; None: that of the op in the table.
    """

    op: str
    inputs: tuple[Any, ...]
    params: dict[str, Any]
    results: tuple[Item, ...]
    scope: str = ""
    elementwise: bool = False
    line: str = ""
    row: Callable[..., Any] | None = None

    def where(self) -> str:
        """For errors."""
        if self.op == "outside":
            return self.scope or "the model"
        return f"{self.op} in {self.scope}" if self.scope else self.op


def product(sizes: Sequence[Any]) -> Any:
    """Of ints and Sizes."""
    total: Any = 1
    for n in sizes:
        total = combined(lambda a, b: a * b, total, n)
    return total


def combined(function: Callable[..., int], *sizes: Any) -> Any:
    """function(*sizes), run by run."""
    runs = [n.runs for n in sizes if isinstance(n, Size)]
    if not runs:
        return function(*sizes)
    values = tuple(function(*(n.runs[k] if isinstance(n, Size) else n for n in sizes)) for k in range(len(runs[0])))
    return values[0] if len(set(values)) == 1 else Size(values)


def size_in(x: Any) -> Size | None:
    """The Size that stands for a number, if it is one."""
    if isinstance(x, Item) and x.kind == "sized" and x.ndim == 0 and all(float(a).is_integer() for a in x.arrays):
        return Size(tuple(int(a) for a in x.arrays))
    return x if isinstance(x, Size) else None


def is_fixed(tree: Any) -> bool:
    """Whether there is no Size in nested tuples, slices and dicts."""
    if isinstance(tree, (tuple, list)):
        return all(map(is_fixed, tree))
    if isinstance(tree, dict):
        return is_fixed(tuple(tree.values()))
    if isinstance(tree, slice):
        return is_fixed((tree.start, tree.stop, tree.step))
    return not isinstance(tree, Size)


class Merge:
    """One program of several recordings of the same model, each at other sizes.

    names: of the open dimensions; "" where the runs differ in the numbers of the inputs only, on which then nothing
        may depend but what the ops compute.
    """

    def __init__(self, recordings: Sequence[Any], names: str = "") -> None:
        self.recordings = recordings
        self.names = names
        self.items: dict[Value, Item] = {}
        self.steps: list[Step] = []
        self.inputs = [self.same(values) for values in zip(*(r.inputs for r in recordings), strict=True)]
        programs = [r.instructions for r in recordings]
        for calls in zip(*programs, strict=False):
            self._step(calls)
        if len({len(p) for p in programs}) != 1:
            longest = max(programs, key=len)
            self._differs("calls more ops", longest[min(map(len, programs))])
        self.outputs = self.same([r.returned for r in recordings])

    def _step(self, calls: tuple[Any, ...]) -> None:
        first = calls[0]
        if any(type(call) is not type(first) for call in calls):
            self._differs("calls other ops", first)
        if isinstance(first, Again):
            if first.results:
                options = self.same([_numbers(getattr(call.function, "args", ())) for call in calls], first)
                inputs = self.same([call.inputs for call in calls], first)
                params = {"name": name_of(first.function), "options": options, "random": first.random}
                self._add(calls, "outside", inputs, params)
        elif isinstance(first, Call):
            if any(call.op is not first.op for call in calls):
                self._differs("calls other ops", first)
            inputs = self.same([call.inputs for call in calls], first)
            self._add(calls, first.op.name, inputs, self.same([call.params for call in calls], first))
        else:
            raise ExportError(f"onnx.export: {first.line}: {type(first).__name__} cannot be part of an ONNX graph")

    def _add(self, calls: tuple[Any, ...], op: str, inputs: Any, params: Any) -> None:
        first = calls[0]
        scope = self._path(first)
        results = tuple(self.same(values, first) for values in zip(*(call.results for call in calls), strict=True))
        step = Step(op, inputs, params, results, scope, isinstance(first, Call) and first.op.elementwise, first.line)
        sized = not is_fixed((inputs, params)) or any(item.kind == "sized" for item in items_in((inputs, params)))
        for item in results:
            if item.kind == "fixed" and sized:  # equal in these runs, but not for all sizes
                item.kind = "sized"
            if item.kind != "fixed":
                item.step = step
        self.steps.append(step)

    def _path(self, call: Any) -> str:
        """Of the module in which the first run called it."""
        run = next((r for r in self.recordings if call in r.scopes), self.recordings[0])
        return str(run.path(run.scopes.get(call, ())))

    def same(self, things: Sequence[Any], call: Any = None) -> Any:
        """One thing for those of the runs, in the same place."""
        first = things[0]
        if isinstance(first, Value):
            return self._item(things, call)
        if any(type(x) is not type(first) for x in things):
            self._differs("uses other things", call)
        if isinstance(first, slice):
            parts = ([getattr(x, end) for x in things] for end in ("start", "stop", "step"))
            return slice(*(self.same(part, call) for part in parts))
        if isinstance(first, dict):
            if any(list(x) != list(first) for x in things):
                self._differs("uses other names", call)
            return {key: self.same([x[key] for x in things], call) for key in first}
        if isinstance(first, (tuple, list)):
            if any(len(x) != len(first) for x in things):
                self._differs("uses another number of tensors", call)
            return tuple(self.same(parts, call) for parts in zip(*things, strict=True))
        if all(x is first or x == first or (x != x and first != first) for x in things):
            return first
        if isinstance(first, (int, np.integer)) and not isinstance(first, bool):
            return Size(tuple(map(int, things)))
        return self._differs(f"uses the numbers {', '.join(map(str, things))}", call)

    def _item(self, values: Sequence[Any], call: Any) -> Item:
        if any(not isinstance(v, Value) for v in values):
            self._differs("uses other tensors", call)
        known = [self.items.get(v) for v in values]
        if known[0] is not None:
            if any(item is not known[0] for item in known):
                self._differs("uses other tensors", call)
            return known[0]
        first = values[0]
        if any(len(v.shape) != len(first.shape) or v.dtype != first.dtype for v in values):
            self._differs("has tensors of other dimensions", call)
        shape = tuple(n[0] if len(set(n)) == 1 else Size(n) for n in zip(*(v.shape for v in values), strict=True))
        name = self.recordings[0].state(first)
        pure = [r.pure.get(v) for r, v in zip(self.recordings, values, strict=True)]
        arrays: tuple[np.ndarray, ...] = ()
        kind = "input" if first.kind == "input" else "result"
        if name is not None:
            kind, arrays = "state", (first.array,)
        elif all(a is not None for a in pure):
            arrays = tuple(a for a in pure if a is not None)
            same = all(a.shape == arrays[0].shape and _equal(a, arrays[0]) for a in arrays)
            kind = "fixed" if same else "sized"
            if not same and not self.names:
                self._differs("computes with other numbers outside of the graph", call)
        item = Item(kind, shape, first.dtype, arrays, first.name if kind == "input" else name or "")
        for value in values:
            self.items[value] = item
        return item

    def _differs(self, how: str, call: Any = None) -> Any:
        path = "" if call is None else self._path(call)
        where = f"{call.line}{f', in {path}' if path else ''}: " if call is not None and call.line else ""
        if not self.names:
            raise ExportError(
                f"onnx.export: {where}for other numbers in the inputs the model {how}, so one graph cannot serve all. "
                "Compute with tensors, use where() instead of if, and draw random numbers outside, as an input"
            )
        raise ExportError(
            f"onnx.export: {where}for another size of {self.names} the model {how}, so one graph cannot serve all "
            "sizes. Leave that dimension fixed (out of dynamic_axes), or write the model without Python code that "
            "depends on it"
        )


def items_in(tree: Any) -> Iterator[Item]:
    """The Items in nested tuples and dicts."""
    if isinstance(tree, Item):
        yield tree
    elif isinstance(tree, (tuple, list)):
        for branch in tree:
            yield from items_in(branch)
    elif isinstance(tree, dict):
        yield from items_in(tuple(tree.values()))


def name_of(function: Callable[..., Any]) -> str:
    """Of a function that a layer calls: its file, and its name there."""
    function = getattr(function, "func", function)
    module = str(getattr(function, "__module__", ""))
    return f"{module.rpartition('.')[2]}.{getattr(function, '__qualname__', 'function')}"


def _numbers(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(x for x in args if isinstance(x, (bool, int, float)))


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    return np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
