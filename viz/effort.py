"""How long a layout will take, known before it starts, because Graphviz cannot be interrupted.

Graphviz arranges nodes in ranks and lays a stepping stone on every rank that an edge crosses; its time grows with the
number of the stones. A parameter that is used in a thousand places along a chain costs more than a chain of a thousand.
"""

from __future__ import annotations

from tinygrad_edu.graph import Graph

MAX_NODES = 1500
MAX_LENGTH = 10_000  # about five seconds
COMFORTABLE = 1_500  # up to here Graphviz may take its time, and edges have labels (which double the ranks)


def length(graph: Graph) -> int:
    """The edges' lengths in ranks, summed: an op stands after its last argument, a leaf just before its first use."""
    rank: dict[str, int] = {}
    first: dict[str, int] = {}
    for edge in graph.edges:  # in order of their targets, so that the source's rank is known
        rank[edge.target] = max(rank.get(edge.target, 0), rank.get(edge.source, 0) + 1)
    for edge in graph.edges:
        first[edge.source] = min(first.get(edge.source, rank[edge.target]), rank[edge.target])
    return sum(rank[e.target] - rank.get(e.source, first[e.source] - 1) for e in graph.edges)


def refuse_the_unreadable(graph: Graph) -> None:
    """ValueError for a graph that would take too long, and that nobody could read."""
    advice = "Draw a part of it: an inner result instead of the last, or fewer layers or time steps."
    if len(graph) > MAX_NODES:
        raise ValueError(f"draw: the graph has {len(graph):,} nodes, more than {MAX_NODES:,}. {advice}")
    if (total := length(graph)) > MAX_LENGTH:
        raise ValueError(
            f"draw: the edges of this graph cross {total:,} ranks, more than {MAX_LENGTH:,}: its {len(graph):,} nodes "
            f"are connected over long distances. {advice}"
        )
