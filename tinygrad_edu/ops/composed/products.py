"""Products of vectors and matrices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...dtypes import result_type
from .. import elementwise as ew
from .. import reduce
from ..dims import listed
from ..linalg import matmul
from ..matrices.products import cross as linalg_cross
from ..matrices.products import multi_dot
from ..older_orders import factors_second
from .arithmetic import _cast, _plain, _times


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


def ger(a: Any, b: Any) -> Any:
    """The matrix a_i b_j of two vectors: `outer`.

    >>> tg.ger(tg.tensor([1.0, 2.0]), tg.tensor([3.0]))
    tensor([[3.],
            [6.]])
    """
    return outer(a, b)


def vdot(a: Any, b: Any) -> Any:
    """Σ conj(a) b of two vectors of one length.

    >>> tg.vdot(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]))
    tensor(11.)
    """
    if a.ndim != 1 or b.ndim != 1 or len(a) != len(b):
        raise ValueError(f"vdot: expected two vectors of one length, got {tuple(a.shape)} and {tuple(b.shape)}")
    return matmul(np.conj(a) if a.dtype.kind == "c" else a, b)


def inner(a: Any, b: Any) -> Any:
    """The inner products of the vectors in the last dimensions, all with all; of 0-d tensors the product.

    >>> tg.inner(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    if not a.ndim or not b.ndim:
        return ew.mul(a, b)
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(f"inner: the last sizes of {tuple(a.shape)} and {tuple(b.shape)} must be equal")
    return tensordot(a, b, ([-1], [-1]))


def tensordot(a: Any, b: Any, dims: Any = 2) -> Any:
    """Sums of products over dimensions of `a` paired with dimensions of `b`.

    dims: two lists, of `a` and of `b`; or a number n for the last n of `a` and the first n of `b`.
    >>> tg.tensordot(tg.ones(2, 3), tg.ones(3, 4), dims=1).shape
    (2, 4)
    """
    first, second = _paired(a, b, dims)
    a, b = _ones_repeated(a, b, first, second), _ones_repeated(b, a, second, first)
    rest = [d for d in range(a.ndim) if d not in first]
    other = [d for d in range(b.ndim) if d not in second]
    n = math.prod(a.shape[d] for d in first)
    sizes = [a.shape[d] for d in rest], [b.shape[d] for d in other]
    left = np.transpose(a, rest + first).reshape((math.prod(sizes[0]), n))
    right = np.transpose(b, second + other).reshape((n, math.prod(sizes[1])))
    return matmul(left, right).reshape((*sizes[0], *sizes[1]))


def _paired(a: Any, b: Any, dims: Any) -> tuple[list[int], list[int]]:
    if hasattr(dims, "tolist"):
        dims = dims.tolist()
    if isinstance(dims, int):
        if not 0 <= dims <= min(a.ndim, b.ndim):
            raise ValueError(f"tensordot: dims={dims} of tensors of {a.ndim} and {b.ndim} dimensions")
        first, second = list(range(a.ndim - dims, a.ndim)), list(range(dims))
    else:
        first, second = (
            list(listed(tuple(d) if isinstance(d, (tuple, list)) else d, x.ndim))
            for d, x in zip(dims, (a, b), strict=True)
        )
    sizes = [{a.shape[i], b.shape[j]} for i, j in zip(first, second, strict=True)]
    if any(len(both - {1}) > 1 for both in sizes):
        raise ValueError(
            f"tensordot: dims {first} of shape {tuple(a.shape)} and dims {second} of {tuple(b.shape)} differ in size"
        )
    return first, second


def _ones_repeated(a: Any, b: Any, first: list[int], second: list[int]) -> Any:
    """Where `a` has size 1 and `b` another: `a` repeated."""
    sizes = list(a.shape)
    for i, j in zip(first, second, strict=True):
        sizes[i] = b.shape[j] if sizes[i] == 1 else sizes[i]
    return a if tuple(sizes) == tuple(a.shape) else np.broadcast_to(a, tuple(sizes))


def kron(a: Any, b: Any) -> Any:
    """Kronecker's product: `a` with each element replaced by that element times `b`.

    >>> tg.kron(tg.tensor([[1.0, 2.0]]), tg.tensor([[1.0], [3.0]]))
    tensor([[1., 2.],
            [3., 6.]])
    """
    n = max(a.ndim, b.ndim)
    first, second = ((1,) * (n - x.ndim) + tuple(x.shape) for x in (a, b))
    product = ew.mul(
        a.reshape(tuple(k for size in first for k in (size, 1))),
        b.reshape(tuple(k for size in second for k in (1, size))),
    )
    return product.reshape(tuple(i * j for i, j in zip(first, second, strict=True)))


def cross(input: Any, other: Any, dim: int | None = None) -> Any:
    """The cross product of vectors of length 3 along `dim`; by default the first dimension of size 3.

    >>> tg.cross(tg.tensor([1.0, 0.0, 0.0]), tg.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    if dim is None:
        sizes = np.broadcast_shapes(input.shape, other.shape)
        if 3 not in sizes:
            raise ValueError(
                f"cross: expected a dimension of size 3, got {tuple(input.shape)} and {tuple(other.shape)}"
            )
        dim = sizes.index(3)
    return linalg_cross(input, other, dim=dim)


def chain_matmul(*matrices: Any) -> Any:
    """The product of matrices, in the order of least work: `linalg.multi_dot`.

    >>> tg.chain_matmul(tg.ones(2, 3), tg.ones(3, 1), tg.ones(1, 2))
    tensor([[3., 3.],
            [3., 3.]])
    """
    return matrices[0] if len(matrices) == 1 else multi_dot(matrices)


@factors_second("beta", "alpha")
def addmm(input: Any, mat1: Any, mat2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """beta · input + alpha · mat1 mat2. With beta=0, `input` is not looked at, were it nan.

    >>> tg.addmm(tg.ones(1, 1), tg.ones(1, 2), tg.ones(2, 1), beta=2)
    tensor([[4.]])
    """
    return _added("addmm", input, mm(mat1, mat2), beta, alpha)


@factors_second("beta", "alpha")
def addmv(input: Any, mat: Any, vec: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """beta · input + alpha · mat vec, of a matrix and a vector.

    >>> tg.addmv(tg.ones(1), tg.ones(1, 2), tg.ones(2))
    tensor([3.])
    """
    return _added("addmv", input, mv(mat, vec), beta, alpha)


@factors_second("beta", "alpha")
def addr(input: Any, vec1: Any, vec2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """beta · input + alpha · `outer(vec1, vec2)`.

    >>> tg.addr(tg.zeros(1, 2), tg.tensor([2.0]), tg.tensor([3.0, 4.0]))
    tensor([[6., 8.]])
    """
    return _added("addr", input, outer(vec1, vec2), beta, alpha)


@factors_second("beta", "alpha")
def baddbmm(input: Any, batch1: Any, batch2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """beta · input + alpha · `bmm(batch1, batch2)`.

    >>> tg.baddbmm(tg.ones(1, 1, 1), tg.ones(1, 1, 2), tg.ones(1, 2, 1))
    tensor([[[3.]]])
    """
    return _added("baddbmm", input, bmm(batch1, batch2), beta, alpha)


@factors_second("beta", "alpha")
def addbmm(input: Any, batch1: Any, batch2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """beta · input + alpha · the sum of the products in `bmm(batch1, batch2)`.

    >>> tg.addbmm(tg.ones(1, 1), tg.ones(4, 1, 2), tg.ones(4, 2, 1))
    tensor([[9.]])
    """
    return _added("addbmm", input, _summed(bmm(batch1, batch2)), beta, alpha)


def _summed(products: Any) -> Any:
    return reduce.sum(products, dim=0, dtype=products.dtype)


def _added(name: str, input: Any, product: Any, beta: float, alpha: float) -> Any:
    """The shape is the product's, the dtype the one that holds both; `input` is broadcast."""
    if np.broadcast_shapes(input.shape, product.shape) != tuple(product.shape):
        raise ValueError(f"{name}: input of shape {tuple(input.shape)} does not broadcast to {tuple(product.shape)}")
    dtype = result_type([_plain(input), _plain(product)])
    scaled = product if alpha == 1 else _cast(_times(name, product, alpha), dtype)
    if beta == 0:  # whatever stands in it, its gradient is 0
        return ew.where(False, input, scaled)
    return ew.add(input if beta == 1 else _cast(_times(name, input, beta), dtype), scaled)
