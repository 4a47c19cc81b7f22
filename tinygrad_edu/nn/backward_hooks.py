"""Hooks on the way back through a module: they see, and may change, the gradients of its outputs and of its inputs.

Two nodes that compute nothing stand around the call, one behind the inputs and one behind the outputs, through which
all gradients of either pass together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..autograd.composite import handed_over, opaque, record
from ..autograd.hooks import conjugate
from ..op import Node, Variable, wrap
from ..recording import thread
from ..tracing import same

INPUTS, OUTPUTS = opaque("module_inputs"), opaque("module_outputs")
Gradients = tuple[Any, ...]


class Around:
    """One call of a module that has backward hooks."""

    def __init__(self, module: Any, before: Sequence[Callable[..., Any]], after: Sequence[Callable[..., Any]]) -> None:
        self.module = module
        self.before = before
        self.after = after
        self.inputs = 0  # how many there are, Tensors or not
        self.flows = False  # whether one of them requires a gradient
        self.grad_output: Gradients = ()

    def enter(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """The inputs, behind a node."""
        self.inputs = len(inputs)
        passed, self.flows = _behind(INPUTS, inputs, self._leave)
        return passed

    def exit(self, output: Any) -> Any:
        """The output, behind a node."""
        outputs = output if isinstance(output, tuple) else (output,)
        if not all(isinstance(y, Variable) for y in outputs):
            raise TypeError(
                f"{type(self.module).__name__}: a module with backward hooks must return a Tensor or a tuple of them, "
                f"got {type(output).__name__}"
            )
        passed, _ = _behind(OUTPUTS, outputs, self._arrive)
        return passed if isinstance(output, tuple) else passed[0]

    def _arrive(self, gradients: Gradients) -> Gradients:
        """The gradients of the outputs are known."""
        for hook in self.before:
            gradients = _changed("full backward pre-hook", hook(self.module, gradients), gradients)
        self.grad_output = gradients
        if not self.flows:
            for hook in self.after:
                new = hook(self.module, (None,) * self.inputs, gradients)
                if new is not None and any(g is not None for g in (new if isinstance(new, tuple) else (new,))):
                    raise RuntimeError(
                        "a backward hook of a module none of whose inputs requires a gradient must return None"
                    )
        return gradients

    def _leave(self, gradients: Gradients) -> Gradients:
        """Those of the inputs are."""
        for hook in self.after:
            gradients = _changed("full backward hook", hook(self.module, gradients, self.grad_output), gradients)
        return gradients


class _Passing:
    """What such a node calls when its turn comes."""

    def __init__(self, seen: Callable[[Gradients], Gradients], places: Sequence[int], count: int) -> None:
        self.seen = seen
        self.places = places
        self.count = count

    def __call__(self, node: Node, g: Any, create_graph: bool) -> Gradients:
        gradients: list[Any] = [None] * self.count
        for place, one in zip(self.places, g, strict=True):
            if one is not None:
                gradients[place] = conjugate(_read_only(one))
        found = self.seen(tuple(gradients))
        return handed_over(
            [None if found[place] is None else conjugate(found[place]) for place in self.places], create_graph
        )

    def free(self) -> None:
        """It keeps nothing."""


def _behind(op: Any, tensors: tuple[Any, ...], seen: Callable[[Gradients], Gradients]) -> tuple[tuple[Any, ...], bool]:
    """The same, those that require a gradient behind one node; and whether there is one. Their memory is read-only."""
    nodes = [x.node if isinstance(x, Variable) and thread.mode.recording else None for x in tensors]
    places = [i for i, node in enumerate(nodes) if node is not None]
    if not places:
        return tensors, False
    inputs = [(nodes[i], tensors[i]._array) for i in places]
    outputs = [_read_only(tensors[i])._array for i in places]
    passed = iter(record(op, inputs, {}, outputs, _Passing(seen, places, len(tensors)))[0])
    return tuple(x if node is None else next(passed) for x, node in zip(tensors, nodes, strict=True)), True


def _read_only(x: Any) -> Variable:
    """A gradient or a value that a hook, or the module, may not write to."""
    given = x._array if isinstance(x, Variable) else np.asarray(x)
    array = given.view()
    array.flags.writeable = False
    same(array, given)
    return wrap(array, x._node if isinstance(x, Variable) else None)


def _changed(what: str, new: Any, gradients: Gradients) -> Gradients:
    """What a hook returned in place of the gradients; None changes nothing."""
    if new is None:
        return gradients
    found = new if isinstance(new, tuple) else (new,)
    if len(found) != len(gradients):
        raise RuntimeError(f"a {what} returned {len(found)} gradients, expected {len(gradients)}, or None")
    for i, g in enumerate(found):
        if g is not None and not isinstance(g, Variable):
            raise TypeError(f"a {what} must return Tensors or None, got {type(g).__name__} as gradient {i}")
    return found
