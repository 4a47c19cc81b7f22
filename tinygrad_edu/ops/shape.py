"""The same numbers in another arrangement. Every rule undoes the arrangement.

Most results are views: they share memory with their input.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..op import Op, op

Widths = tuple[tuple[int, int], ...]


def _dims(dims: Any) -> tuple[int, ...]:
    return tuple(dims) if isinstance(dims, (tuple, list)) else (operator.index(dims),)


def _expand(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """-1 keeps a size, as in PyTorch."""
    if -1 in shape:
        new = len(shape) - x.ndim
        shape = tuple(x.shape[i - new] if size == -1 and i >= new else size for i, size in enumerate(shape))
    return np.broadcast_to(x, shape)


def _squeeze(x: np.ndarray, dim: Any = None) -> np.ndarray:
    dims = range(x.ndim) if dim is None else _dims(dim)
    for d in dims:
        if not -max(x.ndim, 1) <= d < max(x.ndim, 1):
            raise IndexError(f"dim {d} is out of range for {x.ndim} dimensions")
    return np.squeeze(x, axis=tuple(d for d in dims if x.ndim and x.shape[d] == 1))


def _roll(x: np.ndarray, shifts: Any, dims: Any = None) -> np.ndarray:
    return np.roll(x, shifts, axis=dims)


def _back(shifts: Any) -> Any:
    return tuple(-s for s in shifts) if isinstance(shifts, (tuple, list)) else -shifts


def _pad(x: np.ndarray, widths: Widths, value: float = 0.0) -> np.ndarray:
    if len(widths) != x.ndim or min((w for pair in widths for w in pair), default=0) < 0:
        raise ValueError(f"needs two widths >= 0 for each of {x.ndim} dimensions")
    padded = np.full(tuple(lo + n + hi for (lo, hi), n in zip(widths, x.shape, strict=True)), value, x.dtype)
    padded[_middle(widths, x.shape)] = x
    return padded


def _middle(widths: Widths, shape: tuple[int, ...]) -> tuple[slice, ...]:
    return tuple(slice(lo, lo + n) for (lo, _), n in zip(widths, shape, strict=True))


def _cat(*xs: np.ndarray, dim: int = 0) -> np.ndarray:
    if not xs:
        raise ValueError("needs at least one tensor")
    return np.concatenate(xs, axis=dim)


def _piece(i: int, g: Any, y: Any, *xs: Any, dim: int = 0) -> Any:
    start = int(np.sum([x.shape[dim] for x in xs[:i]], dtype=int))
    where = [slice(None)] * g.ndim
    where[dim] = slice(start, start + xs[i].shape[dim])
    return g[tuple(where)]


def _inverse(dims: Any) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argsort([d % len(dims) for d in dims]))


# fmt: off
reshape   = op("reshape", lambda x, shape: x.reshape(shape),            lambda g, y, x, shape: g.reshape(x.shape), view=True)
permute   = op("permute", lambda x, dims: np.transpose(x, dims),        lambda g, y, x, dims: np.transpose(g, _inverse(dims)), view=True)
transpose = op("transpose", lambda x, dim0, dim1: x.swapaxes(dim0, dim1), lambda g, y, x, dim0, dim1: g.swapaxes(dim0, dim1), view=True)
squeeze   = op("squeeze", _squeeze,                                     lambda g, y, x, dim=None: g.reshape(x.shape), view=True)
unsqueeze = op("unsqueeze", lambda x, dim: np.expand_dims(x, dim),      lambda g, y, x, dim: g.reshape(x.shape), view=True)
expand    = op("expand", _expand,                                       lambda g, y, x, shape: g, broadcasts=True, view=True)
flip: Op  = op("flip", lambda x, dims: np.flip(x, _dims(dims)),         lambda g, y, x, dims: flip(g, dims=dims))
roll: Op  = op("roll", _roll,                                           lambda g, y, x, shifts, dims=None: roll(g, shifts=_back(shifts), dims=dims))
pad       = op("pad", _pad,                                             lambda g, y, x, widths, value=0.0: g[_middle(widths, x.shape)])
concatenate = op("cat", _cat,                                           each=_piece)
# fmt: on
