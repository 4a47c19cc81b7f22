"""The same numbers in another arrangement. Every rule undoes the arrangement.

Most results are views: they share memory with their input.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..literals import fitting
from ..op import Op, op
from .dims import axis, listed

Widths = tuple[tuple[int, int], ...]


def _permute(x: np.ndarray, dims: tuple[int, ...]) -> np.ndarray:
    try:
        return x.transpose(dims)
    except (ValueError, TypeError):
        if len(listed(dims, x.ndim)) == x.ndim:
            raise
        raise ValueError(f"expected each of the {x.ndim} dimensions once, got {tuple(dims)}") from None


def _inverse(dims: Any) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argsort([d % len(dims) for d in dims]))


def _transpose(x: np.ndarray, dim0: int, dim1: int) -> np.ndarray:
    first, second = axis(dim0, x.ndim), axis(dim1, x.ndim)
    return x.swapaxes(first, second) if x.ndim else x[...]


def _squeeze(x: np.ndarray, dim: Any = None) -> np.ndarray:
    """As in PyTorch, a dimension of another size than 1 stays."""
    named = range(x.ndim) if dim is None else listed(dim, x.ndim)
    return np.squeeze(x, axis=tuple(d for d in named if x.shape[d] == 1))


def _expand(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """-1 keeps a size, as in PyTorch."""
    if -1 in shape:
        new = len(shape) - x.ndim
        if -1 in shape[: max(new, 0)]:
            raise ValueError(
                f"-1 keeps a size, but the first {new} dimensions of {tuple(shape)} are new; give their sizes"
            )
        shape = tuple(x.shape[i - new] if size == -1 else size for i, size in enumerate(shape))
    y = np.broadcast_to(x, shape)
    return x.reshape(shape) if y.size == x.size else y  # nothing is repeated: it can be written to


def _roll(x: np.ndarray, shifts: Any, dims: Any = None) -> np.ndarray:
    shifts = tuple(shifts) if isinstance(shifts, (tuple, list)) else (shifts,)
    if dims is None or dims == ():
        if len(shifts) != 1:
            raise ValueError(f"{len(shifts)} shifts need {len(shifts)} dims")
        return np.roll(x, shifts[0])
    dims = dims if isinstance(dims, (tuple, list)) else (dims,)
    if len(dims) != len(shifts):
        raise ValueError(f"expected one shift for each dim, got shifts {shifts} and dims {tuple(dims)}")
    if not x.ndim:
        raise IndexError("a 0-d tensor has no dimension to roll")
    return np.roll(x, shifts, axis=tuple(axis(d, x.ndim) for d in dims))


def _back(shifts: Any) -> Any:
    return tuple(-s for s in shifts) if isinstance(shifts, (tuple, list)) else -shifts


def _pad(x: np.ndarray, widths: Widths, value: float = 0.0) -> np.ndarray:
    if len(widths) != x.ndim or min((w for pair in widths for w in pair), default=0) < 0:
        raise ValueError(f"expected two widths >= 0 for each of {x.ndim} dimensions, got {widths}")
    fitting("value", value, x.dtype)
    padded = np.full(tuple(lo + n + hi for (lo, hi), n in zip(widths, x.shape, strict=True)), value, x.dtype)
    padded[_middle(widths, x.shape)] = x
    return padded


def _middle(widths: Widths, shape: tuple[int, ...]) -> tuple[slice, ...]:
    return tuple(slice(lo, lo + n) for (lo, _), n in zip(widths, shape, strict=True))


def _cat(*xs: np.ndarray, dim: int = 0) -> np.ndarray:
    """A tensor of shape (0,) fits everything, as it does in PyTorch."""
    if not xs:
        raise ValueError("expected at least one tensor")
    parts = [x for x in xs if x.shape != (0,)] or [xs[0]]
    if not all(x.ndim for x in parts):
        raise ValueError("a 0-d tensor cannot be concatenated; use stack, or t.reshape(1)")
    along = axis(dim, parts[0].ndim)
    for x in parts:
        if x.ndim != parts[0].ndim or any(
            m != n for d, (m, n) in enumerate(zip(x.shape, parts[0].shape, strict=True)) if d != along
        ):
            raise ValueError(f"shapes {parts[0].shape} and {x.shape} must be equal in all dimensions but {along}")
    return np.concatenate(parts, axis=along, dtype=np.result_type(*xs))


def _piece(i: int, g: Any, y: Any, *xs: Any, dim: int = 0) -> Any:
    if xs[i].shape == (0,):
        return g.reshape((-1,))[:0]
    along = dim % g.ndim
    start = int(np.sum([x.shape[along] for x in xs[:i] if x.shape != (0,)], dtype=int))
    return g[(slice(None),) * along + (slice(start, start + xs[i].shape[along]),)]


# fmt: off
reshape   = op("reshape", lambda x, shape: x.reshape(shape),            lambda g, y, x, shape: g.reshape(x.shape), view=True)
permute   = op("permute", _permute,                                     lambda g, y, x, dims: np.transpose(g, _inverse(dims)), view=True)
transpose: Op = op("transpose", _transpose,                             lambda g, y, x, dim0, dim1: transpose(g, dim0=dim0, dim1=dim1), view=True)
squeeze   = op("squeeze", _squeeze,                                     lambda g, y, x, dim=None: g.reshape(x.shape), view=True)
unsqueeze = op("unsqueeze", lambda x, dim: np.expand_dims(x, axis(dim, x.ndim + 1)), lambda g, y, x, dim: g.reshape(x.shape), view=True)
expand    = op("expand", _expand,                                       lambda g, y, x, shape: g, broadcasts=True, view=True)
flip: Op  = op("flip", lambda x, dims: np.flip(x, listed(dims, x.ndim)), lambda g, y, x, dims: flip(g, dims=dims))
roll: Op  = op("roll", _roll,                                           lambda g, y, x, shifts, dims=None: roll(g, shifts=_back(shifts), dims=dims))
pad       = op("pad", _pad,                                             lambda g, y, x, widths, value=0.0: g[_middle(widths, x.shape)])
join      = op("cat", _cat,                                           each=_piece, promotes=True)
# fmt: on
