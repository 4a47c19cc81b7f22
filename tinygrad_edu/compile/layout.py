"""In which order values lie in memory: so that products are faster, and copies are not needed.

Which weights lie the other way round:

BLAS multiplies x W, with W as it lies, faster than x Wᵀ with W turned: by a tenth and more at the sizes of small
networks, where tiles of x Wᵀ are not faster still (`ops/tiles.py`). A linear layer has x Wᵀ. So its weight is kept as
the transpose of an array that lies in order, (in, out), and its gradient too; then all is as before but for the
strides. Only weights used in matrix products alone are turned.

What is computed only to be copied, in another order of its dimensions or as a part of something larger, as the heads of
an attention are, is computed there.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from typing import Any

import numpy as np

from .. import kernels
from ..ops.tiles import DEEP, are_faster
from .joined import along, bounds
from .kernels import Loop
from .program import Call, Instruction, Program, Update, Value, external, reads, values_in

WIDE = 32  # outputs, below which the other order is faster


def turned(program: Program) -> set[Any]:
    """The parameters to turn. Without Numba none: there the text of a product is that of the textbooks."""
    if not kernels.available():
        return set()
    uses: dict[Value, list[Instruction]] = {}
    made: dict[Value, Call] = {}
    for instruction in program.instructions:
        for value in reads(instruction):
            uses.setdefault(value, []).append(instruction)
        if isinstance(instruction, Call):
            made.update(dict.fromkeys(instruction.results, instruction))
    returned = set(values_in(program.returned))
    weights = {v.tensor: v for v in external(program) if v.tensor is not None}
    found = set()
    for update in program.instructions:
        if not isinstance(update, Update):
            continue
        for _, p, g in update.pairs:
            weight, product = weights.get(p), made.get(g)
            if weight is None or product is None or {weight, g} & returned:
                continue
            if (
                _is_product(product)
                and not _is_in_tiles(product)
                and uses[g] == [update]
                and all(_multiplies(i, weight) for i in uses[weight])
            ):
                found.add(p)
    return found


def _is_product(call: Call) -> bool:
    """A sum over examples, of a gradient wide enough; from one example it is an outer product."""
    a, b = call.inputs if call.op.name == "matmul" else (None, None)
    shapes = [x.shape for x in (a, b) if isinstance(x, Value)]
    if [len(shape) for shape in shapes] != [2, 2]:
        return False
    return shapes[0][0] >= WIDE and shapes[0][1] > 1 and math.prod(shapes[1]) > 0


def _is_in_tiles(call: Call) -> bool:
    """Whether x Wᵀ, which has as many multiplications as the gradient of W, is faster than x times the transpose."""
    (m, n), (_, k) = (x.shape for x in call.inputs)
    return call.results[0].dtype.char == "f" and k >= DEEP and are_faster(n, k, m)


def _multiplies(call: Instruction, weight: Value) -> bool:
    if not isinstance(call, Call):
        return False
    if call.op.name == "linear":
        return call.inputs[1] is weight and call.inputs[0] is not weight and len(call.inputs[0].shape) > 1
    return call.op.name == "matmul" and all(isinstance(x, Value) and len(x.shape) == 2 for x in call.inputs)


def arranged(program: Program) -> Program:
    """The program in which what is copied is computed where the copy would stand, if what computes it can do that."""
    uses = Counter(value for i in program.instructions for value in reads(i)) + Counter(program.needed())
    made = {result: i for i in program.instructions if isinstance(i, Call) for result in i.results}
    done: list[Instruction] = []

    def source(x: Value) -> tuple[Value, Call | None]:
        """What x is, or, if nobody else looks at it, is a view of in another order of its dimensions; and that view."""
        call = made.get(x)
        turns = call is not None and call.view and call.op.name in ("permute", "transpose")
        return (call.inputs[0], call) if turns and uses[x] == 1 else (x, None)  # type: ignore[union-attr]

    together = _Together(program, uses, made)
    for i in program.instructions:
        if isinstance(i, Call) and i.op.name == "cat":
            together.put(i)
        elif isinstance(i, Call) and i.op.name == "reshape" and not i.view:
            y, view = source(i.inputs[0])
            if view is not None and uses[y] == 1 and y in made and _writes_anywhere(made[y]):
                y.order = _order(view)
                i = dataclasses.replace(i, view=True)
        elif isinstance(i, Call) and i.op.name == "places" and _covers(i):
            for x, index in zip(i.inputs, i.params["indices"], strict=True):
                y, view = source(x)
                if uses[x] == uses[y] == 1 and y in made and _writes_anywhere(made[y]) and not y.order:
                    back = "" if view is None else f".transpose({tuple(map(int, np.argsort(_order(view))))})"
                    y.within = i.results[0], f"[{_text(index)}, ...]{back}"
        done.append(i)
    return dataclasses.replace(program, instructions=done)


class _Together:
    """Puts what is concatenated where it stands in the concatenation."""

    def __init__(self, program: Program, uses: Counter[Value], made: dict[Value, Call]) -> None:
        self.made = made
        self.kept = {v for i in program.instructions if not isinstance(i, Call) for v in reads(i)}
        self.kept.update(program.needed())
        self.views = Counter(i.inputs[0] for i in program.instructions if isinstance(i, Call) and i.view)
        self.uses = uses
        self.whole: set[Value] = set()  # of which parts are computed in their places

    def put(self, call: Call) -> None:
        y, dim = call.results[0], along(call)
        if not math.prod(y.shape):
            return
        in_order = math.prod(y.shape[:dim]) == 1
        for x, (start, stop) in zip(call.inputs, bounds(call), strict=True):
            part, views, index = x, 0, f"[{':, ' * dim}{start}:{stop}]"
            view = self.made.get(x)
            if (
                view is not None
                and view.view
                and view.op.name == "unsqueeze"
                and view.params["dim"] % len(y.shape) == dim
            ):
                part, views, index = view.inputs[0], 1, f"[{':, ' * dim}{start}]"
            if view is not None and view.view and not views:
                continue
            by = self.made.get(part)
            if by is None or part.dtype != y.dtype or part.within or part.order or self.views[part] != views:
                continue
            if part in self.kept or (views and (x in self.kept or self.uses[x] > 1)):
                continue
            if self._computes_there(by, part, in_order, dim == len(y.shape) - 1):
                part.within = y, index
                self.whole.add(y)

    def _computes_there(self, call: Call, y: Value, in_order: bool, last: bool) -> bool:
        """Whether what computes y can do that in part of a larger array; in_order: the part lies there as y would."""
        if isinstance(call.op, Loop):
            return (in_order or last) and call.op.group.kinds.get(y) == "full"
        if call.op.name == "cat":
            return in_order
        if call.op.name == "matmul" and in_order:
            return len(y.shape) == 2 and y.dtype.kind == "f" and not call.view
        return _writes_anywhere(call)


def _covers(call: Call) -> bool:
    """Whether there is nothing but the parts."""
    return bool(sum(math.prod(x.shape) for x in call.inputs) == math.prod(call.results[0].shape))


def _writes_anywhere(call: Call) -> bool:
    """Whether the result may lie in memory in any order: that of a product of stacked matrices, of a NumPy function."""
    y, forward = call.results[0], call.op.forward
    if call.view or len(call.results) != 1 or y.dtype.kind != "f":
        return False
    if call.op.name == "matmul":
        return len(y.shape) > 2 and all(isinstance(x, Value) and len(x.shape) > 2 for x in call.inputs)
    return call.op.name == "places" or (isinstance(forward, np.ufunc) and bool(forward.nout == 1))


def _order(view: Call) -> tuple[int, ...]:
    """The dimensions of what is looked at, in the order in which the view has them."""
    dims = list(range(len(view.results[0].shape)))
    if view.op.name == "permute":
        return tuple(int(d) % len(dims) for d in view.params["dims"])
    a, b = (int(view.params[key]) % len(dims) for key in ("dim0", "dim1"))
    dims[a], dims[b] = dims[b], dims[a]
    return tuple(dims)


def _text(index: Any) -> str:
    parts = index if isinstance(index, tuple) else (index,)
    return ", ".join(f"{p.start}:{p.stop}".replace("None", "") if isinstance(p, slice) else str(p) for p in parts)
