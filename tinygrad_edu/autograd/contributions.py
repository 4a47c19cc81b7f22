"""What a derivative rule is given, and how what it returns becomes the gradient of an input."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import memory
from ..op import Node, Op, item, items, wrap
from ..ops.sums import added
from ..rules import Rule
from ..warn import warn


def values(node: Node, y: Any, tensors: bool) -> tuple[Any, Sequence[Any]]:
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


def despite(warning: Warning, op: Op, rule: Rule, g: Any, y: Any, xs: Sequence[Any], params: dict[str, Any]) -> Any:
    """What a rule gives all the same, with the warning at the line of the user's program."""
    with np.errstate(all="ignore"):
        dx = rule(g, y, *xs, **params)
    if not (op.elementwise and np.all(np.isfinite(np.where(g == 0, 0, dx)))):
        warn(f"{warning}, in the derivative of {op.name}", RuntimeWarning)
    return dx


def fitted(dx: Any, x: Any, node: Node, i: int) -> Any:
    """What the rule of input `i` returned, in the shape and the dtype of that input's array x.

    A number becomes an array; what was broadcast is summed; of what a real input gets from a complex output, the real
    part is its gradient.
    """
    if not hasattr(dx, "shape"):
        dx = _as_array(dx, node, i)
    if dx.shape != x.shape:
        dx = sum_to(dx, x.shape, node, i)
    if dx.dtype == x.dtype:
        return dx
    return (dx.real if dx.dtype.kind == "c" and x.dtype.kind != "c" else dx).astype(x.dtype)


def is_finite(dx: Any) -> bool:
    """Whether dx has no inf and no nan. True is certain: with one of them no sum of squares is finite, though without
    it may be too large.
    """
    if type(dx) is not np.ndarray or dx.dtype.char not in "fd":
        return bool(np.all(np.isfinite(dx)))
    flat = dx.reshape(-1)
    return math.isfinite(np.dot(flat, flat))  # BLAS goes through it once, and does not warn


def is_new(dx: Any, g: Any, node: Node) -> bool:
    """Whether a rule's result is an array of its own: a rule can only return new memory or what it was given."""
    if type(dx) is not np.ndarray or dx.base is not None:
        return False
    return id(dx) not in map(id, (g, node.array, *(node.arrays or ())))


def _as_array(dx: Any, node: Node, i: int) -> Any:
    """What a rule returned that is no array: a number, or an error."""
    if isinstance(dx, (int, float, complex)):
        return np.asarray(dx)
    assert node.op is not None
    raise TypeError(
        f"{node.op.name}: expected the derivative rule of input {i} to return an array, got {type(dx).__name__}"
    )


def sum_to(dx: Any, shape: tuple[int, ...], node: Node, i: int) -> Any:
    """The gradient of an input that was broadcast: summed over the axes along which it was repeated."""
    op = node.op
    assert op is not None
    leading = dx.ndim - len(shape)
    if op.broadcasts and leading > 0 and shape and dx.shape[leading:] == shape and type(dx) is np.ndarray:  # a bias
        return _added(dx, tuple(range(leading)), keepdims=False)
    if op.broadcasts and leading >= 0:
        axes = tuple(range(leading)) + tuple(
            leading + axis for axis, size in enumerate(shape) if size == 1 and dx.shape[leading + axis] != 1
        )
        summed = _added(dx, axes, keepdims=True) if type(dx) is np.ndarray else np.sum(dx, axis=axes, keepdims=True)
        if summed.shape[leading:] == shape:
            return summed.reshape(shape)
    raise ValueError(
        f"{op.name}: the derivative rule of input {i} returned shape {tuple(dx.shape)} for an input of shape {shape}"
    )


def _added(dx: np.ndarray, over: tuple[int, ...], keepdims: bool) -> Any:
    try:
        return added(dx, over, keepdims)
    except RuntimeWarning as warning:  # NumPy's, as `warn.py` arranges
        warn(str(warning), RuntimeWarning)
        with np.errstate(all="ignore"):
            return added(dx, over, keepdims)
