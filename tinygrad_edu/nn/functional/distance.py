"""Lengths, distances and angles, as functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import ops
from ...ops import pdist
from ..checks import check_tensor

__all__ = [
    "cosine_similarity",
    "normalize",
    "pairwise_distance",
    "pdist",
]


def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Any:
    """x / max(‖x‖ₚ, ε) along `dim`: vectors of length 1."""
    return input / ops.clamp(ops.norm(input, p, dim, keepdim=True), min=eps)


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """x₁ · x₂ / (max(‖x₁‖, ε) max(‖x₂‖, ε)) along `dim`: the cosine of the angle between vectors.

    Shapes broadcast first; `dim` is a dimension of what they broadcast to.
    """
    for x in (x1, x2):
        check_tensor("cosine_similarity", x)
    if x1.shape != x2.shape:
        shape = np.broadcast_shapes(tuple(x1.shape), tuple(x2.shape))
        x1, x2 = (ops.expand(x, shape=shape) for x in (x1, x2))
    return (normalize(x1, 2.0, dim, eps) * normalize(x2, 2.0, dim, eps)).sum(dim)


def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Any:
    """‖x₁ - x₂ + ε‖ₚ along the last dimension, between vectors at equal places. Shapes broadcast."""
    for x in (x1, x2):
        check_tensor("pairwise_distance", x)
    return ops.norm(x1 - x2 + eps, p, -1, keepdim)
