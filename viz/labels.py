"""What stands in a node and at an edge, as Graphviz's HTML-like labels."""

from __future__ import annotations

import html

from tinygrad_edu.graph import Edge, GraphNode, Summary

from . import style
from .symbols import symbol
from .text import NO_GRADIENT, alarm, clean, number, numbers, shape


def data_label(node: GraphNode, title: str) -> str:
    """Name, shape, what it holds, its gradient."""
    rows = [_title(title), *_size(node), *_numbers(node.value, 11 if node.shape else 13), *_gradient(node)]
    return _table(rows)


def number_label(node: GraphNode) -> str:
    """A constant of one element without a name, such as the 2 in `2 * x`: the number is all there is to say."""
    return _table(_numbers(node.value, 13))


def op_label(node: GraphNode) -> str:
    """The op's sign, then the value; of an array its shape, and its numbers only if something is wrong with them."""
    rows = [_title(symbol(node.op or ""), 17)]
    name = "" if node.name is None or node.output else clean(node.name, 20)  # an output has a box of its own
    if node.shape:
        warnings = _numbers(node.value, 11)[1:]
        rows += [_font(name, 11, style.INK)] * bool(name) + _size(node) + warnings
    else:
        rows += _numbers(node.value, 11, f"{name} = " if name else "")
    return _table([*rows, *_gradient(node)])


def edge_label(edge: Edge, source: GraphNode, target: GraphNode) -> str:
    """The shapes that go into a matrix product; the local derivative where it is one number."""
    if target.op == "matmul":
        return shape(source.shape)
    if edge.local is not None and edge.local.number is not None:
        return f"∂ {number(edge.local.number)}"
    return ""


def _numbers(of: Summary, size: int, before: str = "") -> list[str]:
    """An alarm is said in words, not by its colour alone."""
    lead = _font(before, 10, style.FAINT) if before else ""
    warning = alarm(of)
    if of.size == 1 and warning:
        return [lead + _font(f"{warning} {numbers(of)}", size, style.ALARM, "B")]
    rows = [lead + _font(numbers(of), size, style.INK)]
    return [*rows, _font(warning, 10, style.ALARM, "B")] if warning else rows


def _gradient(node: GraphNode) -> list[str]:
    if node.grad is not None:
        return _numbers(node.grad, 11, "grad ")
    if node.kind in ("leaf", "parameter"):
        return [_font(f"grad: {NO_GRADIENT}", 10, style.FAINT, "I")]
    return []


def _size(node: GraphNode) -> list[str]:
    """The shape; the dtype only where it is not the usual one."""
    words = [node.dtype] * (node.dtype != "float32") + [shape(node.shape)] * bool(node.shape)
    return [_font(" ".join(words), 10, style.FAINT)] if words else []


def _title(text: str, size: int = 13) -> str:
    return _font(clean(text) or " ", size, style.INK, "B")


def _font(text: str, size: int, color: str, tag: str = "") -> str:
    escaped = html.escape(text)
    inner = f"<{tag}>{escaped}</{tag}>" if tag else escaped
    return f'<FONT POINT-SIZE="{size}" COLOR="{color}">{inner}</FONT>'


def _table(rows: list[str]) -> str:
    """One row under another. Graphviz takes a label for HTML because of the angle brackets around it."""
    body = "".join(f"<TR><TD>{row}</TD></TR>" for row in rows)
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{body}</TABLE>>'
