"""The backward pass: the chain rule, applied to every recorded node once, in reverse order of creation.

An op can only be recorded after the ops that made its inputs, so creation order is a topological order
already: no sorting by depth, no recursion. When a node's turn comes, every node that used its output
has been visited and has added its share, so the gradient of the output is complete:

    dL/dx  =  sum over the uses of x  of  (local derivative of that use) applied to dL/d(its output)

Gradients of inner nodes live in a dict while they are needed; at the end what is left in it belongs to the leaves.
If a rule fails, nothing has been written anywhere.

Source: A. Griewank and A. Walther, "Evaluating Derivatives" (2nd ed., SIAM 2008), chapter 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Protocol

import numpy as np

from . import dtypes, memory
from .mode import mode
from .op import NOT_DIFFERENTIABLE, Node, Variable


def backward(
    outputs: Sequence[Variable],
    gradients: Sequence[Any],
    *,
    retain_graph: bool = False,
    create_graph: bool = False,
    inputs: Sequence[Variable] | None = None,
) -> None:
    """Add the gradient of `outputs`, weighted by `gradients`, to `.grad` of the leaves (or of `inputs` only)."""
    roots = _seeds(outputs, gradients, create_graph)
    if retain_graph:
        for node, seed in roots:
            node.seed = seed._array.copy()  # the caller may go on using its own
    targets = None if inputs is None else {_node_of(x, "inputs"): x for x in inputs}
    for node, g in _propagate(roots, targets, retain_graph, create_graph).items():
        tensor = targets[node] if targets is not None else node.tensor()
        if tensor is not None:
            tensor.grad = g if tensor.grad is None else tensor.grad + g


def grad(
    outputs: Variable | Sequence[Variable],
    inputs: Variable | Sequence[Variable],
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
) -> tuple[Any, ...]:
    """The gradients of `outputs` with respect to `inputs`, as a tuple of Tensors; no `.grad` is written.

    outputs, inputs: a Tensor or a sequence of them; inputs may be inner nodes of the graph.
    grad_outputs: the gradient each output is weighted by, of its shape; may be None for an output of one element.
    retain_graph: keep the graph for another backward pass; by default the value of `create_graph`.
    create_graph: record the backward pass too, so that the gradients can be differentiated in turn.
    allow_unused: return None for an input that the outputs do not depend on, instead of an error.
    """
    outputs = [outputs] if isinstance(outputs, Variable) else list(outputs)
    inputs = [inputs] if isinstance(inputs, Variable) else list(inputs)
    if grad_outputs is None or isinstance(grad_outputs, (Variable, np.ndarray)):
        grad_outputs = [grad_outputs] * len(outputs)
    if len(grad_outputs) != len(outputs):
        raise ValueError(f"grad: {len(outputs)} outputs but {len(grad_outputs)} grad_outputs; give one for each")
    roots = _seeds(outputs, grad_outputs, create_graph)
    targets = [_node_of(x, "inputs") for x in inputs]
    keep = create_graph if retain_graph is None else retain_graph
    grads = _propagate(roots, dict.fromkeys(targets), keep, create_graph)
    for i, node in enumerate(targets):
        if node not in grads and not allow_unused:
            raise RuntimeError(
                f"grad: the outputs do not depend on input {i} (shape {node.array.shape}); "
                "pass allow_unused=True to get None for it"
            )
    return tuple(grads.get(node) for node in targets)


class Watch(Protocol):
    """Whoever looks on at a backward pass. Arrays are lent: they must be read at once and not kept."""

    def start(self, node: Node, g: np.ndarray) -> None:
        """The backward pass starts from `node` with the gradient `g`."""

    def node(self, node: Node, g: np.ndarray) -> None:
        """The gradient of `node` is complete."""

    def edge(self, node: Node, slot: int, dx: np.ndarray, total: np.ndarray) -> None:
        """Input `slot` of `node` was given the contribution `dx`, which makes `total` so far."""


def replay(outputs: Sequence[Variable], watch: Watch) -> None:
    """The backward pass for `watch` alone: no `.grad` is written and nothing is freed.

    It starts from the gradients that the last `backward()` of these outputs started from, else from ones, which takes
    an output of one element (RuntimeError otherwise, as in `backward`).
    """
    recorded = [x for x in outputs if x._node is not None] or outputs[:1]
    distinct = list({x._node: x for x in recorded}.values())
    roots = _seeds(distinct, [getattr(x._node, "seed", None) for x in distinct], create_graph=False)
    for node, seed in roots:
        watch.start(node, seed._array)
    for leaf, g in _propagate(roots, None, retain_graph=True, create_graph=False, watch=watch).items():
        if leaf.op is None:
            watch.node(leaf, g._array)


def _propagate(
    roots: list[tuple[Node, Variable]],
    targets: Mapping[Node, Any] | None,
    retain_graph: bool,
    create_graph: bool,
    watch: Watch | None = None,
) -> dict[Node, Variable]:
    """The gradients of the leaves and of inner nodes that asked to keep theirs; of `targets` only, if given."""
    nodes = _reachable([node for node, _ in roots])
    wanted = None if targets is None else _leading_to(nodes, targets)
    cls = roots[0][1].result
    grads: dict[Node, Any] = {}
    fresh: set[Node] = set()  # nodes whose gradient is an array that nobody else can hold
    for node, seed in roots:
        _add(grads, fresh, node, seed if create_graph else seed._array)
    careful: set[Node] = set()  # nodes that lead to a branch of `where` or its like
    finished: dict[Node, Any] = {}
    recording, mode.recording = mode.recording, create_graph
    try:
        for node in reversed(nodes):
            op = node.op
            if op is None or node not in grads or (wanted is not None and node not in wanted):
                continue
            g = grads.pop(node)
            if watch is not None:
                watch.node(node, g)
            if node.handle is not None if targets is None else node in targets:
                finished[node] = g
            unsure = memory.state.changed > node.order or node.witness is not None
            if unsure and (which := memory.overwritten(node)) is not None:
                raise RuntimeError(
                    f"backward: {which} of {op.name} was overwritten in place after it was recorded, so the gradient "
                    "would be wrong. Write to a copy, or call backward() before writing."
                )
            y: Any
            xs: Sequence[Any]
            if create_graph:
                y, xs = _as_tensors(node, cls)
            else:
                y, xs = node.array, node.arrays
            assert node.inputs is not None
            for i, parent in enumerate(node.inputs):
                if parent is None or (wanted is not None and parent not in wanted):
                    continue
                rule = op.rules[i] if i < len(op.rules) else op.rule(i)
                if rule is NOT_DIFFERENTIABLE:
                    continue
                dx = rule(g, y, *xs, **node.params)
                if op.selects or node in careful:
                    careful.add(parent)
                    if op.elementwise and not np.all(np.isfinite(dx)):
                        dx = np.where(g == 0, 0, dx)  # a branch not taken: no gradient, however steep it is there
                shape = parent.array.shape
                if dx.shape != shape:
                    dx = sum_to(dx, shape, node, i)
                if dx.dtype is not parent.array.dtype:
                    dx = dx.astype(parent.array.dtype)
                if parent.op is None and parent not in grads and _is_new(dx, g, y, xs):
                    fresh.add(parent)  # saves the copy that `_own` would make
                _add(grads, fresh, parent, dx)
                if watch is not None:
                    watch.edge(node, i, dx, grads[parent])
    finally:
        mode.recording = recording
    if not retain_graph:
        for node in nodes:
            node.free()
    finished |= grads
    lent = {id(memory.owner(seed._array)) for _, seed in roots}
    return {
        node: _own(g, node in fresh, lent, cls) for node, g in finished.items() if targets is None or node in targets
    }


def _add(grads: dict[Node, Any], fresh: set[Node], node: Node, g: Any) -> None:
    """Sum into a node's gradient: the first is lent as it is, the second goes to a new array, the rest into that."""
    if node not in grads:
        grads[node] = g
    elif node in fresh:
        grads[node] += g
    else:
        grads[node] = total = grads[node] + g
        if isinstance(total, np.ndarray):  # not a Tensor, which may be recorded, nor a NumPy scalar
            fresh.add(node)


