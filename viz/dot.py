"""A `Graph` as DOT, the language of Graphviz."""

from __future__ import annotations

import graphviz

from tinygrad_edu.graph import Graph, GraphNode

from . import style
from .effort import COMFORTABLE, length
from .labels import data_label, edge_label, number_label, op_label
from .text import about_edge, about_node


def dot(graph: Graph, name: str, direction: str = "LR") -> str:
    """The source text: ids `n0 n1 ...` in it, `name-n0` in the picture, so that two pictures share a page."""
    big = length(graph) > COMFORTABLE
    look = style.GRAPH | (style.BIG_GRAPH if big else {})
    picture = graphviz.Digraph(
        graph_attr={"id": name, "rankdir": direction, **look}, node_attr=style.NODE, edge_attr=style.EDGE
    )
    keys = {node.id: f"n{i}" for i, node in enumerate(graph)}
    nodes = {node.id: node for node in graph}
    gap = "  " if direction == "TB" else ""  # keeps a label off the line beside it

    def box(key: str, label: str, kind: str, node: GraphNode) -> None:
        tip = graphviz.escape(about_node(node))
        named = {"id": f"{name}-{key}", "class": node.kind if kind == "number" else kind}
        picture.node(key, label=label, tooltip=tip, **named, **style.KINDS[kind])

    for node in graph:
        if node.kind == "op":
            box(keys[node.id], op_label(node), "op", node)
        elif node.kind == "input" and node.name is None and not node.output and not node.shape:
            box(keys[node.id], number_label(node), "number", node)
        else:
            box(keys[node.id], data_label(node, node.id), node.kind, node)
    for i, edge in enumerate(graph.edges):
        text = "" if big else edge_label(edge, nodes[edge.source], nodes[edge.target])
        picture.edge(
            keys[edge.source],
            keys[edge.target],
            label=graphviz.escape(gap + text + gap) if text else "",
            id=f"{name}-e{i}",
            style="solid" if edge.differentiable else "dashed",
            tooltip=graphviz.escape(about_edge(edge)),
            **{"class": "differentiable" if edge.differentiable else "constant"},
        )
    for i, node in enumerate(graph.outputs):
        box(f"out{i}", data_label(node, (node.kind == "op" and node.name) or "output"), "output", node)
        picture.edge(keys[node.id], f"out{i}", id=f"{name}-out{i}-edge", **{"class": "output"})
    return str(picture.source)
