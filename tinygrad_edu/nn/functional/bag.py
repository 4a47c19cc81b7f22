"""Bags of integers as sums, means or maxima of rows of a table, as a function."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import ops
from ...tensor import Tensor
from ..checks import wrong_shape
from .layer import embedding

__all__ = [
    "embedding_bag",
]

MODES = ("sum", "mean", "max")


def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Any:
    """The sum, mean or maximum of the rows of the weight (V, D) that each bag of integers names: (bags, D).

    input: (bags, n), a bag a row; or one vector, in which bag k starts at offsets[k]. include_last_offset: the last
        offset is the end of the last bag, and starts none.
    mode: "mean", "sum" or "max". An empty bag gives 0.
    per_sample_weights: of the input's shape, factors of the rows, for the mode "sum".
    padding_idx: this integer does not count, and its row gets no gradient. max_norm, norm_type: see `embedding`.
    ValueError: shapes, offsets or a mode that do not fit. TypeError, IndexError: see `embedding`.
    """
    if scale_grad_by_freq or sparse:
        raise NotImplementedError("embedding_bag: scale_grad_by_freq and sparse gradients are not supported")
    if mode not in MODES:
        raise ValueError(f"embedding_bag: mode must be one of {', '.join(MODES)}, got {mode!r}")
    index: np.ndarray = input._array if isinstance(input, Tensor) else np.asarray(input)
    factors = per_sample_weights
    if factors is not None and (mode != "sum" or factors.shape != index.shape):
        raise ValueError(
            f"embedding_bag: per_sample_weights need the mode 'sum' and the input's shape {index.shape}, got the mode "
            f"{mode!r} and {tuple(factors.shape)}"
        )
    if index.ndim == 1:
        places, inside = _bags(offsets, include_last_offset, len(index))
        index = index[places] if len(index) else np.zeros(places.shape, index.dtype)
        factors = None if factors is None else factors[places]
    elif index.ndim == 2 and offsets is None:
        inside = np.ones(index.shape, bool)
    else:
        raise wrong_shape("embedding_bag", "(bags, n) without offsets, or (n,) with them", index)
    rows = embedding(index, weight, padding_idx, max_norm, norm_type)
    if padding_idx is not None:
        inside = inside & (index != padding_idx % weight.shape[0])
    if factors is not None:
        rows = rows * ops.unsqueeze(factors, dim=-1)
    counts = inside.sum(1)[:, None]
    if mode == "max":
        if not index.shape[1]:
            return rows.sum(1)
        return ops.where(counts > 0, ops.amax(ops.where(inside[..., None], rows, -np.inf), dim=1), 0.0)
    total = ops.where(inside[..., None], rows, 0.0).sum(1)
    return total if mode == "sum" else total / np.maximum(counts, 1).astype(total.dtype)


def _bags(offsets: Any, closed: bool, size: int) -> tuple[np.ndarray, np.ndarray]:
    """For each bag the places in the vector, filled up to the longest bag, and which of them are its own."""
    starts = np.asarray(offsets._array if isinstance(offsets, Tensor) else offsets)
    if offsets is None or starts.ndim != 1 or starts.dtype.kind not in "iu" or len(starts) < closed:
        raise ValueError("embedding_bag: an input of one dimension needs offsets, a vector of integers")
    ends = starts[1:] if closed else np.append(starts[1:], size)
    starts = starts[: len(ends)]
    if len(starts) and (starts[0] != 0 or np.any(ends < starts) or ends[-1] > size):
        raise ValueError(f"embedding_bag: expected offsets from 0 to {size} in ascending order, got {starts.tolist()}")
    steps = np.arange(np.max(ends - starts, initial=0))
    inside = steps < (ends - starts)[:, None]
    return np.where(inside, starts[:, None] + steps, 0), inside
