"""Elements chosen by indices, masks and diagonals."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...op import Variable
from .. import elementwise as ew
from .. import index, shape
from ..dims import axis


def gather(x: Any, dim: int, index: Any) -> Any:
    """x[..., index[..., k, ...], ...]: for each position of `index` the element of that line along `dim`.

    x, index: of as many dimensions; in all but `dim`, index may be smaller. index: integers from 0. The result has its shape.
    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.gather(x, 1, np.array([[1], [2]]))
    tensor([[5.],
            [6.]])
    """
    at = _integers("gather", index)
    along = axis(dim, x.ndim)
    if at.ndim != x.ndim and {at.ndim, x.ndim} != {0, 1}:
        raise ValueError(f"gather: index must have as many dimensions as the tensor, {x.ndim}, got {at.ndim}")
    sizes = tuple(x.shape) if x.ndim else (1,)
    if at.size:
        if any(n > m for d, (n, m) in enumerate(zip(at.shape, sizes, strict=False)) if d != along):
            raise ValueError(
                f"gather: index of shape {at.shape} does not fit into {tuple(x.shape)} apart from dim {dim}"
            )
        _within("gather", at, sizes[along])
    lines = _lines(x if x.ndim else shape.reshape(x, shape=(1,)), at if at.ndim else at.reshape(1), along)
    return lines if at.ndim else shape.reshape(lines, shape=())


def take_along_dim(x: Any, indices: Any, dim: int | None = None) -> Any:
    """As `gather`, but x and indices are broadcast against each other in all dimensions but `dim`; None: x flattened.

    An index below 0 counts from the end.
    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.take_along_dim(x, np.array([[1], [2]]), 1)
    tensor([[5.],
            [6.]])
    """
    at = _integers("take_along_dim", indices)
    if dim is None:
        x, at, dim = shape.reshape(x, shape=(-1,)), at.reshape(-1), 0
    along = axis(dim, x.ndim)
    if at.ndim != x.ndim:
        raise ValueError(f"take_along_dim: indices must have as many dimensions as the tensor, {x.ndim}, got {at.ndim}")
    rest = np.broadcast_shapes(*((*t.shape[:along], 1, *t.shape[along + 1 :]) for t in (x, at)))
    wide = [(*rest[:along], *t.shape[along : along + 1], *rest[along + 1 :]) for t in (x, at)]
    at = np.where(at < 0, at + (x.shape[along] if x.ndim else 1), at)
    return gather(shape.expand(x, shape=wide[0]), dim, np.broadcast_to(at, wide[1]))


def _lines(x: Any, at: np.ndarray, along: int) -> Any:
    places: list[Any] = list(np.ogrid[tuple(slice(n) for n in at.shape)])
    places[along] = at
    return index.getitem(x, index=tuple(places))


def _integers(name: str, indices: Any) -> np.ndarray:
    at = np.array(indices._array if isinstance(indices, Variable) else indices)  # a copy: the graph keeps it
    if isinstance(indices, (list, tuple)) and not at.size:
        at = at.astype(np.int64)
    if at.dtype.kind not in "iu":
        raise TypeError(f"{name}: indices must be integers, got {at.dtype}")
    return at


def _within(name: str, at: np.ndarray, size: int) -> None:
    """PyTorch's rule for functions: unlike in x[...], an index counts from 0 and never from the end."""
    wrong = at[(at < 0) | (at >= size)]
    if wrong.size:
        raise IndexError(f"{name}: index {wrong[0]} is out of range; expected 0 to {size - 1}")


def index_select(x: Any, dim: int, index: Any) -> Any:
    """The slices of `x` along `dim` that `index`, a vector of integers from 0, names.

    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.index_select(x, 1, np.array([2, 0]))
    tensor([[2., 1.],
            [6., 4.]])
    """
    along, at = axis(dim, x.ndim), _integers("index_select", index)
    if at.ndim > 1:
        raise ValueError(f"index_select: expected a vector of indices, got shape {at.shape}")
    if not x.ndim:
        _within("index_select", at, 1)
        if at.size != 1:
            raise ValueError(f"index_select: of a 0-d tensor expected one index, got {at.size}")
        return ew.clone(x)
    _within("index_select", at, x.shape[along])
    return x[(slice(None),) * along + (at.reshape(-1),)]


def masked_fill(x: Any, mask: Any, value: Any) -> Any:
    """`x` with `value`, in x's dtype, where `mask`, of booleans, is true.

    >>> x = tg.tensor([1.0, -2.0, 3.0])
    >>> tg.masked_fill(x, x < 0, 0.0)
    tensor([1., 0., 3.])
    """
    if mask.dtype != bool:
        raise TypeError(f"masked_fill: the mask must be of booleans, got {mask.dtype}; use mask.bool()")
    value = value.to(x.dtype) if hasattr(value, "to") else np.asarray(value).astype(x.dtype)
    return ew.where(mask, value, x)


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
