"""The same numbers in another arrangement."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from ...ops.dims import axis, listed
from ..sizes import Size

W: TypeAlias = Any  # the writer
X: TypeAlias = Any  # an input: an Item, a number, a name
LAST = np.iinfo(np.int64).max


def to_shape(w: W, x: X, **_: Any) -> Any:
    """The shape that the op found, whatever its parameters are."""
    return w.reshape(x, w.step.results[0].shape)


def _permute(w: W, x: X, dims: Any) -> Any:
    return w.Transpose(x, perm=listed(tuple(dims), x.ndim)) if x.ndim else w.name(x)


def _transpose(w: W, x: X, dim0: int, dim1: int) -> Any:
    perm = list(range(x.ndim))
    if not perm:
        return w.name(x)
    a, b = axis(dim0, x.ndim), axis(dim1, x.ndim)
    perm[a], perm[b] = b, a
    return w.Transpose(x, perm=perm)


def _squeeze(w: W, x: X, dim: Any = None) -> Any:
    named = range(x.ndim) if dim is None else listed(dim, x.ndim)
    alone = [d for d in named if x.shape[d] == 1]
    return w.Squeeze(x, alone) if alone else w.name(x)


def _unsqueeze(w: W, x: X, dim: int) -> Any:
    return w.Unsqueeze(x, [axis(dim, x.ndim + 1)])


def _expand(w: W, x: X, shape: Any) -> Any:
    return w.Expand(x, w.shape(w.step.results[0].shape))


def _flip(w: W, x: X, dims: Any) -> Any:
    over = listed(dims, x.ndim)
    if not over:
        return w.name(x)
    count = len(over)
    return w.Slice(x, [-1] * count, [-LAST] * count, list(over), [-1] * count)


def part(w: W, x: X, along: int, start: Any, stop: Any) -> Any:
    """x[:, start:stop], along this axis."""
    return w.Slice(x, w.name([start]), w.name([stop]), [along])


def _roll(w: W, x: X, shifts: Any, dims: Any = None) -> Any:
    shifts = tuple(shifts) if isinstance(shifts, (tuple, list)) else (shifts,)
    if dims is None or dims == ():
        flat = _rolled(w, w.Reshape(x, [-1]), 0, shifts[0], _count(w, x))
        return w.reshape(flat, w.step.results[0].shape)
    y: Any = x
    for shift, dim in zip(shifts, dims if isinstance(dims, (tuple, list)) else (dims,), strict=True):
        along = axis(dim, x.ndim)
        y = _rolled(w, y, along, shift, w.fixed(x.shape[along], "the size that roll goes round"))
    return w.name(x) if y is x else y


def _count(w: W, x: X) -> int:
    return int(np.prod(w.fixed(x.shape, "the size that roll goes round")))


def _rolled(w: W, x: X, along: int, shift: int, size: int) -> Any:
    shift = shift % size if size else 0
    if not shift:
        return x
    return w.Concat(part(w, x, along, size - shift, LAST), part(w, x, along, 0, size - shift), axis=along)


def _pad(w: W, x: X, widths: Any, value: float = 0.0) -> Any:
    ends = [lo for lo, _ in widths] + [hi for _, hi in widths]
    if not any(isinstance(n, Size) or n for n in ends):
        return w.name(x)
    if x.dtype.kind in "fi":
        return w.Pad(x, w.name(ends), np.asarray(value, x.dtype))
    return w.cast(w.Pad(w.cast(x, np.int32), w.name(ends), np.asarray(value, np.int32)), x.dtype)


def _cat(w: W, *xs: X, dim: int = 0) -> Any:
    parts = [x for x in xs if x.shape != (0,)] or [xs[0]]
    dtype = w.step.results[0].dtype
    names = [x if x.dtype == dtype else w.cast(x, dtype) for x in parts]
    return w.Concat(*names, axis=axis(dim, parts[0].ndim))


NODES = {
    "reshape": to_shape,
    "permute": _permute,
    "transpose": _transpose,
    "squeeze": _squeeze,
    "unsqueeze": _unsqueeze,
    "expand": _expand,
    "flip": _flip,
    "roll": _roll,
    "pad": _pad,
    "cat": _cat,
}
