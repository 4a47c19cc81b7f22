"""Shapes fitted to one another; grids of coordinates, and combinations of elements."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import index, reduce, shape
from .joining import stack


def broadcast_shapes(*shapes: Any) -> tuple[int, ...]:
    """The shape that these shapes are broadcast to.

    >>> tg.broadcast_shapes((3, 1), (2,))
    (3, 2)
    """
    return np.broadcast_shapes(*(tuple(s) if isinstance(s, (tuple, list)) else s for s in shapes))


def broadcast_to(x: Any, size: Sequence[int]) -> Any:
    """A view of `x` in this shape, as `x.expand(size)`.

    >>> tg.broadcast_to(tg.tensor([1.0, 2.0]), (2, 2))
    tensor([[1., 2.],
            [1., 2.]])
    """
    return shape.expand(x, shape=tuple(size))


def broadcast_tensors(*tensors: Any) -> tuple[Any, ...]:
    """Views of the tensors in the shape that they are broadcast to.

    >>> [t.tolist() for t in tg.broadcast_tensors(tg.tensor([1, 2]), tg.tensor([[3], [4]]))]
    [[[1, 2], [1, 2]], [[3, 3], [4, 4]]]
    """
    given = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    common = np.broadcast_shapes(*(tuple(t.shape) for t in given))
    return tuple(shape.expand(t, shape=common) for t in given)


def expand_as(x: Any, other: Any) -> Any:
    """A view of `x` in the shape of `other`.

    >>> tg.expand_as(tg.tensor([1.0, 2.0]), tg.zeros(2, 2))
    tensor([[1., 2.],
            [1., 2.]])
    """
    return shape.expand(x, shape=tuple(other.shape))


def reshape_as(x: Any, other: Any) -> Any:
    """`x` in the shape of `other`, which has as many elements.

    >>> tg.reshape_as(tg.tensor([1.0, 2.0]), tg.zeros(2, 1)).shape
    (2, 1)
    """
    return shape.reshape(x, shape=tuple(other.shape))


def sum_to_size(x: Any, *size: Any) -> Any:
    """`x` summed to a shape that could be broadcast to its own: what undoes a broadcast.

    >>> tg.sum_to_size(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), 1, 2)
    tensor([[4., 6.]])
    """
    wanted = tuple(size[0]) if len(size) == 1 and isinstance(size[0], (tuple, list)) else size
    lead = x.ndim - len(wanted)
    if lead < 0 or any(n not in (1, m) for n, m in zip(wanted, x.shape[lead:], strict=True)):
        raise ValueError(f"sum_to_size: shape {wanted} cannot be broadcast to {tuple(x.shape)}")
    if not wanted:
        return reduce.sum(x)
    over = tuple(d for d in range(x.ndim) if d < lead or wanted[d - lead] != x.shape[d])
    total = reduce.sum(x, dim=over, keepdim=True) if over else x
    return shape.reshape(total, shape=wanted) if lead else total


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Any, ...]:
    """The coordinates of a grid: of n vectors n tensors, each with the numbers of one vector along its dimension.

    indexing: "ij", PyTorch's default, has the first vector along dim 0; "xy" along dim 1, as in a picture.
    >>> x, y = tg.meshgrid(tg.tensor([1, 2]), tg.tensor([3, 4, 5]))
    >>> x
    tensor([[1, 1, 1],
            [2, 2, 2]])
    >>> y
    tensor([[3, 4, 5],
            [3, 4, 5]])
    """
    given = list(tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors)
    if indexing not in ("ij", "xy"):
        raise ValueError(f"meshgrid: indexing must be 'ij' or 'xy', got {indexing!r}")
    if not given or any(t.ndim > 1 for t in given) or len({t.dtype for t in given}) > 1:
        kinds = ", ".join(f"{t.dtype} {tuple(t.shape)}" for t in given) or "none"
        raise ValueError(f"meshgrid: expected vectors of one dtype, got {kinds}")
    vectors = [shape.reshape(t, shape=(-1,)) for t in given]
    order = [1, 0, *range(2, len(given))] if indexing == "xy" and len(given) > 1 else list(range(len(given)))
    sizes = tuple(vectors[d].shape[0] for d in order)
    along = [tuple(-1 if d == k else 1 for d in order) for k in range(len(given))]
    return tuple(shape.expand(shape.reshape(v, shape=a), shape=sizes) for v, a in zip(vectors, along, strict=True))


def cartesian_prod(*tensors: Any) -> Any:
    """Every choice of one element from each vector, a row each.

    >>> tg.cartesian_prod(tg.tensor([1, 2]), tg.tensor([3, 4]))
    tensor([[1, 3],
            [1, 4],
            [2, 3],
            [2, 4]])
    """
    if any(t.ndim != 1 for t in tensors):
        raise ValueError(
            f"cartesian_prod: expected vectors, got shapes {', '.join(str(tuple(t.shape)) for t in tensors)}"
        )
    if len(tensors) == 1:
        return tensors[0]
    return stack([shape.reshape(t, shape=(-1,)) for t in meshgrid(*tensors)], 1)


def combinations(x: Any, r: int = 2, with_replacement: bool = False) -> Any:
    """Every choice of `r` elements of a vector in their order, a row each.

    >>> tg.combinations(tg.tensor([1, 2, 3]))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    if x.ndim != 1 or r < 0:
        raise ValueError(f"combinations: expected a vector and r >= 0, got shape {tuple(x.shape)} and r = {r}")
    if r == 0:
        return x[:0]
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    rows = np.array(list(choose(range(len(x)), r)), np.int64).reshape(-1, r)
    return index.getitem(x, index=rows)
