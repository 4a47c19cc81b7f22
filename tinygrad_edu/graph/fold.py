"""Folding: a large graph made small enough to be looked at, by boxes that stand for many nodes.

What was recorded one after another is cut into consecutive pieces, which keeps the order of computation; where the
same ops come again and again, as in an unrolled loop, the cuts are between the repetitions. Pieces are cut again until
no scope has more than `most` members, so 100,000 nodes are three levels of at most 60.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from .value import Graph, Scope

LOOKED_AT = 5000  # so many members are searched
LONGEST = 400  # for a repetition of at most this length

Member = tuple[bool, str]  # whether it is a scope, and its id: an op and a scope may have the same


def fold(graph: Graph, most: int = 60) -> Graph:
    """The same graph, with folds as further scopes wherever a scope has more than `most` ops and scopes in it."""
    if most < 2:
        raise ValueError(f"fold: most must be at least 2, not {most}")
    scopes = {scope.id: scope for scope in graph.scopes}
    members: dict[str | None, dict[Member, str]] = {None: {}}  # of each scope: its members, with their titles
    for node in graph:
        if node.op is None:
            continue
        inner, title, scope = (False, node.id), node.op, node.scope
        while inner not in members.setdefault(scope, {}):
            members[scope][inner] = title
            if scope is None:
                break
            inner, title, scope = (True, scope), scopes[scope].title, scopes[scope].parent
    home: dict[Member, str] = {}  # of each member that was folded: the id of the innermost fold
    folds: dict[str, Scope] = {}
    taken = set(scopes)  # ids
    for parent, inside in members.items():
        if len(inside) > most:
            _cut(list(inside), list(inside.values()), parent, most, home, folds, taken)
    if not folds:
        return graph
    now = {node.id: home.get((False, node.id), node.scope) for node in graph}  # the scope of each node
    uses: dict[str, set[str]] = {}  # of each leaf and constant: the ops
    for edge in graph.edges:
        if graph[edge.source].op is None:
            uses.setdefault(edge.source, set()).add(edge.target)
    for leaf, users in uses.items():  # what one fold alone uses goes into it
        before, after = {graph[user].scope for user in users}, {now[user] for user in users}
        if before == {graph[leaf].scope} and len(after) == 1 and not graph[leaf].output:
            now[leaf] = after.pop()
    kept = (replace(scope, parent=home.get((True, scope.id), scope.parent)) for scope in graph.scopes)
    nodes = (node if node.scope == now[node.id] else replace(node, scope=now[node.id]) for node in graph)
    return replace(graph, nodes=tuple(nodes), scopes=_outer_first((*folds.values(), *kept)))


def _outer_first(scopes: Sequence[Scope]) -> tuple[Scope, ...]:
    """In the same order, but none before the scope that it is in."""
    found: dict[str, Scope] = {}
    known = {scope.id: scope for scope in scopes}
    for scope in scopes:
        chain = []
        at: str | None = scope.id
        while at is not None and at not in found:
            chain.append(known[at])
            at = known[at].parent
        found.update((inner.id, inner) for inner in reversed(chain))
    return tuple(found.values())


def _cut(
    members: Sequence[Member],
    titles: Sequence[str],
    parent: str | None,
    most: int,
    home: dict[Member, str],
    folds: dict[str, Scope],
    taken: set[str],
) -> None:
    """Cut members into consecutive folds, level by level."""
    unit = _period(titles)
    total = len(members)
    count = math.ceil(total / unit)  # of repetitions
    levels = math.ceil(math.log(total) / math.log(most))
    pieces = min(count, most, math.ceil(total ** (1 / levels)))
    size = math.ceil(count / pieces) * unit
    for start in range(0, total, size):
        stop = min(start + size, total)
        first, last = start // unit + 1, math.ceil(stop / unit)
        stem = f"{parent}/" if parent is not None else ""
        where = f"{first}" if first == last else f"{first}–{last}"
        path = f"{stem}{'repeat' if unit > 1 else 'step'} {where} of {count}"
        while path in taken:  # by a module of that name
            path += "'"
        taken.add(path)
        title = _title(titles[start:stop], unit)
        folds[path] = Scope(path, path, title, f"{stop - start:,} operations or modules", parent, 1, "fold")
        if stop - start > most:
            _cut(members[start:stop], titles[start:stop], path, most, home, folds, taken)
        else:
            home.update(dict.fromkeys(members[start:stop], path))


def _title(titles: Sequence[str], unit: int) -> str:
    once, times = titles[:unit], len(titles) // unit
    if 1 < unit <= 6 and list(titles) == [*once] * times:  # else some repetition differs a little
        return ", ".join(once) if times == 1 else f"{times} × ({', '.join(once)})"
    common = Counter(titles).most_common()
    listed = ", ".join(f"{count} {title}" for title, count in common[:3])
    return listed + (f", {sum(c for _, c in common[3:])} more" if len(common) > 3 else "")


def _period(titles: Sequence[str]) -> int:
    """The length of the shortest stretch that comes again and again; 1 if there is none."""
    titles = titles[:LOOKED_AT]
    n = len(titles)
    for p in range(1, min(n // 3, LONGEST) + 1):
        misses, allowed = 0, (n - p) // 20
        for i in range(n - p):
            misses += titles[i] != titles[i + p]
            if misses > allowed:
                break
        else:
            return p
    return 1
