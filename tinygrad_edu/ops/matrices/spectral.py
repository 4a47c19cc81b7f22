"""Eigenvalues and singular values."""

from __future__ import annotations

from typing import Any, NamedTuple

from .. import factors as rows
from .checks import hermitian, matrices, square


class Eigen(NamedTuple):
    """Eigenvalues, and eigenvectors as the columns of a matrix."""

    eigenvalues: Any
    eigenvectors: Any


class SVD(NamedTuple):
    """Left singular vectors as columns, singular values from the largest down, right singular vectors as rows."""

    U: Any
    S: Any
    Vh: Any


def eigh(A: Any, UPLO: str = "L") -> Eigen:
    """(eigenvalues, eigenvectors): A = V diag(λ) Vᴴ of a symmetric (Hermitian) matrix; λ rises, V is orthogonal (unitary).

    A is taken to be Hermitian: only its lower triangle is read (of UPLO="U" the upper one), and its gradient is
    Hermitian. Each column of V has a sign that is LAPACK's; in complex numbers its largest component is positive.
    The gradient through vectors (Giles 2008, 3.1) is infinite or nan where eigenvalues are equal.
    >>> tg.linalg.eigh(tg.tensor([[2.0, 1.0], [1.0, 2.0]])).eigenvalues
    tensor([1., 3.])
    """
    square("linalg.eigh", A)
    if UPLO not in ("L", "U", "l", "u"):
        raise ValueError(f"linalg.eigh: UPLO must be 'L' or 'U', got {UPLO!r}")
    return Eigen(*rows.eigh(hermitian(A, UPLO in "Uu")))


def eigvalsh(A: Any, UPLO: str = "L") -> Any:
    """The eigenvalues of a symmetric (Hermitian) matrix, rising; see `eigh`. The gradient is finite where some are equal.

    >>> tg.linalg.eigvalsh(tg.tensor([[2.0, 1.0], [1.0, 2.0]]))
    tensor([1., 3.])
    """
    return eigh(A, UPLO).eigenvalues


def eig(A: Any) -> Eigen:
    """(eigenvalues, eigenvectors), complex: A V = V diag(λ), in no particular order; the columns of V have length 1.

    The largest component of a column is real. The gradient (Giles 2008, 3.1, with the length kept) is infinite or nan
    where eigenvalues are equal; for a symmetric matrix `eigh` is faster and more accurate.
    >>> tg.linalg.eig(tg.tensor([[0.0, 1.0], [-1.0, 0.0]])).eigenvalues
    tensor([0.+1.j, 0.-1.j])
    """
    square("linalg.eig", A)
    return Eigen(*rows.eig(A))


def eigvals(A: Any) -> Any:
    """The eigenvalues of a square matrix, complex; see `eig`.

    >>> tg.linalg.eigvals(tg.tensor([[0.0, 1.0], [-1.0, 0.0]]))
    tensor([0.+1.j, 0.-1.j])
    """
    return eig(A).eigenvalues


def svd(A: Any, full_matrices: bool = True, *, driver: str | None = None) -> SVD:
    """(U, S, Vh): A = U diag(S) Vh with orthonormal columns of U and rows of Vh; S falls and is not negative.

    Of (m, n) and k = min(m, n): U is (m, m) and Vh (n, n); with full_matrices=False U is (m, k) and Vh (k, n). The signs
    of a column of U and its row of Vh are LAPACK's; in complex numbers the largest component of U's is positive. The
    gradient through vectors (Giles 2008, 3.2; Wan and Zhang 2019) is infinite or nan where singular values are equal.
    `driver` is for GPUs.
    >>> tg.linalg.svd(tg.tensor([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    matrices("linalg.svd", A)
    if driver is not None:
        raise ValueError(f"linalg.svd: driver is for GPUs; leave it out, got {driver!r}")
    return SVD(*rows.svd(A, full_matrices=full_matrices))


def svdvals(A: Any, *, driver: str | None = None) -> Any:
    """The singular values, falling; see `svd`. The gradient is finite where some are equal.

    >>> tg.linalg.svdvals(tg.tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor([4., 3.])
    """
    return svd(A, full_matrices=False, driver=driver).S
