"""Cholesky, QR and LU, and what is solved with them."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np

from ...tracing import again, decided
from .. import factors as rows
from ..plain import array_in, constant
from ..solving import H, solve_triangular
from .checks import floats, hermitian, matrices, one_precision, square, triangle


class CholeskyEx(NamedTuple):
    """A Cholesky factor, and for each matrix 0, or the order of the first minor that is not positive."""

    L: Any
    info: Any


class QR(NamedTuple):
    """An orthogonal (unitary) factor and an upper triangular one."""

    Q: Any
    R: Any


class LU(NamedTuple):
    """A permutation, a lower triangular matrix with ones on its diagonal, an upper triangular one."""

    P: Any
    L: Any
    U: Any


class LUFactor(NamedTuple):
    """L and U in one matrix, and which rows were exchanged, counted from 1 as in LAPACK."""

    LU: Any
    pivots: Any


class LUFactorEx(NamedTuple):
    """As `LUFactor`, and for each matrix 0, or the place of the first 0 on U's diagonal, counted from 1."""

    LU: Any
    pivots: Any
    info: Any


def cholesky(A: Any, *, upper: bool = False) -> Any:
    """The lower triangular L with a positive diagonal and A = L Lᴴ; with `upper`, Lᴴ. A is positive definite.

    A is taken to be Hermitian: only its lower triangle is read (with `upper` the upper one), and its gradient is
    Hermitian. A matrix that is not positive definite is a `LinAlgError`. Gradient: Murray (2016).
    >>> tg.linalg.cholesky(tg.tensor([[4.0, 2.0], [2.0, 10.0]]))
    tensor([[2., 0.],
            [1., 3.]])
    """
    square("linalg.cholesky", A)
    L = rows.cholesky(hermitian(A, upper))
    return H(L) if upper else L


def cholesky_ex(A: Any, *, upper: bool = False, check_errors: bool = False) -> CholeskyEx:
    """(L, info): as `cholesky`, without an error: L is nan where A is not positive definite, and info is not 0.

    >>> tg.linalg.cholesky_ex(tg.tensor([[-4.0]]))
    CholeskyEx(L=tensor([[nan]]), info=tensor(1, dtype=int32))
    """
    square("linalg.cholesky_ex", A)
    if check_errors:
        return CholeskyEx(cholesky(A, upper=upper), constant(np.zeros(A.shape[:-2], np.int32), A))
    info, bad = again(functools.partial(_bad_minors, upper), array_in(A))
    if not decided(np.any, bad, otherwise=True):
        return CholeskyEx(cholesky(A, upper=upper), constant(info, A))
    bad = constant(bad, A)
    L = cholesky(np.where(bad, np.eye(A.shape[-1], dtype=A.dtype), A), upper=upper)
    return CholeskyEx(np.where(bad, np.asarray(np.nan, A.dtype), L), constant(info, A))


