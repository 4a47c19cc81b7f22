"""The steps of a graph as a table of plain text: forwards, and then backwards if gradients went back.

It is the text form of a picture: for a terminal, for screen readers, for comparison in tests.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from tinygrad_edu.graph import Edge, Graph, GraphNode, Summary

from .graph_formulas import GraphFormulas
from .marks import Mark, mark, value_mark
from .outputs import UPSTREAM
from .text import called, clean, number, numbers

WIDEST = 48  # a wider cell moves those after it


def steps(graph: Graph, title: str) -> str:
    """The whole table, one step per line."""
    formulas = GraphFormulas(graph)
    lines = [clean(title, 200), "", "Forward"]
    forward = [_forward(i, node, formulas) for i, node in enumerate(graph, 1)]
    lines += _columns([("step", "result", "shape", "formula", "value", "line"), *forward])
    if graph.backward:
        broadcast = any(formulas.summed(graph.edges[k]) for k in graph.backward)
        note = "; Σ: an input that was broadcast gets the sum of the products" if broadcast else ""
        lines += ["", f"Backward: upstream × local = contribution{note}"]
        head = ("step", "from", "to", "upstream", "× local, or the rule", "= contribution", "gradient so far")
        seeds = [("0", "", called(n), "", "", "", _short(n.seed)) for n in graph if n.seed is not None]
        rows = [_backward(i, graph.edges[k], formulas) for i, k in enumerate(graph.backward, 1)]
        lines += _columns([head, *seeds, *rows])
    return "\n".join(lines) + "\n"


def _forward(i: int, node: GraphNode, formulas: GraphFormulas) -> tuple[str, ...]:
    formula = " = ".join(filter(None, [formulas.formula(node), formulas.in_numbers(node)])) or node.kind
    value = _marked(numbers(node.value), node.value, value_mark(node.value))
    line = f"{clean(node.line.file)}:{node.line.number}  {clean(node.line.text, 80)}" if node.line else ""
    return f"{i}", called(node), formulas.shape(node), clean(formula, 120), value, line


def _backward(i: int, edge: Edge, formulas: GraphFormulas) -> tuple[str, ...]:
    source, target = (called(formulas.graph[end]) for end in (edge.source, edge.target))
    by = f"× {numbers(edge.local)}" if edge.local is not None else formulas.derivative(edge)
    by = ", ".join(filter(None, [by, formulas.summed(edge)]))
    upstream = UPSTREAM if edge.target in formulas.several else _short(formulas.graph.upstream(edge))
    return f"{i}", target, source, upstream, by, f"= {_short(edge.contribution)}", _short(edge.total)


def _short(of: Summary | None) -> str:
    """The number, or the norm of an array."""
    if of is None:
        return "none"
    size = numbers(of) if of.number is not None or of.norm is None else f"‖·‖ {number(of.norm)}"
    return _marked(size, of, mark(of))


def _marked(text: str, of: Summary, found: Mark | None) -> str:
    """With the sign of what is wrong, unless the text says it already."""
    if found is None or (found.name == "zero" and of.number is not None):
        return text
    alone = found.name == "zero" or (found.name == "nan" and of.number is not None)
    return found.sign if alone else f"{text} {found.sign}"


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows, padded to aligned columns in a terminal's character widths; columns without entries are left out."""
    columns = [column for column in zip(*rows, strict=True) if any(column[1:])]
    widths = [min(max(map(_width, column)), WIDEST) for column in columns]
    kept = zip(*columns, strict=True)
    return ["  ".join(c + " " * (w - _width(c)) for c, w in zip(row, widths, strict=True)).rstrip() for row in kept]


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
