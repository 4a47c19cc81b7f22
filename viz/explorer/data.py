"""The data of the page: the graph as JSON, and the formulas of each node and edge as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tinygrad_edu.graph import Edge, Graph, GraphNode, Scope
from tinygrad_edu.graph.codec import to_dict

from ..descriptions import broadcast
from ..graph_formulas import GraphFormulas
from ..marks import mark
from ..outputs import taken
from ..text import alarm, called, clean

NAME = 200  # the longest name that is shown
NUMBERS = 60_000  # so many elements of arrays are in a page
SIZES = (256, 64, 16, 4, 1)


def data(graph: Graph, title: str, direction: str) -> dict[str, Any]:
    """What the page's scripts read: `to_dict(graph)`, and texts."""
    found = to_dict(graph)
    formulas = GraphFormulas(graph)
    for plain, node in zip(found["nodes"], graph.nodes, strict=True):
        plain |= _of_node(node, formulas)
    for plain, edge in zip(found["edges"], graph.edges, strict=True):
        plain |= _of_edge(edge, formulas)
    for plain, scope in zip(found["scopes"], graph.scopes, strict=True):
        plain |= _of_scope(scope)
    _lighten(found)
    return found | {"title": clean(title, NAME), "direction": direction}


def _of_node(node: GraphNode, formulas: GraphFormulas) -> dict[str, Any]:
    texts: dict[str, Any] = {"label": called(node, NAME)}
    found = mark(node.gradient)
    if found is not None:
        texts["mark"] = {"name": found.name, "sign": found.sign, "what": found.what}
    if warning := alarm(node.value):
        texts["valueMark"] = warning
    if node.op is not None:
        texts["sign"] = clean(formulas.sign(node))
        texts["formula"] = formulas.formula(node)
        texts["numbers"] = formulas.in_numbers(node)
    if node.id in formulas.several:
        texts["several"] = True
    if (output := taken(node)) is not None:
        texts["takes"] = output
    return texts


def _of_edge(edge: Edge, formulas: GraphFormulas) -> dict[str, Any]:
    texts: dict[str, Any] = {
        "slope": formulas.slope(edge),
        "slopeNumbers": formulas.slope_in_numbers(edge),
        "backward": formulas.backward(edge),
        "summed": formulas.summed(edge),
        "shapes": formulas.shapes(edge),
        "product": bool(formulas.chain(edge)),  # whether the contribution is upstream x local, in numbers
    }
    if texts["summed"]:
        texts["broadcast"] = broadcast(formulas.graph, edge, texts["summed"])
    return {key: text for key, text in texts.items() if text}


def _of_scope(scope: Scope) -> dict[str, str]:
    name = scope.path.rpartition("/" if scope.kind == "fold" else ".")[2]
    call = f" ({scope.call})" if scope.call > 1 else ""
    texts = {"name": name, "path": scope.id, "title": scope.title, "detail": scope.detail}
    return {key: clean(text, NAME) + (call if key == "name" else "") for key, text in texts.items()}


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
