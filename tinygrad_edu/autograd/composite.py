"""A node that stands for a whole computation: its gradients are worked out all at once, by a function.

A rule of the table gives the gradient of one input. What a user writes as `Function.backward`, and what a checkpoint
computes once more, gives those of all inputs together. The backward pass calls it when the node's turn comes. What
comes back takes the place of the gradient of its outputs: a tuple of those of its inputs. Rule i takes out the i-th.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from .. import memory
from ..op import Node, Op, Variable, items
from ..recording import thread
from ..warn import user_frame


class Backward(Protocol):
    """From the gradients of the outputs (None of one that was not used) those of the inputs (None: there is none)."""

    def __call__(self, node: Node, g: Any, create_graph: bool) -> tuple[Any, ...]: ...

    def free(self) -> None:
        """Let go of what the graph no longer needs."""


class Composite(Node):
    """The node; its outputs are taken out by nodes of the op `item`, as of any op with several."""

    __slots__ = ("__weakref__", "backward")

    backward: Backward

    def free(self) -> None:
        """Let go of the arrays, also of those that its function keeps."""
        super().free()
        self.backward.free()


def opaque(name: str) -> Op:
    """An op outside the table, for pictures and errors: what it computes is not its own affair."""

    def forward(*inputs: Any) -> Any:
        raise NotImplementedError(f"{name}: this node stands for a computation and cannot be called")

    return Op(name, forward, (), each=lambda i, g, y, *inputs, **params: g[i], broadcasts=True)


def record(
    op: Op,
    inputs: Sequence[tuple[Node | None, Any]],
    params: dict[str, Any],
    outputs: Sequence[np.ndarray],
    backward: Backward,
) -> tuple[tuple[Any, ...], Composite]:
    """The outputs as Tensors, and their node. `inputs`: nodes (None: no gradient) with their arrays."""
    node = Composite(op, [n for n, _ in inputs], [array for _, array in inputs], params, tuple(outputs))
    node.backward = backward
    mode = thread.mode
    if mode.call is not None:
        node.call = mode.call
    if mode.lines:
        frame = user_frame()
        node.line = frame.f_code, frame.f_lineno
    return items(node.array, node), node


def handed_over(found: Sequence[Any], create_graph: bool) -> tuple[Any, ...]:
    """Gradients of inputs for the backward pass: in memory that it does not write to, or that nobody else holds."""
    if create_graph:
        return tuple(None if g is None else np.copy(g) for g in found)
    arrays = (g._array if isinstance(g, Variable) else g for g in found)
    return tuple(None if g is None else np.asarray(g).view() for g in arrays)  # a view is never taken for a new array


def changed(array: np.ndarray, node: Node, what: str) -> None:
    """Raise RuntimeError if this array was overwritten since the node was recorded."""
    if memory.clock.changed > node.order and memory.has_changed(array, node.order):
        raise RuntimeError(memory.OVERWRITTEN.format(what=f"{what} (shape {array.shape})", op=_name(node)))


def freed(node: Node) -> RuntimeError:
    """The error of a backward pass through a node that was freed."""
    return RuntimeError(memory.FREED.format(op=_name(node)))


def _name(node: Node) -> str:
    assert node.op is not None
    return node.op.name
