"""Sorting, and what stands at a place of the sorted order. The gradient of an element goes to where it stood.

nan counts as larger than every number. Indices are found in NumPy; the values are gathered by them.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ...tracing import again
from .. import reduce
from ..dims import axis
from ..plain import array_in, constant, plain
from . import choosing
from .choosing import Selected


def _order(array: np.ndarray, dim: int, descending: bool = False) -> Any:
    """The indices that sort along `dim`; elements that are equal keep their order."""
    if not array.ndim:
        return np.zeros((), np.int64)
    return plain(again(functools.partial(_places, axis(dim, array.ndim), descending), array_in(array)))


def _places(along: int, descending: bool, array: np.ndarray) -> np.ndarray:
    if not descending:
        return np.argsort(array, axis=along, kind="stable")
    backwards = np.argsort(np.flip(array, along), axis=along, kind="stable")
    found: np.ndarray = array.shape[along] - 1 - np.flip(backwards, along)
    return found


def sort(x: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Selected:
    """(values, indices): the elements in rising order along `dim`, or falling. Equal ones keep their order in any case.

    >>> x = tg.tensor([3.0, 1.0, 2.0], requires_grad=True)
    >>> values, indices = tg.sort(x)
    >>> values.detach()
    tensor([1., 2., 3.])
    >>> indices
    tensor([1, 2, 0])
    >>> values[0].backward()
    >>> x.grad
    tensor([0., 1., 0.])
    """
    return choosing.elements(x, dim, _order(choosing.ordered("sort", x), dim, descending))


def argsort(x: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """The indices that `sort` returns.

    >>> tg.argsort(tg.tensor([3.0, 1.0, 2.0]), descending=True)
    tensor([0, 2, 1])
    """
    return constant(_order(choosing.ordered("argsort", x), dim, descending), x)


def msort(x: Any) -> Any:
    """The values of `sort(x, dim=0)`.

    >>> tg.msort(tg.tensor([[3.0, 1.0], [2.0, 4.0]]))
    tensor([[2., 1.],
            [3., 4.]])
    """
    return sort(x, 0).values


def topk(x: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Selected:
    """(values, indices) of the k largest elements along `dim`, or of the smallest; the most extreme comes first.

    >>> values, indices = tg.topk(tg.tensor([3.0, 1.0, 2.0]), 2)
    >>> values
    tensor([3., 2.])
    >>> indices
    tensor([0, 2])
    """
    array = choosing.ordered("topk", x)
    along = axis(dim, array.ndim)
    length = array.shape[along] if array.ndim else 1
    k = choosing.whole("topk", "k", k)
    if not 0 <= k <= length:
        raise ValueError(f"topk: k must be 0 to {length}, the size of dim {dim}, got {k}")
    if not array.ndim:
        return (
            choosing.elements(x.reshape(1), 0, np.zeros(0, np.int64))
            if k == 0
            else choosing.elements(x, 0, np.zeros((), np.int64))
        )
    first = (slice(None),) * along + (slice(k),)
    return choosing.elements(x, dim, _order(array, dim, largest)[first])


def kthvalue(x: Any, k: int, dim: int = -1, keepdim: bool = False) -> Selected:
    """(values, indices) of the k-th smallest element along `dim`, counted from 1.

    >>> values, indices = tg.kthvalue(tg.tensor([3.0, 1.0, 2.0]), 2)
    >>> values
    tensor(2.)
    >>> indices
    tensor(2)
    """
    array = choosing.ordered("kthvalue", x)
    along = choosing.line("kthvalue", array, dim)
    length = array.shape[along] if array.ndim else 1
    k = choosing.whole("kthvalue", "k", k)
    if not 1 <= k <= length:
        raise ValueError(f"kthvalue: k must be 1 to {length}, the size of dim {dim}, got {k}")
    return choosing.elements(x, dim, _at_rank(array, along, np.intp(k - 1)), keepdim)


def _at_rank(array: np.ndarray, along: int, rank: Any) -> np.ndarray:
    """The index of the element with this rank, an int, along an axis."""
    found: np.ndarray = again(functools.partial(_ranked, along, rank), array)
    return found


def _ranked(along: int, rank: Any, array: np.ndarray) -> np.ndarray:
    if not array.ndim:
        return np.zeros((), np.int64)
    if np.ndim(rank) == 0:
        return np.take(np.argpartition(array, rank, axis=along), [rank], axis=along)
    return np.take_along_axis(_places(along, False, array), rank, axis=along)


def median(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The middle element in sorted order, of two the lower; with `dim`, (values, indices) along it. nan if any is nan.

    All elements that tie share the gradient of the median of all evenly; along `dim` the element at `indices` gets it.
    >>> tg.median(tg.tensor([4.0, 1.0, 3.0, 2.0]))
    tensor(2.)
    >>> values, indices = tg.median(tg.tensor([[4.0, 1.0, 3.0], [5.0, 6.0, 7.0]]), dim=1)
    >>> values
    tensor([3., 6.])
    >>> indices
    tensor([2, 1])
    """
    array = choosing.ordered("median", x)
    if dim is None:
        return reduce.median(x)
    along = choosing.line("median", array, dim)
    if not array.ndim:
        return choosing.elements(x, dim, np.zeros((), np.int64))
    return choosing.elements(x, dim, again(functools.partial(_at_median, along), array), keepdim)


