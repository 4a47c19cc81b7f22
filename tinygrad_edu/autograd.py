"""The backward pass: the chain rule, applied to every recorded node once, in reverse order of creation.

An op can only be recorded after the ops that made its inputs, so creation order is a topological order
already: no sorting by depth, no recursion. When a node's turn comes, every node that used its output
has been visited and has added its share, so the gradient of the output is complete:

    dL/dx  =  sum over the uses of x  of  (local derivative of that use) applied to dL/d(its output)

Gradients of inner nodes live in a dict while they are needed; at the end what is left in it belongs to the leaves.
If a rule fails, nothing has been written anywhere.

Complex numbers: what travels back through z = a + bi is dL/da - i dL/db, so the rule of an analytic function is its
derivative, whether its numbers are real or complex. `.grad` is the conjugate of that, which is PyTorch's convention.

Behind an op that selects, as `where` does, no gradient means none: where the gradient of an elementwise op's output is
exactly 0, so is that of its inputs, however steep it is there. The branch not taken cannot spoil the one that was.

Source: A. Griewank and A. Walther, "Evaluating Derivatives" (2nd ed., SIAM 2008), chapter 3.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from . import dtypes, memory
from .op import NOT_DIFFERENTIABLE, Node, Op, Rule, Share, Variable, item, items, walk, wrap
from .recording import enable_grad, no_grad
from .warn import warn

writing = threading.Lock()  # several threads may leave gradients in one leaf


def backward(
    outputs: Sequence[Variable],
    gradients: Sequence[Any],
    *,
    retain_graph: bool = False,
    create_graph: bool = False,
    inputs: Sequence[Variable] | None = None,
) -> None:
    """Add the gradient of `outputs`, weighted by `gradients`, to `.grad` of the leaves (or of `inputs` only)."""
    roots = seeds(outputs, gradients, create_graph)
    if retain_graph:
        for node, seed in roots:
            node.seed = seed._array.copy()  # the caller may go on using its own
    targets = None if inputs is None else {_node_of(x, "inputs"): x for x in inputs}
    found = gradients_of(roots, targets, retain_graph, create_graph)
    with writing:
        for node, g in found.items():
            tensor = targets[node] if targets is not None else node.tensor()
            if tensor is not None:
                _accumulate(tensor, _conjugate(g))


def _accumulate(tensor: Variable, g: Variable) -> None:
    """Add to `.grad`, in place unless the sum is to be recorded."""
    before = tensor._grad
    if before is None:
        tensor._grad = g
    elif before._node is not None or g._node is not None:
        tensor._grad = before + g
    else:
        before._array += g._array
        memory.wrote(before._array)


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
        raise ValueError(f"grad: got {len(outputs)} outputs but {len(grad_outputs)} grad_outputs; pass one for each")
    roots = seeds(outputs, grad_outputs, create_graph)
    targets = [_node_of(x, "inputs") for x in inputs]
    keep = create_graph if retain_graph is None else retain_graph
    found = gradients_of(roots, dict.fromkeys(targets), keep, create_graph)
    for i, node in enumerate(targets):
        if node not in found and not allow_unused:
            raise RuntimeError(
                f"grad: the outputs do not depend on input {i} (shape {node.array.shape}); "
                "pass allow_unused=True to get None for it"
            )
    return tuple(_conjugate(found[node]) if node in found else None for node in targets)


def gradients_of(
    roots: list[tuple[Node, Variable]], targets: Mapping[Node, Any] | None, retain_graph: bool, create_graph: bool
) -> dict[Node, Variable]:
    """The gradients of the leaves and of inner nodes that asked to keep theirs; of `targets` only, if given."""
    nodes = walk(node for node, _ in roots)
    finished: dict[Node, Any] = {}
    sums = Sums()
    with enable_grad() if create_graph else no_grad():
        for node, seed in roots:
            sums.add(node, seed if create_graph else seed._array)
        for node, g, _, parent, dx in chain_rule(nodes, sums, targets, create_graph):
            if node.handle is not None if targets is None else node in targets:
                finished[node] = g
            if parent in sums:
                sums.add(parent, dx)
            elif parent is not None:
                sums[parent] = dx
                if type(parent) is Node and parent.op is None and _is_new(dx, g, node):
                    sums.fresh.add(parent)  # saves the copy that `_own` would make
    if not retain_graph:
        for node in nodes:
            if node.op is not None:
                node.free()
    finished |= {node: g for node, g in sums.items() if targets is None or node in targets}
    seen = {id(memory.owner(seed._array)) for _, seed in roots}
    return {node: _own(g, node in sums.fresh, seen) for node, g in finished.items()}


class Sums(dict[Any, Any]):
    """The gradients so far, by node (of an output of several: by node and number)."""

    def __init__(self) -> None:
        self.fresh: set[Any] = set()  # those whose array nothing else refers to

    def add(self, key: Any, g: Any) -> None:
        """The first is kept as it is, the second goes into a new array, the rest into that."""
        if key not in self:
            self[key] = g
        elif key in self.fresh:
            self[key] += g
        else:
            self[key] = total = self[key] + g
            if isinstance(total, np.ndarray):  # not a Tensor, which may be recorded, nor a NumPy scalar
                self.fresh.add(key)


def chain_rule(
    nodes: list[Node], sums: Sums, targets: Iterable[Node] | None, create_graph: bool
) -> Iterator[tuple[Node, Any, int, Any, Any]]:
    """Edge by edge: a node, its gradient, the number of an input, that input's key in `sums`, and what it is given.

    Each contribution must be added to `sums` before the next is asked for. With `targets`, only edges that lead to one
    of them. A node of which nothing flows on comes once, with the key None.
    """
    wanted = None if targets is None else _leading_to(nodes, targets)
    selected: set[Node] = set()  # what an op that selects was computed from
    for node in reversed(nodes):
        op = node.op
        if op is None or (wanted is not None and node not in wanted):
            continue
        y: Any = node.array
        if y is None:
            y = node.output()
        g = sums.pop(node, None) if type(y) is not tuple else _of_outputs(node, y, sums)
        if g is None:
            continue
        xs: Sequence[Any] | None = node.arrays
        if create_graph or xs is None or memory.clock.changed > node.order:
            y, xs = _values(node, y, create_graph)
        flows = False
        shared = None  # the gradients of all inputs, of an op that has one rule for them
        for i, parent in enumerate(node.inputs):
            if parent is None or (wanted is not None and parent not in wanted):
                continue
            rule = op.rules[i] if i < len(op.rules) else op.rule(i)
            if rule is NOT_DIFFERENTIABLE:
                continue
            try:
                if type(rule) is not Share:
                    dx = rule(g, y, *xs, **node.params)
                else:
                    shared = rule.rule(g, y, *xs, **node.params) if shared is None else shared
                    dx = shared[rule.i]
            except RuntimeWarning as warning:  # NumPy's, as `warn.py` arranges
                dx = _despite(warning, op, rule, g, y, xs, node.params)
            if op.selects or (selected and node in selected):
                selected.add(parent)
                if op.elementwise and not np.all(np.isfinite(dx)):
                    dx = np.where(g == 0, 0, dx)
            key: Any = parent
            x = parent.array
            if x is None or op is item:
                key, x = _wanted(node, parent)
            if type(dx) is not np.ndarray and not hasattr(dx, "shape"):
                dx = _as_array(dx, node, i)
            if dx.shape != x.shape:
                dx = sum_to(dx, x.shape, node, i)
            if dx.dtype is not x.dtype:
                dx = _as_dtype(dx, x.dtype)
            flows = True
            yield node, g, i, key, dx
        if not flows:
            yield node, g, -1, None, None


def _values(node: Node, y: Any, create_graph: bool) -> tuple[Any, Sequence[Any]]:
    """The output and the inputs of a node as its rules are to see them: Tensors, if they are to be recorded.

    `Missing` stands in for what was freed or overwritten; a rule that needs only shapes still works.
    """
    if node.arrays is None:
        outputs = [None if parent is None else parent.output() for parent in node.inputs]
        return y, [memory.Missing.like(x, memory.FREED, node.op) for x in outputs]
    xs = list(node.arrays)
    if create_graph:
        y = items(y, node) if type(y) is tuple else wrap(y, node)
        xs = [array if parent is None else wrap(array, parent) for array, parent in zip(xs, node.inputs, strict=True)]
    if memory.clock.changed > node.order and node.op is not item:
        for i, array in enumerate(node.arrays):
            xs[i] = memory.checked(xs[i], array, node, f"input {i}")
        if type(y) is tuple:
            y = tuple(memory.checked(y[i], array, node, f"output {i}") for i, array in enumerate(node.array))
        else:
            y = memory.checked(y, node.array, node, "the output")
    return y, xs


def _wanted(node: Node, parent: Node) -> tuple[Any, Any]:
    """The key in `Sums` of what `node` was computed from, and its array, or what is left of it."""
    if node.op is not item:
        return parent, parent.output()
    i = node.params["i"]
    return (parent, i), parent.output()[i]


def _despite(warning: Warning, op: Op, rule: Rule, g: Any, y: Any, xs: Sequence[Any], params: dict[str, Any]) -> Any:
    """What a rule gives all the same, with the warning at the line of the user's program."""
    with np.errstate(all="ignore"):
        dx = rule(g, y, *xs, **params)
    if not (op.elementwise and np.all(np.isfinite(np.where(g == 0, 0, dx)))):
        warn(f"{warning}, in the derivative of {op.name}", RuntimeWarning)
    return dx


