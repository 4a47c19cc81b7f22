"""Counts, and positions: which elements there are, how many, where, and in which bin. Indices and counts have no gradient."""

from __future__ import annotations

import functools
import math
from typing import Any, Literal

import numpy as np

from ...op import Variable
from ...tracing import again, decided, sized
from .. import elementwise as ew
from .. import index, reduce, shape
from ..dims import axis
from ..plain import constant
from . import choosing
from .selecting import index_select


def count_nonzero(x: Any, dim: Any = None) -> Any:
    """How many elements are not 0, in all or over `dim`, an int or several. nan is not 0.

    >>> tg.count_nonzero(tg.tensor([[1, 0], [2, 3]]), dim=0)
    tensor([2, 1])
    """
    choosing.array("count_nonzero", x)
    return reduce.sum(ew.ne(x, 0), dim=dim)


def nonzero(x: Any, *, as_tuple: bool = False) -> Any:
    """The indices of the elements that are not 0, a row for each; `as_tuple`: a vector for each dimension, as x[...] takes.

    >>> tg.nonzero(tg.tensor([[1, 0], [0, 2]]))
    tensor([[0, 0],
            [1, 1]])
    >>> tg.nonzero(tg.tensor([0, 3, 4]), as_tuple=True)
    (tensor([1, 2]),)
    """
    array = choosing.array("nonzero", x)
    if as_tuple:
        found = sized(lambda array: np.nonzero(np.atleast_1d(array)), array)
        return tuple(constant(along, x) for along in found)
    return constant(sized(np.argwhere, array), x)


def argwhere(x: Any) -> Any:
    """The indices of the elements that are not 0, a row for each.

    >>> tg.argwhere(tg.tensor([0, 3, 4]))
    tensor([[1],
            [2]])
    """
    return nonzero(x)


