"""What PyTorch keeps outside of `linalg`: factorisations and what is solved with them, under their older names."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .. import solving
from ..matrices import equations, factored, spectral
from ..matrices.checks import floats, matrices, one_precision, square, triangular
from ..matrices.equations import Slogdet
from ..matrices.factored import LU, QR, reflected, unpacked
from ..plain import constant, plain
from ..solving import H

__all__ = [
    "cholesky",
    "cholesky_inverse",
    "cholesky_solve",
    "det",
    "inverse",
    "logdet",
    "lu",
    "lu_solve",
    "lu_unpack",
    "matrix_exp",
    "matrix_power",
    "orgqr",
    "ormqr",
    "pinverse",
    "qr",
    "slogdet",
    "svd",
    "triangular_solve",
]


class SVD(NamedTuple):
    """Left singular vectors as columns, singular values from the largest down, right singular vectors as columns."""

    U: Any
    S: Any
    V: Any


class Triangular(NamedTuple):
    """A solution, and the matrix it was found with."""

    solution: Any
    cloned_coefficient: Any


def inverse(input: Any) -> Any:
    """The inverse of each matrix: `linalg.inv`.

    >>> tg.inverse(tg.tensor([[4.0]]))
    tensor([[0.2500]])
    """
    return equations.inv(input)


def pinverse(input: Any, rcond: float = 1e-15) -> Any:
    """The pseudo-inverse of each matrix: `linalg.pinv`, with singular values below rcond · the largest as 0.

    >>> tg.pinverse(tg.tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """
    return equations.pinv(input, rcond)


def det(input: Any) -> Any:
    """The determinant of each matrix: `linalg.det`.

    >>> tg.det(tg.tensor([[2.0, 1.0], [1.0, 4.0]]))
    tensor(7.)
    """
    return equations.det(input)


def slogdet(input: Any) -> Slogdet:
    """(sign, logabsdet) of each matrix: `linalg.slogdet`.

    >>> tg.slogdet(tg.tensor([[-1.0]]))
    Slogdet(sign=tensor(-1.), logabsdet=tensor(0.))
    """
    return equations.slogdet(input)


def logdet(input: Any) -> Any:
    """ln det(A) of each matrix; -inf where det(A) is 0, nan where it is negative.

    >>> tg.logdet(tg.tensor([[2.0, 1.0], [1.0, 4.0]]))
    tensor(1.9459)
    """
    sign, logabsdet = equations.slogdet(input)
    if sign.dtype.kind == "c":
        return np.log(sign) + logabsdet
    return np.where(plain(sign) == -1, np.asarray(np.nan, sign.dtype), logabsdet)


def matrix_exp(input: Any) -> Any:
    """I + A + A²/2! + A³/3! + ... of each matrix: `linalg.matrix_exp`.

    >>> tg.matrix_exp(tg.tensor([[0.0]]))
    tensor([[1.]])
    """
    return equations.matrix_exp(input)


def matrix_power(input: Any, n: int) -> Any:
    """The n-th power of each matrix: `linalg.matrix_power`.

    >>> tg.matrix_power(tg.tensor([[2.0]]), 3)
    tensor([[8.]])
    """
    return equations.matrix_power(input, n)


def cholesky(input: Any, upper: bool = False) -> Any:
    """The Cholesky factor of each matrix: `linalg.cholesky`.

    >>> tg.cholesky(tg.tensor([[4.0]]))
    tensor([[2.]])
    """
    return factored.cholesky(input, upper=upper)


def cholesky_solve(B: Any, L: Any, upper: bool = False) -> Any:
    """X with A X = B, from the Cholesky factor L of A = L Lᴴ (with `upper`, A = Lᴴ L).

    Only the triangle is read; the gradient is that of L Lᴴ in all elements of L.
    >>> tg.cholesky_solve(tg.tensor([[8.0]]), tg.tensor([[2.0]]))
    tensor([[2.]])
    """
    square("cholesky_solve", L)
    matrices("cholesky_solve", B)
    one_precision("cholesky_solve", B, L)
    return solving.solve(_from_factor(L, upper), B)


def cholesky_inverse(L: Any, upper: bool = False) -> Any:
    """The inverse of A = L Lᴴ (with `upper`, of Lᴴ L) from its Cholesky factor.

    Only the triangle is read; the gradient is that of L Lᴴ in all elements of L.
    >>> tg.cholesky_inverse(tg.tensor([[2.0]]))
    tensor([[0.2500]])
    """
    square("cholesky_inverse", L)
    return equations.inv(_from_factor(L, upper))


def _from_factor(L: Any, upper: bool) -> Any:
    L = triangular(L, upper)
    return H(L) @ L if upper else L @ H(L)


def qr(input: Any, some: bool = True) -> QR:
    """(Q, R) of each matrix: `linalg.qr`, "reduced" or, if not `some`, "complete".

    >>> tg.qr(tg.tensor([[2.0]])).R
    tensor([[2.]])
    """
    return factored.qr(input, "reduced" if some else "complete")


def lu(A: Any, pivot: bool = True, get_infos: bool = False) -> Any:
    """(LU, pivots), as `linalg.lu_factor`; with get_infos (LU, pivots, info), as `linalg.lu_factor_ex`.

    >>> tg.lu(tg.tensor([[2.0]])).pivots
    tensor([1], dtype=int32)
    """
    return factored.lu_factor_ex(A, pivot=pivot) if get_infos else factored.lu_factor(A, pivot=pivot)


def lu_solve(b: Any, LU_data: Any, LU_pivots: Any) -> Any:
    """X with A X = b from `linalg.lu_factor(A)`.

    >>> tg.lu_solve(tg.tensor([[4.0]]), *tg.linalg.lu_factor(tg.tensor([[2.0]])))
    tensor([[2.]])
    """
    return factored.lu_solve(LU_data, LU_pivots, b)


def triangular_solve(
    b: Any, A: Any, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> Triangular:
    """(X, A) with A X = b (`transpose`: Aᵀ X = b), where only one triangle of A is read: `linalg.solve_triangular`.

    >>> tg.triangular_solve(tg.tensor([[4.0]]), tg.tensor([[2.0]])).solution
    tensor([[2.]])
    """
    square("triangular_solve", A)
    matrices("triangular_solve", b)
    one_precision("triangular_solve", b, A)
    system, over = (A.mT, not upper) if transpose else (A, upper)
    return Triangular(
        solving.solve_triangular(system, b, upper=over, unitriangular=unitriangular), A + np.zeros((), A.dtype)
    )


def svd(input: Any, some: bool = True, compute_uv: bool = True) -> SVD:
    """(U, S, V) of each matrix, with V where `linalg.svd` has Vᴴ; without compute_uv U and V are zeros.

    >>> tg.svd(tg.tensor([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    matrices("svd", input)
    U, S, Vh = spectral.svd(input, full_matrices=compute_uv and not some)
    if compute_uv:
        return SVD(U, S, H(Vh))
    m, n = input.shape[-2:]
    zeros = [constant(np.zeros((*input.shape[:-2], k, k), input.dtype), input) for k in (m, n)]
    return SVD(zeros[0], S, zeros[1])


def lu_unpack(LU_data: Any, LU_pivots: Any, unpack_data: bool = True, unpack_pivots: bool = True) -> LU:
    """(P, L, U) from what `linalg.lu_factor` gives; what is not unpacked is empty.

    >>> tg.lu_unpack(*tg.linalg.lu_factor(tg.tensor([[1.0, 2.0], [2.0, 2.0]]))).P
    tensor([[0., 1.],
            [1., 0.]])
    """
    matrices("lu_unpack", LU_data)
    P, L, U = unpacked(LU_data, LU_pivots)
    nothing = constant(np.zeros(0, LU_data.dtype), LU_data)
    return LU(P if unpack_pivots else nothing, *((L, U) if unpack_data else (nothing, nothing)))


def ormqr(input: Any, tau: Any, other: Any, left: bool = True, transpose: bool = False) -> Any:
    """Q C, of `other` C and the Q of all reflections in `input` and `tau` (see `householder_product`); or Qᴴ C, C Q, C Qᴴ.

    >>> tg.ormqr(tg.tensor([[9.0], [1.0]]), tg.tensor([1.0]), tg.tensor([[1.0], [2.0]]))
    tensor([[-2.],
            [-1.]])
    """
    matrices("ormqr", input, other)
    floats("ormqr", tau)
    k = tau.shape[-1]
    if not left:  # (C Q)ᴴ = Qᴴ Cᴴ
        return H(ormqr(input, tau, H(other), True, not transpose))
    if input.shape[-2] != other.shape[-2] or k > input.shape[-1]:
        raise ValueError(
            f"ormqr: reflections of shape {tuple(input.shape)}, {k} of them, do not fit a matrix of shape "
            f"{tuple(other.shape)}"
        )
    return reflected(input, tau, other, range(k) if transpose else reversed(range(k)), transpose)


def orgqr(input: Any, tau: Any) -> Any:
    """The product of reflections: `linalg.householder_product`.

    >>> tg.orgqr(tg.tensor([[9.0], [1.0]]), tg.tensor([1.0]))
    tensor([[ 0.],
            [-1.]])
    """
    return factored.householder_product(input, tau)
