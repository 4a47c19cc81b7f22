"""Ops with several outputs: one node computes them, and for each a node of the op `item` takes it out."""

from __future__ import annotations

from tinygrad_edu.graph import Graph, GraphNode

SEVERAL = "several outputs"  # in place of a shape
UPSTREAM = "those of its outputs"  # in place of a gradient


def taken(node: GraphNode) -> str | None:
    """The number of the output that a node takes out; None of any other node."""
    return dict(node.params).get("i") if node.op == "item" else None


def with_several(graph: Graph) -> frozenset[str]:
    """The ids of the nodes with several outputs: their value is all outputs' numbers in a row, and has no shape."""
    return frozenset(edge.source for edge in graph.edges if taken(graph[edge.target]) is not None)
