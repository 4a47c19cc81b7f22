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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .. import memory
from ..op import NOT_DIFFERENTIABLE, Node, Variable, item, walk, wrap
from ..recording import thread
from ..rules import Share
from .anomaly import watched
from .composite import Composite
from .contributions import despite, fitted, is_finite, is_new, values
from .hooks import living, popping

ndarray = np.ndarray


def gradients_of(
    roots: list[tuple[Node, Variable]], targets: Mapping[Node, Any] | None, retain_graph: bool, create_graph: bool
) -> dict[Node, Variable]:
    """The gradients of the leaves and of inner nodes that asked to keep theirs; of `targets` only, if given."""
    nodes = walk(node for node, _ in roots)
    finished: dict[Node, Any] = {}
    sums = Sums()
    fresh = sums.fresh
    mode = thread.mode
    tracing = mode.trace is not None
    tensors = create_graph or tracing  # else rules are run on arrays
    before, mode.recording = mode.recording, create_graph
    try:
        for node, seed in roots:
            sums.add(node, seed if tensors else seed._array)
        steps = chain_rule(nodes, sums, targets, tensors)
        if mode.anomaly:
            steps = watched(steps, roots)
        for node, g, edges in steps:
            if node.handle is not None if targets is None else node in targets:
                finished[node] = g
            for _, key, dx in edges:
                if key in fresh:
                    sums[key] += dx
                elif key in sums:
                    sums.add(key, dx)
                else:
                    sums[key] = dx
                    if type(key) is Node and key.op is None and is_new(dx, g, node):
                        fresh.add(key)  # saves the copy that `_own` would make
                if tracing and type(key) is Node and key.array is not None:
                    mode.trace.gradient(sums[key]._array, key.array)
    finally:
        mode.recording = before
    if not retain_graph:
        for node in nodes:
            if node.op is not None:
                node.free()
    finished |= {node: g for node, g in sums.items() if targets is None or node in targets}
    seen = {id(memory.owner(seed._array)) for _, seed in roots}
    return {node: _own(g, node in fresh, seen) for node, g in finished.items()}


class Sums(dict[Any, Any]):
    """The gradients so far, by node (of an output of several: by node and number)."""

    def __init__(self) -> None:
        self.fresh: set[Any] = set()  # those whose array nothing else refers to

    def add(self, key: Any, g: Any) -> None:
        """The first is kept as it is, the second goes into a new array, the rest into that."""
        total = self.get(key)
        if total is None:
            self[key] = g
        elif key in self.fresh:
            total += g
        else:
            self[key] = total = total + g
            if isinstance(total, np.ndarray):  # not a Tensor, which may be recorded, nor a NumPy scalar
                self.fresh.add(key)


def chain_rule(
    nodes: list[Node], sums: Sums, targets: Iterable[Node] | None, tensors: bool
) -> Iterator[tuple[Node, Any, list[tuple[int, Any, Any]]]]:
    """Node by node: the node, its gradient, and its edges: number of an input, key in `sums`, what the input is given.

    These contributions must be added to `sums` before the next node is asked for. With `targets`, only edges that lead
    to one of them.
    """
    wanted = None if targets is None else _leading_to(nodes, targets)
    hooked = bool(living)
    pop = popping(sums, tensors) if hooked else sums.pop
    selected: set[Node] = set()  # what an op that selects was computed from
    tracing = thread.mode.trace is not None
    clock = memory.clock
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
        if tensors or xs is None or clock.changed > node.order:
            y, xs = values(node, y, tensors)
        rules, params = op.rules, node.params
        selects = op.selects or (selected and node in selected)
        edges = []
        shared = None  # the gradients of all inputs, of an op that has one rule for them
        for i, parent in enumerate(node.inputs):
            if parent is None or (wanted is not None and parent not in wanted):
                continue
            rule = rules[i] if i < len(rules) else op.rule(i)
            if rule is NOT_DIFFERENTIABLE:
                continue
            try:
                if tracing:
                    shared = None if type(rule) is not Share else shared
                    dx, shared = thread.mode.trace.rule(node, rule, shared, g, y, xs)
                elif type(rule) is not Share:
                    dx = rule(g, y, *xs, **params)
                else:
                    shared = rule.rule(g, y, *xs, **params) if shared is None else shared
                    dx = shared[rule.i]
            except RuntimeWarning as warning:  # NumPy's, as `warn.py` arranges
                dx = despite(warning, op, rule, g, y, xs, params)
            if selects:
                selected.add(parent)
                if op.elementwise and dx is not g and (tracing or not is_finite(dx)):
                    dx = np.where(g == 0, 0, dx)
            key: Any = parent
            x = parent.array
            if x is None or op is item:
                key, x = _wanted(node, parent)
            if type(dx) is not ndarray or dx.dtype is not x.dtype or dx.shape != x.shape:
                if dx is None and isinstance(node, Composite):  # a user's function says so
                    continue
                dx = fitted(dx, x, node, i)
            edges.append((i, key, dx))
        yield node, g, edges


def _wanted(node: Node, parent: Node) -> tuple[Any, Any]:
    """The key in `Sums` of what `node` was computed from, and its array, or what is left of it."""
    if node.op is not item:
        return parent, parent.output()
    i = node.params["i"]
    return (parent, i), parent.output()[i]


def _of_outputs(node: Node, outputs: tuple[Any, ...], sums: Sums, create_graph: bool) -> tuple[Any, ...] | None:
    """The gradients of a node's outputs: zeros for those that were not used, None if none was."""
    found = [sums.pop((node, i), None) for i in range(len(outputs))]
    if all(g is None for g in found):
        return None
    if isinstance(node, Composite):
        return node.backward(node, tuple(found), create_graph)
    return tuple(np.zeros(y.shape, y.dtype) if g is None else g for g, y in zip(found, outputs, strict=True))


def _leading_to(nodes: list[Node], targets: Iterable[Node]) -> set[Node]:
    """Those nodes through which a gradient reaches one of `targets`."""
    wanted = set(targets)
    for node in nodes:  # in order of creation: a node comes after its inputs
        if not wanted.isdisjoint(node.inputs):
            wanted.add(node)
    return wanted


def _own(g: Any, fresh: bool, seen: set[int]) -> Variable:
    """A gradient as a Tensor that shares memory with no other gradient and with nothing in `seen`."""
    if not isinstance(g, Variable):
        return wrap(g if fresh else np.array(g))
    address = id(memory.owner(g._array))
    if address in seen:
        return np.copy(g)  # type: ignore[call-overload, no-any-return]  # a Tensor again
    seen.add(address)
    return g
