"""How an op is written in a compiled program: NumPy calls with `out=`, for the ops of which that is faster.

A template receives the writer and the call and returns lines, or None if it does not fit this call; then the program
calls the op's own forward function, which is always right. `w(x)` is the text of a value; `w.out(call)` the name of the
memory for its result; `w.temporary(value)` that of memory for the duration of these lines.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import kernels
from ..ops.dims import axes
from ..ops.sums import with_ones
from ..ops.tiles import SMALL, product
from . import columns, pool_text
from .joined import along, bounds
from .kernels import loop
from .program import Call, Value

if TYPE_CHECKING:
    from .write import Writer

Template = Callable[["Writer", Call], list[str] | None]


def ufunc(w: Writer, call: Call) -> list[str]:
    """`exp(x, out=y)`."""
    given = ", ".join(w.operand(x, call) for x in call.inputs)
    return [f"{w.function(call.op.forward)}({given}, out={w.out(call, elementwise=True)})"]


def relu(w: Writer, call: Call) -> list[str]:
    return [f"maximum({w(call.inputs[0])}, 0, out={w.out(call, elementwise=True)})"]


def where(w: Writer, call: Call) -> list[str]:
    condition, a, b = call.inputs
    out = w.out(call)
    return [f"copyto({out}, {w.operand(b, call)})", f"copyto({out}, {w.operand(a, call)}, where={w(condition)})"]


def cast(w: Writer, call: Call) -> list[str]:
    return [f"copyto({w.out(call)}, {w(call.inputs[0])}, casting='unsafe')"]


def clone(w: Writer, call: Call) -> list[str]:
    return [f"copyto({w.out(call)}, {w(call.inputs[0])})"]


def total(w: Writer, call: Call) -> list[str] | None:
    """Sums, as the op does them: by NumPy's pairwise summation, or as products with ones."""
    x = call.inputs[0]
    if x.dtype != call.results[0].dtype or x.dtype.kind not in "fc":
        return None
    return _added(w, call)


def _added(w: Writer, call: Call) -> list[str]:
    x = call.inputs[0]
    ones = with_ones(x.shape, x.dtype, axes(call.params.get("dim"), len(x.shape))) if w.lies_in_order(x) else None
    if ones is None:
        return [f"{_reduce('add', w, call)}, out={w.out(call)})"]
    rows, columns, first = ones
    matrix = w(x) if x.shape == (rows, columns) else w.view(x, f".reshape({rows}, {columns})")
    vector = w.ones(rows if first else columns, x.dtype)
    out = w.out(call, shape=(columns if first else rows,))
    return [f"dot({vector}, {matrix}, out={out})" if first else f"dot({matrix}, {vector}, out={out})"]


def mean(w: Writer, call: Call) -> list[str] | None:
    x, y = call.inputs[0], call.results[0]
    if x.dtype != y.dtype or x.dtype == np.float16 or not math.prod(x.shape):
        return None
    lines = _added(w, call)
    return [*lines, f"divide({y.name}, {_count(call)}, out={y.name})"]


def _reduce(ufunc: str, w: Writer, call: Call) -> str:
    x = call.inputs[0]
    over = axes(call.params.get("dim"), len(x.shape))
    keep = ", keepdims=True" if call.params.get("keepdim") else ""
    return f"{ufunc}.reduce({w(x)}, axis={over[0] if len(over) == 1 else over}{keep}"


def _count(call: Call) -> int:
    x = call.inputs[0]
    return math.prod(x.shape[axis] for axis in axes(call.params.get("dim"), len(x.shape)))


def log_softmax(w: Writer, call: Call) -> list[str] | None:
    x, y = call.inputs[0], call.results[0]
    if x.dtype != y.dtype or y.dtype.kind != "f" or not math.prod(x.shape):
        return None
    axis = axes(call.params["dim"], len(x.shape))[0]
    row = Value("result", tuple(1 if i == axis else n for i, n in enumerate(x.shape)), y.dtype)
    top, powers, out = w.temporary(row), w.temporary(y), w.out(call)
    return [
        f"maximum.reduce({w(x)}, axis={axis}, keepdims=True, out={top})",
        f"subtract({w(x)}, {top}, out={out})",
        f"exp({out}, out={powers})",
        f"add.reduce({powers}, axis={axis}, keepdims=True, out={top})",
        f"subtract({out}, log({top}, out={top}), out={out})",
    ]


def linear(w: Writer, call: Call) -> list[str] | None:
    x, weight = call.inputs
    if not _are_floats(x, weight) or len(x.shape) < 2 or not math.prod(call.results[0].shape):
        return None
    if len(x.shape) == 2:
        return [f"{_times(w, call)}({w(x)}, {w.view(weight, '.T')}, out={w.out(call)})"]
    rows = w.view(x, f".reshape(-1, {x.shape[-1]})")
    out = w.out(call, shape=(math.prod(x.shape[:-1]), weight.shape[0]))
    return [f"{_times(w, call)}({rows}, {w.view(weight, '.T')}, out={out})"]


def _times(w: Writer, call: Call) -> str:
    """What multiplies the rows of the first by a matrix: BLAS; in tiles, if it is more than a tile.

    Not for rows of one element, of which 0 times inf is 0 there.
    """
    a, y = call.inputs[0], call.results[0]
    if a.shape[-1] == 1:
        return "multiply"
    return w.function(product) if y.dtype.char == "f" and a.shape[-1] * math.prod(y.shape) > SMALL else "dot"


