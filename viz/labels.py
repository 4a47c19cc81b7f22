"""The labels of nodes, boxes and edges, in Graphviz's HTML-like form."""

from __future__ import annotations

import html
import re

from tinygrad_edu.graph import Edge, GraphNode, Scope, Summary

from . import style
from .descriptions import NO_GRADIENT, contents, differs, share
from .graph_formulas import GraphFormulas, norm
from .marks import ZERO, mark
from .outputs import SEVERAL
from .svg import GAP, SPACER
from .text import alarm, called, clean, number, numbers, shape
from .view import Closed, Link

PATH = 24  # longer paths are cut to their last part


def data_label(node: GraphNode, title: str, followed: bool) -> str:
    """Name, shape, value, gradient. followed: whether the graph has a backward pass."""
    rows = [_title(title), *_size(node), *_numbers(node.value, 11 if node.shape else 13), *_gradient(node, followed)]
    return _table(rows)


def number_label(node: GraphNode) -> str:
    """An unnamed constant of one element, such as the 2 in `2 * x`: the number."""
    return _table(_numbers(node.value, 13))


def op_label(node: GraphNode, formulas: GraphFormulas, followed: bool) -> str:
    """The op's sign, what the steps call its result, and the value; for an array the shape, and what is not finite."""
    rows = [_title(formulas.sign(node), 17)]
    name = "" if node.name and node.output else called(node, 20)  # an output has a box of its own
    if node.shape:
        warnings = _numbers(node.value, 11)[1:]
        rows += [_font(name, 11 if node.name else 10, style.INK if node.name else style.FAINT)] * bool(name)
        size = [_font(SEVERAL, 10, style.FAINT)] if node.id in formulas.several else _size(node)
        rows += size + warnings
    else:
        rows += _numbers(node.value, 11, f"{name} = " if name else "")
    return _table([*rows, *_gradient(node, followed)])


def closed_label(box: Closed) -> str:
    """Name and class, what is inside, what comes out, and the worst mark."""
    first, second = names(box.scope)
    rows = [_title(first), *([_font(second, 10, style.FAINT)] if second else [])]
    if second and box.scope.kind == "module":
        rows = [_title(first) + _font(f"  {second}", 11, style.FAINT)]
    rows += [_font(line, 10, style.FAINT) for line in contents(box).replace(", ", ",\n", 1).split("\n") if line]
    shapes = list(dict.fromkeys(shape(sizes) for sizes in box.results.values()))
    if shapes:
        rows.append(_font("→ " + ", ".join(shapes[:2]) + (" …" if len(shapes) > 2 else ""), 11, style.INK))
    if box.trouble is not None:
        rows.append(_font(f"{box.trouble.sign} inside", 10, style.ALARM, "B"))
    if box.mark is not None:
        rows.append(_font(f"grad {box.mark.sign}: {clean(box.marked, 24)}", 10, style.ALARM, "B"))
    return _table(rows)


def open_label(scope: Scope, beside: bool) -> str:
    """Name and class, in the corner of an open box. beside: leave space on its right, for edges from above."""
    first, second = names(scope, whole=False)
    space = "\N{NO-BREAK SPACE}" * 3 * (len(first) + len(second)) if beside else ""
    return f"<{_title(first)}{_font(f'  {second}{space}', 10, style.FAINT) if second or space else ''}>"


def names(scope: Scope, whole: bool = True) -> tuple[str, str]:
    """What a box is called, and what stands after it in smaller print."""
    if scope.kind == "fold":
        return clean(scope.title), clean(scope.path.rpartition("/")[2])
    last = scope.path.rpartition(".")[2]
    name = clean(scope.path if whole and len(scope.path) <= PATH else last or scope.path)
    again = f"call {scope.call}" if scope.call > 1 else ""
    return name, " ".join(filter(None, [clean(scope.title) if scope.title != name else "", again]))


def link_label(link: Link, formulas: GraphFormulas, from_box: bool) -> str:
    """The chain rule, for an edge between two nodes; at a closed box the shape and the size of the gradient."""
    if not from_box and link.count == 1:
        return edge_label(link.edge, formulas)
    source = formulas.graph[link.edge.source]
    size = share(link.edge)
    if link.count > 1:
        return f"{link.count:,} edges" + (f"\n{size if size == ZERO.sign else f'largest {size}'}" if size else "")
    return "\n".join(filter(None, [shape(source.shape) if source.shape else "", size]))


