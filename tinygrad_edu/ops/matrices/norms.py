"""Norms of vectors and matrices, and what follows from singular values: condition and rank."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ...tracing import again, decided
from .. import elementwise as ew
from .. import reduce
from ..dims import listed
from ..plain import array_in, constant
from ..solving import inv, tolerance
from .checks import floats, matrices, singular, square
from .spectral import svdvals


def vector_norm(x: Any, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """(Σ |x|^ord)^(1/ord) over `dim`, or over all elements; ord = inf is the largest |x|, -inf the smallest, 0 a count.

    At x = 0 the gradient is 0. With `dtype`, x is converted first.
    >>> tg.linalg.vector_norm(tg.tensor([3.0, -4.0]))
    tensor(5.)
    """
    from ..composed.statistics import norm as over

    floats("linalg.vector_norm", x, half=True)
    if isinstance(ord, (str, bool)) or not isinstance(ord, (int, float)):
        raise TypeError(f"linalg.vector_norm: ord must be a number, got {ord!r}")
    if ord < 0 and not reduce.count(x.shape, dim):
        raise ValueError(
            f"linalg.vector_norm: ord={ord} of no elements, of shape {tuple(x.shape)}: there is no smallest"
        )
    return over(_converted(x, dtype), ord, dim, keepdim)


def _converted(x: Any, dtype: Any) -> Any:
    return x if dtype is None else ew.cast(x, dtype=dtype)


def matrix_norm(A: Any, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None) -> Any:
    """A norm of each matrix in the two dimensions `dim`.

    ord: "fro", √Σ|a|²; "nuc", the sum of the singular values; 2, the largest of them, -2 the smallest; 1, the largest sum
    of |a| down a column, -1 the smallest; inf, the largest sum along a row, -inf the smallest.
    >>> tg.linalg.matrix_norm(tg.tensor([[3.0, 0.0], [0.0, 4.0]]), "nuc")
    tensor(7.)
    """
    matrices("linalg.matrix_norm", A, half=True)
    if not isinstance(dim, (tuple, list)) or len(dim) != 2:
        raise ValueError(f"linalg.matrix_norm: dim must be two dimensions, got {dim!r}")
    rows, columns = listed(dim, A.ndim)
    A = _converted(A, dtype)
    if ord == "fro":
        return vector_norm(A, 2, (rows, columns), keepdim)
    if ord in ("nuc", 2, -2):
        rest = [d for d in range(A.ndim) if d not in (rows, columns)]
        values = svdvals(np.transpose(A, [*rest, rows, columns]))
        found = reduce.sum(values, dim=-1) if ord == "nuc" else _extreme(ord, values, -1)
        if not keepdim:
            return found
        return found.reshape(tuple(1 if d in (rows, columns) else n for d, n in enumerate(A.shape)))
    if isinstance(ord, str) or ord not in (1, -1, np.inf, -np.inf):
        raise ValueError(f"linalg.matrix_norm: ord must be 'fro', 'nuc', ±1, ±2 or ±inf, got {ord!r}")
    summed, along = (rows, columns) if ord in (1, -1) else (columns, rows)
    sums = np.sum(np.abs(A), axis=summed, keepdims=True)
    extreme = _extreme(ord, sums, along, keepdim=True)
    return extreme if keepdim else np.squeeze(extreme, axis=(rows, columns))


def _extreme(ord: float, sizes: Any, dim: int, keepdim: bool = False) -> Any:
    """The largest of these, of none 0; or the smallest."""
    if ord > 0 and not sizes.shape[dim]:
        return reduce.sum(sizes, dim=dim, keepdim=keepdim)
    return (reduce.amax if ord > 0 else reduce.amin)(sizes, dim=dim, keepdim=keepdim)


def norm(A: Any, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """`vector_norm`, or `matrix_norm` if `dim` names two dimensions, or if it is None and A is a matrix and `ord` given.

    Without `ord`, the square root of the sum of all |a|², over `dim` if that is given.
    >>> tg.linalg.norm(tg.tensor([[3.0, 0.0], [0.0, 4.0]]), 2)
    tensor(4.)
    """
    floats("linalg.norm", A, half=True)
    if ord is None:
        return vector_norm(A, 2, dim, keepdim, dtype=dtype)
    several = isinstance(dim, (tuple, list))
    if dim is None and A.ndim not in (1, 2):
        raise ValueError(f"linalg.norm: ord={ord!r} is for vectors and matrices, got shape {tuple(A.shape)}; give dim")
    if (several and len(dim) == 2) or (dim is None and A.ndim == 2):
        return matrix_norm(A, ord, (0, 1) if dim is None else dim, keepdim, dtype=dtype)
    if isinstance(ord, str):
        raise ValueError(f"linalg.norm: ord={ord!r} is for matrices; give two dimensions")
    return vector_norm(A, ord, dim, keepdim, dtype=dtype)


def cond(A: Any, p: Any = None) -> Any:
    """How much a relative error of B can grow in solve(A, B): ‖A‖ ‖A⁻¹‖ in the `matrix_norm` p, by default 2.

    That is the largest singular value over the smallest, also of matrices that are not square. Of singular ones inf.
    >>> tg.linalg.cond(tg.tensor([[1.0, 0.0], [0.0, 4.0]]))
    tensor(4.)
    """
    matrices("linalg.cond", A)
    if p in (None, 2, -2):
        values = svdvals(A)
        if not values.shape[-1]:
            return np.sum(values, axis=-1)
        large, small = values[..., 0], values[..., -1]
        return ew.div(small, large) if p == -2 else ew.div(large, small)
    square("linalg.cond", A)
    if not A.shape[-1]:
        return np.sum(np.abs(A), axis=(-2, -1))
    if not decided(lambda A: bool(singular(A).any()), array_in(A), otherwise=True):
        return matrix_norm(A, p) * matrix_norm(inv(A), p)
    without = constant(again(singular, array_in(A)), A)
    usual = np.where(without[..., None, None], np.eye(A.shape[-1], dtype=A.dtype), A)
    found = matrix_norm(usual, p) * matrix_norm(inv(usual), p)
    return np.where(without, np.asarray(np.inf, found.dtype), found)


def matrix_rank(A: Any, tol: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None) -> Any:
    """How many singular values are larger than max(atol, rtol · the largest), as int64; the defaults are those of `pinv`.

    tol: an older name for atol. hermitian: take A to be Hermitian, which is faster. It has no gradient.
    >>> tg.linalg.matrix_rank(tg.tensor([[1.0, 1.0], [1.0, 1.0]]))
    tensor(1)
    """
    (square if hermitian else matrices)("linalg.matrix_rank", A)
    given = array_in(tol if atol is None else atol), array_in(rtol)
    return constant(again(functools.partial(_rank, hermitian), array_in(A), *given), A)


def _rank(hermitian: bool, A: np.ndarray, atol: Any, rtol: Any) -> Any:
    values = np.abs(np.linalg.eigvalsh(A)) if hermitian else np.linalg.svd(A, compute_uv=False)
    return np.asarray(np.sum(values > tolerance(values, A.shape, atol, rtol), axis=-1))
