"""Linear maps, look-ups, dropout and padding, as functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import ops
from ..mode import no_grad
from ..random import default_generator
from ..tensor import Tensor, wrap
from .checks import wrong_shape


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """x Wᵀ + b: input (..., in), weight (out, in), bias (out,), result (..., out)."""
    y = ops.linear(input, weight)
    return y if bias is None else ops.add(y, bias)


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """x₁ᵀ Wₖ x₂ + bₖ for each k: inputs (..., in1) and (..., in2), weight (out, in1, in2), result (..., out)."""
    y = ops.einsum("...i,kij,...j->...k", input1, weight, input2)
    return y if bias is None else ops.add(y, bias)


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Each element is 0 with probability p, else divided by 1 - p, so that its mean stays; not training: x itself.

    Draws from `tinygrad_edu.random.default_generator()`, which `manual_seed` seeds. `inplace` has no effect.

    Source: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: a simple way to
    prevent neural networks from overfitting" (JMLR 15, 2014).
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: p must be between 0 and 1, got {p}")
    if not training or p == 0:
        return input
    kept = default_generator().random(tuple(input.shape), np.float32) >= p
    return input * (kept * input.dtype.type(0.0 if p == 1 else 1 / (1 - p)))


def embedding(
    input: Any, weight: Any, padding_idx: int | None = None, max_norm: float | None = None, norm_type: float = 2.0
) -> Any:
    """Row number i of the weight (V, D) for each integer i of the input, of any shape (...): result (..., D).

    padding_idx: this row gets no gradient. max_norm: rows used that are longer are first shortened to it, in place.
    TypeError: an input that is not of integers. IndexError: one outside 0 ... V - 1.
    """
    index: np.ndarray = input._array if isinstance(input, Tensor) else np.asarray(input)
    rows = weight.shape[0]
    if index.dtype.kind not in "iu":
        raise TypeError(f"embedding: the input must be integers from 0 to {rows - 1}, got {index.dtype}")
    if index.size and not 0 <= index.min() <= index.max() < rows:
        bad = index.min() if index.min() < 0 else index.max()
        raise IndexError(f"embedding: {bad} is out of range for {rows} rows (0 to {rows - 1})")
    if max_norm is not None:
        _shorten(weight, np.unique(index), max_norm, norm_type)
    y = weight[index]
    if padding_idx is not None:
        padding = (index == padding_idx % rows)[..., None]
        if padding.any():
            y = ops.where(padding, y.detach() if isinstance(y, Tensor) else y, y)
    return y


def _shorten(weight: Any, rows: np.ndarray, max_norm: float, p: float) -> None:
    with no_grad():
        old = weight.detach()[rows]
        size = ops.norm(old, p, 1, keepdim=True)
        weight.data[rows] = ops.where(size > max_norm, old * (max_norm / (size + 1e-7)), old)


def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """Integers (...) as rows of 0 with one 1 at that place: (..., num_classes), of int64.

    num_classes: by default the largest integer plus 1.
    """
    labels: np.ndarray = tensor._array if isinstance(tensor, Tensor) else np.asarray(tensor)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"one_hot: needs integers, got {labels.dtype}")
    if num_classes < 0:
        if not labels.size:
            raise ValueError("one_hot: of no labels num_classes cannot be told; give it")
        num_classes = int(labels.max()) + 1
    if labels.size and not 0 <= labels.min() <= labels.max() < num_classes:
        raise IndexError(f"one_hot: labels from {labels.min()} to {labels.max()}, but {num_classes} classes")
    return wrap((labels[..., None] == np.arange(num_classes)).astype(np.int64))


_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # PyTorch's names and NumPy's


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Any:
    """More elements at the ends of the last dimensions: `pad` is (left, right) of the last, then of the one before ...

    mode: "constant" (filled with `value`, 0 by default; negative widths cut off), "reflect" (mirrored, the element at
        the end not repeated), "replicate" (the last element again and again), "circular" (from the other end).
    """
    if len(pad) % 2 or len(pad) > 2 * input.ndim:
        raise ValueError(f"pad: needs two widths for each of at most {input.ndim} dimensions, got {tuple(pad)}")
    if mode != "constant" and mode not in _MODES:
        raise ValueError(f"pad: mode must be one of constant, {', '.join(_MODES)}, not {mode!r}")
    widths = [(0, 0)] * (input.ndim - len(pad) // 2) + list(zip(pad[-2::-2], pad[::-2], strict=True))
    if mode != "constant":
        return _repeated(input, widths, mode)
    if min(pad, default=0) < 0:
        cuts = [slice(max(-lo, 0), n - max(-hi, 0)) for (lo, hi), n in zip(widths, input.shape, strict=True)]
        input = input[tuple(cuts)]
    grown = tuple((max(lo, 0), max(hi, 0)) for lo, hi in widths)
    return ops.pad(input, widths=grown, value=0.0 if value is None else value)


def _repeated(x: Any, widths: list[tuple[int, int]], mode: str) -> Any:
    for dim, (lo, hi) in enumerate(widths):
        if not lo and not hi:
            continue
        size = x.shape[dim]
        most = {"reflect": size - 1, "replicate": max(lo, hi) if size else 0, "circular": size}[mode]
        if not 0 <= min(lo, hi) <= max(lo, hi) <= most:
            raise wrong_shape("pad", f"that allows widths {lo} and {hi} in mode {mode!r} along dim {dim}", x)
        x = ops.index_select(x, dim, np.pad(np.arange(size), (lo, hi), _MODES[mode]))  # type: ignore[call-overload]
    return x
