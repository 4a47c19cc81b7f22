"""Tensors that look at another's memory: what they follow when it is written to.

`y[0]`, `y.T` and `y.reshape(...)` share memory with `y`, so a value written to one is there in all. If the write was
recorded, their nodes must follow too: a view remembers the Tensor whose memory it is, its root, and the ops that lead
there. When the root has another node than at that time, the ops are called again, on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .recording import enable_grad

if TYPE_CHECKING:
    from .op import Op, Variable


class View:
    """Of which Tensor another is a view, and by which op: on the root itself, or on the view `outer` of it."""

    __slots__ = ("op", "outer", "params", "root", "seen")

    def __init__(self, base: Variable, op: Op, params: dict[str, Any]) -> None:
        self.op = op
        self.params = params
        self.outer = base._view
        self.root: Variable = base if self.outer is None else self.outer.root
        self.seen = self.root._node  # the node of the root that the view's own node was made from

    def path(self) -> tuple[list[tuple[View, Variable]], Variable]:
        """The views from the root's present node to this one, each with the Tensor it is taken of; and the result."""
        views = []
        view: View | None = self
        while view is not None:
            views.append(view)
            view = view.outer
        found, x = [], self.root
        with enable_grad():
            for view in reversed(views):
                found.append((view, x))
                x = view.op(x, **view.params)
        return found, x

    def follow(self, x: Variable) -> None:
        """Give `x`, of which this is the view, the node that belongs to the root's present one."""
        node = self.root._node
        if node is not self.seen:
            if node is not None and node.op is not None:  # else it is a leaf: it was not written to
                x._node = self.path()[1]._node
            self.seen = node
