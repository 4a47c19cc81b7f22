"""Linear maps, embedding and one-hot vectors, as functions."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ... import ops
from ...ops import flatten
from ...ops.elementwise import add
from ...recording import no_grad
from ...tensor import Tensor, wrap
from ...tracing import again, decided
from ..checks import array_of, wrong_shape

__all__ = [
    "bilinear",
    "embedding",
    "flatten",
    "linear",
    "one_hot",
]


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """x Wᵀ + b: input (..., in), weight (out, in), bias (out,), result (..., out)."""
    y = ops.linear(input, weight)
    return y if bias is None else add(y, bias)


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """x₁ᵀ Wₖ x₂ + bₖ for each k: inputs (..., in1) and (..., in2), weight (out, in1, in2), result (..., out)."""
    y = ops.einsum("...i,kij,...j->...k", input1, weight, input2)
    return y if bias is None else ops.add(y, bias)


def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Any:
    """Row i of the weight (V, D) for each integer i of an input of any shape (...): result (..., D).

    padding_idx: this row gets no gradient; a negative one counts from the end.
    max_norm: of the rows that are used, those whose norm of order `norm_type` is larger are first scaled down to it,
        in place.
    TypeError: an input that is not of integers. IndexError: one outside 0 ... V - 1.
    """
    if scale_grad_by_freq or sparse:
        raise NotImplementedError("embedding: scale_grad_by_freq and sparse gradients are not supported")
    index = array_of(input)
    if weight.ndim != 2:
        raise wrong_shape("embedding (weight)", "(V, D)", weight)
    rows = weight.shape[0]
    if index.dtype.kind not in "iu":
        raise TypeError(f"embedding: expected integers from 0 to {rows - 1}, got {index.dtype}")
    again(functools.partial(_check_rows, rows), index)
    if rows and padding_idx is not None and not -rows <= padding_idx < rows:
        raise ValueError(f"embedding: padding_idx {padding_idx} is out of range for {rows} rows")
    if max_norm is not None:
        _shorten(weight, index, max_norm, norm_type)
    y = weight[index]
    if index.size and padding_idx is not None:
        padding = again(lambda index: (index == padding_idx % rows)[..., None], index)
        if decided(np.any, padding, otherwise=True):
            y = ops.where(padding, y.detach() if isinstance(y, Tensor) else y, y)
    return y


def _check_rows(rows: int, index: np.ndarray) -> None:
    if index.size and not 0 <= index.min() <= index.max() < rows:
        bad = index.min() if index.min() < 0 else index.max()
        raise IndexError(f"embedding: {bad} is out of range for {rows} rows (0 to {rows - 1})")


def _shorten(weight: Any, rows: np.ndarray, max_norm: float, p: float) -> None:
    """Scale these rows of the weight down to the norm `max_norm`, where theirs is larger. Some may come repeatedly."""
    with no_grad():
        old = weight.detach()[rows]
        size = ops.norm(old, p, -1, keepdim=True)
        weight.data[rows] = ops.where(size > max_norm, old * (max_norm / (size + 1e-7)), old)


def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """Each integer i of an input (...) as a row of zeros with a 1 at place i: result (..., num_classes), int64.

    num_classes: by default the largest integer plus 1.
    TypeError: not integers. ValueError: `num_classes` left out for an empty input. IndexError: an integer outside
    0 ... num_classes - 1.
    """
    labels = array_of(tensor)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"one_hot: expected integers, got {labels.dtype}")
    if num_classes < 0:
        if not labels.size:
            raise ValueError("one_hot: cannot infer num_classes from an empty tensor; pass it")
        num_classes = decided(np.max, labels) + 1
    return wrap(again(functools.partial(_one_hot, num_classes), labels))


def _one_hot(classes: int, labels: np.ndarray) -> np.ndarray:
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        raise IndexError(f"one_hot: expected labels from 0 to {classes - 1}, got {labels.min()} to {labels.max()}")
    rows: np.ndarray = labels[..., None] == np.arange(classes)
    return rows.astype(np.int64)
