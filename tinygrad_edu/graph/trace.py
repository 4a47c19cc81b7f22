"""`trace`: a graph as a value, made of what Tensors recorded."""

from __future__ import annotations

import linecache
import os
from collections.abc import Iterator, Mapping
from types import EllipsisType, MappingProxyType
from typing import Any

import numpy as np

from ..op import Node, Variable
from . import backward as passes
from .places import Place, arguments, called, identify, key, reachable
from .scopes import calls_of, name_calls, outermost, scopes_of_nodes
from .summary import summary
from .value import Edge, Graph, GraphNode, Kind, Line

CELLS = 100_000  # so that the pictures of a large graph's arrays fit into memory, and into a page


def trace(
    *outputs: Variable,
    names: Mapping[str, Any] | None = None,
    module: Any = None,
    backward: bool | None = None,
    cells: int = 0,
    limit: int | None = None,
) -> Graph:
    """Everything that `outputs` were computed from.

    names: what to call Tensors (or arrays): leaves, constants, results of ops.
    module: its parameters and buffers are called by their names, and paths start from it. Without it they are called
        by the names in the modules that were called. `names` goes first.
    backward: whether to follow the gradients back from the outputs too. By default, from those on which
        `backward(retain_graph=True)` was called. True: from all, which must be of one element or had such a call. No
        `.grad` is touched by it.
    cells: how many elements of each array to keep as a picture, fewer where there are more than `CELLS / cells` nodes;
        small nodes then have their Jacobians as well.
    limit: more nodes than this are a ValueError, raised before any number is looked at.

    The graph must still be there: RuntimeError after a `backward()` that freed it. Not recursive: depth is no matter.
    """
    if not outputs:
        raise ValueError("trace: needs at least one Tensor")
    for output in outputs:
        if not isinstance(output, Variable):
            raise TypeError(f"trace: outputs must be Tensors, not {type(output).__name__}")
    places = reachable(outputs)
    if limit is not None and len(places) > limit:
        raise ValueError(
            f"trace: the graph has {len(places):,} nodes, more than the limit of {limit:,}. Trace a part of "
            "it: an inner result instead of the last, or fewer layers or time steps."
        )
    if cells < 0:
        raise ValueError(f"trace: cells must be 0 or more, not {cells}")
    cells = min(cells, CELLS // len(places))
    calls = calls_of(places.values())
    roots = {id(root): root for root in (module, *outermost(calls)) if root is not None}
    named, owned = called(names or {}, roots.values())
    ids = identify(places, named)
    scopes = name_calls(calls, module)
    constants = (k for k, place in places.items() if not isinstance(place, Node) and not place.shape and k not in named)
    scope = scopes_of_nodes(places, scopes, inside=owned.union(constants))
    if backward is None:
        starts = tuple(output for output in outputs if hasattr(output._node, "seed"))
    else:
        starts = outputs if backward else ()
    record = passes.Record(starts, cells) if starts else None

    wanted = {id(key(output)) for output in outputs}
    nodes = tuple(
        _node(place, ids[k], named.get(k), k in wanted, k in owned, scope[k], record, cells)
        for k, place in places.items()
    )
    numbers: dict[tuple[int, int], int] = {}
    edges: list[Edge] = []
    for place in places.values():
        if isinstance(place, Node):
            for slot, edge in enumerate(_edges(place, ids, record, cells)):
                numbers[id(place), slot] = len(edges)
                edges.append(edge)
    order = () if record is None else tuple(numbers[step] for step in record.contributions)
    return Graph(nodes, tuple(edges), tuple(scopes.values()), order)


def _array(place: Place) -> np.ndarray:
    """What it holds; of an op with several outputs, all their numbers in a row."""
    array = place.array if isinstance(place, Node) else place
    return np.concatenate([part.ravel() for part in array]) if isinstance(array, tuple) else array


def _node(
    place: Place,
    id_: str,
    name: str | None,
    output: bool,
    owned: bool,
    scope: str | None,
    record: passes.Record | None,
    cells: int,
) -> GraphNode:
    array = _array(place)
    value = summary(array, cells)
    if not isinstance(place, Node):
        return GraphNode(id_, "input", None, name, output, (), array.shape, str(array.dtype), value, scope=scope)
    kind: Kind = "op" if place.op is not None else "parameter" if owned else "leaf"
    tensor = place.tensor()
    has_grad = tensor is not None and tensor._node is place and tensor._grad is not None
    grad = summary(tensor._grad._array, cells) if tensor is not None and has_grad else None
    return GraphNode(
        id_,
        kind,
        place.op.name if place.op is not None else None,
        name,
        output,
        tuple((key, _written(value)) for key, value in place.params.items()),
        array.shape,
        str(array.dtype),
        value,
        grad,
        record.gradients.get(id(place)) if record is not None else None,
        record.seeds.get(id(place)) if record is not None else None,
        scope,
        _line(place),
        MappingProxyType(place.params),
    )


def _line(node: Node) -> Line | None:
    if not hasattr(node, "line"):
        return None
    code, number = node.line
    known = code.co_filename != "<string>"  # which any text may be called that was run without a file
    text = linecache.getline(code.co_filename, number).strip() if known else ""
    return Line(os.path.basename(code.co_filename), number, text)


def _edges(node: Node, ids: Mapping[int, str], record: passes.Record | None, cells: int) -> Iterator[Edge]:
    if node.op is None:
        return
    intact = passes.intact(node)
    for slot, place in enumerate(arguments(node)):
        flows = passes.flows(node, slot)
        local = passes.local(node, slot, cells) if flows and intact else None
        jacobian = passes.jacobian(node, slot, cells) if flows and intact and cells else None
        share, total = (record.contributions.get((id(node), slot)) if record is not None else None) or (None, None)
        yield Edge(ids[id(place)], ids[id(node)], slot, flows, local, share, total, jacobian)


def _written(value: Any) -> str:
    """A parameter as text, as one would write it; without addresses."""
    if isinstance(value, np.ndarray):
        return str(value.item()) if value.ndim == 0 else f"{value.dtype}{list(value.shape)}"
    if isinstance(value, slice):
        ends = ["" if end is None else _written(end) for end in (value.start, value.stop)]
        return ":".join(ends) + ("" if value.step is None else f":{_written(value.step)}")
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(_written, value))})"
    if isinstance(value, EllipsisType):
        return "..."
    if isinstance(value, (np.dtype, np.generic)):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, complex, str)):
        return repr(value)
    return getattr(value, "__name__", type(value).__name__)