def _is_new(dx: Any, g: Any, y: Any, xs: Sequence[Any]) -> bool:
    """Whether a rule's result is an array of its own: a rule can only return new memory or what it was given."""
    if type(dx) is not np.ndarray or dx.base is not None:
        return False
    return dx is not g and dx is not y and all(dx is not x for x in xs)


def _reachable(roots: Iterable[Node]) -> list[Node]:
    """The nodes that `roots` were made from, leaves left out, in order of creation."""
    pending = list(dict.fromkeys(roots))
    seen = set(pending)
    found = []
    while pending:
        node = pending.pop()
        if node.op is None:
            continue
        if node.inputs is None:
            raise RuntimeError(
                f"backward: the graph was freed by an earlier backward() (at {node.op.name}). "
                "Compute the output again, or pass retain_graph=True to the first backward()."
            )
        found.append(node)
        for parent in node.inputs:
            if parent is not None and parent not in seen:
                seen.add(parent)
                pending.append(parent)
    found.sort(key=attrgetter("order"))
    return found


def _leading_to(nodes: list[Node], targets: Iterable[Node]) -> set[Node]:
    """Those nodes through which a gradient reaches one of `targets`."""
    wanted = set(targets)
    for node in nodes:  # in order of creation: a node comes after its inputs
        if not wanted.isdisjoint(node.inputs or ()):
            wanted.add(node)
    return wanted


