"""Elements chosen by indices and masks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...literals import fitting
from .. import elementwise as ew
from .. import shape
from ..checks import booleans, integers, lines, within
from ..dims import axis
from ..index import getitem


def gather(x: Any, dim: int, index: Any) -> Any:
    """x[..., index[..., k, ...], ...]: for each position of `index` the element of that line along `dim`.

    x, index: of as many dimensions; in all but `dim`, index may be smaller. index: integers from 0. The result has its shape.
    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.gather(x, 1, np.array([[1], [2]]))
    tensor([[5.],
            [6.]])
    """
    at = integers("gather", index)
    along = axis(dim, x.ndim)
    if not at.size:  # in a shape of any number of dimensions
        taken = getitem(shape.reshape(x, shape=(-1,)), index=at.reshape(-1))
    else:
        taken = getitem(x if x.ndim else shape.reshape(x, shape=(1,)), index=lines("gather", x, along, at))
    return taken if taken.shape == at.shape else shape.reshape(taken, shape=at.shape)


def take_along_dim(x: Any, indices: Any, dim: int | None = None) -> Any:
    """As `gather`, but x and indices are broadcast against each other in all dimensions but `dim`; None: x flattened.

    An index below 0 counts from the end.
    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.take_along_dim(x, np.array([[1], [2]]), 1)
    tensor([[5.],
            [6.]])
    """
    at = integers("take_along_dim", indices)
    if dim is None:
        x, at, dim = shape.reshape(x, shape=(-1,)), shape.reshape(at, shape=(-1,)), 0
    along = axis(dim, x.ndim)
    if at.ndim != x.ndim:
        raise ValueError(f"take_along_dim: indices must have as many dimensions as the tensor, {x.ndim}, got {at.ndim}")
    rest = np.broadcast_shapes(*((*t.shape[:along], 1, *t.shape[along + 1 :]) for t in (x, at)))
    wide = [(*rest[:along], *t.shape[along : along + 1], *rest[along + 1 :]) for t in (x, at)]
    at = ew.where(ew.lt(at, 0), ew.add(at, x.shape[along] if x.ndim else 1), at)
    return gather(shape.expand(x, shape=wide[0]), dim, shape.expand(at, shape=wide[1]))


def index_select(x: Any, dim: int, index: Any) -> Any:
    """The slices of `x` along `dim` that `index`, a vector of integers from 0, names.

    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.index_select(x, 1, np.array([2, 0]))
    tensor([[2., 1.],
            [6., 4.]])
    """
    along, at = axis(dim, x.ndim), integers("index_select", index)
    if at.ndim > 1:
        raise ValueError(f"index_select: expected a vector of indices, got shape {at.shape}")
    if not x.ndim:
        within("index_select", at, 1)
        if at.size != 1:
            raise ValueError(f"index_select: of a 0-d tensor expected one index, got {at.size}")
        return ew.clone(x)
    within("index_select", at, x.shape[along])
    return x[(slice(None),) * along + (shape.reshape(at, shape=(-1,)),)]


def masked_fill(x: Any, mask: Any, value: Any) -> Any:
    """`x` with `value`, in x's dtype, where `mask`, of booleans, is true.

    >>> x = tg.tensor([1.0, -2.0, 3.0])
    >>> tg.masked_fill(x, x < 0, 0.0)
    tensor([1., 0., 3.])
    """
    if mask.dtype != bool:
        raise TypeError(f"masked_fill: the mask must be of booleans, got {mask.dtype}; use mask.bool()")
    fitting("masked_fill", value, x.dtype)
    value = value.to(x.dtype) if hasattr(value, "to") else np.asarray(value).astype(x.dtype)
    return ew.where(mask, value, x)


def masked_select(x: Any, mask: Any) -> Any:
    """The elements where `mask`, of booleans, is true, as a vector. x and mask are broadcast against each other.

    >>> x = tg.tensor([[1.0, -2.0], [3.0, -4.0]])
    >>> tg.masked_select(x, x > 0)
    tensor([1., 3.])
    """
    chosen = booleans("masked_select", mask)
    common = np.broadcast_shapes(tuple(x.shape), chosen.shape)
    return getitem(shape.expand(x, shape=common), index=ew.clone(shape.expand(chosen, shape=common)))


def take(x: Any, index: Any) -> Any:
    """Elements of `x` flattened, in the shape of `index`; below 0 counted from the end.

    >>> tg.take(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([[0, -1]]))
    tensor([[1., 4.]])
    """
    at = integers("take", index)
    within("take", at, math.prod(x.shape), signed=True)
    taken = getitem(shape.reshape(x, shape=(-1,)), index=shape.reshape(at, shape=(-1,)))
    return shape.reshape(taken, shape=at.shape)
