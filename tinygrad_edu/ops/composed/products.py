"""Products of vectors and matrices of fixed numbers of dimensions."""

from __future__ import annotations

from typing import Any

from .. import elementwise as ew
from ..linalg import matmul


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
