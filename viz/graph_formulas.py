"""A graph read as formulas: operations with their arguments, edges with their derivatives, in names and in numbers.

formulas = GraphFormulas(graph)
formulas.formula(node)        # "x1 · w1"
formulas.in_numbers(node)     # "2 · (−3)"
formulas.derivative(edge)     # "w1", or for a matrix "dW = dYᵀ X"
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from tinygrad_edu import formula
from tinygrad_edu.graph import Edge, Graph, GraphNode, Number, Summary

from .outputs import SEVERAL, taken, with_several
from .symbols import symbol
from .text import called, clean, count, number, shape

LONGEST = 200  # longer formulas are cut


class GraphFormulas:
    """Writes the formulas of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.several = with_several(graph)
        self._arguments: dict[str, list[GraphNode]] = {}
        self._uses = Counter(edge.source for edge in graph.edges if edge.differentiable)
        for edge in graph.edges:
            self._arguments.setdefault(edge.target, []).append(graph[edge.source])

    def arguments(self, node: GraphNode) -> list[GraphNode]:
        """The nodes that it was computed from; none of a leaf."""
        return self._arguments.get(node.id, [])

    def is_one_of_several(self, edge: Edge) -> bool:
        """Whether the gradient of the source is a sum, of this edge's contribution and others."""
        return self._uses[edge.source] > 1

    def sign(self, node: GraphNode) -> str:
        """The sign of an operation: "×", "tanh"; "output 1" of a node that takes one of several outputs."""
        output = taken(node)
        return symbol(node.op or "") if output is None else f"output {output}"

    def shape(self, node: GraphNode) -> str:
        """The shape of a node's value."""
        return SEVERAL if node.id in self.several else shape(node.shape)

    def type(self, node: GraphNode) -> str:
        """Its dtype and shape; neither is known of several outputs."""
        return SEVERAL if node.id in self.several else f"{node.dtype} {shape(node.shape)}"

    def formula(self, node: GraphNode) -> str:
        """What an operation computes, in names; "" of a leaf."""
        if node.op is None:
            return ""
        if (output := taken(node)) is not None:
            return f"output {output} of {called(self.arguments(node)[0])}"
        return clean(formula.forward(node.op, self._names(node), dict(node.params)), LONGEST)

    def in_numbers(self, node: GraphNode) -> str:
        """The same in numbers; "" if they are not all single numbers."""
        known = self._numbers(node)
        if node.op is None or not known or taken(node) is not None:
            return ""
        return clean(formula.forward(node.op, known, dict(node.params)), LONGEST)

    def slope(self, edge: Edge) -> str:
        """The local derivative in names: "1 − n²"; "" where it is not one number an element."""
        target = self.graph[edge.target]
        return self._slope(edge, self._names(target), called(target))

    def slope_in_numbers(self, edge: Edge) -> str:
        """The same in numbers; "" if they are not all single numbers."""
        target = self.graph[edge.target]
        known, result = self._numbers(target), target.value.number
        return self._slope(edge, known, number(result)) if known and result is not None else ""

    def _slope(self, edge: Edge, arguments: list[str], result: str) -> str:
        target = self.graph[edge.target]
        if target.op is None or not edge.differentiable or not self._has_formulas(edge):
            return ""
        found = formula.slope(target.op, edge.slot, arguments, result, dict(target.params))
        return clean(found or "", LONGEST)

    def rule(self, edge: Edge) -> str:
        """How the upstream gradient becomes the contribution: "dW = dYᵀ X"; "" where a slope says it."""
        target = self.graph[edge.target]
        if (output := taken(target)) is not None:
            return f"passed on as the gradient of output {output}"
        if target.op is None or not edge.differentiable or not self._has_formulas(edge):
            return ""
        found = formula.rule(target.op, edge.slot, self._names(target), dict(target.params))
        return clean(found or "", LONGEST)

    def _has_formulas(self, edge: Edge) -> bool:
        """Whether derivatives have a text: those of several outputs, and of one of them, have none."""
        return edge.target not in self.several and edge.source not in self.several

    def derivative(self, edge: Edge) -> str:
        """The local derivative in names, or the rule that takes its place; "" if there is neither."""
        return self.slope(edge) or self.rule(edge)

    def shapes(self, edge: Edge) -> str:
        """The rule of a product of matrices in shapes; "" of other operations."""
        target = self.graph[edge.target]
        if target.op is None or not edge.differentiable:
            return ""
        sizes = [argument.shape for argument in self.arguments(target)]
        return formula.with_shapes(target.op, edge.slot, sizes, target.shape) or ""

    def summed(self, edge: Edge) -> str:
        """Over what the gradient is summed where the source was broadcast: "Σ over 3 rows"; "" if it was not.

        An elementwise op that repeats `b` of shape (2,) in 3 rows uses each element of `b` 3 times: its gradient is the
        sum of 3 products, upstream × local.
        """
        source, target = self.graph[edge.source], self.graph[edge.target]
        if not self._has_formulas(edge):
            return ""
        elementwise = edge.local is not None or self.slope(edge)
        return _sum_over(source.shape, target.shape) if elementwise else ""

    def backward(self, edge: Edge) -> str:
        """How the upstream gradient becomes the contribution, as a sentence: "" if the formula is not known.

        "upstream × (1 − n²), element by element", "Σ over 3 rows of upstream × 1", "dW = xᵀ dY".
        """
        slope, over = self.slope(edge), self.summed(edge)
        if not slope and not over:
            return self.rule(edge) or ("upstream × local, element by element" if edge.local is not None else "")
        product = f"upstream × {formula.operand(slope) if slope else 'local'}"
        return f"{over} of {product}" if over else f"{product}, element by element"

    def chain(self, edge: Edge) -> str:
        """`upstream × local = contribution`, where all are numbers and that is how it was computed; else ""."""
        found = [self.graph.upstream(edge), edge.local, edge.contribution]
        upstream, local, share = (None if x is None else x.number for x in found)
        if upstream is None or local is None or share is None:
            return ""
        if not _agree(upstream * local, share, self.graph[edge.source].dtype):
            return ""
        return f"{_factor(upstream)} × {_factor(local)} = {number(share)}"

    def _numbers(self, node: GraphNode) -> list[str]:
        """The arguments as numbers; none if they, and the node itself, are not all single numbers."""
        values = [argument.value.number for argument in (*self.arguments(node), node)]
        return [] if None in values else [number(x) for x in values[:-1] if x is not None]

    def _names(self, node: GraphNode) -> list[str]:
        return [_name(argument) for argument in self.arguments(node)]


