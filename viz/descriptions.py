"""Tooltips and descriptions: all that is known of a node, an edge, a box or a graph, in a few lines of text."""

from __future__ import annotations

from collections import Counter

from tinygrad_edu.graph import Edge, Graph, GraphNode, Scope

from .graph_formulas import GraphFormulas, norm
from .marks import Mark, mark, value_mark, worst
from .outputs import UPSTREAM
from .text import called, clean, count, details, number, numbers, shape
from .view import Closed, Link

NO_GRADIENT = "none yet"  # which is not 0


def about_node(node: GraphNode, formulas: GraphFormulas) -> str:
    """What a node is, how it was computed, its value, its gradient, and the line of the program that made it."""
    head = clean(node.id, 200)
    if node.name is not None and node.name != node.id:
        head = f"{clean(node.name, 200)} = {head}"
    call = f"{node.op}({', '.join(f'{key}={value}' for key, value in node.params)})" if node.op else node.kind
    lines = [f"{head}: {clean(call, 200)}, {formulas.type(node)}"]
    if node.op is not None:
        lines.append(" = ".join(filter(None, [formulas.formula(node), formulas.in_numbers(node)])))
    lines.append(f"value: {details(node.value)}")
    lines += gradient_lines(node, bool(formulas.graph.backward))
    if node.line is not None:
        lines.append(f"{clean(node.line.file, 80)}:{node.line.number}  {clean(node.line.text, 120)}".rstrip())
    return "\n".join(lines)


def gradient_lines(node: GraphNode, followed: bool) -> list[str]:
    """The gradient of this graph's outputs, and what `.grad` holds if it differs."""
    lines = []
    gradient = node.gradient if followed else node.grad
    if gradient is not None:
        found = mark(gradient)
        lines.append(f"grad: {details(gradient)}" + (f" - {found.sign}: {found.what}" if found else ""))
    elif node.kind in ("leaf", "parameter"):
        lines.append(f"grad: {'none' if followed else NO_GRADIENT}")
    if differs(node, followed) and node.grad is not None:
        lines.append(f".grad: {details(node.grad)} (the sum of all backward passes)")
    return lines


def differs(node: GraphNode, followed: bool) -> bool:
    """Whether `.grad` differs from the gradient of this graph's outputs."""
    if not followed or node.grad is None or node.gradient is None:
        return False
    a, b = ((x.number, x.min, x.max, x.mean, x.norm, x.nan, x.inf) for x in (node.grad, node.gradient))
    return str(a) != str(b)  # as text, in which nan is nan


def about_edge(edge: Edge, formulas: GraphFormulas) -> str:
    """What an edge carries forwards, and what comes back along it."""
    source, target = (called(formulas.graph[end], 200) for end in (edge.source, edge.target))
    lines = [f"{source} is argument {edge.slot} of {target}"]
    if not edge.differentiable:
        return "\n".join([*lines, "no gradient travels back here"])
    if over := formulas.summed(edge):
        lines.append(broadcast(formulas.graph, edge, over))
    derivative, shapes = formulas.derivative(edge), formulas.shapes(edge)
    if edge.local is not None:
        parts = dict.fromkeys(filter(None, [f"∂{target}/∂{source}", derivative, details(edge.local)]))
        lines.append(f"local derivative: {' = '.join(parts)}")
    elif derivative:
        lines.append(f"rule: {derivative}" + (f", in shapes {shapes}" if shapes else ""))
    upstream = formulas.graph.upstream(edge)
    several = edge.target in formulas.several
    if edge.contribution is not None and (upstream is not None or several):
        chain = formulas.chain(edge)
        if upstream is None:
            lines += [f"upstream: {UPSTREAM}", f"contribution: {details(edge.contribution)}"]
        elif chain:
            lines.append(f"upstream × local = contribution: {chain}")
        else:
            how = f" = {formulas.backward(edge)}" if edge.local is not None else ""  # a rule stands above already
            lines += [f"upstream: {details(upstream)}", f"contribution{how}: {details(edge.contribution)}"]
        if (found := mark(edge.contribution)) is not None:
            lines.append(f"{found.sign}: {found.what}")
    return "\n".join(lines)


