"""What PyTorch keeps beside its ops, written in ops: softmax, var, norm, stack, split ...

Nothing here has a derivative rule; the gradients follow from the rows these are made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from . import elementwise as ew
from . import index, reduce, shape
from .linalg import matmul


class Extreme(NamedTuple):
    """What `max` and `min` along a dimension return."""

    values: Any
    indices: Any


def softmax(x: Any, dim: int) -> Any:
    """exp(x_i) / sum_j exp(x_j) along `dim`: positive, sums to one.

    >>> x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> y = tg.softmax(x, dim=0)
    >>> y
    tensor([0.09  , 0.2447, 0.6652], grad_fn=<exp>)
    >>> y[2].backward()
    >>> x.grad
    tensor([-0.0599, -0.1628,  0.2227])
    """
    return ew.exp(reduce.log_softmax(x, dim=dim))


def var(
    x: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> Any:
    """sum((x - mean(x))^2) / (n - correction) over `dim`. The correction is Bessel's 1, or 0 if not `unbiased`.

    >>> x = tg.tensor([1.0, 2.0, 6.0], requires_grad=True)
    >>> y = tg.var(x)
    >>> y
    tensor(7., grad_fn=<div>)
    >>> y.backward()
    >>> x.grad
    tensor([-2., -1.,  3.])
    """
    if correction is None:
        correction = 1 if unbiased else 0
    from_mean = ew.sub(x, reduce.mean(x, dim=dim, keepdim=True))
    total = reduce.sum(ew.square(from_mean), dim=dim, keepdim=keepdim)
    freedom = reduce.count(x.shape, dim) - correction
    return ew.div(total, freedom if freedom > 0 else 0)


def std(
    x: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> Any:
    """The square root of `var`. Where all elements are equal the gradient is 0.

    >>> x = tg.tensor([1.0, 2.0, 6.0])
    >>> tg.std(x)
    tensor(2.6458)
    >>> tg.std(x, unbiased=False)
    tensor(2.1602)
    """
    return _sqrt_flat_at_zero(var(x, dim, unbiased, keepdim, correction=correction))


def norm(x: Any, p: float = 2, dim: Any = None, keepdim: bool = False) -> Any:
    """(sum |x|^p)^(1/p) over `dim`; p = inf is the largest |x|, p = -inf the smallest. At x = 0 the gradient is 0.

    >>> x = tg.tensor([3.0, -4.0], requires_grad=True)
    >>> y = tg.norm(x)
    >>> y
    tensor(5., grad_fn=<where>)
    >>> y.backward()
    >>> x.grad
    tensor([ 0.6, -0.8])
    >>> tg.norm(x.detach(), p=1)
    tensor(7.)
    """
    if p == 2:
        return _sqrt_flat_at_zero(reduce.sum(ew.square(x), dim=dim, keepdim=keepdim))
    size = ew.abs(x)
    if p == 1:
        return reduce.sum(size, dim=dim, keepdim=keepdim)
    if p in (np.inf, -np.inf):
        return (reduce.amax if p > 0 else reduce.amin)(size, dim=dim, keepdim=keepdim)
    if p == 0:
        return reduce.sum(ew.where(size == 0, size, 1.0), dim=dim, keepdim=keepdim)
    total = reduce.sum(ew.pow(size, p), dim=dim, keepdim=keepdim)
    return ew.where(total == 0, 0.0, ew.pow(ew.where(total == 0, 1.0, total), 1 / p))


def _sqrt_flat_at_zero(x: Any) -> Any:
    """sqrt with the gradient 0 at 0 instead of infinity."""
    zero = x == 0
    return ew.where(zero, 0.0, ew.sqrt(ew.where(zero, 1.0, x)))


def max(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:  # hides the built-in in this file
    """The largest element; with `dim`, (values, indices) along it. All elements that tie share the gradient of the
    largest of all evenly; along `dim` the element at `indices` gets it.

    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.max(x)
    tensor(6.)
    >>> values, indices = tg.max(x, dim=1)
    >>> values
    tensor([5., 6.])
    >>> indices
    tensor([1, 2])
    """
    return reduce.amax(x) if dim is None else _extreme(x, reduce.argmax, dim, keepdim)


def min(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The smallest element; with `dim`, (values, indices) along it. Ties as in `max`.

    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.min(x)
    tensor(1.)
    >>> values, indices = tg.min(x, dim=1)
    >>> values
    tensor([1., 3.])
    >>> indices
    tensor([0, 1])
    """
    return reduce.amin(x) if dim is None else _extreme(x, reduce.argmin, dim, keepdim)


def _extreme(x: Any, which: Any, dim: int, keepdim: bool) -> Extreme:
    at = which(x, dim=dim, keepdim=True)
    values = take_along_dim(x, at, dim) if x.ndim else shape.reshape(x, shape=())
    return Extreme(values, at) if keepdim else Extreme(shape.squeeze(values, dim=dim), shape.squeeze(at, dim=dim))


def take_along_dim(x: Any, indices: Any, dim: int) -> Any:
    """x[..., indices[..., k, ...], ...]: for each position the element of that line along `dim`, as `torch.gather`.

    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.take_along_dim(x, np.array([[1], [2]]), 1)
    tensor([[5.],
            [6.]])
    """
    at = np.array(indices)  # a copy: the graph keeps it
    if not np.issubdtype(at.dtype, np.integer):
        raise TypeError(f"take_along_dim: indices must be integers, not {at.dtype}")
    (axis,) = reduce.axes(dim, x.ndim)
    where: list[Any] = list(np.ogrid[tuple(slice(n) for n in at.shape)])
    where[axis] = at
    return index.getitem(x, index=tuple(where))


