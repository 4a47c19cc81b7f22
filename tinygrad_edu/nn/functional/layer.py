"""Linear maps, embedding, one-hot vectors, dropout and padding, as functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ... import ops
from ...ops import flatten
from ...random import default_generator
from ...recording import no_grad
from ...tensor import Tensor, wrap
from ..checks import wrong_shape
from .activation import in_place

__all__ = [
    "bilinear",
    "dropout",
    "embedding",
    "flatten",
    "linear",
    "one_hot",
    "pad",
]


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """x Wᵀ + b: input (..., in), weight (out, in), bias (out,), result (..., out)."""
    y = ops.linear(input, weight)
    return y if bias is None else ops.add(y, bias)


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """x₁ᵀ Wₖ x₂ + bₖ for each k: inputs (..., in1) and (..., in2), weight (out, in1, in2), result (..., out)."""
    y = ops.einsum("...i,kij,...j->...k", input1, weight, input2)
    return y if bias is None else ops.add(y, bias)


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Set each element to 0 with probability p, else divide it by 1 - p, which keeps its mean; if not training, x.

    The random numbers are those of `tinygrad_edu.random.default_generator()`, which `manual_seed` seeds.
    inplace: write the result into `input` itself, and return that.
    ValueError: p outside [0, 1].

    Source: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: a simple way to
    prevent neural networks from overfitting" (JMLR 15, 2014).
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: p must be between 0 and 1, got {p}")
    if not training or p == 0:
        return input
    kept = default_generator().random(tuple(input.shape), np.float32) >= p
    mask = kept * input.dtype.type(0.0 if p == 1 else 1 / (1 - p))
    return in_place("dropout", input, ops.mul, mask) if inplace else input * mask


def embedding(
    input: Any, weight: Any, padding_idx: int | None = None, max_norm: float | None = None, norm_type: float = 2.0
) -> Any:
    """Row i of the weight (V, D) for each integer i of an input of any shape (...): result (..., D).

    padding_idx: this row gets no gradient; a negative one counts from the end.
    max_norm: of the rows that are used, those whose norm of order `norm_type` is larger are first scaled down to it,
        in place.
    TypeError: an input that is not of integers. IndexError: one outside 0 ... V - 1.
    """
    index: np.ndarray = input._array if isinstance(input, Tensor) else np.asarray(input)
    if weight.ndim != 2:
        raise wrong_shape("embedding (weight)", "(V, D)", weight)
    rows = weight.shape[0]
    if index.dtype.kind not in "iu":
        raise TypeError(f"embedding: expected integers from 0 to {rows - 1}, got {index.dtype}")
    if index.size and not 0 <= index.min() <= index.max() < rows:
        bad = index.min() if index.min() < 0 else index.max()
        raise IndexError(f"embedding: {bad} is out of range for {rows} rows (0 to {rows - 1})")
    if rows and padding_idx is not None and not -rows <= padding_idx < rows:
        raise ValueError(f"embedding: padding_idx {padding_idx} is out of range for {rows} rows")
    if max_norm is not None:
        _shorten(weight, np.unique(index), max_norm, norm_type)
    y = weight[index]
    if index.size and padding_idx is not None:
        padding = (index == padding_idx % rows)[..., None]
        if padding.any():
            y = ops.where(padding, y.detach() if isinstance(y, Tensor) else y, y)
    return y


def _shorten(weight: Any, rows: np.ndarray, max_norm: float, p: float) -> None:
    """Scale these rows of the weight down to the norm `max_norm`, where theirs is larger."""
    with no_grad():
        old = weight.detach()[rows]
        size = ops.norm(old, p, 1, keepdim=True)
        weight.data[rows] = ops.where(size > max_norm, old * (max_norm / (size + 1e-7)), old)


def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """Each integer i of an input (...) as a row of zeros with a 1 at place i: result (..., num_classes), int64.

    num_classes: by default the largest integer plus 1.
    TypeError: not integers. ValueError: `num_classes` left out for an empty input. IndexError: an integer outside
    0 ... num_classes - 1.
    """
    labels: np.ndarray = tensor._array if isinstance(tensor, Tensor) else np.asarray(tensor)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"one_hot: expected integers, got {labels.dtype}")
    if num_classes < 0:
        if not labels.size:
            raise ValueError("one_hot: cannot infer num_classes from an empty tensor; pass it")
        num_classes = int(labels.max()) + 1
    if labels.size and not 0 <= labels.min() <= labels.max() < num_classes:
        raise IndexError(f"one_hot: expected labels from 0 to {num_classes - 1}, got {labels.min()} to {labels.max()}")
    return wrap((labels[..., None] == np.arange(num_classes)).astype(np.int64))


MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # PyTorch's names and NumPy's


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Any:
    """Add elements at the ends of the last dimensions; negative widths remove elements.

    pad: widths (left, right) of the last dimension, then of the one before it ...
    mode: "constant", filled with `value` (0 by default); "reflect", mirrored, without repeating the element at the
        end; "replicate", the element at the end again and again; "circular", from the other end.
    ValueError: an odd number of widths, or more than two for each dimension; an unknown mode; more elements removed
        than there are; widths that the mode does not allow: those of "reflect" must be less than the size, those of
        "circular" at most the size, and "replicate" needs an element to repeat. (PyTorch restricts the number of
        dimensions in these modes; here any number works.)
    """
    if len(pad) % 2 or len(pad) > 2 * input.ndim:
        raise ValueError(f"pad: expected two widths for each of at most {input.ndim} dimensions, got {tuple(pad)}")
    if mode == "constant":
        return ops.constant_pad_nd(input, pad, 0.0 if value is None else value)
    if mode not in MODES:
        raise ValueError(f"pad: mode must be one of constant, {', '.join(MODES)}, got {mode!r}")
    return _repeated(
        input, [(0, 0)] * (input.ndim - len(pad) // 2) + list(zip(pad[-2::-2], pad[::-2], strict=True)), mode
    )


def _repeated(x: Any, widths: list[tuple[int, int]], mode: str) -> Any:
    """Padded with elements of x itself."""
    for dim, (lo, hi) in enumerate(widths):
        if not lo and not hi:
            continue
        index = np.arange(x.shape[dim])
        if mode == "circular":  # cut, then padded with what is left; in the other modes padded, then cut
            index = index[_cut(lo, hi, len(index))]
        grown = max(lo, 0), max(hi, 0)
        most = {"reflect": len(index) - 1, "replicate": max(grown) if len(index) else 0, "circular": len(index)}[mode]
        if max(grown) > most or x.shape[dim] + lo + hi < 0:
            raise wrong_shape("pad", f"large enough along dim {dim} for widths {lo} and {hi} in mode {mode!r}", x)
        index = np.pad(index, grown, MODES[mode])  # type: ignore[call-overload]
        if mode != "circular":
            index = index[_cut(lo, hi, len(index))]
        x = ops.index_select(x, dim, index)
    return x


def _cut(lo: int, hi: int, size: int) -> slice:
    """What negative widths leave."""
    return slice(max(-lo, 0), size - max(-hi, 0))