def edge_label(edge: Edge, formulas: GraphFormulas) -> str:
    """`upstream × local = contribution` in numbers; for arrays the range and the norm; for matrices the rule."""
    source, target = formulas.graph[edge.source], formulas.graph[edge.target]
    if chain := formulas.chain(edge):
        return chain
    over = formulas.summed(edge)
    if edge.local is not None and edge.local.number is not None:
        return _stacked(f"∂ {number(edge.local.number)}", over, share(edge))
    if target.op in ("matmul", "linear"):
        if edge.contribution is None:
            return shape(source.shape)
        return _stacked(formulas.derivative(edge), formulas.shapes(edge), share(edge))
    if edge.contribution is None:
        return over
    local = edge.local
    if local is None or local.min == local.max == 1:  # the gradient passes as it is, and stands in the source
        return _stacked(over, share(edge)) if over or formulas.is_one_of_several(edge) else ""
    return _stacked(f"∂ {numbers(local).removeprefix('all ')}", over, share(edge))


def _stacked(*lines: str) -> str:
    """The lines that are not empty, one under the other."""
    return "\n".join(filter(None, lines))


def several_lines(lines: list[str]) -> str:
    """The label of an edge. The small space at its end keeps the text off the line; `svg.py` removes it."""
    text = "".join(escape(line) + "<BR/>" for line in lines)
    return f'<{text}<FONT POINT-SIZE="{SPACER}">\N{NO-BREAK SPACE}</FONT>>' if lines else ""


def escape(text: str) -> str:
    """Escape text for an HTML-like label. A gap keeps Graphviz from reading backslash N as the node's name."""
    return html.escape(re.sub(r"\\(?=[A-Z])", lambda found: "\\" + GAP, text))


def _numbers(of: Summary, size: int, before: str = "") -> list[str]:
    """The range, and in words what is wrong with it."""
    lead = _font(before, 10, style.FAINT) if before else ""
    warning = alarm(of)
    if of.size == 1 and warning:
        return [lead + _font(f"{warning} {numbers(of)}", size, style.ALARM, "B")]
    rows = [lead + _font(numbers(of), size, style.INK)]
    return [*rows, _font(warning, 10, style.ALARM, "B")] if warning else rows


def _gradient(node: GraphNode, followed: bool) -> list[str]:
    """The gradient's range; the norm alone for arrays between leaves and outputs, whose nodes are small."""
    gradient = node.gradient if followed else node.grad
    if gradient is None:
        words = f"grad: {'none' if followed else NO_GRADIENT}"
        return [_font(words, 10, style.FAINT, "I")] if node.kind in ("leaf", "parameter") else []
    short = node.kind == "op" and gradient.number is None and gradient.norm is not None
    if short:
        text = _font("grad ", 10, style.FAINT) + _font(norm(gradient), 11, style.INK)
        rows = [text] + [_font(alarm(gradient), 10, style.ALARM, "B")] * bool(alarm(gradient))
    else:
        rows = _numbers(gradient, 11, "grad ")
    found = mark(gradient)
    if found is not None and found.name in ("vanishing", "exploding"):
        rows.append(_font(found.sign, 10, style.ALARM, "B"))
    elif found is not None and found.name == "zero" and gradient.number is None:
        rows = [_font("grad ", 10, style.FAINT) + _font(found.sign, 10, style.ALARM, "B")]
    if differs(node, followed) and node.grad is not None:
        rows.append(_font(".grad ", 10, style.FAINT) + _font(numbers(node.grad), 11, style.INK))
    return rows


def _size(node: GraphNode) -> list[str]:
    """The shape; the dtype only where it is not the usual one."""
    words = [node.dtype] * (node.dtype != "float32") + [shape(node.shape)] * bool(node.shape)
    return [_font(" ".join(words), 10, style.FAINT)] if words else []


def _title(text: str, size: int = 13) -> str:
    return _font(clean(text) or " ", size, style.INK, "B")


def _font(text: str, size: int, color: str, tag: str = "") -> str:
    escaped = escape(text)
    inner = f"<{tag}>{escaped}</{tag}>" if tag else escaped
    return f'<FONT POINT-SIZE="{size}" COLOR="{color}">{inner}</FONT>'


def _table(rows: list[str]) -> str:
    """One row under another. The outer angle brackets tell Graphviz that the label is HTML."""
    body = "".join(f"<TR><TD>{row}</TD></TR>" for row in rows)
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{body}</TABLE>>'