def gather(x: Any, dim: int, index: Any) -> Any:
    """`take_along_dim` with PyTorch's other order of arguments.

    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.gather(x, 1, np.array([[1], [2]]))
    tensor([[5.],
            [6.]])
    """
    return take_along_dim(x, index, dim)


def index_select(x: Any, dim: int, index: Any) -> Any:
    """The slices of `x` along `dim` that `index`, a vector of integers, names.

    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.index_select(x, 1, np.array([2, 0]))
    tensor([[2., 1.],
            [6., 4.]])
    """
    (axis,) = reduce.axes(dim, x.ndim)
    return x[(slice(None),) * axis + (np.asarray(index),)]


def masked_fill(x: Any, mask: Any, value: Any) -> Any:
    """`x` with `value` where `mask` is true.

    >>> x = tg.tensor([1.0, -2.0, 3.0])
    >>> tg.masked_fill(x, x < 0, 0.0)
    tensor([1., 0., 3.])
    """
    return ew.where(mask, value, x)


def cat(tensors: Sequence[Any], dim: int = 0) -> Any:
    """The tensors one after another along `dim`.

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
    (axis,) = reduce.axes(dim, x.ndim)
    length = x.shape[axis]
    if isinstance(split_size_or_sections, int):
        size = split_size_or_sections
        if size <= 0:
            raise ValueError(f"split: the size of a piece must be positive, got {size}")
        stops = [*range(size, length, size), length]
    else:
        stops = [int(n) for n in np.cumsum(split_size_or_sections)]
        if not stops or stops[-1] != length or np.min(split_size_or_sections) < 0:
            raise ValueError(f"split: sizes {list(split_size_or_sections)} do not add up to {length} (dim {dim})")
    starts = [0, *stops[:-1]]
    return tuple(x[(slice(None),) * axis + (slice(a, b),)] for a, b in zip(starts, stops, strict=True))


def chunk(x: Any, chunks: int, dim: int = 0) -> tuple[Any, ...]:
    """At most `chunks` pieces of equal size (the last may be smaller).

    >>> [piece.tolist() for piece in tg.chunk(tg.tensor([1, 2, 3, 4, 5]), 2)]
    [[1, 2, 3], [4, 5]]
    """
    if chunks <= 0:
        raise ValueError(f"chunk: the number of chunks must be positive, got {chunks}")
    return split(x, -(-x.shape[dim] // chunks) or 1, dim)


def flatten(x: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Dimensions `start_dim` to `end_dim` as one.

    >>> tg.flatten(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 2., 3., 4.])
    """
    if x.ndim == 0:
        return shape.reshape(x, shape=(1,))
    (start,), (end,) = reduce.axes(start_dim, x.ndim), reduce.axes(end_dim, x.ndim)
    if start > end:
        raise ValueError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}")
    size = reduce.count(x.shape, tuple(range(start, end + 1)))
    return shape.reshape(x, shape=(*x.shape[:start], size, *x.shape[end + 1 :]))


def movedim(x: Any, source: int, destination: int) -> Any:
    """Dimension `source` moved to position `destination`, the others in order.

    >>> tg.movedim(tg.zeros(2, 3, 4), 0, -1).shape
    (3, 4, 2)
    """
    (old,), (new,) = reduce.axes(source, x.ndim), reduce.axes(destination, x.ndim)
    dims = [d for d in range(x.ndim) if d != old]
    dims.insert(new, old)
    return shape.permute(x, dims=tuple(dims))


def clamp(x: Any, min: Any = None, max: Any = None) -> Any:
    """`x` held between `min` and `max`, numbers or tensors. At the bounds the gradient still passes.

    >>> x = tg.tensor([-1.0, 0.5, 2.0], requires_grad=True)
    >>> y = tg.clamp(x, min=0.0, max=1.0)
    >>> y
    tensor([0. , 0.5, 1. ], grad_fn=<clip>)
    >>> y.sum().backward()
    >>> x.grad
    tensor([0., 1., 0.])
    """
    if all(isinstance(bound, (int, float, type(None))) for bound in (min, max)):
        return ew.clip(x, min=min, max=max)
    if min is not None:
        x = ew.where(x < min, min, x)
    return x if max is None else ew.where(x > max, max, x)


def _below(x: Any, diagonal: int) -> np.ndarray:
    rows, columns = x.shape[-2:]
    return np.tri(rows, columns, diagonal, dtype=bool)


def tril(x: Any, diagonal: int = 0) -> Any:
    """The lower triangle of each matrix, zero above `diagonal`.

    >>> tg.tril(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 0.],
            [3., 4.]])
    """
    return ew.where(_below(x, diagonal), x, 0.0)


def triu(x: Any, diagonal: int = 0) -> Any:
    """The upper triangle of each matrix, zero below `diagonal`.

    >>> tg.triu(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 2.],
            [0., 4.]])
    """
    return ew.where(_below(x, diagonal - 1), 0.0, x)


def outer(a: Any, b: Any) -> Any:
    """The matrix a_i b_j of two vectors.

    >>> tg.outer(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    if a.ndim != 1 or b.ndim != 1:
        raise ValueError(f"outer: needs two vectors, got shapes {tuple(a.shape)} and {tuple(b.shape)}")
    return ew.mul(a[:, None], b[None, :])


def dot(a: Any, b: Any) -> Any:
    """The inner product of two vectors of one length.

    >>> tg.dot(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
    tensor(11.)
    """
    if a.ndim != 1 or b.ndim != 1:
        raise ValueError(f"dot: needs two vectors, got shapes {tuple(a.shape)} and {tuple(b.shape)}")
    return matmul(a, b)
