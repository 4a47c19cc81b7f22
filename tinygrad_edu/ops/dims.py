"""Which axes a `dim` names: one wording of what is wrong with it, for every op."""

from __future__ import annotations

import operator
from typing import Any


def axis(dim: Any, ndim: int) -> int:
    """The one axis that `dim` names, counted from 0. A 0-d tensor counts as a vector of one element, as in PyTorch."""
    try:
        d = operator.index(dim)
    except TypeError:
        raise TypeError(f"dim must be an int, got {dim!r}") from None
    size = max(ndim, 1)
    if not -size <= d < size:
        raise IndexError(f"dim {d} is out of range for {ndim} dimensions; expected {-size} to {size - 1}")
    return d % size


def listed(dims: Any, ndim: int) -> tuple[int, ...]:
    """The axes that `dims`, an int or several, names, counted from 0, in this order; twice the same is an error."""
    named = tuple(axis(d, ndim) for d in (dims if isinstance(dims, (tuple, list)) else (dims,)))
    if len(set(named)) != len(named):
        raise ValueError(f"dim {dims} names an axis twice")
    return named if ndim else ()


def axes(dim: Any, ndim: int) -> tuple[int, ...]:
    """The axes that a reduction over `dim` runs over, in rising order: all of them for None and, as in PyTorch, ()."""
    if dim is None or dim == ():
        return tuple(range(ndim))
    return (axis(dim, ndim),) if type(dim) is int and ndim else tuple(sorted(listed(dim, ndim)))
