"""What the nodes of a graph stand for, in order, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from ..op import Node, Variable, walk

Place = Node | np.ndarray  # a recorded node, or the array of a constant


def key(x: Variable) -> Place:
    """The place of a Tensor."""
    return x._array if x._node is None else x._node


def reachable(outputs: Iterable[Variable]) -> dict[int, Place]:
    """What `outputs` were made from, by identity, in order of creation; a constant stands just before its first use."""
    places: dict[int, Place] = {}
    for node in walk(x._node for x in outputs if x._node is not None):
        if node.arrays is None:
            assert node.op is not None
            raise RuntimeError(
                f"trace: the graph was freed by backward() (at {node.op.name}). Draw it before backward(), or pass "
                "retain_graph=True to backward()."
            )
        for place in arguments(node):
            places.setdefault(id(place), place)
        places[id(node)] = node
    for x in outputs:
        places.setdefault(id(key(x)), key(x))
    return places


def arguments(node: Node) -> Iterator[Place]:
    """The places of a node's inputs, by slot. Of a copy of a user's array that is still the same, that array."""
    sources = getattr(node, "sources", {})
    for slot, (parent, array) in enumerate(zip(node.inputs, node.arrays or (), strict=True)):
        source = sources.get(slot)
        same = source is not None and np.array_equal(source, array, equal_nan=array.dtype.kind in "fc")
        yield parent if parent is not None else source if source is not None and same else array


def called(names: Mapping[str, Any], modules: Iterable[Any]) -> tuple[dict[int, str], set[int]]:
    """The names that were given, by identity, and which of them are the modules' parameters and buffers."""
    named: dict[int, str] = {}
    for name, x in names.items():
        if not isinstance(x, (Variable, np.ndarray)):
            raise TypeError(f"trace: names[{name!r}] must be a Tensor or an array, not {type(x).__name__}")
        named.setdefault(id(key(x) if isinstance(x, Variable) else x), str(name))
    owned = set()
    for module in modules:
        if not hasattr(module, "named_parameters"):
            raise TypeError(f"trace: module must have named_parameters(), as an nn.Module has, not {module!r:.60}")
        buffers = getattr(module, "named_buffers", tuple)
        for name, x in (*module.named_parameters(), *buffers()):
            named.setdefault(id(key(x)), str(name))
            owned.add(id(key(x)))
    return named, owned


def identify(places: Mapping[int, Place], called: Mapping[int, str]) -> dict[int, str]:
    """A unique id of every node: a leaf's or constant's name, else "x_0", "x_1" ...; an op's name and its number."""
    ids: dict[int, str] = {}
    taken: set[str] = set()
    counts: dict[str, int] = {}

    def number(stem: str) -> str:
        while True:
            count = counts.get(stem, 0)
            counts[stem] = count + 1
            if (text := f"{stem}_{count}") not in taken:
                return text

    unnamed = []
    for place_id, place in places.items():  # names first: numbers give way to them
        is_op = isinstance(place, Node) and place.op is not None
        if not is_op and place_id in called:
            name = called[place_id]
            ids[place_id] = name if name not in taken else number(name)
            taken.add(ids[place_id])
        else:
            unnamed.append((place_id, place.op.name if isinstance(place, Node) and place.op is not None else "x"))
    for place_id, stem in unnamed:
        ids[place_id] = number(stem)
        taken.add(ids[place_id])
    return ids
