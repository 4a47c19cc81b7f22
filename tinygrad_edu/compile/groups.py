"""Which calls become one loop over rows and columns, and what each of their values is in it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..ops.dims import axes
from .loop_text import ELEMENTWISE
from .program import Call, Instruction, Value, mapped, reads, values_in

REDUCTIONS = ("sum", "mean")
RESHAPES = ("reshape", "squeeze", "unsqueeze", "flatten")


class Group:
    """Calls that become one loop, over `rows` and `columns`; `kinds` says what each value is in it.

    "full": an element for each row and column. "row": one for each column. "column": one for each row. "scalar".
    "spread": an array from outside, broadcast along some of the dimensions that are the rows; `rows_of` says which of
    its rows row i uses. "sum" and "total": sums over all rows, and over everything, which are there when the loop is
    done.

    cuts: of arrays from outside that are some columns of a larger one, that one and the first of these columns.
    views: of what the group makes; they come after it. Those that only see it as more or fewer dimensions of rows may
    be used by its calls too: `sources` says what they look at.
    """

    def __init__(self, slices: dict[Value, tuple[Value, int]] | None = None) -> None:
        self.slices = slices or {}  # what may become cuts
        self.calls: list[Call] = []
        self.views: list[Call] = []
        self.kinds: dict[Value, str] = {}
        self.rows_of: dict[Value, str] = {}
        self.cuts: dict[Value, tuple[Value, int]] = {}
        self.sources: dict[Value, Value] = {}
        self.made: set[Value] = set()  # results of calls and views
        self.shape: tuple[int, ...] = ()
        self.dtype = np.dtype("f4")

    @property
    def rows(self) -> int:
        return math.prod(self.shape[:-1])

    @property
    def columns(self) -> int:
        return self.shape[-1]

    def look(self, call: Call) -> bool:
        """Take the call as a view of what the group makes, if it is one."""
        if not call.view or call.inputs[0] not in self.made:
            return False
        x, y = call.inputs[0], call.results[0]
        source = self.sources.get(x, x)
        kind = self.kinds.get(source)
        if call.op.name in RESHAPES and (kind == "column" or (kind == "full" and self._is_full(y.shape))):
            self.sources[y] = source
        self.views.append(call)
        self.made.add(y)
        return True

    def take(self, call: Call) -> bool:
        """Put the call into the group, if it fits."""
        y = call.results[0]
        if len(call.results) > 1 or (not self.calls and not self._opened_by(call)):
            return False
        sources = [self.sources.get(x, x) for x in reads(call)]
        if any(x in self.made and self.kinds.get(x) in (None, "sum", "total") for x in sources):
            return False
        known = dict(self.kinds)
        kind = self._kind(call, y)
        if kind is None:
            self.kinds = known
            return False
        self.kinds[y] = kind
        self.made.add(y)
        self.cuts.update((x, self.slices[x]) for x in reads(call) if x in self.slices and self.kinds.get(x) == "full")
        self.calls.append(dataclasses.replace(call, inputs=mapped(call.inputs, lambda x: self.sources.get(x, x))))
        return True

    def shares(self, call: Call) -> bool:
        """Whether the call reads what the group makes or reads."""
        return any(x in self.kinds or x in self.sources for x in reads(call) if x.shape)

    def _opened_by(self, call: Call) -> bool:
        """The first call says what shape the loop has, and in which dtype it computes."""
        y = call.results[0]
        like = call.inputs[0] if call.op.name in REDUCTIONS and isinstance(call.inputs[0], Value) else y
        dtypes = [y.dtype, *(x.dtype for x in values_in(call.inputs))]
        self.shape, self.kinds = like.shape, {}
        self.dtype = next((dtype for dtype in dtypes if dtype.char in "fd"), dtypes[0])
        return self.dtype.char in "fd" and bool(like.shape) and math.prod(like.shape) > 0

    def _is_full(self, shape: tuple[int, ...]) -> bool:
        return bool(shape) and shape[-1] == self.columns and math.prod(shape[:-1]) == self.rows

    def _kind(self, call: Call, y: Value) -> str | None:
        name, inputs = call.op.name, call.inputs
        if name in ELEMENTWISE:
            return self._elementwise(call, y)
        x = inputs[0]
        if name == "log_softmax" and self._is_full(y.shape) and y.dtype == self.dtype == x.dtype:
            return self._fits(x, "full") if axes(call.params["dim"], len(y.shape)) == (len(y.shape) - 1,) else None
        if name in REDUCTIONS and isinstance(x, Value) and y.dtype == self.dtype == x.dtype:
            return self._reduced(call, x)
        if name == "getitem" and self._picks(call.params["index"], x.shape) and self._known(x) == "full":
            return "column"
        if name == "place" and self._is_full(y.shape) and self._picks(call.params["index"], call.params["shape"]):
            return "full" if x.shape == y.shape[:1] and self._fits(x, "column") and x.dtype == self.dtype else None
        return None

    def _elementwise(self, call: Call, y: Value) -> str | None:
        values = list(values_in(call.inputs))
        if not all(v.dtype in (self.dtype, np.dtype("?")) for v in (*values, y)):
            return None
        if call.op.name not in ("where", "cast") and any(v.dtype == np.dtype("?") for v in values):
            return None
        if self._is_full(y.shape) and not (values and all(self._known(v) == "column" for v in values)):
            return "full" if all(self._broadcast(v, y.shape) for v in values) else None
        if math.prod(y.shape) != self.rows or not (
            y.shape[-1:] == (1,) or any(self._known(v) == "column" for v in values)
        ):
            return None
        return "column" if all(self._fits(v, "column" if v.shape == y.shape else "scalar") for v in values) else None

    def _known(self, x: Value) -> str | None:
        return self.kinds.get(self.sources.get(x, x))

    def _broadcast(self, x: Value, shape: tuple[int, ...]) -> bool:
        """Whether x, broadcast to this shape, which is full, is of a kind that the loop knows."""
        if x.shape == shape:
            return self._fits(x, "full") is not None
        if x.shape == (*shape[:-1], 1):
            return self._fits(x, "column") is not None
        if math.prod(x.shape) == 1:
            return self._fits(x, "scalar") is not None
        if math.prod(x.shape) == x.shape[-1] == self.columns:
            return self._fits(x, "row") is not None
        text = _row_of(x.shape, shape)
        if x in self.made or self.rows_of.setdefault(x, text) != text:
            return False
        return self._fits(x, "spread") is not None

    def _fits(self, x: Any, kind: str) -> str | None:
        """`kind`, if x is a value that may be taken as being of it."""
        if not isinstance(x, Value) or (kind == "scalar" and math.prod(x.shape) != 1):
            return None
        return kind if self.kinds.setdefault(self.sources.get(x, x), kind) == kind else None

    def _reduced(self, call: Call, x: Value) -> str | None:
        over, all_axes = axes(call.params.get("dim"), len(x.shape)), tuple(range(len(x.shape)))
        if x not in self.made and self._is_full(x.shape) and not self._fits(x, "full"):
            return None
        kind = self._known(x)
        if kind not in ("full", "column"):
            return None
        if tuple(sorted(over)) == all_axes:
            return "total"
        if kind == "column":
            return None
        if over == all_axes[-1:]:
            return "column"
        return "sum" if tuple(sorted(over)) == all_axes[:-1] and call.op.name == "sum" else None

    def _picks(self, index: Any, shape: tuple[int, ...]) -> bool:
        """One column of each row: x[arange(rows), y]."""
        if not (isinstance(index, tuple) and len(index) == len(shape) == 2):
            return False
        rows, columns = index
        if not (isinstance(rows, Value) and isinstance(columns, Value) and rows.array is not None):
            return False
        if not np.array_equal(rows.array, np.arange(shape[0])) or columns.shape != (shape[0],):
            return False
        return columns.dtype == np.int64 and self.kinds.setdefault(columns, "column") == "column"


def slices(instructions: Iterable[Instruction]) -> dict[Value, tuple[Value, int]]:
    """The views that are some columns of an array: that array and the first column."""
    found = {}
    for i in instructions:
        if isinstance(i, Call) and i.view and i.op.name == "getitem":
            x, y, index = i.inputs[0], i.results[0], i.params["index"]
            *others, last = index if isinstance(index, tuple) else (index,)
            everything = all(p is Ellipsis or (isinstance(p, slice) and p == slice(None)) for p in others)
            reaches = len(others) + 1 == len(x.shape) or Ellipsis in [p for p in others if p is Ellipsis]
            if everything and reaches and isinstance(last, slice) and last.step in (None, 1) and len(x.shape) > 1:
                found[y] = x, last.indices(x.shape[-1])[0]
    return found


def _row_of(x: tuple[int, ...], shape: tuple[int, ...]) -> str:
    """Which row of an array of shape x, broadcast to `shape`, stands in row i: `i // 256 % 64`, or a sum of such."""
    x = (1,) * (len(shape) - len(x)) + x
    parts, below, step, k = [], 1, 1, len(shape) - 2
    while k >= 0:
        run = 1
        while k >= 0 and x[k] == shape[k]:  # dimensions along which x is not broadcast
            run, k = run * shape[k], k - 1
        if run > 1:
            text = "i" if below == 1 else f"i // {below}"
            text += f" % {run}" if math.prod(shape[: k + 1]) > 1 else ""
            parts.append(text if step == 1 else f"({text}) * {step}")
            below, step = below * run, step * run
        while k >= 0 and x[k] != shape[k]:
            below, k = below * shape[k], k - 1
    return " + ".join(parts) or "0"
