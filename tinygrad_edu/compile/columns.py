"""Convolutions as matrix products: their windows side by side, as the columns of a matrix for each image (im2col).

    y = W C    dW = Σ dy Cᵀ over the images    dC = Wᵀ dy, each element of which is added to where it was taken (col2im)

The way back has the columns of the way forward. The ops of `ops/conv.py` need less memory and more calls of NumPy; this
is for programs with loops by Numba, and for as many columns as a cache holds.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import kernels
from ..op import OPS, Op
from ..ops.sliding import inside, out_sizes, overlap_add, padded, strided
from .kernels import defined
from .program import Call, Instruction, Program, Value, reads

if TYPE_CHECKING:
    from .write import Writer

Ints = tuple[int, ...]
MOST_BYTES = 1 << 23  # of columns
WIDEST = 16  # kernels, whose last dimension is written out
LETTERS = ("i", "j", "k")


def _im2col(x: np.ndarray, kernel: Ints, stride: Ints, widths: Any, dilation: Ints) -> np.ndarray:
    return np.array(strided(padded(x, widths), kernel, stride, dilation), order="C")


def _col2im(windows: np.ndarray, size: Ints, kernel: Ints, stride: Ints, widths: Any, dilation: Ints) -> Any:
    wide = tuple(lo + n + hi for n, (lo, hi) in zip(size, widths, strict=True))
    return overlap_add(windows, size=wide, stride=stride, dilation=dilation)[inside(widths, size)]


IM2COL = Op("im2col", _im2col, ())
COL2IM = Op("col2im", _col2im, ())


def as_products(program: Program, names: set[str] | None = None) -> Program:
    """The program with small convolutions as products, if loops can be made. names: that are taken."""
    if not kernels.available():
        return program
    taken = {v.name for i in program.instructions for v in (*reads(i), *getattr(i, "results", ()))} | (names or set())
    products = _Products(taken)
    ways = {"conv": products.conv, "conv_weight": products.weight, "conv_transpose": products.transpose}
    for instruction in program.instructions:
        way = ways.get(instruction.op.name) if isinstance(instruction, Call) else None
        if way is None or not way(instruction):  # type: ignore[arg-type]
            products.done.append(instruction)
    return dataclasses.replace(program, instructions=products.done)


class _Products:
    """Puts the new program together."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.done: list[Instruction] = []
        self.known: dict[Any, Value] = {}  # columns, by what they are of

    def conv(self, call: Call) -> bool:
        (x, w), y = call.inputs, call.results[0]
        columns = self.columns(call, x, w.shape[2:], y)
        if columns is None:
            return False
        shape = (*y.shape[:2], columns.shape[2])
        product = self.call(call, "matmul", (self.matrix(call, w), columns), shape, f"{y.name}_flat")
        self.view(call, product, y)
        return True

    def weight(self, call: Call) -> bool:
        (x, z), y = call.inputs, call.results[0]
        columns = self.columns(call, x, call.params["kernel"], z)
        if columns is None:
            return False
        (n, size, count), out = columns.shape, z.shape[1]
        flat = self.call(call, "reshape", (z,), (n, out, count), f"{z.name}_flat", shape=(n, out, count))
        turned = self.call(call, "transpose", (flat,), (n, count, out), f"{z.name}_turned", dim0=1, dim1=2)
        each = self.call(call, "matmul", (columns, turned), (n, size, out), f"{y.name}_each")
        total = self.call(call, "sum", (each,), (size, out), f"{y.name}_turned", dim=(0,))
        matrix = self.call(call, "transpose", (total,), (out, size), f"{y.name}_turned_back", dim0=0, dim1=1)
        matrix = self.call(call, "clone", (matrix,), (out, size), f"{y.name}_matrix")
        self.view(call, matrix, y)
        return True

    def transpose(self, call: Call) -> bool:
        (z, w), y, params = call.inputs, call.results[0], dict(call.params)
        if not _fits(call, y, w.shape[2:], z):
            return False
        (n, out, *_), count, size = z.shape, math.prod(z.shape[2:]), math.prod(w.shape[1:])
        del params["groups"]
        flat = self.call(call, "reshape", (z,), (n, out, count), f"{z.name}_flat", shape=(n, out, count))
        matrix = self.matrix(call, w)
        turned = self.call(call, "transpose", (matrix,), (size, out), f"{w.name}_turned", dim0=0, dim1=1)
        columns = self.call(call, "matmul", (turned, flat), (n, size, count), f"{y.name}_columns")
        shape = (n, *w.shape[1:], *z.shape[2:])
        windows = self.call(call, "reshape", (columns,), shape, f"{y.name}_windows", shape=shape)
        params |= {"kernel": w.shape[2:]}
        self.done.append(Call(COL2IM, (windows,), params, (y,), call.scope, call.line))
        return True

    # --- parts --------------------------------------------------------------------------------------------------------

    def columns(self, call: Call, x: Value, kernel: Ints, y: Value) -> Value | None:
        if not _fits(call, x, kernel, y):
            return None
        params = {"kernel": tuple(kernel)} | {key: call.params[key] for key in ("stride", "widths", "dilation")}
        key = (x, *params.values())
        if key not in self.known:
            windows = self.value(x, (*x.shape[:2], *kernel, *y.shape[2:]), f"{x.name}_windows")
            self.done.append(Call(IM2COL, (x,), params, (windows,), call.scope, call.line))
            shape = (x.shape[0], x.shape[1] * math.prod(kernel), math.prod(y.shape[2:]))
            self.known[key] = self.call(call, "reshape", (windows,), shape, f"{x.name}_columns", shape=shape)
        return self.known[key]

    def matrix(self, call: Call, w: Value) -> Value:
        shape = (w.shape[0], math.prod(w.shape[1:]))
        return self.call(call, "reshape", (w,), shape, f"{w.name}_matrix", shape=shape)

    def value(self, like: Value, shape: Ints, wish: str) -> Value:
        """Under a name that nothing else has."""
        while wish in self.taken:
            wish += "_"
        self.taken.add(wish)
        return Value("result", shape, like.dtype, wish)

    def call(self, call: Call, op: str, inputs: tuple[Value, ...], size: Ints, name: str, **params: Any) -> Value:
        y = self.value(inputs[0], size, name)
        view = op in ("reshape", "transpose")
        self.done.append(Call(OPS[op], inputs, params, (y,), call.scope, call.line, view))
        return y

    def view(self, call: Call, x: Value, y: Value) -> None:
        self.done.append(Call(OPS["reshape"], (x,), {"shape": y.shape}, (y,), call.scope, call.line, view=True))