def _sum_over(source: tuple[int, ...], target: tuple[int, ...]) -> str:
    """The dims along which an array of shape `source` was repeated to be of shape `target`, and how many times.

    >>> _sum_over((2,), (3, 2)), _sum_over((3, 1), (3, 2)), _sum_over((), (3, 2)), _sum_over((5, 1, 2), (5, 4, 2))
    ('Σ over 3 rows', 'Σ over 2 columns', 'Σ over all 6 elements', 'Σ over dim 1 (4)')
    """
    lead = len(target) - len(source)
    if lead < 0 or any(a not in (1, b) for a, b in zip(source, target[lead:], strict=True)):
        return ""  # no broadcasting
    dims = [i for i, n in enumerate(target) if n != 1 and (i < lead or source[i - lead] == 1)]
    if not dims:
        return ""
    times = [target[i] for i in dims]
    if math.prod(source) == 1 and math.prod(target) > 0:
        return f"Σ over all {count(math.prod(target), 'element')}"
    if len(target) == 2:
        return "Σ over " + " and ".join(count(n, ("row", "column")[i]) for i, n in zip(dims, times, strict=True))
    listed = ", ".join(map(str, dims))
    return f"Σ over {'dim' if len(dims) == 1 else 'dims'} {listed} ({' × '.join(map(str, times))})"


def _factor(x: Number) -> str:
    """A number as a factor: a negative or a complex one in parentheses."""
    text = number(x)
    return f"({text})" if text.startswith("−") or " " in text else text


def norm(of: Summary) -> str:
    """`‖·‖ 0.03`, the 2-norm of the finite elements."""
    return "" if of.norm is None else f"‖·‖ {number(of.norm, 3)}"


def _name(node: GraphNode) -> str:
    """What a node is called in a formula: an unnamed constant of one element is its number."""
    single = node.kind == "input" and node.name is None and node.value.number is not None
    return number(node.value.number) if single and node.value.number is not None else called(node)


def _agree(a: complex, b: complex, dtype: str) -> bool:
    """Whether two numbers are equal up to rounding. They differ where `where` stops the gradient of a branch."""
    least = float(np.finfo(dtype).smallest_subnormal) if np.dtype(dtype).kind in "fc" else 0.0  # below it all is 0
    return abs(a - b) <= max(1e-2 * max(abs(a), abs(b)), least) or a == b or (a != a and b != b)
