"""Losses with a margin, as functions: between classes, between two inputs, between similar and dissimilar ones.

input: the predictions, a Tensor. target: a Tensor, an array or a list.
reduction: "mean" (the default), "sum", or "none": the loss of each example. The mean over no examples is nan.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ... import ops
from ...ops.checks import array_in, numbers
from ...recording import again
from ...tensor import Tensor
from ..checks import wrong_shape
from .distance import pairwise_distance
from .labels import checked_labels
from .reduction import as_data, check_prediction, reduced, target_of_same_shape

__all__ = [
    "cosine_embedding_loss",
    "hinge_embedding_loss",
    "margin_ranking_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "soft_margin_loss",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]


def hinge_embedding_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Any:
    """x where the target is 1, max(0, margin - x) where it is -1, for distances x.

    It makes the distances of similar pairs small, and those of dissimilar pairs large.

    input, target: of any shapes that broadcast.
    """
    check_prediction("hinge_embedding_loss", input)
    target = as_data(target)
    near = ops.where(target != -1, input, 0.0)
    far = ops.where(target != 1, ops.clamp(margin - input, min=0.0), 0.0)
    return reduced(near + far, reduction)


def margin_ranking_loss(input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean") -> Any:
    """max(0, margin - t (x₁ - x₂)): x₁ should be the larger where the target t is 1, x₂ where it is -1.

    ValueError: the shapes are not all the same.
    """
    target = target_of_same_shape("margin_ranking_loss", input1, target)
    target_of_same_shape("margin_ranking_loss", input1, input2)
    return reduced(ops.clamp(margin - target * (input1 - input2), min=0.0), reduction)


def cosine_embedding_loss(input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean") -> Any:
    """1 - cos(x₁, x₂) where the target is 1, max(0, cos(x₁, x₂) - margin) where it is -1.

    input1, input2: (N, D) with targets (N,), or (D,) with one target. ValueError: other shapes.
    """
    check_prediction("cosine_embedding_loss", input1)
    check_prediction("cosine_embedding_loss", input2)
    target = as_data(target)
    if input1.ndim not in (1, 2) or input1.shape != input2.shape or target.shape != input1.shape[:-1]:
        raise ValueError(
            "cosine_embedding_loss: expected inputs (N, D) and targets (N,), or (D,) and (), got "
            f"{tuple(input1.shape)}, {tuple(input2.shape)} and {tuple(target.shape)}"
        )
    tiny = 1e-12
    sizes = (ops.square(input1).sum(-1) + tiny) * (ops.square(input2).sum(-1) + tiny)
    cos = (input1 * input2).sum(-1) / ops.sqrt(sizes)
    near = ops.where(target == 1, 1 - cos, 0.0)
    far = ops.where(target == -1, ops.clamp(cos - margin, min=0.0), 0.0)
    return reduced(near + far, reduction)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """max(0, d(a, p) - d(a, n) + margin): the anchor a should be nearer to the positive p than to the negative n.

    anchor, positive, negative: (..., D), of shapes that broadcast. p, eps: d is `pairwise_distance` with these.
    swap: use d(p, n) instead of d(a, n) where it is smaller.

    Source: V. Balntas, E. Riba, D. Ponsa and K. Mikolajczyk, "Learning local feature descriptors with triplets and
    shallow convolutional neural networks" (BMVC 2016).
    """
    for x in (anchor, positive, negative):
        check_prediction("triplet_margin_loss", x)
    far = pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = ops.minimum(far, pairwise_distance(positive, negative, p, eps))
    return reduced(ops.clamp(margin + pairwise_distance(anchor, positive, p, eps) - far, min=0.0), reduction)


def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """max(0, d(a, p) - d(a, n) + margin), as `triplet_margin_loss`, with any distance d of two tensors.

    distance_function: d, by default `pairwise_distance`. swap: use d(p, n) instead of d(a, n) where it is smaller.
    """
    for x in (anchor, positive, negative):
        check_prediction("triplet_margin_with_distance_loss", x)
    distance = pairwise_distance if distance_function is None else distance_function
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = ops.minimum(far, distance(positive, negative))
    return reduced(ops.clamp(margin + near - far, min=0.0), reduction)


def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """log(1 + exp(-t x)) for targets t of 1 and -1: never overflows. ValueError: the shapes differ."""
    return reduced(ops.softplus(-(target_of_same_shape("soft_margin_loss", input, target) * input)), reduction)


def multilabel_soft_margin_loss(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Any:
    """-w (t log σ(x) + (1 - t) log σ(-x)), averaged over the classes, any number of which may be right.

    input, target: logits x, and t, 0 or 1, of the same shape (..., C). weight: w, (C,). ValueError: the shapes differ.
    """
    target = target_of_same_shape("multilabel_soft_margin_loss", input, target)
    loss = target * ops.softplus(-input) + (1 - target) * ops.softplus(input)
    return reduced((loss if weight is None else loss * weight).mean(-1), reduction)


def multi_margin_loss(
    input: Any, target: Any, p: int = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean"
) -> Any:
    """w_y Σ_{j≠y} max(0, margin - x_y + x_j)ᵖ / C: the score x_y of the right class y should be largest by a margin.

    input: scores (N, C) with class indices (N,), or (C,) with one, () or (1,). p: 1 or 2. weight: w, (C,).
    ValueError: another p or shape. IndexError: a class index outside 0 ... C - 1.

    Source: K. Crammer and Y. Singer, "On the algorithmic implementation of multiclass kernel-based vector machines"
    (JMLR 2, 2001).
    """
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: p must be 1 or 2, got {p}")
    check_prediction("multi_margin_loss", input)
    if input.ndim > 2:
        raise wrong_shape("multi_margin_loss", "(N, C), (C,) or ()", input)
    target = as_data(target)
    if input.ndim < 2 or len(input) == 1:  # one example, with or without a dimension N
        shape = target.shape if target.shape in ((), (1,)) else input.shape[:-1]
        input = input.reshape((*shape, input.shape[-1] if input.ndim else 1))
    labels, _ = checked_labels("multi_margin_loss", target, input, input.ndim - 1, ignore_index=-100)
    right = ops.unsqueeze(labels, dim=-1)
    others = ops.ne(np.arange(input.shape[-1]), right)
    gap = ops.relu(margin - ops.take_along_dim(input, right, -1) + input)
    loss = ops.where(others, gap if p == 1 else ops.square(gap), 0.0)
    if weight is not None:
        loss = loss * array_in(numbers(weight)[array_in(right)])
    return reduced(loss.mean(-1), reduction)


def multilabel_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Σ_j Σ_i max(0, 1 - (x_j - x_i)) / C over the right classes j and the others i, which should score less by 1.

    input: scores x, (N, C) or (C,). target: of the same shape, the right classes of each example, up to the first -1.
    ValueError: another shape. IndexError: a class outside 0 ... C - 1.
    """
    target = target_of_same_shape("multilabel_margin_loss", input, target)
    if input.ndim > 2:
        raise wrong_shape("multilabel_margin_loss", "(N, C), (C,) or ()", input)
    if not input.ndim:
        input, target = input.reshape(1), target.reshape(1)
    classes = input.shape[-1]
    if not classes:
        raise wrong_shape("multilabel_margin_loss", "with at least one class", input)
    given: np.ndarray = target._array if isinstance(target, Tensor) else target
    if given.dtype.kind not in "iu":
        raise TypeError(f"multilabel_margin_loss: expected integer labels, got {given.dtype}")
    labels, pairs = again(functools.partial(_pairs, classes), given)
    gap = 1 - ops.unsqueeze(ops.take_along_dim(input, labels, -1), dim=-1) + ops.unsqueeze(input, dim=-2)
    return reduced(ops.where(pairs, ops.relu(gap), 0.0).sum((-1, -2)) / classes, reduction)


def _pairs(classes: int, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The right classes, 0 where there is none, and which of them to compare with which others."""
    counts = np.logical_and.accumulate(given >= 0, axis=-1)
    labels = np.where(counts, given, 0)
    if labels.size and labels.max() >= classes:
        raise IndexError(f"multilabel_margin_loss: label {labels.max()} is out of range for {classes} classes")
    right = np.any((labels[..., None] == np.arange(classes)) & counts[..., None], axis=-2)
    return labels, counts[..., None] & ~right[..., None, :]
