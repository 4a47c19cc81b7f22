"""What the page knows: the graph as JSON, and beside each node and edge its formulas as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tinygrad_edu.graph import Edge, Graph, GraphNode
from tinygrad_edu.graph.codec import to_dict

from ..formulas import forward, rule, slope, with_shapes
from ..marks import mark
from ..symbols import symbol
from ..text import clean, number

NAME = 200  # the longest name that is shown
FORMULA = 300
NUMBERS = 60_000  # so many elements of arrays are in a page
SIZES = (256, 64, 16, 4, 1)


def data(graph: Graph, title: str, direction: str) -> dict[str, Any]:
    """What the page's scripts read. `to_dict(graph)`, and texts."""
    found = to_dict(graph)
    by_id = {node.id: node for node in graph}
    inputs: dict[str, list[Edge]] = {node.id: [] for node in graph}
    for edge in graph.edges:
        inputs[edge.target].append(edge)
    for plain, node in zip(found["nodes"], graph.nodes, strict=True):
        plain |= _of_node(node, [by_id[edge.source] for edge in inputs[node.id]])
    for plain, edge in zip(found["edges"], graph.edges, strict=True):
        target = by_id[edge.target]
        plain |= _of_edge(edge, target, [by_id[other.source] for other in inputs[edge.target]])
    for plain, scope in zip(found["scopes"], graph.scopes, strict=True):
        last = scope.path.rpartition("/")[2] if scope.kind == "fold" else scope.path.rpartition(".")[2]
        call = f" ({scope.call})" if scope.call > 1 else ""
        plain |= {"name": clean(last, NAME) + call, "path": clean(scope.id, NAME), "title": clean(scope.title, NAME)}
        plain |= {"detail": clean(scope.detail, NAME)}
    _lighten(found)
    return found | {"title": clean(title, NAME), "direction": direction}


def _of_node(node: GraphNode, sources: list[GraphNode]) -> dict[str, Any]:
    texts: dict[str, Any] = {"label": label(node)}
    found = mark(node.gradient)
    if found is not None:
        texts["mark"] = {"name": found.name, "sign": found.sign, "what": found.what}
    if node.value.nan or node.value.inf:
        counts = ((node.value.nan, "nan"), (node.value.inf, "inf")) if node.value.size > 1 else ()
        texts["valueMark"] = " ".join(["⚠", ", ".join(f"{n} {what}" for n, what in counts if n)]).rstrip()
    if node.op is not None:
        params = dict(node.params)
        texts["sign"] = clean(symbol(node.op))
        texts["formula"] = clean(forward(node.op, [_argument(source) for source in sources], params), FORMULA)
        if sources and all(_number(source) for source in sources) and node.value.number is not None:
            texts["numbers"] = clean(forward(node.op, [_number(source) for source in sources], params), FORMULA)
    return texts


def _of_edge(edge: Edge, target: GraphNode, sources: list[GraphNode]) -> dict[str, Any]:
    if not edge.differentiable or target.op is None:
        return {}
    op, slot, params = target.op, edge.slot, dict(target.params)
    names = [_argument(source) for source in sources]
    numbers = [_number(source) for source in sources]
    texts = {
        "slope": slope(op, slot, names, label(target), params),
        "rule": rule(op, slot, names, params),
        "shapes": with_shapes(op, slot, [source.shape for source in sources], target.shape),
    }
    if all(numbers) and _number(target):
        texts["slopeNumbers"] = slope(op, slot, numbers, _number(target), params)
    return {key: clean(text, FORMULA) for key, text in texts.items() if text is not None}


def label(node: GraphNode) -> str:
    """What a node is called in the page."""
    return clean(node.id if node.name is None else node.name, NAME)


def _argument(node: GraphNode) -> str:
    """A node in a formula: its name; a constant without one by its number."""
    return _number(node) if node.kind == "input" and node.name is None and _number(node) else label(node)


def _number(node: GraphNode) -> str:
    return "" if node.value.number is None else number(node.value.number)


def _lighten(found: dict[str, Any]) -> None:
    """Leave out the largest pictures of arrays until the page is small enough, and round the numbers in the others."""
    holders = [part for thing in (*found["nodes"], *found["edges"]) for part in _with_cells(thing)]
    sizes = [len(holder[key]["values"]) for holder, key in holders]
    most = next((size for size in SIZES if sum(n for n in sizes if n <= size) <= NUMBERS), 0)
    for (holder, key), size in zip(holders, sizes, strict=True):
        if size > most:
            del holder[key]
        else:
            values = holder[key]["values"]
            holder[key]["values"] = [x if isinstance(x, str) else float(f"{x:.6g}") for x in values]


def _with_cells(thing: Mapping[str, Any]) -> list[tuple[Any, str]]:
    found = [(part, "cells") for part in thing.values() if isinstance(part, dict) and "cells" in part]
    return [*found, (thing, "jacobian")] if "jacobian" in thing else found
