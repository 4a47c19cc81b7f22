"""What PyTorch keeps beside its ops, written in ops: softmax, var, norm, stack, split ...

Nothing here has a derivative rule; the gradients follow from the rows these are made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..op import Variable
from . import elementwise as ew
from . import index, reduce, shape
from .dims import axis, listed
from .linalg import matmul


class Extreme(NamedTuple):
    """What `max` and `min` along a dimension return."""

    values: Any
    indices: Any


def softmax(x: Any, dim: int, *, dtype: Any = None) -> Any:
    """exp(x_i) / sum_j exp(x_j) along `dim`: positive, sums to one. With `dtype`, x is converted first.

    >>> x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> y = tg.softmax(x, dim=0)
    >>> y
    tensor([0.09  , 0.2447, 0.6652], grad_fn=<exp>)
    >>> y[2].backward()
    >>> x.grad
    tensor([-0.0599, -0.1628,  0.2227])
    """
    return ew.exp(log_softmax(x, dim, dtype=dtype))


def log_softmax(x: Any, dim: int, *, dtype: Any = None) -> Any:
    """log(softmax(x)) along `dim`, without overflow. With `dtype`, x is converted first.

    >>> tg.log_softmax(tg.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([-2.4076, -1.4076, -0.4076])
    """
    return reduce.log_softmax(x if dtype is None else ew.cast(x, dtype=dtype), dim=dim)


def div(a: Any, b: Any, *, rounding_mode: str | None = None) -> Any:
    """a / b; rounded down for `rounding_mode="floor"`, towards zero for "trunc", where integers stay integers.

    >>> tg.div(tg.tensor([7.0, -7.0]), 2)
    tensor([ 3.5, -3.5])
    >>> tg.div(tg.tensor([7, -7]), 2, rounding_mode='trunc')
    tensor([ 3, -3])
    """
    if rounding_mode is None:
        return ew.div(a, b)
    if rounding_mode not in ("floor", "trunc"):
        raise ValueError(f"div: rounding_mode must be None, 'floor' or 'trunc', got {rounding_mode!r}")
    return ew.floor_divide(a, b, rounding=rounding_mode)


def var(
    x: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> Any:
    """sum((x - mean(x))^2) / (n - correction) over `dim`. The correction is Bessel's 1, or 0 if not `unbiased`.

    `x.var(False)` is `x.var(unbiased=False)`, as in PyTorch.
    >>> x = tg.tensor([1.0, 2.0, 6.0], requires_grad=True)
    >>> y = tg.var(x)
    >>> y
    tensor(7., grad_fn=<div>)
    >>> y.backward()
    >>> x.grad
    tensor([-2., -1.,  3.])
    """
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if x.dtype.kind not in "fc":
        raise TypeError(f"var, std: expected floating-point numbers, got {x.dtype}; use t.float()")
    if correction is None:
        correction = 1 if unbiased else 0
    wide = ew.cast(x, dtype=np.float32) if x.dtype == np.float16 else x  # squares soon pass float16's 65504
    from_mean = ew.sub(wide, reduce.mean(wide, dim=dim, keepdim=True))
    total = reduce.sum(ew.square(from_mean), dim=dim, keepdim=keepdim)
    freedom = reduce.count(x.shape, dim) - correction
    result = ew.div(total, freedom if freedom > 0 else 0)
    return ew.cast(result, dtype=x.dtype) if wide is not x else result


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
    if x.dtype == np.float16:
        return ew.cast(std(ew.cast(x, dtype=np.float32), dim, unbiased, keepdim, correction=correction), dtype=x.dtype)
    return _sqrt_flat_at_zero(var(x, dim, unbiased, keepdim, correction=correction))


def norm(x: Any, p: float | str = 2, dim: Any = None, keepdim: bool = False) -> Any:
    """(sum |x|^p)^(1/p) over `dim`; p = inf is the largest |x|, p = -inf the smallest. At x = 0 the gradient is 0.

    p = "fro" is 2. The nuclear norm, "nuc", needs singular values, which there are none of here: NotImplementedError.
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
    if x.dtype.kind not in "fc":
        raise TypeError(f"norm: expected floating-point numbers, got {x.dtype}; use t.float()")
    if p == "nuc":
        raise NotImplementedError(
            "norm: p='nuc', the sum of singular values, is not implemented; np.linalg.svd has them"
        )
    if p in (2, "fro"):
        return _sqrt_flat_at_zero(reduce.sum(ew.square(x), dim=dim, keepdim=keepdim))
    if isinstance(p, str):
        raise ValueError(f"norm: p must be a number or 'fro', got {p!r}")
    size = ew.abs(x)
    if p == 1:
        return reduce.sum(size, dim=dim, keepdim=keepdim)
    if p in (np.inf, -np.inf):
        return (reduce.amax if p > 0 else reduce.amin)(size, dim=dim, keepdim=keepdim)
    if p == 0:
        return reduce.sum(ew.where(size == 0, size, 1.0), dim=dim, keepdim=keepdim)
    zero = size == 0
    powers = ew.where(zero, 0.0 if p > 0 else np.inf, ew.pow(ew.where(zero, 1.0, size), p))
    total = reduce.sum(powers, dim=dim, keepdim=keepdim)
    nothing = (total == 0) | (total == np.inf)
    return ew.where(nothing, ew.pow(total.detach(), 1 / p), ew.pow(ew.where(nothing, 1.0, total), 1 / p))


def _sqrt_flat_at_zero(x: Any) -> Any:
    """sqrt with the gradient 0 at 0 instead of infinity."""
    zero = x == 0
    return ew.where(zero, 0.0, ew.sqrt(ew.where(zero, 1.0, x)))


def max(x: Any, dim: Any = None, keepdim: bool = False) -> Any:  # hides the built-in in this file
    """The largest element; with `dim`, (values, indices) along it; with a second tensor for `dim`, `maximum`.

    All elements that tie share the gradient of the largest of all evenly; along `dim` the element at `indices` gets it.
    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.max(x)
    tensor(6.)
    >>> values, indices = tg.max(x, dim=1)
    >>> values
    tensor([5., 6.])
    >>> indices
    tensor([1, 2])
    """
    if isinstance(dim, (Variable, np.ndarray)):
        return ew.maximum(x, dim)
    return reduce.amax(x) if dim is None else _extreme(x, reduce.argmax, dim, keepdim)


def min(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """The smallest element; with `dim`, (values, indices) along it; with a second tensor, `minimum`. Ties as in `max`.

    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.min(x)
    tensor(1.)
    >>> values, indices = tg.min(x, dim=1)
    >>> values
    tensor([1., 3.])
    >>> indices
    tensor([0, 1])
    """
    if isinstance(dim, (Variable, np.ndarray)):
        return ew.minimum(x, dim)
    return reduce.amin(x) if dim is None else _extreme(x, reduce.argmin, dim, keepdim)


def _extreme(x: Any, which: Any, dim: int, keepdim: bool) -> Extreme:
    at = which(x, dim=dim, keepdim=True)
    values = gather(x, dim, at)
    return Extreme(values, at) if keepdim else Extreme(shape.squeeze(values, dim=dim), shape.squeeze(at, dim=dim))


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
        x = _chosen(ew.lt(x, min), min, x)
    return x if max is None else _chosen(ew.gt(x, max), max, x)


def _chosen(beyond: Any, bound: Any, x: Any) -> Any:
    """`bound` where x is beyond it, else x; nan, with no gradient, where either is nan."""
    y = ew.where(beyond, bound, x)
    return y if y.dtype.kind != "f" else ew.where(ew.logical_or(ew.isnan(x), ew.isnan(bound)), np.nan, y)


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


def outer(a: Any, b: Any) -> Any:
    """The matrix a_i b_j of two vectors.

    >>> tg.outer(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    if a.ndim != 1 or b.ndim != 1:
        raise ValueError(f"outer: expected two vectors, got shapes {tuple(a.shape)} and {tuple(b.shape)}")
    return ew.mul(a[:, None], b[None, :])


def dot(a: Any, b: Any) -> Any:
    """The inner product of two vectors of one length.

    >>> tg.dot(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
    tensor(11.)
    """
    if a.ndim != 1 or b.ndim != 1:
        raise ValueError(f"dot: expected two vectors, got shapes {tuple(a.shape)} and {tuple(b.shape)}")
    return matmul(a, b)


def mm(a: Any, b: Any) -> Any:
    """The product of two matrices.

    >>> tg.mm(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([[0.0, 1.0], [2.0, 0.0]]))
    tensor([[4., 1.],
            [8., 3.]])
    """
    return _product("mm", a, b, 2, 2)


def bmm(a: Any, b: Any) -> Any:
    """The products of two stacks of as many matrices, pair by pair.

    >>> tg.bmm(tg.ones(5, 2, 3), tg.ones(5, 3, 4)).shape
    (5, 2, 4)
    """
    if a.ndim == b.ndim == 3 and len(a) != len(b):
        raise ValueError(f"bmm: expected stacks of as many matrices, got shapes {tuple(a.shape)} and {tuple(b.shape)}")
    return _product("bmm", a, b, 3, 3)


def mv(a: Any, b: Any) -> Any:
    """A matrix times a vector.

    >>> tg.mv(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([1.0, -1.0]))
    tensor([-1., -1.])
    """
    return _product("mv", a, b, 2, 1)


def _product(name: str, a: Any, b: Any, *ndims: int) -> Any:
    if (a.ndim, b.ndim) != ndims:
        raise ValueError(f"{name}: expected tensors of {ndims[0]} and {ndims[1]} dimensions, got {a.ndim} and {b.ndim}")
    return matmul(a, b)