def _as_array(dx: Any, node: Node, i: int) -> Any:
    """What a rule returned that is no array: a number, or an error."""
    if isinstance(dx, (int, float, complex)):
        return np.asarray(dx)
    assert node.op is not None
    raise TypeError(
        f"{node.op.name}: the derivative rule of input {i} returned a {type(dx).__name__}; expected an array"
    )


def _as_dtype(dx: Any, dtype: np.dtype) -> Any:
    """A gradient in its input's dtype; of what a real input gets from a complex output, the real part."""
    return (dx.real if dx.dtype.kind == "c" and dtype.kind != "c" else dx).astype(dtype)


def _of_outputs(node: Node, outputs: tuple[Any, ...], sums: Sums) -> tuple[Any, ...] | None:
    """The gradients of a node's outputs: zeros for those that were not used, None if none was."""
    found = [sums.pop((node, i), None) for i in range(len(outputs))]
    if all(g is None for g in found):
        return None
    return tuple(np.zeros(y.shape, y.dtype) if g is None else g for g, y in zip(found, outputs, strict=True))


def _is_new(dx: Any, g: Any, node: Node) -> bool:
    """Whether a rule's result is an array of its own: a rule can only return new memory or what it was given."""
    if type(dx) is not np.ndarray or dx.base is not None:
        return False
    return dx is not g and dx is not node.array and all(dx is not x for x in node.arrays or ())


