"""Which call of which module each node belongs to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..op import Node
from ..recording import Call
from .places import Place, arguments
from .value import Scope


def calls_of(places: Iterable[Place]) -> dict[int, Call]:
    """The calls of modules in which something was recorded, by identity, outer before inner."""
    calls: dict[int, Call] = {}
    for place in places:
        chain = []
        call = _call_of(place)
        while call is not None and id(call) not in calls:
            chain.append(call)
            call = call.parent
        calls.update((id(call), call) for call in reversed(chain))
    return calls


def outermost(calls: Mapping[int, Call]) -> list[Any]:
    """The modules that no other module called."""
    return [call.module for call in calls.values() if call.parent is None]


def name_calls(calls: Mapping[int, Call], module: Any) -> dict[int, Scope]:
    """A `Scope` for each call, by the identity of the call.

    Paths start from `module` ("model.0"), from the outermost module's class where another was called ("Sequential.0").
    """
    inside = _paths(module) if module is not None else {}
    roots = {} if module is None else {id(module): "model"}  # by the identity of the module
    ids: set[str] = set()
    scopes: dict[int, Scope] = {}
    counts: dict[str, int] = {}
    children: dict[int, dict[int, str]] = {}
    for place, call in calls.items():
        outer = call.parent
        this = call.module
        path = None
        if outer is not None:
            known = children.setdefault(id(outer.module), _paths(outer.module))
            path = _join(scopes[id(outer)].path, known[id(this)]) if id(this) in known else None
        if path is None and id(this) in inside:
            path = _join("model", inside[id(this)])
        if path is None:
            path = roots.get(id(this)) or _unused(type(this).__name__, set(roots.values()))
            roots[id(this)] = path
        number = counts[path] = counts.get(path, 0) + 1
        name = _unused(path if number == 1 else f"{path} ({number})", ids)
        ids.add(name)
        detail = this.extra_repr() if hasattr(this, "extra_repr") else ""
        parent = None if outer is None else scopes[id(outer)].id
        scopes[place] = Scope(name, path, type(this).__name__, str(detail), parent, number)
    return scopes


def scopes_of_nodes(
    places: Mapping[int, Place], scopes: Mapping[int, Scope], inside: Collection[int]
) -> dict[int, str | None]:
    """The id of each node's scope: of an op, where it was recorded.

    inside: leaves and constants that belong to the modules, so that they stand around all their uses. The others are
    the user's own, and stand outside all modules.
    """
    parents = {scope.id: scope.parent for scope in scopes.values()}
    found: dict[int, str | None] = {}
    uses: dict[int, str | None] = {}
    for place_id, place in places.items():
        if not isinstance(place, Node) or place.op is None:
            continue
        call = _call_of(place)
        here = found[place_id] = None if call is None else scopes[id(call)].id
        for argument in arguments(place):
            if not isinstance(argument, Node) or argument.op is None:
                first = id(argument) not in uses
                uses[id(argument)] = here if first else _around(uses[id(argument)], here, parents)
    for place_id in places:
        found.setdefault(place_id, uses.get(place_id) if place_id in inside else None)
    return found


def _call_of(place: Place) -> Call | None:
    return getattr(place, "call", None) if isinstance(place, Node) else None


def _paths(module: Any) -> dict[int, str]:
    """The dotted names of the modules inside, by identity."""
    return {id(inner): name for name, inner in module.named_modules()} if hasattr(module, "named_modules") else {}


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if name else path


def _unused(name: str, taken: set[str]) -> str:
    number, text = 1, name
    while text in taken:
        number += 1
        text = f"{name}_{number}"
    return text


def _around(a: str | None, b: str | None, parents: Mapping[str, str | None]) -> str | None:
    """The innermost scope that holds both."""
    holders: set[str | None] = {None}
    while a is not None:
        holders.add(a)
        a = parents[a]
    while b not in holders:
        assert b is not None
        b = parents[b]
    return b
