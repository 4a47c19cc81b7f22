"""What a backward pass starts from: outputs, and the gradient of each, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..literals import default_array
from ..op import Node, Variable, wrap
from .hooks import conjugate


def weighted(name: str, outputs: Any, gradients: Any) -> tuple[list[Variable], list[Any]]:
    """Outputs, and a gradient or None for each, as lists."""
    outputs = [outputs] if isinstance(outputs, Variable) else list(outputs)
    if gradients is None or isinstance(gradients, (Variable, np.ndarray)):
        gradients = [gradients] * (len(outputs) if gradients is None else 1)
    if len(gradients) != len(outputs):
        raise ValueError(f"{name}: got {len(outputs)} outputs but {len(gradients)} gradients; pass one for each")
    return outputs, list(gradients)


def seeds(outputs: Sequence[Variable], gradients: Sequence[Any], create_graph: bool) -> list[tuple[Node, Variable]]:
    """The node of each output with the gradient to start from, checked; by default 1, of an output of one element."""
    found = []
    for output, given in zip(outputs, gradients, strict=True):
        node = node_of(output, "outputs")
        array = output._array
        if given is None:
            if array.size != 1:
                raise RuntimeError(
                    f"backward: the output has shape {array.shape}; without a gradient only an output of one element "
                    "can be differentiated. Reduce it, as in loss.sum() or loss.mean(), or pass gradient= of its shape."
                )
            if array.dtype.kind == "c":
                raise RuntimeError("backward: the output is complex; take its real part or abs(), or pass gradient=")
            found.append((node, wrap(np.array(1, array.dtype, ndmin=array.ndim))))
            continue
        g: Any = given if isinstance(given, Variable) else wrap(default_array(given))
        if g._array.shape != array.shape:
            raise ValueError(f"backward: gradient has shape {g._array.shape}, the output has shape {array.shape}")
        if g._array.dtype != array.dtype:
            g = g.astype(array.dtype) if create_graph else wrap(g._array.astype(array.dtype))
        found.append((node, conjugate(g)))
    return found


def node_of(x: Variable, role: str) -> Node:
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
