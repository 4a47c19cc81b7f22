"""Connectionist temporal classification, as a function: labels without their places in a longer sequence."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ... import ops
from ...ops.alignment import ctc
from ...recording import sized
from ...tensor import Tensor
from ..checks import wrong_shape
from .reduction import REDUCTIONS, check_prediction, unknown_reduction

__all__ = [
    "ctc_loss",
]


def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Any:
    """-log p(l | x) for labels l: p adds up all ways to read l in the T frames, in which a label may last for several
    frames and blanks may stand between labels (between equal ones one must).

    log_probs: (T, N, C) or (T, C), log x: the log-probabilities of C classes in each frame, from `log_softmax`.
    targets: (N, S), labels other than `blank`, of which the first `target_lengths` count; or all of them in one vector.
    input_lengths, target_lengths: N integers, how many frames and labels each sequence has.
    reduction: "mean" divides each loss by its number of labels (at least 1), and takes the mean.
    zero_infinity: loss and gradient 0, instead of ∞ and nan, where there are too few frames for the labels.

    As in PyTorch, the gradient with respect to `log_probs` is that of log-probabilities which sum to 1: exp(log_probs)
    minus the share of the readings. Through `log_softmax` that is the gradient itself.
    ValueError: shapes or lengths that do not fit. IndexError: a label outside 0 ... C - 1.

    Source: A. Graves, S. Fernández, F. Gomez and J. Schmidhuber, "Connectionist temporal classification" (ICML 2006).
    """
    check_prediction("ctc_loss", log_probs)
    if reduction not in REDUCTIONS:
        raise unknown_reduction("ctc_loss", reduction, REDUCTIONS)
    if log_probs.ndim not in (2, 3):
        raise wrong_shape("ctc_loss", "(T, N, C) or (T, C)", log_probs)
    batched = log_probs.ndim == 3
    if not batched:
        log_probs = ops.unsqueeze(log_probs, dim=1)
    frames, batch, classes = log_probs.shape
    if not 0 <= blank < classes:
        raise ValueError(f"ctc_loss: blank must be one of {classes} classes, got {blank}")
    given = (_integers("targets", targets), _integers("target_lengths", target_lengths))
    lengths = _integers("input_lengths", input_lengths)
    prepared = functools.partial(_prepared, frames, batch, classes, blank, log_probs.dtype)
    states, skip, steps, sizes, inside, counts = sized(prepared, lengths, *given)
    e = log_probs[:, np.arange(batch)[:, None], states]
    loss = -ctc(e, skip, steps, sizes)
    mass = ops.where(inside, ops.exp(log_probs), 0.0).sum((0, 2))  # a constant, for log-probabilities that sum to 1
    loss = loss + (mass - mass.detach())
    if zero_infinity:
        loss = ops.where(loss == math.inf, 0.0, loss)
    if reduction == "mean":
        return (loss / counts).mean()
    if reduction == "sum":
        return loss.sum()
    return loss if batched else loss[0]


def _prepared(
    frames: int, batch: int, classes: int, blank: int, dtype: Any, lengths: np.ndarray, *given: np.ndarray
) -> tuple[np.ndarray, ...]:
    """The states, which of them may be skipped, how many frames and states count and which, and the labels' numbers."""
    steps = _lengths("input_lengths", lengths, batch, frames)
    labels, counts = _labels(*given, batch, classes)
    states = np.full((batch, 2 * labels.shape[1] + 1), blank)
    states[:, 1::2] = labels
    skip = np.zeros(states.shape, bool)
    skip[:, 2:] = (states[:, 2:] != blank) & (states[:, 2:] != states[:, :-2])
    inside = (np.arange(frames)[:, None] < steps)[..., None]
    return states, skip, steps, 2 * counts + 1, inside, np.maximum(counts, 1).astype(dtype)


def _integers(name: str, x: Any) -> np.ndarray:
    array = np.asarray(x._array if isinstance(x, Tensor) else x)
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"ctc_loss: expected {name} of integers, got {array.dtype}")
    return array


def _lengths(name: str, lengths: np.ndarray, batch: int, most: int) -> np.ndarray:
    found = lengths.astype(np.int64).reshape(-1)
    if found.shape != (batch,) or (batch and not 0 <= found.min() <= found.max() <= most):
        raise ValueError(f"ctc_loss: expected {batch} {name} from 0 to {most}, got {found.tolist()}")
    return found


def _labels(given: np.ndarray, target_lengths: np.ndarray, batch: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """The labels (N, S), filled up with the first class, and how many of each row count."""
    given = given.astype(np.int64)
    if given.ndim == 1:
        counts = _lengths("target_lengths", target_lengths, batch, given.size)
        if counts.sum() != given.size and batch != 1:
            raise ValueError(
                f"ctc_loss: expected as many targets as the target_lengths add up to, {counts.sum()}, got {given.size}"
            )
        inside = np.arange(counts.max(initial=0)) < counts[:, None]
        labels = np.zeros(inside.shape, np.int64)
        labels[inside] = given[: counts.sum()]
    elif given.ndim == 2 and len(given) == batch:
        counts = _lengths("target_lengths", target_lengths, batch, given.shape[1])
        inside = np.arange(counts.max(initial=0)) < counts[:, None]
        labels = np.where(inside, given[:, : inside.shape[1]], 0)
    else:
        raise ValueError(f"ctc_loss: expected targets (N, S) with N = {batch}, or a vector, got {given.shape}")
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        bad = labels.min() if labels.min() < 0 else labels.max()
        raise IndexError(f"ctc_loss: label {bad} is out of range for {classes} classes (0 to {classes - 1})")
    return labels, counts