def _fits(call: Call, x: Value, kernel: Ints, y: Value) -> bool:
    """Whether the windows over x are those that y has an element for, and not too many."""
    params, padding = call.params, call.params["widths"]
    wide = tuple(lo + n + hi for n, (lo, hi) in zip(x.shape[2:], padding, strict=True))
    columns = x.shape[0] * x.shape[1] * math.prod(kernel) * math.prod(y.shape[2:])
    return (
        params["groups"] == 1
        and all(v.dtype == x.dtype for v in (*call.inputs, y))
        and x.dtype.char in "fd"
        and 1 <= len(kernel) <= len(LETTERS)
        and kernel[-1] <= WIDEST
        and 0 < columns * x.dtype.itemsize <= MOST_BYTES
        and y.shape[1] > 0
        and min(map(min, padding)) >= 0
        and out_sizes(wide, tuple(kernel), params["stride"], params["dilation"]) == tuple(y.shape[2:])
    )


# --- loops ------------------------------------------------------------------------------------------------------------


def im2col(w: Writer, call: Call) -> list[str] | None:
    """`x_windows_loop(x, x_windows, 64)`"""
    return _loop(w, call, "x, windows", lambda at, seen: f"windows[{at}] = {f'x[{seen}]' if seen else 0}")


def col2im(w: Writer, call: Call) -> list[str] | None:
    """`d_x_loop(d_x_windows, d_x, 64)`"""
    return _loop(w, call, "windows, x", lambda at, seen: f"x[{seen}] += windows[{at}]")


