"""Numbers, shapes and names as short text: what a node says, and what its tooltip says."""

from __future__ import annotations

import math
import unicodedata

from tinygrad_edu.graph import Edge, Graph, GraphNode, Number, Summary

NO_GRADIENT = "none yet"  # which is not 0


def number(x: Number, digits: int = 4) -> str:
    """A few digits, a real minus sign, ∞.

    >>> number(-1.23456e-7)
    '−1.235e−7'
    """
    if isinstance(x, (bool, complex)):
        return str(x)
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    text = str(x) if isinstance(x, int) and abs(x) < 10**7 else f"{x:.{digits}g}"
    mantissa, e, exponent = text.partition("e")
    return (mantissa + (f"e{int(exponent)}" if e else "")).replace("-", "−")


def numbers(summary: Summary) -> str:
    """The element, or the range that the finite elements lie in."""
    if summary.number is not None:
        return number(summary.number)
    if summary.min is None or summary.max is None:
        return "nothing finite" if summary.size else "empty"
    if summary.nan or summary.inf or summary.min != summary.max:
        return f"{number(summary.min, 3)} … {number(summary.max, 3)}"
    return f"all {number(summary.min)}"


def alarm(summary: Summary | None) -> str:
    """What is wrong with the numbers, if anything is: "⚠ 3 nan"."""
    if summary is None or not (summary.nan or summary.inf):
        return ""
    if summary.size == 1:
        return "⚠"
    return "⚠ " + ", ".join(f"{count} {what}" for count, what in ((summary.nan, "nan"), (summary.inf, "inf")) if count)


def shape(sizes: tuple[int, ...]) -> str:
    """As NumPy writes it; "scalar" for none."""
    return str(sizes) if sizes else "scalar"


def clean(text: str, length: int = 40) -> str:
    """Any text on one line, without what XML forbids or what turns the writing direction of the text after it."""
    cut = text if len(text) <= length else text[: length - 1] + "…"
    return "".join(
        " " if c in "\t\n\r\x0b\x0c\x85\u2028\u2029" else c if _printable(c) else "\N{REPLACEMENT CHARACTER}"
        for c in cut
    )


def _printable(c: str) -> bool:
    if c == "\u200d":  # joins two emoji into one
        return True
    return unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn") and ord(c) & 0xFFFE != 0xFFFE


def _details(summary: Summary) -> str:
    if summary.number is not None:
        return " ".join(filter(None, [number(summary.number), alarm(summary)]))
    parts = [
        f"{what} {number(x)}" for what in ("min", "max", "mean", "norm") if (x := getattr(summary, what)) is not None
    ]
    if summary.zero:
        parts.append(f"{summary.zero:,} of {summary.size:,} are 0")
    return ", ".join([*parts, *filter(None, [alarm(summary)])]) or numbers(summary)


def about_node(node: GraphNode) -> str:
    """Everything that is known of a node, on a few lines."""
    head = clean(node.id, 200)
    if node.name is not None and node.name != node.id:
        head = f"{clean(node.name, 200)} = {head}"
    call = f"{node.op}({', '.join(f'{key}={value}' for key, value in node.params)})" if node.op else node.kind
    lines = [f"{head}: {clean(call, 200)}, {node.dtype} {shape(node.shape)}", f"value: {_details(node.value)}"]
    if node.grad is not None:
        lines.append(f"grad: {_details(node.grad)}")
    elif node.kind in ("leaf", "parameter"):
        lines.append(f"grad: {NO_GRADIENT}")
    return "\n".join(lines)


def about_edge(edge: Edge) -> str:
    """What goes forward along an edge, and by what it is multiplied on the way back."""
    lines = [f"{clean(edge.source, 200)} is argument {edge.slot} of {clean(edge.target, 200)}"]
    if edge.local is not None:
        lines.append(f"local derivative: {_details(edge.local)}")
    elif not edge.differentiable:
        lines.append("no gradient travels back here")
    return "\n".join(lines)


def about_graph(graph: Graph) -> str:
    """One sentence, for whoever cannot see the picture."""
    words = {"op": "operations", "parameter": "parameters", "leaf": "leaves", "input": "constants"}
    counts = {kind: sum(node.kind == kind for node in graph) for kind in words}
    listed = ", ".join(f"{words[kind]}: {count}" for kind, count in counts.items() if count)
    ends = ", ".join(f"{clean(n.name or n.id)} ({shape(n.shape)}, {numbers(n.value)})" for n in graph.outputs)
    return f"How {ends} was computed. {listed}, edges: {len(graph.edges)}."
