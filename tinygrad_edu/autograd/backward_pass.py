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

from .. import memory
from ..op import NOT_DIFFERENTIABLE, Node, Op, Rule, Share, Variable, item, items, walk, wrap
from ..recording import enable_grad, no_grad, thread
from ..warn import warn
from .anomaly import watched
from .composite import Composite
from .hooks import conjugate, living, popping, run_after
from .seeds import node_of, seeds, weighted

writing = threading.Lock()  # several threads may leave gradients in one leaf


def backward(
    tensors: Variable | Sequence[Variable],
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Variable | Sequence[Variable] | None = None,
) -> None:
    """Add the gradient of `tensors`, weighted by `grad_tensors`, to `.grad` of the leaves (or of `inputs` only)."""
    roots = seeds(*weighted("backward", tensors, grad_tensors), create_graph)
    keep = create_graph if retain_graph is None else retain_graph
    if keep:
        for node, seed in roots:
            node.seed = seed._array.copy()  # the caller may go on using its own
    inputs = [inputs] if isinstance(inputs, Variable) else inputs
    targets = None if inputs is None else {node_of(x, "inputs"): x for x in inputs}
    found = gradients_of(roots, targets, keep, create_graph)
    reached = []
    with writing:
        for node, g in found.items():
            tensor = targets[node] if targets is not None else node.tensor()
            if tensor is not None:
                _accumulate(tensor, conjugate(g))
                reached.append(tensor)
                if thread.mode.trace is not None:
                    thread.mode.trace.left(tensor)
    run_after(reached)


def _accumulate(tensor: Variable, g: Variable) -> None:
    """Add to `.grad`, in place unless the sum is to be recorded."""
    if thread.mode.trace is not None:
        thread.mode.trace.entering(tensor)
    before = tensor._grad
    if before is None:
        tensor._grad = g
    elif before._node is not None or g._node is not None or thread.mode.trace is not None:
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
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Any, ...]:
    """The gradients of `outputs` with respect to `inputs`, as a tuple of Tensors; no `.grad` is written.

    outputs, inputs: a Tensor or a sequence of them; inputs may be inner nodes of the graph.
    grad_outputs: the gradient each output is weighted by, of its shape; may be None for an output of one element.
    retain_graph: keep the graph for another backward pass; by default the value of `create_graph`.
    create_graph: record the backward pass too, so that the gradients can be differentiated in turn.
    allow_unused: return None for an input that the outputs do not depend on, instead of an error.
    materialize_grads: return zeros for such an input.
    only_inputs: True, as in PyTorch; `backward` writes the gradients of others.
    is_grads_batched: True is refused; `func.jacrev` and `func.vmap` do what it is for.
    """
    if not only_inputs:
        raise ValueError(
            "grad: only_inputs=False is not supported; call backward() to have .grad of all leaves written"
        )
    if is_grads_batched:
        raise NotImplementedError(
            "grad: is_grads_batched=True is not supported; call grad for each cotangent with retain_graph=True, or use "
            "func.jacrev or func.vmap"
        )
    if materialize_grads and allow_unused is False:
        raise ValueError("grad: materialize_grads=True needs allow_unused=True, or leave allow_unused out")
    inputs = [inputs] if isinstance(inputs, Variable) else list(inputs)
    roots = seeds(*weighted("grad", outputs, grad_outputs), create_graph)
    targets = [node_of(x, "inputs") for x in inputs]
    keep = create_graph if retain_graph is None else retain_graph
    found = gradients_of(roots, dict.fromkeys(targets), keep, create_graph)
    for i, node in enumerate(targets):
        if node not in found and not allow_unused and not materialize_grads:
            raise RuntimeError(
                f"grad: the outputs do not depend on input {i} (shape {node.array.shape}); "
                "pass allow_unused=True to get None for it"
            )
    if materialize_grads:
        found = {node: wrap(np.zeros_like(x._array)) for node, x in zip(targets, inputs, strict=True)} | found
    return tuple(conjugate(found[node]) if node in found else None for node in targets)


