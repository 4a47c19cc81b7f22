"""What was recorded, as an immutable value: named nodes, ordered edges, and what is known of each.

    graph = trace(loss, names={"x": x}, module=model)
    graph["mul_0"].value        # what the op gave
    graph.edges                 # (source, target, slot): x * x has two

A `Graph` holds no array and no Tensor, only summaries of them, so it stays as it is when training goes on. Two traces
of the same program are equal: names count the ops in order of creation, and no address is in them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from types import EllipsisType
from typing import Any, Literal

import numpy as np

from . import memory
from .op import NOT_DIFFERENTIABLE, Node, Op, Variable

Kind = Literal["input", "leaf", "parameter", "op"]
Number = bool | int | float | complex


@dataclass(frozen=True, slots=True)
class Summary:
    """What an array holds. `min`, `max`, `mean` and `norm` (the 2-norm) are of its finite elements; None if none is."""

    size: int
    number: Number | None  # the element itself, of an array of one element
    min: float | None
    max: float | None
    mean: float | None
    norm: float | None
    nan: int  # how many elements are nan
    inf: int  # how many are plus or minus infinity
    zero: int  # how many are exactly 0


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One value of the computation, and the op that gave it (None: it was there before)."""

    id: str  # unique in its graph: "mul_3", "x_0", or a leaf's own name
    kind: Kind  # input: a constant; leaf: requires a gradient; parameter: a leaf that belongs to the module
    op: str | None
    name: str | None  # what the caller named it
    output: bool  # one of the tensors that were traced
    params: tuple[tuple[str, str], ...]  # as text; an array by dtype and shape
    shape: tuple[int, ...]
    dtype: str
    value: Summary
    grad: Summary | None  # None: there is none yet. (Inner nodes have one only after `retain_grad()`.)


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` is argument number `slot` of `target`."""

    source: str
    target: str
    slot: int
    differentiable: bool  # whether a gradient travels back along it
    local: Summary | None  # the local derivative d target / d source; None where it is not one number an element


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in order of creation, edges in order of their targets and slots."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[Edge, ...]

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[GraphNode]:
        return iter(self.nodes)

    def __getitem__(self, id: str) -> GraphNode:
        for node in self.nodes:
            if node.id == id:
                return node
        raise KeyError(id)

    @property
    def outputs(self) -> tuple[GraphNode, ...]:
        return tuple(node for node in self.nodes if node.output)


def trace(
    *outputs: Variable, names: Mapping[str, Any] | None = None, module: Any = None, limit: int | None = None
) -> Graph:
    """Everything that `outputs` were computed from.

    names: what to call Tensors (or arrays): leaves, constants, results of ops.
    module: anything with `named_parameters()`; its parameters are called by their names. `names` goes first.
    limit: more nodes than this are a ValueError, raised before any number is looked at.

    The graph must still be there: RuntimeError after a `backward()` that freed it. Not recursive: depth is no matter.
    """
    if not outputs:
        raise ValueError("trace: needs at least one Tensor")
    for output in outputs:
        if not isinstance(output, Variable):
            raise TypeError(f"trace: outputs must be Tensors, not {type(output).__name__}")
    places = _places(outputs)
    if limit is not None and len(places) > limit:
        raise ValueError(
            f"trace: the graph has {len(places):,} nodes, more than the limit of {limit:,}. Trace a part of "
            "it: an inner result instead of the last, or fewer layers or time steps."
        )
    called, parameters = _called(names or {}, module)
    ids = _ids(places, called)
    wanted = {id(_key(output)) for output in outputs}
    nodes = tuple(
        _node(place, ids[key], called.get(key), key in wanted, key in parameters) for key, place in places.items()
    )
    edges = tuple(edge for place in places.values() if isinstance(place, Node) for edge in _edges(place, ids))
    return Graph(nodes, edges)


def summary(array: np.ndarray) -> Summary:
    """The summary of an array of numbers or booleans."""
    if array.size == 1:
        number = array.item()
        magnitude, zero = abs(number), int(number == 0)
        if not math.isfinite(magnitude):
            nan = int(math.isnan(magnitude))
            return Summary(1, number, None, None, None, None, nan, 1 - nan, 0)
        x = number.real if isinstance(number, complex) else float(number)
        return Summary(1, number, x, x, x, float(magnitude), 0, 0, zero)
    nan, inf = int(np.isnan(array).sum()), int(np.isinf(array).sum())
    zero = array.size - int(np.count_nonzero(array))
    finite = array[np.isfinite(array)] if nan or inf else array
    if finite.size == 0:
        return Summary(array.size, None, None, None, None, None, nan, inf, zero)
    real = finite.real.astype(np.float64)
    sizes = np.abs(finite if finite.dtype.kind == "c" else real)
    top = float(sizes.max())
    norm = top * float(np.linalg.norm((sizes / top).ravel())) if top else 0.0  # scaled: no square overflows
    mean = float(np.mean(real / top)) * top if top else 0.0
    return Summary(array.size, None, float(real.min()), float(real.max()), mean, norm, nan, inf, zero)


Place = Node | np.ndarray  # what a node of the graph stands for: a recorded node, or the array of a constant


def _key(x: Variable) -> Place:
    return x._array if x._node is None else x._node


def _places(outputs: Iterable[Variable]) -> dict[int, Place]:
    """What is reachable, by identity, in order of creation; a constant stands just before its first use."""
    found: dict[Node, None] = {x._node: None for x in outputs if x._node is not None}
    pending = list(found)
    while pending:
        node = pending.pop()
        if node.op is not None and node.inputs is None:
            raise RuntimeError(
                f"trace: the graph was freed by backward() (at {node.op.name}). Draw it before backward(), or pass "
                "retain_graph=True to backward()."
            )
        for parent in node.inputs or ():
            if parent is not None and parent not in found:
                found[parent] = None
                pending.append(parent)
    places: dict[int, Place] = {}
    for node in sorted(found, key=attrgetter("order")):
        for place in _arguments(node):
            places.setdefault(id(place), place)
        places[id(node)] = node
    for x in outputs:
        places.setdefault(id(_key(x)), _key(x))
    return places


def _arguments(node: Node) -> Iterator[Place]:
    for parent, array in zip(node.inputs or (), node.arrays, strict=True):
        yield array if parent is None else parent


def _called(names: Mapping[str, Any], module: Any) -> tuple[dict[int, str], set[int]]:
    """The names that were given, by identity, and which of them are the module's parameters."""
    named: dict[int, str] = {}
    for name, x in names.items():
        if not isinstance(x, (Variable, np.ndarray)):
            raise TypeError(f"trace: names[{name!r}] must be a Tensor or an array, not {type(x).__name__}")
        named.setdefault(id(_key(x) if isinstance(x, Variable) else x), str(name))
    parameters = set()
    for name, x in module.named_parameters() if module is not None else ():
        named.setdefault(id(_key(x)), str(name))
        parameters.add(id(_key(x)))
    return named, parameters


def _ids(places: dict[int, Place], called: Mapping[int, str]) -> dict[int, str]:
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
    for key, place in places.items():  # names first: numbers give way to them
        is_op = isinstance(place, Node) and place.op is not None
        if not is_op and key in called:
            ids[key] = called[key] if called[key] not in taken else number(called[key])
            taken.add(ids[key])
        else:
            unnamed.append((key, place.op.name if isinstance(place, Node) and place.op is not None else "x"))
    for key, stem in unnamed:
        ids[key] = number(stem)
        taken.add(ids[key])
    return ids


def _node(place: Place, id: str, name: str | None, output: bool, parameter: bool) -> GraphNode:
    if not isinstance(place, Node):
        return GraphNode(id, "input", None, name, output, (), place.shape, str(place.dtype), summary(place), None)
    array = place.array
    kind: Kind = "op" if place.op is not None else "parameter" if parameter else "leaf"
    tensor = place.tensor()
    grad = None if tensor is None or tensor._node is not place or tensor.grad is None else summary(tensor.grad._array)
    params = tuple((key, _written(value)) for key, value in place.params.items())
    op = place.op.name if place.op is not None else None
    return GraphNode(id, kind, op, name, output, params, array.shape, str(array.dtype), summary(array), grad)


def _edges(node: Node, ids: Mapping[int, str]) -> Iterator[Edge]:
    op = node.op
    if op is None or node.inputs is None:
        return
    # a derivative computed from arrays that have changed since would be that of another computation
    changed = memory.state.changed > node.order or node.witness is not None
    intact = not changed or memory.overwritten(node) is None
    for slot, (parent, place) in enumerate(zip(node.inputs, _arguments(node), strict=True)):
        flows = parent is not None and not (slot < len(op.rules) and op.rules[slot] is NOT_DIFFERENTIABLE)
        local = _local(node, op, slot) if flows and intact else None
        yield Edge(ids[id(place)], ids[id(node)], slot, flows, local)


def _local(node: Node, op: Op, slot: int) -> Summary | None:
    """The local derivative: the rule applied to ones, where that *is* the derivative and not a sum of several.

    It is for ops that act element by element, and for any op from one element to one element.
    """
    single = node.array.size == node.arrays[slot].size == 1
    if not (single or op.elementwise):
        return None
    try:
        rule = op.rule(slot)
    except NotImplementedError:  # drawing is no reason to stop; backward() will say it
        return None
    with np.errstate(all="ignore"):
        slopes = np.asarray(rule(np.ones_like(node.array), node.array, *node.arrays, **node.params))
    return summary(slopes) if single or slopes.shape == node.array.shape else None


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
