"""`ctx` of a `Function`: what its forward pass leaves for its backward pass."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import memory
from ..op import Node, Variable, items, wrap
from ..tracing import same
from .composite import changed, freed


class Context:
    """What `forward` saves and `backward` reads. It takes any attribute; Tensors belong into `save_for_backward`.

    needs_input_grad: for each argument, whether it is a Tensor that requires a gradient.
    """

    def __init__(self, needs_input_grad: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs_input_grad
        self._to_save: tuple[Any, ...] = ()
        self._saved: tuple[Any, ...] | None = None
        self._constants: tuple[Any, ...] = ()
        self._dirty: tuple[Any, ...] = ()
        self._materialize = True
        self._node: Callable[[], Node | None] = lambda: None

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep arguments, outputs or intermediate results, Tensors or None, for `saved_tensors` in backward.

        If one of them is overwritten in the meantime, reading it is a RuntimeError, not a wrong gradient.
        """
        for i, x in enumerate(tensors):
            if x is not None and not isinstance(x, Variable):
                raise TypeError(
                    f"save_for_backward: expected Tensors or None, got {type(x).__name__} at position {i}; keep other "
                    "things as attributes, ctx.name = ..."
                )
        self._to_save = tensors

    save_for_forward = save_for_backward

    def mark_non_differentiable(self, *tensors: Any) -> None:
        """These outputs have no gradient; `backward` is given zeros for them."""
        self._constants = tensors

    def mark_dirty(self, *tensors: Any) -> None:
        """These arguments were changed in place; they must be returned."""
        self._dirty = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether the gradient of an output that was not used is zeros, the default, or None."""
        self._materialize = bool(value)

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What `save_for_backward` was given, on the graph that it belongs to."""
        node = self._node()
        if node is None:
            return self._to_save
        if self._saved is None:
            raise freed(node)
        return tuple(self._restored(x, node) for x in self._saved)

    def _settle(
        self, node: Node, args: Sequence[Any], nodes: Sequence[Node | None], outputs: Mapping[int, int]
    ) -> None:
        """Keep arrays and nodes instead of Tensors: the graph then refers to itself in no circle."""
        known = {id(x): n for x, n in zip(args, nodes, strict=True) if isinstance(x, Variable)}
        self._saved = tuple(
            outputs[id(x)] if id(x) in outputs else None if x is None else (_kept(x), known.get(id(x), x._node))
            for x in self._to_save
        )
        self._to_save = self._constants = self._dirty = ()
        self._node = weakref.ref(node)

    def _restored(self, saved: Any, node: Node) -> Any:
        """A saved Tensor: an output by its number, else an array with its node."""
        if saved is None:
            return None
        if isinstance(saved, int):
            array = node.array[saved]
            changed(array, node, f"saved output {saved}")
            return items(node.array, node)[saved]
        array, source = saved
        changed(array, node, "a saved tensor")
        return wrap(array, source)

    def _free(self) -> None:
        self._saved = None


def _kept(x: Variable) -> np.ndarray:
    """Its array; a copy of one that the user may write to unseen."""
    base = memory.owner(x._array)
    if id(base) not in memory.shared or not base.flags.writeable:
        return x._array
    copy = x._array.copy()
    same(copy, x._array)
    return copy
