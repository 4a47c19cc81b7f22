"""Diagonals and triangles of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import elementwise as ew
from .. import index, reduce, shape, strided
from ..dims import axis
from .arranging import movedim


def diag(x: Any, diagonal: int = 0) -> Any:
    """Of a vector the matrix with that diagonal; of a matrix its diagonal, as a copy.

    >>> tg.diag(tg.tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    >>> tg.diag(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 4.])
    """
    if x.ndim not in (1, 2):
        raise ValueError(f"diag: expected a vector or a matrix, got shape {tuple(x.shape)}")
    return diag_embed(x, diagonal) if x.ndim == 1 else ew.clone(strided.diagonal(x, offset=diagonal))


def diag_embed(x: Any, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """The last dimension of `x` as diagonals of matrices, zeros elsewhere. dim1, dim2: where their dimensions stand.

    >>> tg.diag_embed(tg.tensor([1.0, 2.0]), offset=1)
    tensor([[0., 1., 0.],
            [0., 0., 2.],
            [0., 0., 0.]])
    """
    if not x.ndim:
        raise ValueError("diag_embed: expected at least 1 dimension, got a 0-d tensor")
    first, second = axis(dim1, x.ndim + 1), axis(dim2, x.ndim + 1)
    if first == second:
        raise ValueError(f"diag_embed: expected two dimensions, got dim1 {dim1} and dim2 {dim2}, which are the same")
    n = x.shape[-1] + abs(offset)
    places = strided.on_diagonal(n, n, offset)
    return movedim(index.place(x, index=places, shape=(*x.shape[:-1], n, n)), (-2, -1), (first, second))


def diagflat(x: Any, offset: int = 0) -> Any:
    """The matrix with all elements of `x` on its diagonal.

    >>> tg.diagflat(tg.tensor([[1.0], [2.0]]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    return diag_embed(shape.reshape(x, shape=(-1,)), offset)


def trace(x: Any) -> Any:
    """The sum of the diagonal of a matrix.

    >>> tg.trace(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5.)
    """
    if x.ndim != 2:
        raise ValueError(f"trace: expected a matrix, got shape {tuple(x.shape)}")
    return reduce.sum(strided.diagonal(x))


def diagonal_scatter(x: Any, src: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """A copy of `x` with `src`, which has its shape, on the diagonal.

    >>> tg.diagonal_scatter(tg.zeros(2, 2), tg.tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    wanted = strided.diagonal.forward(np.empty(x.shape, bool), offset, dim1, dim2).shape
    if tuple(src.shape) != wanted:
        raise ValueError(f"diagonal_scatter: expected a source of shape {wanted}, got {tuple(src.shape)}")
    matrices = movedim(x, (dim1, dim2), (-2, -1))
    rows, columns = matrices.shape[-2:]
    written = index.setitem(matrices, src, index=strided.on_diagonal(rows, columns, offset))
    return movedim(written, (-2, -1), (dim1, dim2))


def _below(name: str, x: Any, diagonal: int) -> np.ndarray:
    if x.ndim < 2:
        raise ValueError(f"{name}: expected a matrix or a stack of matrices, got shape {tuple(x.shape)}")
    rows, columns = x.shape[-2:]
    return np.tri(rows, columns, diagonal, dtype=bool)


def tril(x: Any, diagonal: int = 0) -> Any:
    """The lower triangle of each matrix, zero above `diagonal`.

    >>> tg.tril(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 0.],
            [3., 4.]])
    """
    return ew.where(_below("tril", x, diagonal), x, np.zeros((), x.dtype))


def triu(x: Any, diagonal: int = 0) -> Any:
    """The upper triangle of each matrix, zero below `diagonal`.

    >>> tg.triu(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 2.],
            [0., 4.]])
    """
    return ew.where(_below("triu", x, diagonal - 1), np.zeros((), x.dtype), x)
