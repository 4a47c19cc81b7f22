"""The graph as a value: frozen dataclasses without arrays or Tensors, so it stays as it is while training goes on.

    Graph -> nodes (what was computed), edges (what went into what), scopes (the modules that were called)

Two traces of the same program are equal: names count the ops in order of creation, and no address is in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from .summary import Cells, Summary

Kind = Literal["input", "leaf", "parameter", "op"]


@dataclass(frozen=True, slots=True)
class Line:
    """Where in the user's program an op was called; recorded within `with tinygrad_edu.source_lines():`."""

    file: str  # the name of the file, without its folder
    number: int
    text: str  # the line itself, "" if the file is not to be had


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One value of the computation, and the op that gave it (None: it was there before).

    Two gradients: `grad` is what the Tensor's `.grad` holds now, of all backward passes so far; `gradient` is the
    derivative of this graph's outputs. None says that there is none yet, which is not zero.
    """

    id: str  # unique in its graph: "mul_3", "x_0", or a leaf's own name
    kind: Kind  # input: a constant; leaf: requires a gradient; parameter: a leaf that belongs to a module
    op: str | None
    name: str | None  # what the caller named it
    output: bool  # one of the tensors that were traced
    params: tuple[tuple[str, str], ...]  # as text; an array by dtype and shape. As values: `arguments`, not in JSON
    shape: tuple[int, ...]
    dtype: str
    value: Summary
    grad: Summary | None = None
    gradient: Summary | None = None
    seed: Summary | None = None  # of an output: the gradient that the backward pass starts from
    scope: str | None = None  # the id of the innermost call of a module that it belongs to
    line: Line | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)  # the parameters as values


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` is argument number `slot` of `target`.

    On the way back it takes the upstream gradient, that is the gradient of `target`, to the contribution:
    contribution = upstream x local where `local` is one number an element, else what the op's rule says.
    """

    source: str
    target: str
    slot: int
    differentiable: bool  # whether a gradient travels back along it
    local: Summary | None = None  # d target / d source; None where it is not one number an element
    contribution: Summary | None = None  # what this use of `source` adds to its gradient
    total: Summary | None = None  # the gradient of `source` as it stands after this contribution was added
    jacobian: Cells | None = None  # of a small node: a row an element of `target`, a column an element of `source`


@dataclass(frozen=True, slots=True)
class Scope:
    """One call of a module; or a fold, which stands for many nodes of a large graph."""

    id: str  # unique: the path; of later calls "cell (2)"
    path: str  # "model.layers.0"
    title: str  # the module's class, "Linear"; what is folded, "12 × (mul, add)"
    detail: str  # "in_features=784, out_features=50"
    parent: str | None
    call: int  # 1 for the first call of the module in this graph
    kind: Literal["module", "fold"] = "module"


@dataclass(frozen=True, repr=False)
class Graph:
    """Nodes in order of creation, which is the order of the forward pass; edges in order of targets and slots.

    `backward` has the numbers of the edges in the order in which the backward pass went along them; () if it did not.
    """

    nodes: tuple[GraphNode, ...]
    edges: tuple[Edge, ...]
    scopes: tuple[Scope, ...] = ()
    backward: tuple[int, ...] = field(default=())

    def __repr__(self) -> str:
        ops = sum(node.op is not None for node in self.nodes)
        outputs = ", ".join(f"{node.name or node.id} {list(node.shape)}" for node in self.outputs)
        modules = f", {len(self.scopes)} calls of modules" if self.scopes else ""
        return f"<Graph of {outputs}: {ops:,} ops, {len(self.nodes) - ops:,} tensors{modules}>"

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[GraphNode]:
        return iter(self.nodes)

    def __getitem__(self, id: str) -> GraphNode:
        return self._by_id[id]

    @cached_property
    def _by_id(self) -> dict[str, GraphNode]:
        return {node.id: node for node in self.nodes}

    @property
    def outputs(self) -> tuple[GraphNode, ...]:
        return tuple(node for node in self.nodes if node.output)

    def upstream(self, edge: Edge) -> Summary | None:
        """The gradient that arrives at the edge's target."""
        return self._by_id[edge.target].gradient
