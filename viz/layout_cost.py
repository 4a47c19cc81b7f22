"""How long a layout will take, estimated before it starts, because Graphviz cannot be interrupted.

Graphviz arranges nodes in ranks and adds a virtual node on every rank that an edge crosses; its time grows with their
number. A parameter that is used a thousand times along a chain costs more than the chain.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .view import View

MAX_NODES = 1500
MAX_LENGTH = 10_000  # about five seconds
READABLE = 1_000  # half a second; beyond, edges have no labels, which double the ranks, and by default boxes are closed
RANK, NODE = 170, 150  # points: from one rank to the next, and how wide a node is, with the space beside it
PAGE = 1500


def length(view: View) -> int:
    """The edges' lengths in ranks, summed."""
    rank = _ranks(view)
    return sum(abs(rank[link.target] - rank[link.source]) for link in view.links)


def reading_direction(view: View) -> Literal["LR", "TB"]:
    """Left to right if that fits the width of a page, or is no wider than top to bottom."""
    ranks = Counter(_ranks(view).values())
    return "LR" if len(ranks) * RANK <= max(PAGE, max(ranks.values(), default=0) * NODE) else "TB"


def _ranks(view: View) -> dict[str, int]:
    """Where Graphviz will place each end: an op after its last argument, a leaf just before its first use."""
    last = {key: i for i, key in enumerate(view.home.values())}  # a closed box is complete with its last node
    rank: dict[str, int] = {}
    first: dict[str, int] = {}
    for link in sorted(view.links, key=lambda link: last[link.target]):  # so that the source's rank is known
        rank[link.target] = max(rank.get(link.target, 0), rank.get(link.source, 0) + 1)
    for link in view.links:
        first[link.source] = min(first.get(link.source, rank[link.target]), rank[link.target])
    return {key: position - 1 for key, position in first.items()} | rank
