"""Max pooling with windows side by side, and its derivative, as loops for Numba.

Which element of a window is the largest nobody can guess, so the loops have no branches: each comparison selects. As in
`ops/sliding.py` the first of equal elements wins, and the last nan over everything.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from .. import kernels
from .kernels import defined
from .program import Call, Value

if TYPE_CHECKING:
    from .write import Writer

MOST = 16  # elements of a window, up to which they are written out
LETTERS = "ijk"


def max_pool(w: Writer, call: Call) -> list[str] | None:
    """`lenet_max_pool_loop(lenet_relu, lenet_max_pool, 384)`"""
    (x,), y = call.inputs, call.results[0]
    if not _fits(call, x):
        return None
    text = _Text(call, x)
    top, *others = [f"x[{text.at(place)}]" for place in text.places]
    lines = [f"top = {top}"]
    for other in others:
        lines += [f"x_ = {other}", "top = x_ if (x_ > top) | (x_ != x_) else top"]
    lines.append(f"y[{text.window}] = top")
    return text.written(w, y, {"x": x}, [], lines)


def put_at_max(w: Writer, call: Call) -> list[str] | None:
    """`d_lenet_relu_loop(d_lenet_max_pool, lenet_relu, d_lenet_relu, 384)`"""
    (v, x), y = call.inputs, call.results[0]
    if not _fits(call, x) or v.dtype != x.dtype:
        return None
    text = _Text(call, x)
    lines = [f"g = v[{text.window}]", f"top = x[{text.at(text.places[0])}]"]
    for k, place in enumerate(text.places[1:], 1):
        lines += [f"x_ = x[{text.at(place)}]", f"won{k} = (x_ > top) | (x_ != x_)"]
        lines += [f"top = x_ if won{k} else top"] if k < len(text.places) - 1 else []
    for k, place in enumerate(text.places):
        lost = [f"(not won{k})"] * (k > 0) + [f"won{later}" for later in range(k + 1, len(text.places))]
        element = f"{x.dtype}(0) if {' | '.join(lost)} else g" if lost else "g"
        lines.append(f"y[{text.at(place)}] = {element}")
    left = any(n % k for n, k in zip(text.size, text.kernel, strict=True))  # elements in no window
    return text.written(w, y, {"v": v, "x": x}, ["y[:] = 0"] * left, lines)


def _fits(call: Call, x: Value) -> bool:
    params = call.params
    kernel, lead = params["kernel"], len(x.shape) - len(params["kernel"])
    return (
        kernels.available()
        and x.dtype.char in "fd"
        and 1 <= len(kernel) <= len(LETTERS)
        and lead >= 0
        and kernel == params["stride"]
        and set(params["dilation"]) == {1}
        and not any(map(any, params["widths"]))
        and math.prod(kernel) <= MOST
        and all(n >= k for n, k in zip(x.shape[lead:], kernel, strict=True))
        and math.prod(x.shape) > 0
    )


class _Text:
    """Loops over the windows, in which elements of them are named."""

    def __init__(self, call: Call, x: Value) -> None:
        self.kernel: tuple[int, ...] = call.params["kernel"]
        lead = len(x.shape) - len(self.kernel)
        self.rows, self.size = math.prod(x.shape[:lead]), x.shape[lead:]
        self.out = tuple(n // k for n, k in zip(self.size, self.kernel, strict=True))
        self.places = list(itertools.product(*map(range, self.kernel)))
        self.window = ", ".join(("n", *LETTERS[: len(self.kernel)]))

    def at(self, place: tuple[int, ...]) -> str:
        """`n, 2 * i, 2 * j + 1`"""
        parts = zip(self.kernel, LETTERS, place, strict=False)
        return ", ".join(["n", *(f"{k} * {i} + {p}" if p else f"{k} * {i}" for k, i, p in parts)])

    def written(self, w: Writer, y: Value, given: dict[str, Value], first: list[str], lines: list[str]) -> list[str]:
        """The call of the loop, with the arrays as rows of what the windows slide over."""
        loops = [f"for {i} in range({n}):" for i, n in zip(LETTERS, self.out, strict=False)]
        body = [f"{'    ' * depth}{line}" for depth, line in enumerate(loops, 2)]
        body += [f"{'    ' * (len(loops) + 2)}{line}" for line in lines]
        start = [f"    {line}" for line in first]
        names = ", ".join([*given, "y", "rows"])
        text = "\n".join([f"({names}):", *start, "    for n in range(rows):", *body]) + "\n"
        name = defined(w, f"{y.name}_loop", lambda name: f"def {name}{text}")
        w.memory(y)
        arrays = ", ".join(self._seen(w, x) for x in (*given.values(), y))
        return [f"{name}({arrays}, {self.rows})"]

    def _seen(self, w: Writer, x: Any) -> str:
        lead = len(x.shape) - len(self.kernel)
        return w.view(x, f".reshape({', '.join(map(str, (self.rows, *x.shape[lead:])))})")
