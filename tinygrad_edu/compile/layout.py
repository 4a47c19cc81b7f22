"""Which weights lie in memory the other way round, so that their products are faster.

BLAS multiplies x W, with W as it lies, faster than x Wᵀ with W turned: by a tenth and more at the sizes of small
networks. A linear layer has x Wᵀ. So its weight is kept as the transpose of an array that lies in order, (in, out), and
its gradient too; then all is as before but for the strides. Only weights used in matrix products alone are turned.
"""

from __future__ import annotations

import math
from typing import Any

from .. import kernels
from .program import Call, Instruction, Program, Update, Value, external, reads, values_in

WIDE = 32  # outputs, below which the other order is faster


def turned(program: Program) -> set[Any]:
    """The parameters to turn. Without Numba none: there the numbers are those of the eager step to the last bit."""
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
            if _is_product(product) and uses[g] == [update] and all(_multiplies(i, weight) for i in uses[weight]):
                found.add(p)
    return found


def _is_product(call: Call) -> bool:
    """A sum over examples, of a gradient wide enough; from one example it is an outer product."""
    a, b = call.inputs if call.op.name == "matmul" else (None, None)
    shapes = [x.shape for x in (a, b) if isinstance(x, Value)]
    if [len(shape) for shape in shapes] != [2, 2]:
        return False
    return shapes[0][0] >= WIDE and shapes[0][1] > 1 and math.prod(shapes[1]) > 0


def _multiplies(call: Instruction, weight: Value) -> bool:
    if not isinstance(call, Call):
        return False
    if call.op.name == "linear":
        return call.inputs[1] is weight and call.inputs[0] is not weight and len(call.inputs[0].shape) > 1
    return call.op.name == "matmul" and all(isinstance(x, Value) and len(x.shape) == 2 for x in call.inputs)