def _at_median(along: int, array: np.ndarray) -> np.ndarray:
    at = _ranked(along, np.intp((array.shape[along] - 1) // 2), array)
    if array.dtype.kind == "f":
        unknown = np.isnan(array)
        first = np.argmax(unknown, axis=along, keepdims=True)
        at = np.where(np.any(unknown, axis=along, keepdims=True), first, at)
    return at


def nanmedian(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The median of the elements that are not nan; with `dim`, (values, indices) along it. Of nothing but nan, nan.

    >>> tg.nanmedian(tg.tensor([4.0, float('nan'), 1.0, 3.0]))
    tensor(3.)
    >>> tg.nanmedian(tg.tensor([[4.0, float('nan')], [5.0, 6.0]]), dim=1).values
    tensor([4., 5.])
    """
    array = choosing.ordered("nanmedian", x)
    if dim is None:
        return reduce.nanmedian(x)
    along = choosing.line("nanmedian", array, dim)
    if array.dtype.kind != "f" or not array.ndim:
        return median(x, dim, keepdim)
    return choosing.elements(x, dim, again(functools.partial(_at_nanmedian, along), array), keepdim)


def _at_nanmedian(along: int, array: np.ndarray) -> np.ndarray:
    known = np.count_nonzero(~np.isnan(array), axis=along, keepdims=True)
    return _ranked(along, np.maximum(known - 1, 0) // 2, array)


def mode(x: Any, dim: int = -1, keepdim: bool = False) -> Selected:
    """(values, indices) of the most frequent element along `dim`; of several the smallest, of its places the last.

    A nan is equal to nothing, and so occurs once.
    >>> values, indices = tg.mode(tg.tensor([3.0, 1.0, 3.0, 2.0]))
    >>> values
    tensor(3.)
    >>> indices
    tensor(2)
    """
    array = choosing.ordered("mode", x)
    along = choosing.line("mode", array, dim)
    if not array.ndim:
        return choosing.elements(x, dim, np.zeros((), np.int64))
    return choosing.elements(x, dim, again(functools.partial(_at_mode, along), array), keepdim)


def _at_mode(along: int, array: np.ndarray) -> np.ndarray:
    at = _places(along, False, array)
    ordered = np.moveaxis(np.take_along_axis(array, at, axis=along), along, -1)
    place = np.arange(ordered.shape[-1])
    first = np.ones(ordered.shape, bool)  # whether an element is the first of its run of equal ones
    first[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    length = place - np.maximum.accumulate(np.where(first, place, 0), axis=-1)  # so far; the first longest run wins
    last = np.moveaxis(np.argmax(length, axis=-1)[..., None], -1, along)
    return np.take_along_axis(at, last, axis=along)
