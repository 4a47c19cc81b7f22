"""A step over a large batch goes through it a few rows at a time, so that the data are read once.

Examples are independent of each other up to the sums over all of them, the loss and the gradients of the parameters.
So calls that go row by row, and the sums at their end, become one loop over tiles of rows: each tile passes through
all of them, forward and backward, while it is in the cache. What depends on a finished sum comes after the loop; that
may be another loop.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter

import numpy as np

from .. import kernels
from ..ops.tiles import SMALL
from .program import Again, Call, Instruction, Program, Update, Value, Write, reads, values_in
from .rowwise import Fit, fit
from .simplify import constants, dead
from .threads import allowed

LARGE = 1 << 22  # bytes that pass through the loop, below which they stay in the cache anyway
TILES = 8  # at least
NARROW = 32  # columns of a matrix, up to which OpenBLAS multiplies twice as fast where it does so at once,
PRODUCT = 4 * SMALL // 5  # multiplications: below the bound of every form, see `ops/tiles.py`
CACHE = 1 << 19  # bytes of a tile for such products: half of what a core's own cache mostly has
FEWEST = 48  # rows in such a tile, below which calling the functions takes longer than is won
MANY = 1024  # rows in a tile for other products, which packing does not slow down then
CONVOLUTIONS = ("conv", "conv_transpose", "conv_weight")
TRIES = 3  # numbers of rows
CONVOLVED = 4_000_000  # multiplications of convolutions, from which on they pay for threads
COLUMNS = 5 << 18  # bytes of the columns of a tile: see columns.py
FEW_IMAGES = 4  # in a tile
GRADIENTS = 1 << 24  # bytes
IN_VAIN = 8  # stretches one after another for which no loop was worth it: then none is looked for any more


class Tiles:
    """In place of an op, in the call that a stretch of calls becomes.

    n: rows in all. rows: in a tile. kept: the values of which all rows are stored. sums: those that are sums over rows.
    """

    name = "tiles"
    forward = None
    elementwise = False

    def __init__(self, n: int, rows: int, fits: list[tuple[Call, Fit]], used: set[Value], names: set[str]) -> None:
        self.n, self.rows, self.fits, self.names = n, rows, fits, names
        made = {call.results[0]: found for call, found in fits}
        self.kept = [v for v, found in made.items() if v in used and found.kind == "rows"]
        self.sums = [v for v, found in made.items() if found.kind == "sum"]
        self.counts = {v: found.count for v, found in made.items() if found.count is not None}
        self.outside = [v for v in dict.fromkeys(v for call, _ in fits for v in reads(call)) if v not in made]

    def template(self, w: object, call: Call) -> list[str]:
        from .tile_text import write  # which writes programs, and so comes after all else

        return write(w, call, self)  # type: ignore[arg-type]

    def part(self, rows: int) -> Part:
        """The calls for this many rows."""
        return Part(self, rows)


class Part:
    """A loop's calls as a program over so many rows.

    cut: what is cut into rows, and by which name these go in the program; kept: what is stored; sums: the tile's share.
    """

    def __init__(self, tiles: Tiles, rows: int) -> None:
        self.rows = rows
        self._n = tiles.n
        self._names = tiles.names
        self.cut: dict[Value, Value] = {}
        known: dict[Value, Value] = {}
        calls: list[Instruction] = []
        for call, found in tiles.fits:
            inputs = tuple(
                known.get(x, self._cut(x) if cut else x) if isinstance(x, Value) else x
                for x, cut in zip(call.inputs, found.cut, strict=True)
            )
            params = found.params(rows, lambda x: known.get(x) or self._cut(x))
            y = call.results[0]
            own = y in tiles.kept or y in tiles.sums
            known[y] = result = Value("result", self._shape(y, found.kind), y.dtype, self._name(y) if own else y.name)
            calls.append(Call(found.op, inputs, params, (result,), call.scope, call.line, call.view))
        wanted = [known[y] for y in (*tiles.kept, *tiles.sums)]
        program = dead(constants(Program([*self.cut.values()], calls, tuple(wanted), [], {})))
        self.program = program
        self.kept = dict(zip(tiles.kept, program.returned, strict=False))
        self.sums = dict(zip(tiles.sums, program.returned[len(tiles.kept) :], strict=True))
        read = {v for i in program.instructions for v in reads(i)} | set(program.needed())
        self.cut = {x: part for x, part in self.cut.items() if part in read and part.array is None}

    def _cut(self, x: Value) -> Value:
        """Some rows of a value that is there before; of a constant with equal rows, any."""
        found = self.cut.get(x)
        if found is None:
            shape = (self.rows, *x.shape[1:])
            if x.kind == "constant" and x.array is not None and np.array_equal(x.array, x.array[:1].repeat(self._n, 0)):
                found = Value("constant", shape, x.dtype, self._name(x), x.array[: self.rows].copy())
            else:
                found = Value("input", shape, x.dtype, self._name(x))
            self.cut[x] = found
        return found

    def _name(self, x: Value) -> str:
        name = f"{x.name}_rows"
        while name in self._names:
            name += "_"
        return name

    def _shape(self, y: Value, kind: str) -> tuple[int, ...]:
        if kind == "rows":
            return (self.rows, *y.shape[1:])
        return y.shape if kind == "sum" else (y.shape[0], self.rows)


def tile(n: int, fits: list[tuple[Call, Fit]], used: set[Value]) -> int:
    """How many rows a tile has: few, if its products are narrow, or many; a divisor of n, if one is close.

    0: the loop is not worth it. With few rows products are faster; with many it is memory that is won, of what is made
    and used in the loop, and need not be stored.
    """
    if rows := _images(n, fits):
        return rows
    sizes = [size for call, found in fits if (size := _product(call, found))]
    views = {call.results[0] for call, _ in fits if call.view}
    read = dict.fromkeys(v for call, _ in fits for v in (*values_in(call.inputs), *call.results))
    values = [v for v in read if v.shape[:1] == (n,) and v not in views]
    made = {call.results[0] for call, _ in fits}
    nbytes = sum(map(_nbytes, values))
    if not sizes or not nbytes or nbytes < LARGE:
        return 0
    widest = max(sizes, key=math.prod)
    few = min(PRODUCT // max(1, math.prod(widest)), CACHE * n // nbytes)
    if min(widest) <= NARROW and few >= FEWEST:
        most = few
    elif sum(_nbytes(v) for v in values if v in made and v not in used) >= LARGE:
        most = MANY
    else:
        return 0
    if n < TILES * most:
        return 0
    return next((rows for rows in range(most, most * 2 // 3, -1) if n % rows == 0), most)


def _images(n: int, fits: list[tuple[Call, Fit]]) -> int:
    """How many images a tile has, if there are convolutions: as many as have room, each thread an equal share.

    0: there are none, or too little is computed, or too many weights have a gradient of their own in each thread.
    """
    work = sum(_convolved(call) for call, _ in fits)
    gradients = sum(_nbytes(call.results[0]) for call, found in fits if found.kind == "sum")
    if work < CONVOLVED or gradients > GRADIENTS:
        return 0
    share, nbytes = n // allowed(), max(_columns(call) for call, _ in fits)
    rows = share // -(-share * nbytes // (n * COLUMNS)) if share else 0
    rows = max(rows, min(share, FEW_IMAGES))
    if not kernels.available() or (rows and gradients * (n // rows) > nbytes):  # many calls of NumPy; many sums
        rows = share
    return rows if rows < n else 0


def _convolved(call: Call) -> int:
    """The multiplications of a convolution."""
    if call.op.name not in CONVOLUTIONS:
        return 0
    out, weight = _windows(call)
    return out[0] * math.prod(out[2:]) * math.prod(weight)


def _columns(call: Call) -> int:
    """The bytes of a convolution's columns."""
    if call.op.name not in CONVOLUTIONS:
        return 0
    out, weight = _windows(call)
    return (
        out[0]
        * math.prod(out[2:])
        * math.prod(weight[1:])
        * int(call.params["groups"])
        * call.results[0].dtype.itemsize
    )


