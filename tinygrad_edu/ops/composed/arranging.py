"""The same elements in other shapes and orders, and repeated."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...arguments import sizes
from ...op import Variable, wrap
from ...tracing import sized
from .. import elementwise as ew
from .. import index, reduce, shape
from ..checks import of_a_dim
from ..dims import axis, listed
from ..plain import array_in


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


moveaxis = movedim
swapaxes = swapdims = shape.transpose


def ravel(x: Any) -> Any:
    """All elements as a vector, row by row: a view if they lie so in memory, else a copy.

    >>> tg.ravel(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 2., 3., 4.])
    """
    array = array_in(x)
    return shape.reshape(x if array.flags.c_contiguous else ew.clone(x), shape=(-1,))


def unflatten(x: Any, dim: int, sizes: Sequence[int]) -> Any:
    """Dimension `dim` as several of these sizes, one of which may be -1: what is left over.

    >>> tg.unflatten(tg.zeros(2, 6), 1, (3, -1)).shape
    (2, 3, 2)
    """
    along, wanted = of_a_dim("unflatten", dim, x), tuple(sizes)
    length = x.shape[along]
    known = math.prod(size for size in wanted if size != -1)
    fits = known == length if -1 not in wanted else known and length % known == 0
    if not wanted or not fits or wanted.count(-1) > 1 or min(wanted) < -1:
        raise ValueError(f"unflatten: sizes {wanted} do not multiply to {length} (dim {dim})")
    whole = tuple(length // known if size == -1 else size for size in wanted)
    return shape.reshape(x, shape=(*x.shape[:along], *whole, *x.shape[along + 1 :]))


def atleast_1d(*tensors: Any) -> Any:
    """The tensor, a 0-d one as a vector. Of several, or of a list, a tuple.

    >>> tg.atleast_1d(tg.tensor(3.0))
    tensor([3.])
    """
    return _each(tensors, lambda t: shape.reshape(t, shape=(1,)) if not t.ndim else t)


def atleast_2d(*tensors: Any) -> Any:
    """The tensor as a matrix at least: a vector as one row. Of several, or of a list, a tuple.

    >>> tg.atleast_2d(tg.tensor([1.0, 2.0])).shape
    (1, 2)
    """
    return _each(tensors, lambda t: shape.reshape(t, shape=(1, -1)) if t.ndim == 0 else _led(t, 2))


def atleast_3d(*tensors: Any) -> Any:
    """The tensor with at least 3 dimensions: n as (1, n, 1), n x m as (n, m, 1). Of several, or of a list, a tuple.

    >>> tg.atleast_3d(tg.tensor([1.0, 2.0])).shape
    (1, 2, 1)
    """
    return _each(tensors, lambda t: shape.unsqueeze(atleast_2d(t), dim=-1) if t.ndim < 3 else t)


def _led(t: Any, ndim: int) -> Any:
    return shape.reshape(t, shape=(1,) * (ndim - t.ndim) + tuple(t.shape)) if t.ndim < ndim else t


def _each(tensors: Any, function: Any) -> Any:
    if len(tensors) == 1 and not isinstance(tensors[0], (tuple, list)):
        return function(tensors[0])
    return tuple(function(t) for t in (tensors[0] if len(tensors) == 1 else tensors))


def fliplr(x: Any) -> Any:
    """The columns in reverse order: flipped along dim 1.

    >>> tg.fliplr(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[2., 1.],
            [4., 3.]])
    """
    if x.ndim < 2:
        raise ValueError(f"fliplr: expected at least 2 dimensions, got shape {tuple(x.shape)}")
    return shape.flip(x, dims=1)


def flipud(x: Any) -> Any:
    """The rows in reverse order: flipped along dim 0.

    >>> tg.flipud(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[3., 4.],
            [1., 2.]])
    """
    if x.ndim < 1:
        raise ValueError("flipud: expected at least 1 dimension, got a 0-d tensor")
    return shape.flip(x, dims=0)


def rot90(x: Any, k: int = 1, dims: Sequence[int] = (0, 1)) -> Any:
    """Turned by 90 degrees k times, from the first of `dims` towards the second.

    >>> tg.rot90(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[2., 4.],
            [1., 3.]])
    """
    if len(dims) != 2 or x.ndim < 2:
        raise ValueError(f"rot90: expected two of at least two dimensions, got {tuple(dims)} of shape {tuple(x.shape)}")
    first, second = listed(tuple(dims), x.ndim)
    if k % 4 == 0:
        return ew.clone(x)
    if k % 4 == 2:
        return shape.flip(x, dims=(first, second))
    turned = shape.flip(x, dims=second if k % 4 == 1 else first)
    return shape.transpose(turned, dim0=first, dim1=second)


def repeat(x: Any, *repeats: Any) -> Any:
    """So many copies along each dimension; dimensions that x lacks come first.

    >>> tg.repeat(tg.tensor([1.0, 2.0]), 2, 2)
    tensor([[1., 2., 1., 2.],
            [1., 2., 1., 2.]])
    """
    times = sizes(repeats)
    if len(times) < x.ndim or min(times, default=0) < 0:
        raise ValueError(f"repeat: expected a number >= 0 for each of {x.ndim} dimensions, got {times}")
    own = (1,) * (len(times) - x.ndim) + tuple(x.shape)
    pairs = [size for pair in zip(times, own, strict=True) for size in pair]
    apart = shape.reshape(x, shape=tuple(n if i % 2 else 1 for i, n in enumerate(pairs)))
    copies = ew.clone(shape.expand(apart, shape=tuple(pairs)))
    return shape.reshape(copies, shape=tuple(m * n for m, n in zip(times, own, strict=True)))


def tile(x: Any, *dims: Any) -> Any:
    """So many copies along each of the last dimensions.

    >>> tg.tile(tg.tensor([[1.0, 2.0]]), (2,))
    tensor([[1., 2., 1., 2.]])
    """
    times = sizes(dims)
    return repeat(x, (1,) * (x.ndim - len(times)) + times)


def repeat_interleave(x: Any, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None) -> Any:
    """Each slice along `dim` so many times in a row; None: each element of x flattened.

    repeats: a number, or a vector with one for each slice. Left out, x has the numbers, of the integers from 0.
    >>> tg.repeat_interleave(tg.tensor([1.0, 2.0]), 2)
    tensor([1., 1., 2., 2.])
    >>> tg.repeat_interleave(tg.tensor([0, 1, 2]))
    tensor([1, 2, 2])
    """
    if repeats is None:
        return wrap(_numbers(x, len(x), output_size))
    if dim is None:
        x, dim = shape.reshape(x, shape=(-1,)), 0
    along = axis(dim, x.ndim)
    x = atleast_1d(x)
    return index.getitem(x, index=(slice(None),) * along + (_numbers(repeats, x.shape[along], output_size),))


def _numbers(repeats: Any, length: int, output_size: int | None) -> np.ndarray:
    """The number of each slice, as often as it is repeated."""
    times = np.asarray(repeats._array if isinstance(repeats, Variable) else repeats)
    found: np.ndarray = sized(functools.partial(_repeated, length, output_size), times)
    return found


def _repeated(length: int, output_size: int | None, times: np.ndarray) -> np.ndarray:
    if times.dtype.kind not in "iu" or times.ndim > 1 or times.size not in (1, length) or np.any(times < 0):
        raise ValueError(f"repeat_interleave: expected integers >= 0, one or {length}, got {times.tolist()}")
    at: np.ndarray = np.repeat(np.arange(length), times)
    if output_size is not None and output_size != at.size:
        raise ValueError(f"repeat_interleave: output_size is {output_size}, but the repeats add up to {at.size}")
    return at