def broadcast(graph: Graph, edge: Edge, over: str) -> str:
    """Why a contribution is a sum; `over` is what `GraphFormulas.summed` says."""
    source, target = graph[edge.source], graph[edge.target]
    times = target.value.size // source.value.size if source.value.size else 0
    return (
        f"{called(source)} of shape {shape(source.shape)} was broadcast to {shape(target.shape)}: each element is used "
        f"{count(times, 'time')}, so its gradient is a sum: {over}"
    )


def about_link(link: Link, formulas: GraphFormulas) -> str:
    """An edge; if a closed box has several with one neighbour, the one with the largest contribution."""
    about = about_edge(link.edge, formulas)
    return about if link.count == 1 else f"{link.count:,} edges; the largest contribution is that of this one:\n{about}"


def about_scope(scope: Scope) -> str:
    """The module's path, its class and its `extra_repr`."""
    path = clean(scope.path, 200) + (f", call {scope.call}" if scope.call > 1 else "")
    return f"{path}: {clean(scope.title, 200)}({clean(scope.detail, 300)})" if scope.kind == "module" else path


def about_closed(box: Closed) -> str:
    """The same, with what is inside and what comes out."""
    lines = [about_scope(box.scope), contents(box)]
    if box.results:
        lines.append("out: " + ", ".join(shape(sizes) for sizes in list(box.results.values())[:6]))
    if box.trouble is not None:
        lines.append(f"value: {box.trouble.sign}: {box.trouble.what}")
    if box.mark is not None:
        lines.append(f"grad: {box.mark.sign} in {clean(box.marked, 80)}: {box.mark.what}")
    return "\n".join(lines)


def contents(box: Closed) -> str:
    """`12 operations, 2 parameters with 39,250 numbers`."""
    parts = [count(box.counts["op"], "operation")] if box.counts["op"] else []
    if box.counts["parameter"]:
        parts.append(f"{count(box.counts['parameter'], 'parameter')} with {count(box.numbers, 'number')}")
    if box.counts["leaf"]:
        parts.append(count(box.counts["leaf"], "leaf", "leaves"))
    if box.counts["input"] and not box.counts["op"]:
        parts.append(count(box.counts["input"], "constant"))
    return ", ".join(parts)


def about_graph(graph: Graph, note: str = "") -> str:
    """A few sentences that describe the picture, for screen readers."""
    words = {"op": "operations", "parameter": "parameters", "leaf": "leaves", "input": "constants"}
    counts: Counter[str] = Counter(node.kind for node in graph)
    listed = ", ".join(f"{word}: {counts[kind]:,}" for kind, word in words.items() if counts[kind])
    ends = graph.outputs
    named = ", ".join(f"{called(n, 40)} ({shape(n.shape)}, {numbers(n.value)})" for n in ends[:5])
    more = f" and {count(len(ends) - 5, 'other result')}" if len(ends) > 5 else ""
    sentences = [f"How {named}{more} was computed. {listed}, edges: {len(graph.edges):,}."]
    if graph.backward:
        sentences.append(f"Gradients went back along {count(len(graph.backward), 'edge')}.")
    for what, found in (
        ("values", {node.id: value_mark(node.value) for node in graph}),
        ("gradients", {node.id: mark(node.gradient) for node in graph}),
    ):
        sentences += _worst(what, found)
    return " ".join([*sentences, *filter(None, [note + "." if note else ""])])


def _worst(what: str, marks: dict[str, Mark | None]) -> list[str]:
    found = worst(marks.values())
    if found is None:
        return []
    places = [name for name, other in marks.items() if other is found]
    return [f"Worst of the {what}: {found.sign}, at {clean(places[0])}" + _others(len(places) - 1) + "."]


def _others(more: int) -> str:
    return f" and {count(more, 'other node')}" if more else ""


def share(edge: Edge) -> str:
    """How large a contribution is: its norm, and what is wrong with it."""
    if edge.contribution is None:
        return ""
    found = mark(edge.contribution)
    size = number(edge.contribution.number, 3) if edge.contribution.number is not None else norm(edge.contribution)
    return " ".join(filter(None, ["" if found and found.name == "zero" else size, found.sign if found else ""]))