def _windows(call: Call) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shapes of what has an element for each window, and of the weight."""
    x, other, y = (v.shape for v in (*call.inputs, *call.results))
    return {"conv": (y, other), "conv_transpose": (x, other), "conv_weight": (other, y)}[call.op.name]


def _product(call: Call, found: Fit) -> tuple[int, int] | None:
    """Of a product the two numbers of columns; with that of rows, these are its multiplications."""
    if call.op.name not in ("linear", "matmul"):
        return None
    a, b = call.inputs
    wide = b.shape[0] if call.op.name == "linear" else b.shape[-1]
    return (a.shape[0] if found.kind == "sum" else math.prod(a.shape[1:])), wide


def _nbytes(value: Value) -> int:
    return math.prod(value.shape) * value.dtype.itemsize


def tiled(program: Program) -> Program:
    """The program with stretches of calls as loops over tiles, where a product is computed of much data."""
    values = {v for i in program.instructions for v in (*reads(i), *_results(i))}
    names = {v.name for v in (*values, *program.inputs)}
    done: list[Instruction] = []
    stretch: list[Instruction] = []
    for at, instruction in enumerate(program.instructions):
        if isinstance(instruction, (Write, Update)):
            done += _looped(stretch, program, program.instructions[at:], names)
            done.append(instruction)
            stretch = []
        else:
            stretch.append(instruction)
    done += _looped(stretch, program, [], names)
    return dataclasses.replace(program, instructions=done)


def _looped(
    stretch: list[Instruction], program: Program, later: list[Instruction], names: set[str]
) -> list[Instruction]:
    """Instructions between which nothing is written to, with loops in them."""
    done: list[Instruction] = []  # up to the last loop
    left = stretch  # as it was behind that
    passed: list[Instruction] = []  # since then: what a loop of its own is not worth it for
    in_vain = 0
    while True:
        splits = {n: _split(stretch, program, later, n) for n in _sizes(stretch)}
        for n, (before, fits, after) in splits.items():
            used = {v for i in (*after, *later) for v in reads(i)} | set(program.needed())
            if rows := tile(n, fits, used):
                op = Tiles(n, rows, fits, used, names)
                loop = Call(op, tuple(op.outside), {}, (*op.kept, *op.sums))  # type: ignore[arg-type]
                done, left, passed, in_vain = [*done, *passed, *before, loop], after, [], 0
                break
        else:
            before, fits, after = next(iter(splits.values()), ([], [], stretch))
            in_vain += 1
            if len(after) == len(stretch) or in_vain == IN_VAIN:
                return done + left
            passed += [*before, *(call for call, _ in fits)]
        stretch = after


def _sizes(stretch: list[Instruction]) -> list[int]:
    """Of how many rows the values are, those first with which there is most of them."""
    least = 0 if any(isinstance(i, Call) and _convolved(i) for i in stretch) else LARGE
    sizes: Counter[int] = Counter()
    for value in dict.fromkeys(v for i in stretch for v in (*reads(i), *_results(i))):
        if value.shape and value.shape[0] > 1:
            sizes[value.shape[0]] += _nbytes(value)
    return [n for n, nbytes in sizes.most_common(TRIES) if nbytes >= least]


def _split(
    stretch: list[Instruction], program: Program, later: list[Instruction], n: int
) -> tuple[list[Instruction], list[tuple[Call, Fit]], list[Instruction]]:
    """What comes before the loop, in it, and after it."""
    apart: set[Call] = set()  # that would go row by row, but what they give could not be stored
    while True:
        before: list[Instruction] = []
        fits: list[tuple[Call, Fit]] = []
        after: list[Instruction] = []
        kinds: dict[Value, str] = {}
        late: set[Value] = set()  # what is made after the loop
        drawn_late = False
        for i in stretch:
            needs = set(reads(i))
            draws = isinstance(i, Again) and i.random
            waits = not needs.isdisjoint(late) or any(kinds.get(v) == "sum" for v in needs) or (draws and drawn_late)
            found = None if waits or not isinstance(i, Call) or i in apart else fit(i, n, kinds)
            if found is not None and isinstance(i, Call):
                fits.append((i, found))
                kinds[i.results[0]] = found.kind
            elif waits or any(v in kinds for v in needs):
                after.append(i)
                late.update(_results(i))
                drawn_late = drawn_late or draws
            else:
                before.append(i)
        used = {v for i in (*after, *later) for v in reads(i)} | set(program.needed())
        again = {call for call, found in fits if found.kind == "turned" and call.results[0] in used}
        if not again:
            return before, fits, after
        apart |= again


def _results(instruction: Instruction) -> tuple[Value, ...]:
    return instruction.results if isinstance(instruction, (Call, Again)) else ()
