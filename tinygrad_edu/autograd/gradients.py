"""`backward`, which leaves gradients in `.grad`, and `grad`, which returns them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import memory
from ..op import Variable, wrap
from ..recording import thread
from .backward_pass import gradients_of
from .hooks import conjugate, run_after
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
    trace = thread.mode.trace
    reached = []
    with writing:
        for node, g in found.items():
            tensor = targets[node] if targets is not None else node.tensor()
            if tensor is not None:
                if trace is not None:
                    trace.entering(tensor)
                _accumulate(tensor, conjugate(g), recorded=trace is not None)
                reached.append(tensor)
                if trace is not None:
                    trace.left(tensor)
    run_after(reached)


def _accumulate(tensor: Variable, g: Variable, recorded: bool) -> None:
    """Add to `.grad`, in place unless the sum is to be recorded."""
    before = tensor._grad
    if before is None:
        tensor._grad = g
    elif before._node is not None or g._node is not None or recorded:
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