def matmul(w: Writer, call: Call) -> list[str] | None:
    a, b = call.inputs
    if not _are_floats(a, b) or min(len(a.shape), len(b.shape)) < 2 or not math.prod(call.results[0].shape):
        return None
    if len(a.shape) == len(b.shape) == 2:
        out = w.out(call)
        if a.shape[1] == 1 or w.names[out].flags.c_contiguous:
            return [f"{_times(w, call)}({w(a)}, {w(b)}, out={out})"]
        turned = f"{w.view(b, '.T')}, {w.view(a, '.T')}, out={w.view(call.results[0], '.T')}"  # see layout.py
        return [f"{_times(w, call)}({turned})"]
    y, stacked = call.results[0], w.standing.get(a)
    one_product = kernels.available() and len(b.shape) == 2 and stacked is not None and stacked.flags.c_contiguous
    if one_product and y not in w.placed and not y.order and y.within is None:
        rows = w.view(a, f".reshape(-1, {a.shape[-1]})")
        out = w.out(call, shape=(math.prod(a.shape[:-1]), b.shape[1]))
        return [f"{_times(w, call)}({rows}, {w(b)}, out={out})"]
    return [f"matmul({w(a)}, {w(b)}, out={w.out(call)})"]


def _are_floats(*values: Any) -> bool:
    return all(isinstance(v, Value) and v.dtype == values[0].dtype and v.dtype.kind in "fc" for v in values)


def getitem(w: Writer, call: Call) -> list[str]:
    index = call.params["index"]
    parts = index if isinstance(index, tuple) else (index,)
    if call.view and all(part is None or type(part) in (int, slice, type(...)) for part in parts):
        w.is_view(call, f"[{w.index(index)}]")
        return []
    return [f"{w.name(call)} = {w(call.inputs[0])}[{w.index(index)}]"]


def place(w: Writer, call: Call) -> list[str] | None:
    """Where no place is named twice, the numbers can be written."""
    index = call.params["index"]
    parts = index if isinstance(index, tuple) else (index,)
    arrays = [part for part in parts if isinstance(part, Value)]
    rows = arrays[0] if arrays else None
    if rows is not None and not (rows.kind == "constant" and _are_distinct(rows.array) and parts[0] is rows):
        return None
    out = w.out(call)
    return [f"{out}.fill(0)", f"{out}[{w.index(index)}] = {w(call.inputs[0])}"]


def places(w: Writer, call: Call) -> list[str]:
    """What was not computed in its place is written there."""
    y = call.results[0]
    out, parts = w.out(call), zip(call.inputs, call.params["indices"], strict=True)
    lines = [f"{out}[{w.index(index)}] = {w(x)}" for x, index in parts if not w.is_there(x, y)]
    covered = sum(math.prod(x.shape) for x in call.inputs) == math.prod(y.shape)
    return lines if covered else [f"{out}.fill(0)", *lines]


def cat(w: Writer, call: Call) -> list[str] | None:
    """What was not computed in its place is written there."""
    y = call.results[0]
    if not math.prod(y.shape):
        return None
    out, dim = w.out(call), along(call)
    there, lines = w.names[out], []
    for x, (start, stop) in zip(call.inputs, bounds(call), strict=True):
        place = (slice(None),) * dim + (slice(start, stop),)
        if start < stop and not w.is_at(x, there[place]):
            lines.append(f"{out}[{w.index(place)}] = {w(x)}")
    if len(lines) == len(call.inputs) > 1:
        return [f"{w.function(np.concatenate)}(({', '.join(map(w, call.inputs))}), axis={dim}, out={out})"]
    return lines


def _are_distinct(array: np.ndarray | None) -> bool:
    return array is not None and array.ndim == 1 and array.dtype.kind in "iu" and len(np.unique(array)) == len(array)


def _view(text: Callable[[Any, Value], str]) -> Template:
    def template(w: Writer, call: Call) -> list[str] | None:
        if not call.view or not call.inputs[0].shape:
            return None
        w.is_view(call, text(call.params, call.inputs[0]))
        return []

    return template


def reshape(w: Writer, call: Call) -> list[str] | None:
    x, y = call.inputs[0], call.results[0]
    if call.view or not x.shape:
        return _view(lambda params, x: f".reshape({params['shape']})")(w, call)
    if y in w.placed or not math.prod(y.shape):
        return None
    return [f"copyto({w.out(call, shape=x.shape)}, {w(x)})"]


VIEWS: dict[str, Callable[[Any, Value], str]] = {
    "permute": lambda params, x: ".T" if _reverses(params["dims"], x) else f".transpose({params['dims']})",
    "transpose": lambda params, x: f".swapaxes({params['dim0']}, {params['dim1']})",
    "unsqueeze": lambda params, x: f"[{':, ' * (params['dim'] % (len(x.shape) + 1))}None]",
}


def _reverses(dims: Any, x: Value) -> bool:
    return [d % len(x.shape) for d in dims] == list(range(len(x.shape)))[::-1]


TEMPLATES: dict[str, Template] = {
    "relu": relu,
    "reshape": reshape,
    "where": where,
    "cast": cast,
    "clone": clone,
    "sum": total,
    "mean": mean,
    "log_softmax": log_softmax,
    "linear": linear,
    "matmul": matmul,
    "loop": loop,
    "im2col": columns.im2col,
    "col2im": columns.col2im,
    "max_pool": pool_text.max_pool,
    "put_at_max": pool_text.put_at_max,
    "getitem": getitem,
    "place": place,
    "places": places,
    "cat": cat,
    **{name: _view(text) for name, text in VIEWS.items()},
}
