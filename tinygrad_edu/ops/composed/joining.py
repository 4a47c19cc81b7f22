"""Tensors put together, cut up and rearranged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import reduce, shape
from ..dims import axis, listed


def cat(tensors: Sequence[Any], dim: int = 0) -> Any:
    """The tensors one after another along `dim`. A tensor of shape (0,) fits everything and adds nothing.

    >>> tg.cat([tg.tensor([1.0, 2.0]), tg.tensor([3.0])])
    tensor([1., 2., 3.])
    """
    return shape.concatenate(*tensors, dim=dim)


def stack(tensors: Sequence[Any], dim: int = 0) -> Any:
    """The tensors, all of one shape, along a new dimension `dim`.

    >>> tg.stack([tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0])], dim=1)
    tensor([[1., 3.],
            [2., 4.]])
    """
    shapes = list(dict.fromkeys(tuple(np.shape(t)) for t in tensors))
    if len(shapes) != 1:
        raise ValueError(f"stack: needs tensors of one shape, got {', '.join(map(str, shapes)) or 'none'}")
    return shape.concatenate(*(shape.unsqueeze(t, dim=dim) for t in tensors), dim=dim)


def split(x: Any, split_size_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Any, ...]:
    """Pieces of `x` along `dim`: of one size (the last may be smaller), or of the sizes given.

    >>> [piece.tolist() for piece in tg.split(tg.tensor([1, 2, 3, 4, 5]), 2)]
    [[1, 2], [3, 4], [5]]
    """
    along = _of_a_dim("split", dim, x)
    length = x.shape[along]
    if isinstance(split_size_or_sections, int):
        size = split_size_or_sections
        if size < 0 or (size == 0 and length):
            raise ValueError(f"split: the size of a piece must be positive, got {size}")
        stops = [*range(size, length, size or 1), length]
    else:
        stops = [int(n) for n in np.cumsum(split_size_or_sections)]
        if not stops or stops[-1] != length or np.min(split_size_or_sections) < 0:
            raise ValueError(f"split: sizes {list(split_size_or_sections)} do not add up to {length} (dim {dim})")
    starts = [0, *stops[:-1]]
    return tuple(x[(slice(None),) * along + (slice(a, b),)] for a, b in zip(starts, stops, strict=True))


def chunk(x: Any, chunks: int, dim: int = 0) -> tuple[Any, ...]:
    """At most `chunks` pieces of equal size (the last may be smaller).

    >>> [piece.tolist() for piece in tg.chunk(tg.tensor([1, 2, 3, 4, 5]), 2)]
    [[1, 2, 3], [4, 5]]
    """
    if chunks <= 0:
        raise ValueError(f"chunk: the number of chunks must be positive, got {chunks}")
    return split(x, -(-x.shape[_of_a_dim("chunk", dim, x)] // chunks) or 1, dim)


def _of_a_dim(name: str, dim: int, x: Any) -> int:
    if not x.ndim:
        raise ValueError(f"{name}: a 0-d tensor has no dimension to split; use t.reshape(1)")
    return axis(dim, x.ndim)


def flatten(x: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Dimensions `start_dim` to `end_dim` as one.

    >>> tg.flatten(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 2., 3., 4.])
    """
    start, end = axis(start_dim, x.ndim), axis(end_dim, x.ndim)
    if x.ndim == 0:
        return shape.reshape(x, shape=(1,))
    if start > end:
        raise ValueError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}")
    if start == end:
        return x
    size = reduce.count(x.shape, tuple(range(start, end + 1)))
    return shape.reshape(x, shape=(*x.shape[:start], size, *x.shape[end + 1 :]))


def movedim(x: Any, source: int | Sequence[int], destination: int | Sequence[int]) -> Any:
    """Dimension `source` moved to position `destination`, or several to as many positions; the others stay in order.

    >>> tg.movedim(tg.zeros(2, 3, 4), 0, -1).shape
    (3, 4, 2)
    """
    old, new = listed(source, x.ndim), listed(destination, x.ndim)
    if len(old) != len(new):
        raise ValueError(f"movedim: expected as many destinations as sources, got {source} and {destination}")
    dims = [d for d in range(x.ndim) if d not in old]
    for to, d in sorted(zip(new, old, strict=True)):
        dims.insert(to, d)
    return shape.permute(x, dims=tuple(dims))