def _leading_to(nodes: list[Node], targets: Iterable[Node]) -> set[Node]:
    """Those nodes through which a gradient reaches one of `targets`."""
    wanted = set(targets)
    for node in nodes:  # in order of creation: a node comes after its inputs
        if not wanted.isdisjoint(node.inputs):
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


def _own(g: Any, fresh: bool, seen: set[int]) -> Variable:
    """A gradient as a Tensor that shares memory with no other gradient and with nothing in `seen`."""
    if not isinstance(g, Variable):
        return wrap(g if fresh else np.array(g))
    address = id(memory.owner(g._array))
    if address in seen:
        return np.copy(g)  # type: ignore[call-overload, no-any-return]  # a Tensor again
    seen.add(address)
    return g


def _conjugate(g: Variable) -> Variable:
    return np.conj(g) if g._array.dtype.kind == "c" else g  # type: ignore[call-overload]


def seeds(outputs: Sequence[Variable], gradients: Sequence[Any], create_graph: bool) -> list[tuple[Node, Variable]]:
    """The node of each output with the gradient to start from, checked; by default 1, of an output of one element."""
    found = []
    for output, given in zip(outputs, gradients, strict=True):
        node = _node_of(output, "outputs")
        array = output._array
        if given is None:
            if array.size != 1:
                raise RuntimeError(
                    f"backward: the output has shape {array.shape}; without a gradient only an output of one element "
                    "can be differentiated. Reduce it, as in loss.sum() or loss.mean(), or pass gradient= of its shape."
                )
            if array.dtype.kind == "c":
                raise RuntimeError("backward: the output is complex; take its real part or abs(), or pass gradient=")
            given = np.ones(array.shape, array.dtype)
        g: Any = given if isinstance(given, Variable) else wrap(dtypes.default_array(given))
        if g._array.shape != array.shape:
            raise ValueError(f"backward: gradient has shape {g._array.shape}, the output has shape {array.shape}")
        if g._array.dtype != array.dtype:
            g = g.astype(array.dtype) if create_graph else wrap(g._array.astype(array.dtype))
        found.append((node, _conjugate(g)))
    return found


def _node_of(x: Variable, role: str) -> Node:
    if not isinstance(x, Variable):
        raise TypeError(f"backward: {role} must be Tensors, got {type(x).__name__}")
    node = x.node
    if node is None:
        if role == "inputs":
            raise RuntimeError(
                f"grad: an input of shape {x._array.shape} does not require a gradient. Create it with "
                "requires_grad=True, or call requires_grad_() before it is used."
            )
        raise RuntimeError(
            "backward: this tensor has no graph: nothing it was computed from requires a gradient, or it was computed "
            "under no_grad() or detach(). Create a leaf with requires_grad=True and compute the output from it."
        )
    return node
