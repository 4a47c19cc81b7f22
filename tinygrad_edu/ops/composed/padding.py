"""Padding with a number, as PyTorch gives the widths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import index, shape
from ..checks import padding_widths


def constant_pad_nd(x: Any, pad: Sequence[int], value: float = 0) -> Any:
    """`x` with `value` added at the ends of its last dimensions; negative widths remove elements.

    pad: widths (left, right) of the last dimension, then of the one before it ...
    >>> tg.constant_pad_nd(tg.tensor([1.0, 2.0, 3.0]), (-1, 2), 9.0)
    tensor([2., 3., 9., 9.])
    """
    widths = padding_widths(x, pad)
    for dim, (lo, hi) in enumerate(widths):
        if max(-lo, 0) + max(-hi, 0) > x.shape[dim]:
            raise ValueError(
                f"pad: expected an input large enough along dim {dim} for widths {lo} and {hi}, got shape {tuple(x.shape)}"
            )
    if min((min(pair) for pair in widths), default=0) < 0:
        kept = (slice(max(-lo, 0), size - max(-hi, 0)) for (lo, hi), size in zip(widths, x.shape, strict=True))
        x = index.getitem(x, index=tuple(kept))
    return shape.pad(x, widths=tuple((max(lo, 0), max(hi, 0)) for lo, hi in widths), value=value)
