"""Checking class labels, so that a wrong one is an error that names it and not a wrong loss."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ...tracing import again, decided
from ..checks import array_of


def checked_labels(name: str, target: Any, x: Any, dim: int, ignore_index: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Labels for scores x with classes along `dim`, and which of them count (None: all).

    Labels that do not count are returned as 0. TypeError, ValueError, IndexError: see `cross_entropy`.
    """
    labels = array_of(target)
    sizes = tuple(x.shape)
    classes, shape = sizes[dim], sizes[:dim] + sizes[dim + 1 :]
    if labels.dtype.kind not in "iu":
        hint = "; floats must be probabilities of the input's shape" if name == "cross_entropy" else ""
        raise TypeError(
            f"{name}: expected integer labels from 0 to {classes - 1}, got {labels.dtype} of shape {labels.shape}{hint}"
        )
    if labels.shape != shape:
        raise ValueError(_wrong_shape(name, labels, x, dim, shape))
    if not labels.size or (
        not 0 <= ignore_index < classes and decided(functools.partial(_are_classes, classes), labels, otherwise=False)
    ):
        return labels, None
    found: tuple[np.ndarray, np.ndarray] = again(functools.partial(_kept, name, classes, ignore_index), labels)
    return found


def _are_classes(classes: int, labels: np.ndarray) -> bool:
    """Seen as unsigned numbers negative labels are enormous: one maximum finds what is out of range on either side."""
    return bool(np.maximum.reduce(labels.view(f"u{labels.itemsize}"), axis=None) < classes)


def _kept(name: str, classes: int, ignore_index: int, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    kept = np.asarray(labels != ignore_index)
    labels = np.where(kept, labels, 0)
    outside = (labels < 0) | (labels >= classes)
    if outside.any():
        at = np.unravel_index(int(outside.argmax()), labels.shape)
        where = f" at position {', '.join(map(str, at))}" if at else ""
        raise IndexError(
            f"{name}: label {labels[at]}{where} is out of range for {classes} classes (0 to {classes - 1})"
        )
    return labels, kept


def _wrong_shape(name: str, labels: np.ndarray, x: Any, dim: int, shape: tuple[int, ...]) -> str:
    message = (
        f"{name}: expected labels of shape {tuple(shape)} for an input of shape {tuple(x.shape)}, got {labels.shape}"
    )
    if labels.shape != x.shape or not _one_hot(labels, dim):
        return message
    message += f". They look one-hot; pass class indices, as in labels.argmax({dim})"
    return message + (", or probabilities, as in labels.float()" if name == "cross_entropy" else "")


def _one_hot(labels: np.ndarray, dim: int) -> bool:
    """Whether there are only zeros, and one 1 along `dim`."""
    return bool(((labels == 0) | (labels == 1)).all() and (labels.sum(dim) == 1).all())
