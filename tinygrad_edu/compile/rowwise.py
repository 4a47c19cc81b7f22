"""Which calls go row by row: row i of the result depends on row i of the inputs alone, or is a sum over all rows.

A rule looks at a call and at the `kinds` of the values that are made row by row before it:

    "rows"    one row of it for each of the n rows
    "turned"  the transpose of such a matrix, which only products read
    "sum"     a sum over all rows, which is there when all have been through

It returns how the call is made of a few of the rows, or None if it needs all of them at once.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..op import OPS, Op
from ..ops.dims import axes, axis, listed
from .program import Call, Value, values_in

Kinds = Mapping[Value, str]
Params = Callable[[int, Callable[[Value], Value]], dict[str, Any]]


@dataclasses.dataclass
class Fit:
    """How a call is made of some of the rows.

    kind: of the result. cut: for each input whether it is cut into rows; else all of it is used each time.
    params: those of the call, given how many rows there are and what cuts a value. op: what is called.
    count: what the sum must be divided by in the end.
    """

    kind: str
    cut: tuple[bool, ...]
    params: Params
    op: Op
    count: int | None = None


class Look:
    """A call, seen from its n rows."""

    def __init__(self, call: Call, n: int, kinds: Kinds) -> None:
        self.call, self.n, self.kinds = call, n, kinds
        self.y = call.results[0]
        self.first = call.inputs[0] if call.inputs and isinstance(call.inputs[0], Value) else None

    def cuts(self, x: Any) -> bool:
        """Whether x can be cut into rows."""
        return isinstance(x, Value) and x.shape[:1] == (self.n,) and self.kinds.get(x, "rows") == "rows"

    def whole(self, x: Any) -> bool:
        """Whether all of x is there before the first row."""
        return x not in self.kinds

    def fit(self, *cut: bool, kind: str = "rows", **changed: Any) -> Fit:
        """The call with these parameters changed."""
        params = self.call.params | changed
        return Fit(kind, cut, lambda rows, of: params, self.call.op)

    def shaped(self, *cut: bool, op: str = "") -> Fit:
        """The call with a `shape` that has fewer rows."""
        rest = self.y.shape[1:]
        params = {} if op else self.call.params
        found = OPS[op] if op else self.call.op
        return Fit("rows", cut, lambda rows, of: params | {"shape": (rows, *rest)}, found)


def fit(call: Call, n: int, kinds: Kinds) -> Fit | None:
    """How the call goes row by row, if it does."""
    if len(call.results) != 1 or not isinstance(call.op, Op):
        return None
    look = Look(call, n, kinds)
    if call.op.elementwise:
        return _elementwise(look)
    rule = RULES.get(call.op.name)
    return None if rule is None or look.first is None else rule(look)


def _elementwise(look: Look) -> Fit | None:
    y, inputs = look.y, look.call.inputs
    if y.shape[:1] != (look.n,) or any(True for _ in values_in(look.call.params)):
        return None
    cut = tuple(look.cuts(x) and len(x.shape) == len(y.shape) for x in inputs)
    if not any(cut) or not all(c or look.whole(x) for c, x in zip(cut, inputs, strict=True)):
        return None
    return look.fit(*cut)


def _linear(look: Look) -> Fit | None:
    x, weight = look.call.inputs
    return look.fit(True, False) if look.cuts(x) and len(x.shape) > 1 and look.whole(weight) else None


def _matmul(look: Look) -> Fit | None:
    a, b = look.call.inputs
    if not isinstance(b, Value):
        return None
    if look.kinds.get(a) == "turned":
        fits = look.cuts(b) and len(b.shape) == 2 and look.y.dtype != np.float16
        return look.fit(True, True, kind="sum") if fits else None
    if not look.cuts(a) or len(a.shape) < 2:
        return None
    if len(b.shape) == 2 and look.whole(b):
        return look.fit(True, False)
    return look.fit(True, True) if len(a.shape) == len(b.shape) > 2 and look.cuts(b) else None


def _total(look: Look) -> Fit | None:
    """A sum or mean, of each row or over the rows."""
    x, y, op = look.first, look.y, look.call.op
    if x is None or not look.cuts(x) or np.float16 in (x.dtype, y.dtype):
        return None
    over = axes(look.call.params.get("dim"), len(x.shape))
    if 0 not in over:
        return look.fit(True)
    found = look.fit(True, kind="sum")
    if op.name == "mean":
        found.op, found.count = OPS["sum"], math.prod(x.shape[d] for d in over)
    return found


def _along(look: Look) -> Fit | None:
    """An op along other dimensions than the first."""
    x = look.first
    if x is None or not look.cuts(x) or 0 in axes(look.call.params.get("dim"), len(x.shape)):
        return None
    return look.fit(True)


def _getitem(look: Look) -> Fit | None:
    x, index, y = look.first, look.call.params["index"], look.y
    if y.shape[:1] != (look.n,):
        return None
    if look.cuts(x) and (params := _index_of_rows(look, index)) is not None:
        return Fit("rows", (True,), params, look.call.op)
    if isinstance(index, Value) and index.dtype.kind in "iu" and look.cuts(index) and look.whole(x):
        return Fit("rows", (False,), lambda rows, of: {"index": of(index)}, look.call.op)  # as of an embedding
    return None


def _place(look: Look) -> Fit | None:
    g, shape = look.first, look.call.params["shape"]
    if not look.cuts(g) or tuple(shape)[:1] != (look.n,):
        return None
    index = _index_of_rows(look, look.call.params["index"])
    if index is None:
        return None
    return Fit("rows", (True,), lambda rows, of: index(rows, of) | {"shape": (rows, *shape[1:])}, look.call.op)


def _index_of_rows(look: Look, index: Any) -> Params | None:
    """`[:, ...]`, or `[arange(n), labels]`: what is taken of each row, or put into it."""
    parts = index if isinstance(index, tuple) else (index,)
    first, *others = parts
    if isinstance(first, slice):
        plain = first == slice(None) and not any(True for _ in values_in(parts))
        return (lambda rows, of: {"index": index}) if plain and not _lists(others) else None
    if not isinstance(first, Value) or first.array is None or first.shape[:1] != (look.n,) or not others:
        return None
    if first.dtype.kind not in "iu" or not np.array_equal(first.array.reshape(-1), np.arange(look.n)):
        return None
    if not all(look.cuts(p) and len(p.shape) == len(first.shape) and p.dtype.kind in "iu" for p in others):
        return None
    ones = (1,) * (len(first.shape) - 1)

    def params(rows: int, of: Callable[[Value], Value]) -> dict[str, Any]:
        numbers = np.arange(rows, dtype=first.dtype).reshape(rows, *ones)
        counted = Value("constant", numbers.shape, numbers.dtype, first.name, numbers)
        return {"index": (counted, *map(of, others))}

    return params


def _lists(parts: list[Any]) -> bool:
    return any(isinstance(p, (list, tuple, np.ndarray)) for p in parts)


def _reshape(look: Look) -> Fit | None:
    same_rows = look.cuts(look.first) and look.y.shape[:1] == (look.n,)
    return look.shaped(True, op="reshape") if same_rows else None


def _expand(look: Look) -> Fit | None:
    x, y = look.first, look.y
    if x is None or y.shape[:1] != (look.n,):
        return None
    if len(x.shape) == len(y.shape) and x.shape[0] == look.n:
        return look.shaped(True) if look.cuts(x) else None
    return look.shaped(False) if look.whole(x) else None


def _permute(look: Look) -> Fit | None:
    x, params = look.first, look.call.params
    if x is None or not look.cuts(x):
        return None
    dims = list(range(len(x.shape)))
    if look.call.op.name == "permute":
        dims = list(listed(params["dims"], len(x.shape)))
    else:
        i, j = axis(params["dim0"], len(x.shape)), axis(params["dim1"], len(x.shape))
        dims[i], dims[j] = dims[j], dims[i]
    if dims[0] == 0:
        return look.fit(True)
    return look.fit(True, kind="turned") if dims == [1, 0] else None


def _convolution(look: Look) -> Fit | None:
    x, weight = look.call.inputs
    return look.fit(True, False) if look.cuts(x) and look.whole(weight) else None


def _conv_weight(look: Look) -> Fit | None:
    return look.fit(True, True, kind="sum") if all(map(look.cuts, look.call.inputs)) else None


def _pooling(look: Look) -> Fit | None:
    """Windows that slide over the last dimensions, and not over the first."""
    inputs, params = look.call.inputs, look.call.params
    lead = len(look.y.shape) - len(params["kernel"])
    return look.fit(*(True for _ in inputs)) if lead > 0 and all(map(look.cuts, inputs)) else None


def _cat(look: Look) -> Fit | None:
    y, inputs = look.y, look.call.inputs
    if axis(look.call.params.get("dim", 0), len(y.shape)) == 0 or not all(map(look.cuts, inputs)):
        return None
    return look.fit(*(True for _ in inputs))


RULES: dict[str, Callable[[Look], Fit | None]] = {
    "linear": _linear,
    "matmul": _matmul,
    "sum": _total,
    "mean": _total,
    "getitem": _getitem,
    "place": _place,
    "reshape": _reshape,
    "squeeze": _reshape,
    "unsqueeze": _reshape,
    "expand": _expand,
    "permute": _permute,
    "transpose": _permute,
    "cat": _cat,
    "conv_weight": _conv_weight,
    **dict.fromkeys(("conv", "conv_transpose"), _convolution),
    **dict.fromkeys(("max_pool", "put_at_max", "take_at_max", "sum_pool", "spread_pool"), _pooling),
    **dict.fromkeys(("log_softmax", "logsumexp", "argmax", "argmin", "amax", "amin"), _along),
    **dict.fromkeys(("cumsum", "cumprod", "prod", "any", "all"), _along),
}
