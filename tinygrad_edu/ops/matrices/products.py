"""Products of many matrices and of vectors; the diagonal; Vandermonde's matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import elementwise as ew
from .. import linalg, reduce, shape
from ..dims import axis
from ..index import getitem


def cross(input: Any, other: Any, *, dim: int = -1) -> Any:
    """The cross product a × b of vectors of length 3 along `dim`; the other dimensions are broadcast.

    >>> tg.linalg.cross(tg.tensor([1.0, 0.0, 0.0]), tg.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    for x in (input, other):
        if not x.ndim or x.shape[axis(dim, x.ndim)] != 3:
            raise ValueError(f"linalg.cross: expected size 3 in dim {dim}, got shape {tuple(x.shape)}")
    if input.ndim != other.ndim:
        raise ValueError(
            f"linalg.cross: expected as many dimensions, got {tuple(input.shape)} and {tuple(other.shape)}"
        )

    def after(x: Any, places: int) -> Any:
        return shape.roll(x, shifts=-places, dims=dim)

    return ew.sub(ew.mul(after(input, 1), after(other, 2)), ew.mul(after(input, 2), after(other, 1)))


def vecdot(x: Any, y: Any, *, dim: int = -1) -> Any:
    """Σ conj(x) y along `dim`: the inner products of vectors; the other dimensions are broadcast.

    >>> tg.linalg.vecdot(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
    tensor(11.)
    """
    return reduce.sum(ew.mul(np.conj(x) if x.dtype.kind == "c" else x, y), dim=dim)


def diagonal(A: Any, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """The diagonal of each matrix in the dimensions dim1 and dim2, as the last dimension; `offset` places above the main.

    >>> tg.linalg.diagonal(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 4.])
    """
    if A.ndim < 2:
        raise ValueError(f"linalg.diagonal: expected a matrix or a stack of matrices, got shape {tuple(A.shape)}")
    first, second = axis(dim1, A.ndim), axis(dim2, A.ndim)
    if first == second:
        raise ValueError(f"linalg.diagonal: dim1 and dim2 must differ, got {dim1} and {dim2}")
    matrix = np.transpose(A, [*(d for d in range(A.ndim) if d not in (first, second)), first, second])
    down, right = max(-offset, 0), max(offset, 0)
    at = np.arange(max(min(matrix.shape[-2] - down, matrix.shape[-1] - right), 0))
    return getitem(matrix, index=(..., at + down, at + right))


def multi_dot(tensors: Any) -> Any:
    """The product of two or more matrices, in the order of least work; the first and the last may be vectors.

    Source of the order: Cormen et al., "Introduction to Algorithms", section 15.2.
    >>> tg.linalg.multi_dot([tg.ones(2, 9), tg.ones(9, 9), tg.ones(9)])
    tensor([81., 81.])
    """
    found = list(tensors)
    if len(found) < 2:
        raise ValueError(f"linalg.multi_dot: expected at least two tensors, got {len(found)}")
    for i, x in enumerate(found):
        ends = i in (0, len(found) - 1)
        if x.ndim != 2 and not (ends and x.ndim == 1):
            raise ValueError(
                f"linalg.multi_dot: tensor {i} must be {'a vector or ' if ends else ''}a matrix, got {tuple(x.shape)}"
            )
    is_row, is_column = found[0].ndim == 1, found[-1].ndim == 1
    if is_row:
        found[0] = found[0][None, :]
    if is_column:
        found[-1] = found[-1][:, None]
    product = _chain(found, _splits([found[0].shape[0], *(x.shape[1] for x in found)]), 0, len(found) - 1)
    product = product[0] if is_row else product
    return product[..., 0] if is_column else product


def _splits(sizes: list[int]) -> dict[tuple[int, int], int]:
    """For matrices i to j: behind which to split, so that the multiplications are fewest."""
    cost = {(i, i): 0 for i in range(len(sizes) - 1)}
    split: dict[tuple[int, int], int] = {}
    for length in range(1, len(sizes) - 1):
        for i in range(len(sizes) - 1 - length):
            j = i + length
            costs = {k: cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in range(i, j)}
            split[i, j] = min(costs, key=lambda k: costs[k])
            cost[i, j] = costs[split[i, j]]
    return split


def _chain(matrices: list[Any], split: dict[tuple[int, int], int], i: int, j: int) -> Any:
    if i == j:
        return matrices[i]
    k = split[i, j]
    return linalg.matmul(_chain(matrices, split, i, k), _chain(matrices, split, k + 1, j))


def vander(x: Any, N: int | None = None) -> Any:
    """The powers 1, x, x², ... of each element, N of them, in a new last dimension; by default as many as elements.

    >>> tg.linalg.vander(tg.tensor([2.0, 3.0]), 3)
    tensor([[1., 2., 4.],
            [1., 3., 9.]])
    """
    x = x if x.ndim else shape.unsqueeze(x, dim=0)
    n = x.shape[-1] if N is None else N
    if not isinstance(n, int) or n <= 1:
        raise ValueError(f"linalg.vander: N must be an int > 1, got {n!r}")
    kind = x.dtype if x.dtype.kind in "fc" else np.int64
    return ew.pow(
        ew.cast(shape.unsqueeze(x, dim=-1), dtype=kind), np.arange(n).astype(np.int64 if kind == np.int64 else x.dtype)
    )
