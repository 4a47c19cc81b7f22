"""The largest and the smallest: of all elements, along a dimension, and of those so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ...op import Variable
from ...tracing import again
from .. import elementwise as ew
from .. import reduce
from ..dims import axis
from ..plain import plain
from . import choosing
from .choosing import Selected


class Bounds(NamedTuple):
    """What `aminmax` returns."""

    min: Any
    max: Any


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


def _extreme(x: Any, which: Any, dim: int, keepdim: bool) -> Selected:
    at = which(x, dim=dim, keepdim=True)
    return choosing.elements(x, dim, plain(at), keepdim)


def aminmax(x: Any, *, dim: int | None = None, keepdim: bool = False) -> Bounds:
    """(min, max) of all elements or along `dim`, as `amin` and `amax`: elements that tie share the gradient evenly.

    >>> tg.aminmax(tg.tensor([3.0, 1.0, 2.0]))
    Bounds(min=tensor(1.), max=tensor(3.))
    """
    if dim is not None:
        axis(dim, x.ndim)  # one, not several
    return Bounds(reduce.amin(x, dim=dim, keepdim=keepdim), reduce.amax(x, dim=dim, keepdim=keepdim))


def cummax(x: Any, dim: int) -> Selected:
    """(values, indices): of each element and those before it along `dim` the largest; of ties the last. nan stays.

    >>> x = tg.tensor([1.0, 3.0, 2.0, 3.0])
    >>> values, indices = tg.cummax(x, dim=0)
    >>> values
    tensor([1., 3., 3., 3.])
    >>> indices
    tensor([0, 1, 1, 3])
    """
    return choosing.elements(x, dim, _so_far(choosing.ordered("cummax", x), dim, np.maximum.accumulate))


def cummin(x: Any, dim: int) -> Selected:
    """(values, indices): of each element and those before it along `dim` the smallest; of ties the last. nan stays.

    >>> x = tg.tensor([2.0, 1.0, 3.0])
    >>> values, indices = tg.cummin(x, dim=0)
    >>> values
    tensor([2., 1., 1.])
    >>> indices
    tensor([0, 1, 1])
    """
    return choosing.elements(x, dim, _so_far(choosing.ordered("cummin", x), dim, np.minimum.accumulate))


def _so_far(array: np.ndarray, dim: int, extreme: Callable[..., Any]) -> np.ndarray:
    along = axis(dim, array.ndim)
    if not array.ndim:
        return np.zeros((), np.int64)

    def places(array: np.ndarray) -> np.ndarray:
        reached = array == extreme(array, axis=along)
        if array.dtype.kind == "f":
            reached |= np.isnan(array)
        place = np.arange(array.shape[along]).reshape([-1 if d == along else 1 for d in range(array.ndim)])
        return np.maximum.accumulate(np.where(reached, place, 0), axis=along)

    found: np.ndarray = again(places, array)
    return found
