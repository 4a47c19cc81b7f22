"""What is visible of a graph: which boxes are open, which are closed, and the edges between.

    view(graph, depth=1)     # the outermost modules opened, what is in them closed
    view(graph)              # as much as can be looked at; a large graph is folded first

A scope is a box. Edges end at what is visible: those inside a closed box are gone, and those that a closed box has in
common with one neighbour are one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from tinygrad_edu.graph import Edge, Graph, GraphNode, Scope, Summary, fold

from .layout_cost import MAX_LENGTH, MAX_NODES, READABLE, length
from .marks import Mark, mark, value_mark, worst

COMFORTABLE = 40  # so many nodes and closed boxes can be looked at
BESIDE = 16  # a folded graph has at most so many boxes side by side
LEAVES = 60  # more leaves side by side go into one box


@dataclass(frozen=True)
class Shown:
    """A node. `key` is its name in the picture: `n3` is number 3 of the graph."""

    key: str
    node: GraphNode


@dataclass
class Closed:
    """A scope shown as one box, with a summary of what is inside."""

    key: str  # `s3` is scope number 3 of the graph
    scope: Scope
    counts: Counter[str] = field(default_factory=Counter)  # of nodes, by their kind
    numbers: int = 0  # in the parameters
    results: dict[str, tuple[int, ...]] = field(default_factory=dict)  # the shapes of what comes out, by node
    mark: Mark | None = None  # the worst of the gradients inside
    marked: str = ""  # and where it is
    trouble: Mark | None = None  # the worst of the values inside

    def add(self, node: GraphNode) -> None:
        """Add a node to the summary."""
        self.counts[node.kind] += 1
        self.numbers += node.value.size if node.kind == "parameter" else 0
        found = worst((self.mark, mark(node.gradient)))
        if found is not self.mark:
            self.mark, self.marked = found, node.id
        self.trouble = worst((self.trouble, value_mark(node.value)))


@dataclass(frozen=True)
class Open:
    """A scope whose members are shown, or the whole graph (its scope is None)."""

    key: str
    scope: Scope | None
    members: list[Shown | Closed | Open] = field(default_factory=list)  # in the order of computation


@dataclass(frozen=True)
class Link:
    """An edge between two visible ends; or several, of which `edge` has the largest contribution."""

    source: str  # the keys of its ends
    target: str
    number: int  # of the edge, in the graph
    edge: Edge
    count: int = 1


@dataclass(frozen=True)
class View:
    """A graph at a certain depth. `graph` is the one that was given, with folds if it had to be made smaller."""

    graph: Graph
    depth: int
    root: Open
    links: tuple[Link, ...]
    home: Mapping[str, str]  # the key under which each node is visible, by the node's id
    shown: int  # nodes and closed boxes
    hidden: int  # nodes inside closed boxes


def view(graph: Graph, depth: int | None = None) -> View:
    """The graph with `depth` levels of boxes opened: 0 closes all. By default as many as fit.

    A graph that is too large for a picture is folded, then opened as long as at most 40 nodes and boxes are visible.
    ValueError if depth is negative, or if it would show more than can be drawn.
    """
    if depth is not None:
        if depth < 0:
            raise ValueError(f"expected depth to be 0 (all boxes closed) or more, got {depth}")
        found = at_depth(graph, depth)
        _refuse_the_unreadable(found, "Choose a smaller depth, or none: a graph that is too large is then folded.")
        return found
    sizes = _sizes(graph)
    if sizes[-1] <= MAX_NODES and _fits(found := at_depth(graph, len(sizes) - 1)):
        return found
    graph, shut = gathered(fold(graph, BESIDE))
    sizes = _sizes(graph, shut)
    for level in reversed(range(len(sizes))):
        if sizes[level] <= COMFORTABLE and _fits(found := at_depth(graph, level, shut)):
            return found
    found = at_depth(graph, 0, shut)
    _refuse_the_unreadable(found, "Draw a part of it: an inner result instead of the last.")
    return found


def at_depth(graph: Graph, depth: int, shut: Collection[str] = ()) -> View:
    """The same for exactly this depth and this graph, however large the picture would be; `shut` scopes stay closed."""
    around = scopes_around(graph)
    keys = {scope.id: f"s{i}" for i, scope in enumerate(graph.scopes)}
    scopes = {scope.id: scope for scope in graph.scopes}
    root = Open("root", None)
    open_: dict[str | None, Open] = {None: root}
    closed: dict[str, Closed] = {}  # by key
    home: dict[str, str] = {}
    shown = 0
    for i, node in enumerate(graph):
        chain = around[node.scope]
        level = len(chain) - 1 if node.scope in shut else depth
        box = root
        for name in chain[: min(level, depth)]:
            if name not in open_:
                open_[name] = Open(keys[name], scopes[name])
                box.members.append(open_[name])
            box = open_[name]
        if len(chain) <= min(level, depth):
            box.members.append(Shown(f"n{i}", node))
            home[node.id] = f"n{i}"
            shown += 1
            continue
        name = chain[min(level, depth)]
        home[node.id] = key = keys[name]
        if key not in closed:
            closed[key] = Closed(key, scopes[name])
            box.members.append(closed[key])
        closed[key].add(node)
        if node.output:
            closed[key].results[node.id] = node.shape
    links = _links(graph, home, closed)
    return View(graph, depth, root, links, home, shown + len(closed), len(graph) - shown)


def scopes_around(graph: Graph) -> dict[str | None, tuple[str, ...]]:
    """For each scope the ids of the scopes around it, from the outermost to itself."""
    parents = {scope.id: scope.parent for scope in graph.scopes}
    found: dict[str | None, tuple[str, ...]] = {None: ()}
    for scope in parents:
        name: str | None = scope
        path: list[str] = []
        while name is not None and name not in found:
            path.append(name)
            name = parents[name]
        for inner in reversed(path):
            found[inner] = (*found[parents[inner]], inner)
    return found


def gathered(graph: Graph, most: int = LEAVES) -> tuple[Graph, frozenset[str]]:
    """The same graph, with one fold for all leaves and constants of a scope with more than `most`; and these folds."""
    beside = Counter(node.scope for node in graph if node.op is None and not node.output)
    folds: dict[str | None, Scope] = {}
    for scope, many in beside.items():
        if many > most:
            name = _unused(graph, scope)
            folds[scope] = Scope(name, name, f"{many:,} inputs", "", scope, 1, "fold")
    if not folds:
        return graph, frozenset()

    def moved(node: GraphNode) -> GraphNode:
        inside = node.op is None and not node.output and node.scope in folds
        return replace(node, scope=folds[node.scope].id) if inside else node

    scopes = (*graph.scopes, *folds.values())
    return replace(graph, nodes=tuple(map(moved, graph)), scopes=scopes), frozenset(x.id for x in folds.values())


def _unused(graph: Graph, parent: str | None) -> str:
    taken = {scope.id for scope in graph.scopes}
    name = "inputs" if parent is None else f"{parent}/inputs"
    while name in taken:
        name += "'"
    return name


def _links(graph: Graph, home: Mapping[str, str], closed: Mapping[str, Closed]) -> tuple[Link, ...]:
    links: list[Link] = []
    merged: dict[tuple[str, str], int] = {}  # where the edges between two ends are in `links`
    for number, edge in enumerate(graph.edges):
        ends = home[edge.source], home[edge.target]
        if ends[0] in closed:
            if ends[0] == ends[1]:
                continue
            closed[ends[0]].results[edge.source] = graph[edge.source].shape
        elif ends[1] not in closed:  # between two nodes each argument has an edge of its own
            links.append(Link(*ends, number, edge))
            continue
        if ends not in merged:
            merged[ends] = len(links)
            links.append(Link(*ends, number, edge))
            continue
        first = links[merged[ends]]
        larger = first if _weight(first.edge) >= _weight(edge) else Link(*ends, number, edge)
        links[merged[ends]] = replace(larger, count=first.count + 1)
    return tuple(links)


def _weight(edge: Edge) -> tuple[bool, float]:
    def size(of: Summary | None) -> float:
        if of is None:
            return -1.0
        return math.inf if of.nan or of.inf or of.norm is None else of.norm

    return edge.differentiable, size(edge.contribution)


def _sizes(graph: Graph, shut: Collection[str] = ()) -> list[int]:
    """How much is visible at each depth, from 0 to where all is open but what is `shut`."""
    around = scopes_around(graph)
    nodes = Counter(len(around[node.scope]) for node in graph if node.scope not in shut)
    used = {name for node in graph for name in around[node.scope]} if graph.scopes else set()
    boxes = Counter(len(around[name]) for name in used if name not in shut)
    always = Counter(len(around[name]) for name in shut)
    return [
        sum(many for level, many in nodes.items() if level <= depth)
        + sum(many for level, many in always.items() if level <= depth + 1)
        + boxes[depth + 1]
        for depth in range(max(nodes, default=0) + 1)
    ]


def _fits(found: View) -> bool:
    return found.shown <= MAX_NODES and length(found) <= READABLE


def _refuse_the_unreadable(found: View, advice: str) -> None:
    """ValueError for a picture that would take too long and could not be read."""
    if found.shown > MAX_NODES:
        raise ValueError(f"draw: {found.shown:,} nodes would be visible, more than {MAX_NODES:,}. {advice}")
    if (total := length(found)) > MAX_LENGTH:
        raise ValueError(
            f"draw: the edges of this graph cross {total:,} ranks, more than {MAX_LENGTH:,}: its {found.shown:,} "
            f"visible nodes are connected over long distances. {advice}"
        )