def unique(
    x: Any, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The elements, each once, in rising order; with `dim` the slices along it, in the order of their elements.

    return_inverse: also, for each element of x (or each slice), its index in the result. return_counts: also how often
        each occurs. Then a tuple is returned. Every nan is one of its own.
    The gradient of each element goes to the first of those it stands for.
    >>> values, inverse, counts = tg.unique(tg.tensor([3, 1, 3]), return_inverse=True, return_counts=True)
    >>> values
    tensor([1, 3])
    >>> inverse
    tensor([1, 0, 1])
    >>> counts
    tensor([1, 2])
    """
    axis_of_slices = None if dim is None else 0
    first, inverse, counts = sized(
        lambda x: np.unique(_slices("unique", x, dim), True, True, True, axis_of_slices, equal_nan=False)[1:],
        choosing.ordered("unique", x),
    )
    return _found(x, dim, first, inverse, counts, return_inverse, return_counts)


def unique_consecutive(
    x: Any, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The first element of every run of equal ones; with `dim` of equal slices. Else as `unique`.

    >>> tg.unique_consecutive(tg.tensor([1, 1, 2, 1]), return_counts=True)
    (tensor([1, 2, 1]), tensor([2, 1, 1]))
    """
    first, inverse, counts = sized(functools.partial(_runs, dim), choosing.ordered("unique_consecutive", x))
    return _found(x, dim, first, inverse, counts, return_inverse, return_counts)


def _runs(dim: int | None, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The first of each run of equal elements, the run of each, and how long it is."""
    array = _slices("unique_consecutive", x, dim)
    array = array.reshape(-1) if dim is None else array.reshape(len(array), math.prod(array.shape[1:]))
    new = np.ones(len(array), bool)
    differs = array[1:] != array[:-1]
    new[1:] = differs if dim is None else np.any(differs, axis=1)
    first = np.flatnonzero(new)
    counts = np.diff(np.append(first, len(array)))
    return first, np.cumsum(new) - 1, counts


def _slices(name: str, array: np.ndarray, dim: int | None) -> np.ndarray:
    """The array, with the dimension first whose slices are compared."""
    if dim is None:
        return array
    along = axis(dim, array.ndim)
    array = np.moveaxis(np.atleast_1d(array), along, 0)
    if array.size == 0 and len(array):
        raise ValueError(f"{name}: slices of shape {array.shape[1:]} along dim {dim} have no elements to compare")
    return array


def _found(
    x: Any, dim: int | None, first: Any, inverse: Any, counts: Any, with_inverse: bool, with_counts: bool
) -> Any:
    values = index_select(shape.reshape(x, shape=(-1,)) if dim is None or not x.ndim else x, dim or 0, first)
    inverse = shape.reshape(inverse, shape=tuple(x.shape) if dim is None else (-1,))
    wanted = [constant(found, x) for found, is_wanted in ((inverse, with_inverse), (counts, with_counts)) if is_wanted]
    return (values, *wanted) if wanted else values


def searchsorted(
    sorted_sequence: Any,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Any = None,
) -> Any:
    """Where each number of `input` would be inserted into a sorted sequence so that it stays sorted.

    sorted_sequence: a vector; or one for each row of `input`, of the same shape but for the last dimension.
    right, or side="right": behind numbers that are equal; otherwise before them. sorter: indices that sort the sequence.
    >>> tg.searchsorted(tg.tensor([1.0, 3.0, 5.0]), tg.tensor([3.0, 6.0]))
    tensor([1, 3])
    """
    if side not in (None, "left", "right"):
        raise ValueError(f"searchsorted: side must be 'left' or 'right', got {side!r}")
    if side == "left" and right:
        raise ValueError("searchsorted: side='left' and right=True say opposite things; give one of them")
    sequence = choosing.ordered("searchsorted", sorted_sequence)
    by = None if sorter is None else choosing.array("searchsorted", sorter)
    where: Literal["left", "right"] = "right" if right or side == "right" else "left"
    dtype = np.int32 if out_int32 else np.int64
    found = again(functools.partial(_places, where, dtype), sequence, _as(sequence, input), by)
    return constant(found, input if isinstance(input, Variable) else sorted_sequence)


def _places(
    where: Literal["left", "right"], dtype: Any, sequence: np.ndarray, numbers: np.ndarray, by: np.ndarray | None
) -> np.ndarray:
    if not sequence.ndim:
        raise ValueError("searchsorted: expected a sequence, got shape ()")
    if by is not None:
        if by.shape != sequence.shape:
            raise ValueError(f"searchsorted: expected a sorter of shape {sequence.shape}, got {by.shape}")
        sequence = np.take_along_axis(sequence, by, axis=-1)
    if sequence.ndim == 1:
        found: Any = np.searchsorted(sequence, numbers, where)
    elif sequence.shape[:-1] != numbers.shape[:-1]:
        raise ValueError(
            "searchsorted: expected a vector, or a sequence for each row of the numbers; "
            f"got shapes {sequence.shape} and {numbers.shape}"
        )
    else:
        found = np.zeros(numbers.shape, np.int64)
        for row in np.ndindex(sequence.shape[:-1]):
            found[row] = np.searchsorted(sequence[row], numbers[row], where)
    return np.asarray(found).astype(dtype)


def _as(sequence: np.ndarray, input: Any) -> np.ndarray:
    """A Python number is one of the sequence's dtype, or float32 among integers."""
    if isinstance(input, (int, float)):
        return np.asarray(input, sequence.dtype if sequence.dtype.kind == "f" else None)
    return choosing.ordered("searchsorted", input)


def bucketize(input: Any, boundaries: Any, *, out_int32: bool = False, right: bool = False) -> Any:
    """Between which boundaries, a sorted vector, each number lies: i if boundaries[i-1] < number <= boundaries[i].

    right: if boundaries[i-1] <= number < boundaries[i].
    >>> tg.bucketize(tg.tensor([0.0, 1.0, 9.0]), tg.tensor([1.0, 5.0]))
    tensor([0, 0, 2])
    """
    if choosing.ordered("bucketize", boundaries).ndim != 1:
        raise ValueError(f"bucketize: expected a vector of boundaries, got shape {tuple(boundaries.shape)}")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


def bincount(input: Any, weights: Any = None, minlength: int = 0) -> Any:
    """How often each of 0, 1, 2 ... up to the largest occurs; with `weights`, the sum of the weights of each.

    input: a vector of integers >= 0. weights: one for each; a gradient flows back to them. minlength: the least length.
    >>> tg.bincount(tg.tensor([0, 2, 2]))
    tensor([1, 0, 2])
    >>> tg.bincount(tg.tensor([0, 2, 2]), tg.tensor([0.5, 1.0, 2.0]))
    tensor([0.5000, 0.0000, 3.0000])
    """
    numbers = choosing.array("bincount", input)
    again(_check_counted, numbers)
    minlength = choosing.whole("bincount", "minlength", minlength)
    if minlength < 0:
        raise ValueError(f"bincount: minlength must be 0 or more, got {minlength}")
    if weights is None:
        return constant(sized(lambda numbers: np.bincount(numbers, minlength=minlength), numbers), input)
    if tuple(weights.shape) != numbers.shape:
        raise ValueError(f"bincount: expected {numbers.size} weights, got shape {tuple(weights.shape)}")
    weights = weights if weights.dtype.kind == "f" else ew.cast(weights, dtype=np.float64)
    length = int(decided(lambda numbers: int(np.max(numbers, initial=-1)), numbers)) + 1
    at = ew.cast(numbers, dtype=np.dtype(np.int64))
    return index.place(weights, index=at, shape=(length if length > minlength else minlength,))


def _check_counted(numbers: np.ndarray) -> None:
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu" or np.any(numbers < 0):
        raise ValueError(
            f"bincount: expected a vector of integers >= 0, got {numbers.dtype} of shape {numbers.shape}"
            + (f", with {numbers.min()}" if numbers.dtype.kind == "i" and numbers.size else "")
        )
