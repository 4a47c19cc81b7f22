"""Which function made the input of a loss, read from the graph; of a tensor that was not recorded, nothing is known."""

from __future__ import annotations

from ...op import Node
from ...tensor import Tensor
from ...warn import warn


def made_by_softmax(x: Tensor) -> bool:
    """Whether x is exp(log_softmax(...)), which is what `softmax` computes."""
    node = x._node
    return _is(node, "exp") and bool(node.inputs) and _is(node.inputs[0], "log_softmax")  # type: ignore[union-attr]


def made_by_sigmoid(x: Tensor) -> bool:
    return _is(x._node, "sigmoid")


def _is(node: Node | None, name: str) -> bool:
    return node is not None and node.op is not None and node.op.name == name


def warn_of_input(loss: str, expected: str, made_by: str, remedy: str) -> None:
    """Warn that the loss expects something else than the result of this function."""
    warn(f"{loss} expects {expected}, but its input was made by {made_by}; {remedy}")