def sum_to(dx: Any, shape: tuple[int, ...], node: Node, i: int) -> Any:
    """The gradient of an input that was broadcast: summed over the axes along which it was repeated."""
    op = node.op
    assert op is not None
    leading = dx.ndim - len(shape)
    if op.broadcasts and leading >= 0:
        axes = tuple(range(leading)) + tuple(
            leading + axis for axis, size in enumerate(shape) if size == 1 and dx.shape[leading + axis] != 1
        )
        summed = np.sum(dx, axis=axes, keepdims=True)
        if summed.shape[leading:] == shape:
            return summed.reshape(shape)
    raise ValueError(
        f"{op.name}: the derivative rule of input {i} returned shape {tuple(dx.shape)} for an input of shape {shape}"
    )


def _as_tensors(node: Node, cls: type[Variable]) -> tuple[Variable, list[Any]]:
    """Output and inputs of a node as Tensors that are on its graph, for rules that are to be recorded."""
    inputs = [
        array if parent is None else _tensor(cls, array, parent)
        for array, parent in zip(node.arrays, node.inputs or (), strict=True)
    ]
    return _tensor(cls, node.array, node), inputs


def _tensor(cls: type[Variable], array: np.ndarray, node: Node | None = None) -> Variable:
    tensor = cls.__new__(cls)
    tensor._array, tensor._node, tensor.grad = array, node, None
    return tensor


def _own(g: Any, fresh: bool, lent: set[int], cls: type[Variable]) -> Variable:
    """A gradient as a Tensor whose memory is shared with no other gradient and with nothing in `lent`."""
    if not isinstance(g, Variable):
        return _tensor(cls, g if fresh else np.array(g))
    address = id(memory.owner(g._array))
    if address in lent:
        return np.copy(g)  # type: ignore[call-overload, no-any-return]  # a Tensor, through NumPy's dispatch
    lent.add(address)
    return g


def _seeds(outputs: Sequence[Variable], gradients: Sequence[Any], create_graph: bool) -> list[tuple[Node, Variable]]:
    """The node of each output with the gradient to start from, checked."""
    seeds = []
    for output, given in zip(outputs, gradients, strict=True):
        node = _node_of(output, "outputs")
        array = output._array
        if given is None:
            if array.size != 1:
                raise RuntimeError(
                    f"backward: the output has shape {array.shape}; without a gradient only an output of one element "
                    "can be differentiated. Reduce it, as in loss.sum() or loss.mean(), or pass gradient= of its shape."
                )
            given = np.ones(array.shape, array.dtype)
        g: Any = given if isinstance(given, Variable) else _tensor(output.result, dtypes.default_array(given))
        if g._array.shape != array.shape:
            raise ValueError(f"backward: gradient has shape {g._array.shape}, the output has shape {array.shape}")
        if g._array.dtype != array.dtype:
            g = g.astype(array.dtype) if create_graph else _tensor(output.result, g._array.astype(array.dtype))
        seeds.append((node, g))
    return seeds


def _node_of(x: Variable, role: str) -> Node:
    if not isinstance(x, Variable):
        raise TypeError(f"backward: {role} must be Tensors, not {type(x).__name__}")
    if x._node is None:
        if role == "inputs":
            raise RuntimeError(
                f"grad: an input of shape {x._array.shape} does not require a gradient. Create it with "
                "requires_grad=True, or call requires_grad_() before it is used."
            )
        raise RuntimeError(
            "backward: this tensor has no graph: nothing it was computed from requires a gradient, or it was computed "
            "under no_grad() or detach(). Create a leaf with requires_grad=True and compute the output from it."
        )
    return x._node
