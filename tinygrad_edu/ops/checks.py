"""What indices, masks and what is written must be: one wording of what is wrong with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Variable, wrap
from ..recording import again, same, thread
from .dims import axis
from .shape import reshape


def numbers(x: Any) -> Any:
    """The array of a Tensor, to compute with in NumPy, without a gradient; of anything else, an array.

    While `compile` traces a step it is a Tensor, as a constant: then NumPy's functions are ops, and noted.
    """
    if not isinstance(x, Variable):
        x = np.asarray(x)
        return x if thread.mode.trace is None else wrap(x)
    return x._array if thread.mode.trace is None else wrap(x._array)


def array_in(x: Any) -> Any:
    """The array itself of what `numbers` gave, for a parameter of an op."""
    return x._array if isinstance(x, Variable) else x


def integers(name: str, indices: Any) -> np.ndarray:
    """Indices as an array of its own."""
    given = indices._array if isinstance(indices, Variable) else indices
    at = np.array(given)  # the graph keeps it
    same(at, given)
    if isinstance(indices, (list, tuple)) and not at.size:
        at = at.astype(np.int64)
    if at.dtype.kind not in "iu":
        raise TypeError(f"{name}: indices must be integers, got {at.dtype}")
    return at


def within(name: str, at: np.ndarray, size: int, signed: bool = False) -> None:
    """PyTorch's rule for functions: unlike in x[...], an index counts from 0 and, unless `signed`, never from the end."""

    def check(at: np.ndarray) -> None:
        least = -size if signed else 0
        wrong = at[(at < least) | (at >= size)]
        if wrong.size:
            raise IndexError(f"{name}: index {wrong[0]} is out of range; expected {least} to {size - 1}")

    again(check, at)


def booleans(name: str, mask: Any) -> np.ndarray:
    """A mask as an array of its own: the graph keeps it."""
    given = mask._array if isinstance(mask, Variable) else mask
    array = np.array(given)
    same(array, given)
    if array.dtype != bool:
        raise TypeError(f"{name}: the mask must be of booleans, got {array.dtype}; use mask.bool()")
    return array


def inside(name: str, x: Any, dim: int, i: Any) -> tuple[int, int]:
    """The axis, and the index along it counted from 0."""
    along, i = of_a_dim(name, dim, x), int(i)
    length = x.shape[along]
    if not -length <= i < length:
        raise IndexError(f"{name}: index {i} is out of range for size {length} (dim {dim})")
    return along, i % length


def of_a_dim(name: str, dim: int, x: Any) -> int:
    """The axis that `dim` names, of a tensor that has one."""
    if not x.ndim:
        raise ValueError(f"{name}: a 0-d tensor has no dimension; use t.reshape(1)")
    return axis(dim, x.ndim)


def vector(name: str, index: Any) -> np.ndarray:
    """Indices as a vector; a 0-d tensor is one."""
    at = integers(name, index)
    if at.ndim > 1:
        raise ValueError(f"{name}: expected a vector of indices, got shape {at.shape}")
    return at if at.ndim else reshape(at, shape=(-1,))


def same_dtype(name: str, x: Any, source: Any) -> None:
    """What is written to x must be of its dtype."""
    if getattr(source, "dtype", None) != x.dtype:
        kind = getattr(source, "dtype", type(source).__name__)
        raise TypeError(f"{name}: expected a tensor of {x.dtype}, got {kind}; use source.to(t.dtype)")


def lines(name: str, x: Any, dim: int, at: np.ndarray) -> tuple[np.ndarray, ...]:
    """The index of the elements x[..., at[..., k, ...], ...], where a 0-d tensor counts as a vector of one element."""
    along, sizes, wanted = axis(dim, x.ndim), tuple(x.shape) or (1,), at.shape or (1,)
    if len(wanted) != len(sizes):
        raise ValueError(f"{name}: index must have as many dimensions as the tensor, {x.ndim}, got {at.ndim}")
    if any(n > m for d, (n, m) in enumerate(zip(wanted, sizes, strict=True)) if d != along):
        raise ValueError(f"{name}: index of shape {at.shape} does not fit into {tuple(x.shape)} apart from dim {dim}")
    within(name, at, sizes[along])
    places: list[Any] = list(np.ogrid[tuple(slice(n) for n in wanted)])
    places[along] = at if at.ndim else reshape(at, shape=(1,))
    return tuple(places)


def slices(name: str, x: Any, dim: int, index: Any, source: Any) -> tuple[Any, tuple[Any, ...], Any]:
    """x, the index of its slices, and what is meant for them; a 0-d tensor as a vector."""
    along, at = axis(dim, x.ndim), vector(name, index)
    same_dtype(name, x, source)
    line = reshape(x, shape=(1,)) if not x.ndim else x
    within(name, at, line.shape[along])
    wanted = (*line.shape[:along], at.size, *line.shape[along + 1 :])
    fits = tuple(source.shape) == wanted or (source.ndim == 0 and wanted == (1,))
    if not fits:
        raise ValueError(f"{name}: expected a source of shape {wanted}, got {tuple(source.shape)}")
    return line, (slice(None),) * along + (at,), reshape(source, shape=wanted)


def fitting(name: str, value: Any, dtype: np.dtype) -> None:
    """A number that is written to integers must be within their range; digits behind the point are dropped."""
    if isinstance(value, (int, float)) and dtype.kind in "iu":
        bounds = np.iinfo(dtype)
        if not bounds.min <= value <= bounds.max:
            raise ValueError(f"{name}: {value} does not fit into {dtype}")
