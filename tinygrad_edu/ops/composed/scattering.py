"""Many elements written, added, multiplied into few places: scatter and its kin.

`x[..., index[..., k, ...], ...]` is the place of `src[..., k, ...]`: what `gather` reads, `scatter` writes. All of them
work on x flattened, at the positions that an index names there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...literals import fitting
from ...tracing import again, decided
from .. import elementwise as ew
from .. import index as rows
from .. import scattered, shape
from ..checks import integers, lines, same_dtype, slices
from ..dims import axis
from .joining import cat

REDUCTIONS = ("sum", "prod", "mean", "amax", "amin")


def scatter(x: Any, dim: int, index: Any, src: Any = None, *, value: Any = None, reduce: str | None = None) -> Any:
    """A copy of `x` with the elements of `src` (or one number) at the places along `dim` that `index` names.

    index: integers from 0, of as many dimensions as x, and nowhere larger than `src`.
    reduce: "add" or "multiply" what is there with what comes. Without it, of several the last one counts.
    >>> tg.scatter(tg.zeros(2, 3), 1, tg.tensor([[2], [0]]), tg.tensor([[1.0], [2.0]]))
    tensor([[0., 0., 1.],
            [2., 0., 0.]])
    """
    if (src is None) == (value is None):
        raise TypeError("scatter: expected either src, a tensor, or value, a number")
    if reduce not in (None, "add", "multiply"):
        raise ValueError(f"scatter: reduce must be None, 'add' or 'multiply', got {reduce!r}")
    given, at = (src if value is None else value), integers("scatter", index)
    if not hasattr(given, "dtype"):
        fitting("scatter", given, x.dtype)
        given = np.full(at.shape, given, x.dtype)
    elif not given.ndim:
        given = shape.expand(given, shape=at.shape)
    how = {None: "last", "add": "sum", "multiply": "prod"}[reduce]
    return _scattered("scatter", x, dim, at, given, how, True)


def scatter_add(x: Any, dim: int, index: Any, src: Any) -> Any:
    """A copy of `x` with the elements of `src` added at the places along `dim` that `index` names.

    >>> tg.scatter_add(tg.zeros(3), 0, tg.tensor([0, 2, 2]), tg.tensor([1.0, 2.0, 3.0]))
    tensor([1., 0., 5.])
    """
    return _scattered("scatter_add", x, dim, integers("scatter_add", index), src, "sum", True)


def scatter_reduce(x: Any, dim: int, index: Any, src: Any, reduce: str, *, include_self: bool = True) -> Any:
    """For each place: the "sum", "prod", "mean", "amax" or "amin" of what `index` sends there along `dim`.

    include_self: with the element of `x` itself. Places that nothing is sent to keep it in either case.
    The gradient of an extreme is shared evenly by ties.
    >>> x, index = tg.tensor([10.0, 10.0, 10.0]), tg.tensor([0, 2, 2])
    >>> tg.scatter_reduce(x, 0, index, tg.tensor([1.0, 2.0, 4.0]), "mean", include_self=False)
    tensor([ 1., 10.,  3.])
    """
    _check(reduce, "scatter_reduce", REDUCTIONS)
    return _scattered("scatter_reduce", x, dim, integers("scatter_reduce", index), src, reduce, include_self)


def index_reduce(x: Any, dim: int, index: Any, source: Any, reduce: str, *, include_self: bool = True) -> Any:
    """As `scatter_reduce`, by "prod", "mean", "amax" or "amin", with a vector of indices for whole slices of `source`.

    >>> tg.index_reduce(tg.ones(3), 0, tg.tensor([0, 2, 2]), tg.tensor([5.0, 2.0, 3.0]), "prod")
    tensor([5., 1., 6.])
    """
    _check(reduce, "index_reduce", REDUCTIONS[1:])
    line, at, values = slices("index_reduce", x, dim, index, source)
    wide = shape.expand(shape.reshape(at[-1], shape=(-1, *[1] * (values.ndim - len(at)))), shape=tuple(values.shape))
    reduced = _scattered("index_reduce", line, len(at) - 1, wide, values, reduce, include_self)
    return shape.reshape(reduced, shape=tuple(x.shape))


def _check(reduce: str, name: str, known: tuple[str, ...]) -> None:
    if reduce not in known:
        raise ValueError(f"{name}: reduce must be one of {', '.join(known)}, got {reduce!r}")


def _scattered(name: str, x: Any, dim: int, at: np.ndarray, src: Any, reduce: str, include_self: bool) -> Any:
    same_dtype(name, x, src)
    axis(dim, x.ndim)
    wanted, there = at.shape or (1,), tuple(src.shape) or (1,)
    if at.size and (len(wanted) != len(there) or any(n > m for n, m in zip(wanted, there, strict=True))):
        raise ValueError(f"{name}: index of shape {at.shape} does not fit into a source of shape {tuple(src.shape)}")
    sizes = tuple(x.shape) or (1,)
    positions: np.ndarray = np.zeros(0, np.int64)
    if at.size:
        positions = again(lambda *at: rows.flat(at, sizes).reshape(-1), *lines(name, x, dim, at))
    if wanted != there:
        src = rows.getitem(src, index=tuple(slice(n) for n in at.shape) if at.size else slice(0))
    values = shape.reshape(src, shape=(-1,))
    reduced = _reduced(shape.reshape(x, shape=(-1,)), values, positions, reduce, include_self)
    return shape.reshape(reduced, shape=tuple(x.shape))


def _reduced(line: Any, values: Any, at: np.ndarray, reduce: str, include_self: bool) -> Any:
    """`line` with the values reduced into it at the positions `at`, which may repeat."""
    if reduce == "last":
        return rows.setitem(line, values, index=at)
    if reduce in ("amax", "amin"):
        return scattered.scatter_extreme(line, values, index=at, reduce=reduce, include_self=include_self)
    if reduce == "prod":
        return _multiplied(line, values, at, include_self)
    start = line if include_self else rows.setitem(line, np.zeros((), line.dtype), index=at)
    total = ew.add(start, rows.place(values, index=at, shape=tuple(line.shape)))
    if reduce == "sum":
        return total
    length, dtype, self = line.shape[0], line.dtype, int(include_self)
    count = again(lambda at: np.maximum(np.bincount(at, minlength=length) + self, 1).astype(dtype), at)
    if line.dtype.kind in "fc":
        return ew.div(total, count)
    return ew.cast(ew.floor_divide(total, count), dtype=line.dtype)


def _multiplied(line: Any, values: Any, at: np.ndarray, include_self: bool) -> Any:
    """Products by pairs: sorted by place, each round multiplies neighbours of one place, until one of each is left.

    No division, so zeros are no special case; and each round halves what is left.
    """
    at = np.array(decided(np.ndarray.tolist, at), np.int64)  # the rounds depend on it
    if include_self:
        touched = np.flatnonzero(np.bincount(at, minlength=line.shape[0]))
        values, at = cat([rows.getitem(line, index=touched), values]), np.concatenate([touched, at])
    order = np.argsort(at, kind="stable")
    values, at = rows.getitem(values, index=order), at[order]
    while True:
        first = np.concatenate([[True], at[1:] != at[:-1]])[: at.size]
        if first.all():
            return rows.setitem(line, values, index=at)
        rank = np.arange(at.size) - np.flatnonzero(first)[np.cumsum(first) - 1]
        left = np.flatnonzero(rank % 2 == 0)
        paired = np.append(~first[1:], False)[left]  # whether another of the same place follows
        partners = cat([values, np.ones(1, line.dtype)])
        right = rows.getitem(partners, index=np.where(paired, left + 1, at.size))
        values, at = ew.mul(rows.getitem(values, index=left), right), at[left]