def _loop(w: Writer, call: Call, given: str, line: Callable[[str, str], str]) -> list[str] | None:
    if not kernels.available():
        return None
    (a,), y = call.inputs, call.results[0]
    zeros = call.op is IM2COL
    x = a if zeros else y
    text = _Text(call.params, x.shape, line, zeros)
    name = defined(w, f"{y.name}_loop", lambda name: f"def {name}({given}, rows):\n{text}")
    return [f"{name}({w(a)}, {w.out(call)}, {x.shape[0]})"]


class _Text:
    """Loops over all elements of all windows: where each is among the columns, and where in x, or "" in the padding.

    The last dimension of the kernel is written out, so that its loops, over a row of windows, know where they end.
    """

    def __init__(self, params: Any, x: Ints, line: Callable[[str, str], str], zeros: bool) -> None:
        kernel, stride, widths, dilation = (params[key] for key in ("kernel", "stride", "widths", "dilation"))
        wide = tuple(lo + n + hi for n, (lo, hi) in zip(x[2:], widths, strict=True))
        out = out_sizes(wide, kernel, stride, dilation)
        self.line, self.lines = line, ["for n in range(rows):", f"    for c in range({x[1]}):"]
        outer = range(len(kernel) - 1)
        if not zeros:
            self.lines.append("        x[n, c] = 0")
        depth = 2
        for d in outer:
            self._add(depth, f"for {LETTERS[d]}_ in range({kernel[d]}):")
            depth += 1
        for d in outer:
            self._add(depth, f"for {LETTERS[d]} in range({out[d]}):")
            depth += 1
        tests = []
        for d in outer:
            lo, hi = widths[d]
            start = _sum(_times(LETTERS[d], stride[d]), _times(f"{LETTERS[d]}_", dilation[d]), -lo)
            self._add(depth, f"{LETTERS[d]}_seen = {start}")
            tests += [f"{LETTERS[d]}_seen < 0"] * (lo > 0) + [f"{LETTERS[d]}_seen >= {x[2 + d]}"] * (hi > 0)
        before = "".join(f"{LETTERS[d]}_, " for d in outer)
        behind = "".join(f"{LETTERS[d]}, " for d in outer)
        seen = "".join(f"{LETTERS[d]}_seen, " for d in outer)
        t = LETTERS[len(kernel) - 1]
        if tests:
            self._add(depth, f"if {' or '.join(tests)}:")
            for place in range(kernel[-1] if zeros else 0):
                self._loop(depth + 1, t, 0, out[-1], f"n, c, {before}{place}, {behind}{t}", "")
            self._add(depth + 1, "continue")
        (lo, _), s = widths[-1], stride[-1]
        for place in range(kernel[-1]):
            first = place * dilation[-1] - lo  # which element the first window sees
            start = min(max(0, -(first // s)), out[-1])
            stop = max(start, min(out[-1], (x[-1] - 1 - first) // s + 1))
            at = f"n, c, {before}{place}, {behind}{t}"
            if zeros:
                self._loop(depth, t, 0, start, at, "")
            self._loop(depth, t, start, stop, at, f"n, c, {seen}{_sum(_times(t, s), first)}")
            if zeros:
                self._loop(depth, t, stop, out[-1], at, "")

    def _add(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def _loop(self, depth: int, letter: str, start: int, stop: int, at: str, seen: str) -> None:
        if start < stop:
            self._add(depth, f"for {letter} in range({f'{start}, ' if start else ''}{stop}):")
            self._add(depth + 1, self.line(at, seen))

    def __str__(self) -> str:
        return "".join(f"    {line}\n" for line in self.lines)


def _times(name: str, factor: int) -> str:
    return name if factor == 1 else f"{factor} * {name}"


def _sum(*parts: str | int) -> str:
    """`2 * i + i_ - 1`"""
    text = " + ".join(str(p) for p in parts if p != 0)
    return text.replace("+ -", "- ")
