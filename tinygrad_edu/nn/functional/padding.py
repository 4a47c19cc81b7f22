"""Padding: more elements, or fewer, at the ends of the last dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ... import ops
from ...ops.checks import padding_widths
from ..checks import wrong_shape

__all__ = [
    "pad",
]

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
    if mode == "constant":
        return ops.constant_pad_nd(input, pad, 0.0 if value is None else value)
    if mode not in MODES:
        raise ValueError(f"pad: mode must be one of constant, {', '.join(MODES)}, got {mode!r}")
    return _repeated(input, padding_widths(input, pad), mode)


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