def gradients_of(
    roots: list[tuple[Node, Variable]], targets: Mapping[Node, Any] | None, retain_graph: bool, create_graph: bool
) -> dict[Node, Variable]:
    """The gradients of the leaves and of inner nodes that asked to keep theirs; of `targets` only, if given."""
    nodes = walk(node for node, _ in roots)
    finished: dict[Node, Any] = {}
    sums = Sums()
    tracing = thread.mode.trace is not None
    tensors = create_graph or tracing  # else rules are run on arrays
    with enable_grad() if create_graph else no_grad():
        for node, seed in roots:
            sums.add(node, seed if tensors else seed._array)
        steps = chain_rule(nodes, sums, targets, tensors)
        if thread.mode.anomaly:
            steps = watched(steps, roots)
        for node, g, _, parent, dx in steps:
            if node.handle is not None if targets is None else node in targets:
                finished[node] = g
            if parent in sums:
                sums.add(parent, dx)
            elif parent is not None:
                sums[parent] = dx
                if type(parent) is Node and parent.op is None and _is_new(dx, g, node):
                    sums.fresh.add(parent)  # saves the copy that `_own` would make
            if tracing and type(parent) is Node and parent.array is not None:
                thread.mode.trace.gradient(sums[parent]._array, parent.array)
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
    nodes: list[Node], sums: Sums, targets: Iterable[Node] | None, tensors: bool
) -> Iterator[tuple[Node, Any, int, Any, Any]]:
    """Edge by edge: a node, its gradient, the number of an input, that input's key in `sums`, and what it is given.

    Each contribution must be added to `sums` before the next is asked for. With `targets`, only edges that lead to one
    of them. A node of which nothing flows on comes once, with the key None.
    """
    wanted = None if targets is None else _leading_to(nodes, targets)
    hooked = bool(living)
    pop = popping(sums, tensors) if hooked else sums.pop
    selected: set[Node] = set()  # what an op that selects was computed from
    tracing = thread.mode.trace is not None
    for node in reversed(nodes):
        op = node.op
        if op is None or (wanted is not None and node not in wanted):
            if hooked and op is None and node in sums and hasattr(node, "hooks"):
                sums[node] = pop(node, None)
                sums.fresh.discard(node)
            continue
        y: Any = node.array
        if y is None:
            y = node.output()
        g = pop(node, None) if type(y) is not tuple else _of_outputs(node, y, sums, tensors)
        if g is None:
            continue
        xs: Sequence[Any] | None = node.arrays
        if tensors or xs is None or memory.clock.changed > node.order:
            y, xs = _values(node, y, tensors)
        flows = False
        shared = None  # the gradients of all inputs, of an op that has one rule for them
        for i, parent in enumerate(node.inputs):
            if parent is None or (wanted is not None and parent not in wanted):
                continue
            rule = op.rules[i] if i < len(op.rules) else op.rule(i)
            if rule is NOT_DIFFERENTIABLE:
                continue
            try:
                if tracing:
                    shared = None if type(rule) is not Share else shared
                    dx, shared = thread.mode.trace.rule(node, rule, shared, g, y, xs)
                elif type(rule) is not Share:
                    dx = rule(g, y, *xs, **node.params)
                else:
                    shared = rule.rule(g, y, *xs, **node.params) if shared is None else shared
                    dx = shared[rule.i]
            except RuntimeWarning as warning:  # NumPy's, as `warn.py` arranges
                dx = _despite(warning, op, rule, g, y, xs, node.params)
            if op.selects or (selected and node in selected):
                selected.add(parent)
                if op.elementwise and (tracing or not np.all(np.isfinite(dx))):
                    dx = np.where(g == 0, 0, dx)
            key: Any = parent
            x = parent.array
            if x is None or op is item:
                key, x = _wanted(node, parent)
            if type(dx) is not np.ndarray and not hasattr(dx, "shape"):
                if dx is None and isinstance(node, Composite):  # a user's function says so
                    continue
                dx = _as_array(dx, node, i)
            if dx.shape != x.shape:
                dx = sum_to(dx, x.shape, node, i)
            if dx.dtype is not x.dtype:
                dx = _as_dtype(dx, x.dtype)
            flows = True
            yield node, g, i, key, dx
        if not flows:
            yield node, g, -1, None, None


def _values(node: Node, y: Any, tensors: bool) -> tuple[Any, Sequence[Any]]:
    """The output and the inputs of a node as its rules are to see them: as arrays or as Tensors.

    `Missing` stands in for what was freed or overwritten; a rule that needs only shapes still works.
    """
    if node.arrays is None:
        outputs = [None if parent is None else parent.output() for parent in node.inputs]
        return y, [memory.Missing.like(x, memory.FREED, node.op) for x in outputs]
    xs = list(node.arrays)
    if tensors:
        y = items(y, node) if type(y) is tuple else wrap(y, node)
        xs = [wrap(array, parent) for array, parent in zip(xs, node.inputs, strict=True)]
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


def _of_outputs(node: Node, outputs: tuple[Any, ...], sums: Sums, create_graph: bool) -> tuple[Any, ...] | None:
    """The gradients of a node's outputs: zeros for those that were not used, None if none was."""
    found = [sums.pop((node, i), None) for i in range(len(outputs))]
    if all(g is None for g in found):
        return None
    if isinstance(node, Composite):
        return node.backward(node, tuple(found), create_graph)
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
        summed = (np.add.reduce if type(dx) is np.ndarray else np.sum)(dx, axis=axes, keepdims=True)
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