def _bad_minors(upper: bool, A: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    info = np.zeros(A.shape[:-2], np.int32)
    for at in np.ndindex(info.shape):
        info[at] = _first_bad_minor(A[at], upper)
    return info, info[..., None, None] > 0


def _first_bad_minor(a: np.ndarray, upper: bool) -> int:
    if not a.size:
        return 0
    from scipy.linalg import get_lapack_funcs

    (potrf,) = get_lapack_funcs(("potrf",), (a,))
    return int(potrf(a, lower=not upper)[1])


def qr(A: Any, mode: str = "reduced") -> QR:
    """(Q, R): A = Q R with orthonormal columns Q and an upper triangular R.

    mode: "reduced": of (m, n), Q is (m, k) and R (k, n) with k = min(m, n); "complete": Q is (m, m); "r": only R, and Q
    is empty. Signs are LAPACK's. The gradient (Roberts and Roberts 2020) needs independent columns: the first k.
    >>> Q, R = tg.linalg.qr(tg.tensor([[3.0, 1.0], [4.0, 2.0]]))
    >>> R
    tensor([[-5.0000, -2.2000],
            [ 0.0000,  0.4000]])
    """
    matrices("linalg.qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(f"linalg.qr: mode must be 'reduced', 'complete' or 'r', got {mode!r}")
    Q, R = rows.qr(A, complete=mode == "complete")
    return QR(constant(np.zeros(0, A.dtype), A) if mode == "r" else Q, R)


def lu_factor(A: Any, *, pivot: bool = True) -> LUFactor:
    """(LU, pivots): L and U of P A = L U in one matrix, for `lu_solve`; row i was exchanged with row pivots[i] − 1.

    Of a singular matrix a `LinAlgError`; `lu_factor_ex` gives the factors all the same.
    >>> tg.linalg.lu_factor(tg.tensor([[1.0, 2.0], [2.0, 2.0]]))
    LUFactor(LU=tensor([[2.0000, 2.0000],
            [0.5000, 1.0000]]), pivots=tensor([2, 2], dtype=int32))
    """
    return LUFactor(*lu_factor_ex(A, pivot=pivot, check_errors=True)[:2])


def _lu_factor(name: str, A: Any, pivot: bool) -> Any:
    matrices(name, A)
    if not pivot:
        raise NotImplementedError(f"{name}: pivot=False, LU without exchanging rows, is not implemented")
    return rows.lu_factor(A)


def lu_factor_ex(A: Any, *, pivot: bool = True, check_errors: bool = False) -> LUFactorEx:
    """(LU, pivots, info): as `lu_factor`; info is the place of the first 0 on U's diagonal, counted from 1, or 0.

    >>> tg.linalg.lu_factor_ex(tg.tensor([[0.0]])).info
    tensor(1, dtype=int32)
    """
    factors, pivots = _lu_factor("linalg.lu_factor_ex", A, pivot)
    info = again(functools.partial(_first_zero, check_errors), array_in(factors))
    return LUFactorEx(factors, pivots, constant(info, A))


def _first_zero(check_errors: bool, factors: np.ndarray) -> np.ndarray:
    zero = np.diagonal(factors, axis1=-2, axis2=-1) == 0
    info = np.where(zero.any(-1), np.argmax(zero, -1) + 1 if zero.shape[-1] else 0, 0).astype(np.int32)
    if check_errors and info.any():
        raise np.linalg.LinAlgError(
            f"linalg.lu_factor_ex: a matrix is singular: U has a 0 on its diagonal, info {info}"
        )
    return info


def _permutation(m: int, dtype: Any, pivots: Any) -> np.ndarray:
    """P with the rows of the identity in the order that the pivots give: P A = L U."""
    found: np.ndarray = again(lambda pivots: np.eye(m, dtype=dtype)[rows.permutation(pivots, m)], array_in(pivots))
    return found


def lu(A: Any, *, pivot: bool = True) -> LU:
    """(P, L, U): A = P L U with a permutation P, a unit lower triangular L and an upper triangular U.

    >>> P, L, U = tg.linalg.lu(tg.tensor([[1.0, 2.0], [2.0, 2.0]]))
    >>> L
    tensor([[1.0000, 0.0000],
            [0.5000, 1.0000]])
    """
    return unpacked(*_lu_factor("linalg.lu", A, pivot))


def unpacked(factors: Any, pivots: Any) -> LU:
    """P, L and U from what `lu_factor` gives."""
    (m, n), dtype = factors.shape[-2:], factors.dtype
    k = min(m, n)
    P = constant(_permutation(m, dtype, pivots), factors).mT
    L = triangle(factors[..., :, :k], False, -1) + np.eye(m, k, dtype=dtype)
    return LU(P, L, triangle(factors[..., :k, :], True))


def lu_solve(LU: Any, pivots: Any, B: Any, *, left: bool = True, adjoint: bool = False) -> Any:
    """X with A X = B from `lu_factor(A)`; left=False: X A = B; adjoint: Aᴴ in place of A.

    >>> tg.linalg.lu_solve(*tg.linalg.lu_factor(tg.tensor([[1.0, 2.0], [2.0, 2.0]])), tg.tensor([[3.0], [4.0]]))
    tensor([[1.],
            [1.]])
    """
    square("linalg.lu_solve", LU)
    matrices("linalg.lu_solve", B)
    one_precision("linalg.lu_solve", LU, B)
    if not left:  # (X A)ᴴ = Aᴴ Xᴴ
        return H(lu_solve(LU, pivots, H(B), adjoint=not adjoint))
    P = constant(_permutation(LU.shape[-1], LU.dtype, pivots), B)
    if not adjoint:
        y = solve_triangular(LU, P @ B, upper=False, unitriangular=True)
        return solve_triangular(LU, y, upper=True)
    y = solve_triangular(H(LU), B, upper=False)
    return P.mT @ solve_triangular(H(LU), y, upper=True, unitriangular=True)


def householder_product(A: Any, tau: Any) -> Any:
    """The first n columns of H₁ H₂ ... Hₖ with Hᵢ = I − τᵢ vᵢ vᵢᴴ; vᵢ is column i of A, 1 on the diagonal, 0 above it.

    >>> tg.linalg.householder_product(tg.tensor([[9.0], [1.0]]), tg.tensor([1.0]))
    tensor([[ 0.],
            [-1.]])
    """
    matrices("linalg.householder_product", A)
    floats("linalg.householder_product", tau)
    m, n = A.shape[-2:]
    if m < n or tau.shape[-1] > n or tuple(tau.shape[:-1]) != tuple(A.shape[:-2]):
        raise ValueError(
            f"linalg.householder_product: expected shapes (..., m, n) with m >= n and (..., k) with k <= n, got "
            f"{tuple(A.shape)} and {tuple(tau.shape)}"
        )
    Q = constant(np.broadcast_to(np.eye(m, n, dtype=A.dtype), A.shape), A)
    if not tau.shape[-1]:
        return np.where(False, A, Q)
    return reflected(A, tau, Q, reversed(range(tau.shape[-1])))


def reflected(A: Any, tau: Any, X: Any, which: Any, adjoint: bool = False) -> Any:
    """H X for one reflection after the other."""
    v = triangle(A, False, -1) + np.eye(*A.shape[-2:], dtype=A.dtype)
    for i in which:
        column, t = v[..., :, i : i + 1], tau[..., i : i + 1, None]
        X = X - (np.conj(t) if adjoint else t) * column @ (H(column) @ X)
    return X
