"""`vmap`: a function of one example becomes one of a batch. It is a loop, and says so."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import ops
from ..op import Variable, wrap
from ..random import get_rng_state, set_rng_state
from .tree import Structure, build, flatten, spread

__all__ = ["vmap"]

RANDOMNESS = ("error", "different", "same")


def vmap(
    func: Callable[..., Any],
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The function that calls `func` on each slice of its arguments, and stacks what it returns.

    in_dims: the dimension along which arguments are sliced: an int; None for one that is passed whole; or a tuple with
        an entry an argument, which may itself be nested as the argument is. Keyword arguments are passed whole.
    out_dims: where the new dimension stands in each output; None for an output that is the same for all slices.
    randomness: "error" refuses a function that draws from the default generator; "different" lets each slice draw its
        own numbers; "same" gives each the same.
    chunk_size: accepted; one slice is computed at a time.

    It is a loop over the batch, of which gradients of any order are right; it saves writing one and is no faster.
    ValueError: sizes that differ, nothing to slice.

    >>> dot = lambda a, b: (a * b).sum()
    >>> tg.func.vmap(dot, in_dims=(0, None))(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    if randomness not in RANDOMNESS:
        raise ValueError(f"vmap: randomness must be 'error', 'different' or 'same', got {randomness!r}")
    if chunk_size is not None and (not isinstance(chunk_size, int) or chunk_size < 1):
        raise ValueError(f"vmap: chunk_size must be None or an int > 0, got {chunk_size!r}")

    @functools.wraps(func)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        leaves, structure = flatten((args, kwargs))
        dims = _dims(args, in_dims, leaves)
        size = _size(leaves, dims)
        draws = _Draws(randomness)
        rows, outline = [], None
        for i in range(max(size, 1)):
            call, keywords = build(structure, [_slice(x, dim, i) for x, dim in zip(leaves, dims, strict=True)])
            with draws:
                found, own = flatten(func(*call, **keywords))
            if outline is not None and own != outline:
                raise ValueError("vmap: the function returned differently nested results for two slices")
            outline = own
            rows.append(found)
        assert outline is not None
        return _together(rows, outline, out_dims, size)

    return mapped


class _Draws:
    """A block for each call of the function: what it may do with the default generator."""

    def __init__(self, randomness: str) -> None:
        self.randomness = randomness
        self.first: Any = None

    def __enter__(self) -> None:
        if self.randomness != "different":
            if self.first is None:
                self.first = get_rng_state()
            elif self.randomness == "same":
                set_rng_state(self.first)

    def __exit__(self, *exception: object) -> None:
        if self.randomness == "error" and exception[0] is None and get_rng_state() != self.first:
            raise RuntimeError(
                "vmap: the function draws random numbers; say whether each slice gets its own, with "
                "randomness='different', or all the same, with randomness='same'"
            )


def _dims(args: tuple[Any, ...], in_dims: Any, leaves: Sequence[Any]) -> list[Any]:
    """For each leaf the dimension along which it is sliced, counted from the start; None for the others."""
    if isinstance(in_dims, list):
        in_dims = tuple(in_dims)
    if not isinstance(in_dims, (int, tuple)) or isinstance(in_dims, bool):
        raise ValueError(f"vmap: in_dims must be an int or a tuple with an entry for each argument, got {in_dims!r}")
    dims = spread(in_dims, args, "vmap: in_dims")
    dims += [None] * (len(leaves) - len(dims))  # keyword arguments
    found: list[int | None] = []
    for x, dim in zip(leaves, dims, strict=True):
        if dim is None:
            found.append(None)
            continue
        if not isinstance(dim, int) or isinstance(dim, bool):
            raise ValueError(f"vmap: in_dims must be made of ints and None, got {dim!r}")
        if not isinstance(x, Variable):
            raise ValueError(f"vmap: in_dims={dim} for {type(x).__name__}, which has no dimensions; give None for it")
        if not -x._array.ndim <= dim < x._array.ndim:
            raise ValueError(f"vmap: in_dims={dim} for a tensor of shape {x._array.shape}")
        found.append(dim % x._array.ndim)
    return found


def _size(leaves: Sequence[Any], dims: Sequence[Any]) -> int:
    """How many slices there are."""
    sizes = [x._array.shape[dim] for x, dim in zip(leaves, dims, strict=True) if dim is not None]
    if not sizes:
        raise ValueError("vmap: nothing to map over; at least one argument must be a Tensor whose in_dims is not None")
    if len(set(sizes)) > 1:
        raise ValueError(f"vmap: the sizes of the dimensions to map over must be equal, got {sizes}")
    return int(sizes[0])


def _slice(x: Any, dim: int | None, i: int) -> Any:
    """Slice `i`; zeros of its shape if there is none, from which the function tells the shapes of its outputs."""
    if dim is None:
        return x
    shape = x._array.shape
    if shape[dim] == 0:
        return wrap(np.zeros(shape[:dim] + shape[dim + 1 :], x._array.dtype))
    return x[(slice(None),) * dim + (i,)]


def _together(rows: Sequence[Sequence[Any]], outline: Structure, out_dims: Any, size: int) -> Any:
    dims = spread(out_dims, build(outline, rows[0]), "vmap: out_dims")
    outputs = []
    for k, dim in enumerate(dims):
        column = [row[k] for row in rows]
        y = column[0]
        if not isinstance(y, Variable):
            raise ValueError(f"vmap: the function must return Tensors, got {type(y).__name__} as output {k}")
        if dim is None:
            if any(
                not np.array_equal(y._array, other._array, equal_nan=y._array.dtype.kind in "fc") for other in column
            ):
                raise ValueError(
                    f"vmap: out_dims=None for output {k}, which is not the same for all slices; give an int"
                )
            outputs.append(y)
            continue
        if not isinstance(dim, int) or isinstance(dim, bool) or not -y._array.ndim - 1 <= dim <= y._array.ndim:
            raise ValueError(f"vmap: out_dims={dim!r} for an output of shape {y._array.shape} of each slice")
        dim %= y._array.ndim + 1
        if size:
            outputs.append(ops.stack(column, dim=dim))
        else:
            shape = y._array.shape
            outputs.append(wrap(np.zeros((*shape[:dim], 0, *shape[dim:]), y._array.dtype)))
    return build(outline, outputs)
