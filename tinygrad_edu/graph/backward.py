"""The backward pass as it is drawn: the gradient of every node, the contribution of every edge, in their order."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .. import memory
from ..autograd.backward_pass import Sums, chain_rule
from ..autograd.contributions import sum_to
from ..autograd.seeds import seeds
from ..op import NOT_DIFFERENTIABLE, Node, Op, Variable, walk
from ..recording import no_grad
from .summary import Cells, Summary, summary


class Record:
    """The backward pass once more, for what goes by: no `.grad` is written and nothing is freed.

    It starts from the gradients that the last `backward()` of these outputs started from, else from ones, which takes
    an output of one element (RuntimeError otherwise, as in `backward`).
    """

    def __init__(self, outputs: Iterable[Variable], cells: int) -> None:
        self.cells = cells
        self.seeds: dict[int, Summary] = {}  # by the identity of the node
        self.gradients: dict[int, Summary] = {}
        self.contributions: dict[tuple[int, int], tuple[Summary, Summary]] = {}  # by the target's identity and slot
        with np.errstate(all="ignore"), no_grad():  # infinite and nan are shown, not warned of
            self._replay(list(outputs))

    def _replay(self, outputs: list[Variable]) -> None:
        recorded = [x for x in outputs if x._node is not None] or outputs[:1]
        distinct = list({x._node: x for x in recorded}.values())
        roots = seeds(distinct, [getattr(x._node, "seed", None) for x in distinct], create_graph=False)
        sums = Sums()
        for node, seed in roots:
            self.seeds[id(node)] = summary(seed._array, self.cells)
            sums.add(node, seed._array)
        nodes = walk(node for node, _ in roots)
        for node, g, edges in chain_rule(nodes, sums, None, tensors=False):
            if not isinstance(g, tuple):
                self.gradients[id(node)] = summary(g, self.cells)
            for slot, parent, dx in edges:
                sums.add(parent, dx)
                share, total = summary(dx, self.cells), sums[parent]
                self.contributions[id(node), slot] = share, share if total is dx else summary(total, self.cells)
        for leaf, g in sums.items():
            if isinstance(leaf, Node):
                self.gradients[id(leaf)] = summary(g, self.cells)


def flows(node: Node, slot: int) -> bool:
    """Whether a gradient travels back to this input."""
    assert node.op is not None
    rules = node.op.rules
    return node.inputs[slot] is not None and not (slot < len(rules) and rules[slot] is NOT_DIFFERENTIABLE)


def intact(node: Node) -> bool:
    """Whether its arrays are those of the forward pass: else a derivative would be that of another computation."""
    arrays = (*(node.arrays or ()), node.array)
    return memory.clock.changed <= node.order or not any(
        isinstance(array, np.ndarray) and memory.has_changed(array, node.order) for array in arrays
    )


def local(node: Node, slot: int, cells: int) -> Summary | None:
    """The local derivative: the rule applied to ones, where that *is* the derivative and not a sum of several.

    It is for ops that act element by element, and for any op from one element to one element.
    """
    op = node.op
    assert op is not None
    if node.arrays is None or not isinstance(node.array, np.ndarray):
        return None
    inner = node.arrays[slot]
    single = isinstance(inner, np.ndarray) and node.array.size == inner.size == 1
    if not (single or op.elementwise):
        return None
    slopes = _applied(op, node, slot, np.ones_like(node.array))
    if slopes is None:
        return None
    if single and slopes.size != 1:  # it was broadcast to none or to several places
        slopes = sum_to(slopes, inner.shape, node, slot)
    return summary(slopes, cells, "mean") if single or slopes.shape == node.array.shape else None


def jacobian(node: Node, slot: int, cells: int) -> Cells | None:
    """All derivatives of a small node: a row an element of the output, a column an element of the input."""
    op = node.op
    assert op is not None
    if node.arrays is None or not isinstance(node.array, np.ndarray):
        return None
    inner = node.arrays[slot]
    if not isinstance(inner, np.ndarray):  # of an op with several outputs
        return None
    rows, columns = node.array.size, inner.size
    if rows * columns > cells or rows * columns <= 1:
        return None
    table = np.zeros((rows, columns))
    for i in range(rows):
        g = np.zeros(rows, node.array.dtype)
        g[i] = 1
        row = _applied(op, node, slot, g.reshape(node.array.shape))
        if row is None or row.dtype.kind == "c":
            return None
        if op.elementwise and row.shape == node.array.shape:
            row = np.where(g.reshape(row.shape) == 0, 0, row)  # also where the slope is infinite: 0 · inf is nan
        table[i] = (row if row.shape == inner.shape else sum_to(row, inner.shape, node, slot)).ravel()
    return Cells(rows, columns, 1, 1, "element", tuple(table.ravel().tolist()))


def _applied(op: Op, node: Node, slot: int, g: np.ndarray) -> np.ndarray | None:
    try:
        rule = op.rule(slot)
    except NotImplementedError:  # drawing is no reason to stop; backward() will say it
        return None
    with np.errstate(all="ignore"):
        return np.asarray(rule(g, node.array, *(node.arrays or ()), **node.params))
