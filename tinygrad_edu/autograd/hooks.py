"""Hooks of a tensor: functions that see, or change, its gradient on the way back.

    handle = t.register_hook(lambda g: g.clamp(-1, 1))
    ...
    handle.remove()

They hang on the tensor's node, which the backward pass asks for them when the gradient is complete; as long as there
are none in the whole program it does not ask. A leaf keeps its own, because it gets a new node when it is frozen and
thawed.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..op import Node, Variable, wrap
from ..tracing import same

number = itertools.count().__next__
living: weakref.WeakSet[Hooks] = weakref.WeakSet()  # all there are


class RemovableHandle:
    """What registering a hook returns: `remove()` unregisters it; so does the end of a `with` block."""

    def __init__(self, hooks: dict[int, Any], hook_number: int) -> None:
        self._hooks = hooks
        self._hook_number = hook_number

    def remove(self) -> None:
        """Unregister the hook; a second time does nothing."""
        self._hooks.pop(self._hook_number, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


def popping(sums: dict[Any, Any], create_graph: bool) -> Callable[[Any, Any], Any]:
    """`sums.pop`, which takes out the gradient of a node, with the hooks of the node in between."""

    def pop(node: Node, default: Any) -> Any:
        g = sums.pop(node, default)
        hooks = getattr(node, "hooks", None)
        return g if g is None or hooks is None else hooks(g, create_graph)

    return pop


class Hooks:
    """Those of one tensor, in the order in which they are called."""

    def __init__(self) -> None:
        self.of_gradient: dict[int, Callable[[Any], Any]] = {}
        self.after: dict[int, Callable[[Any], Any]] = {}  # once `.grad` is written
        living.add(self)

    def __call__(self, g: Any, create_graph: bool) -> Any:
        """The gradient as the hooks leave it: each gets what the last returned. They get a copy, so may write to it."""
        if not self.of_gradient:
            return g
        recorded = isinstance(g, Variable)
        t = conjugate(wrap(g._array.copy(), g._node) if recorded else wrap(np.array(g)))
        if recorded:
            same(t._array, g._array)
        for hook in tuple(self.of_gradient.values()):  # copied: a hook may remove itself
            t = _checked(hook(t), t)
        t = conjugate(t)
        return t if recorded else t._array


def _checked(new: Any, t: Variable) -> Variable:
    """What a hook returned in place of `t`; None changes nothing."""
    if new is None:
        return t
    if not isinstance(new, Variable):
        raise TypeError(f"register_hook: a hook must return a Tensor or None, got {type(new).__name__}")
    if new._array.shape != t._array.shape or new._array.dtype != t._array.dtype:
        raise RuntimeError(
            f"register_hook: a hook returned {new._array.dtype}{list(new._array.shape)} for a gradient "
            f"{t._array.dtype}{list(t._array.shape)}; return one of the same shape and dtype"
        )
    return new


def conjugate(g: Variable) -> Variable:
    """From the gradients that rules pass on to those that users see, and back: see `backward_pass.py`."""
    return np.conj(g) if g._array.dtype.kind == "c" else g  # type: ignore[call-overload]


def register(x: Variable, hook: Callable[[Any], Any]) -> RemovableHandle:
    """Call `hook(gradient)` when the gradient of `x` is complete: see `Tensor.register_hook`."""
    return _added(_hooks_of(x, "register_hook").of_gradient, hook, "register_hook")


def register_after(x: Variable, hook: Callable[[Any], Any]) -> RemovableHandle:
    """Call `hook(x)` once `backward` has written `x.grad`: see `Tensor.register_post_accumulate_grad_hook`."""
    name = "register_post_accumulate_grad_hook"
    if x.node is not None and x.node.op is not None:
        raise RuntimeError(f"{name}: only leaves have it, this tensor was computed by {x.node.op.name}")
    return _added(_hooks_of(x, name).after, hook, name)


def run_after(tensors: Iterable[Variable]) -> None:
    """Call the hooks that wait for `.grad`."""
    for x in tensors if living else ():
        hooks = getattr(x, "_hooks", None)
        if hooks is not None:
            for hook in tuple(hooks.after.values()):
                hook(x)


def _added(hooks: dict[int, Any], hook: Any, name: str) -> RemovableHandle:
    if not callable(hook):
        raise TypeError(f"{name}: expected a function, got {type(hook).__name__}")
    key = number()
    hooks[key] = hook
    return RemovableHandle(hooks, key)


def _hooks_of(x: Variable, name: str) -> Hooks:
    node = x.node
    if node is None:
        raise RuntimeError(f"{name}: this tensor does not require a gradient; call requires_grad_() first")
    if not hasattr(node, "hooks"):
        node.hooks = Hooks()
        if node.op is None:
            x._hooks = node.hooks
    assert isinstance(node.hooks, Hooks)
    return node.hooks
