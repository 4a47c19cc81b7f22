"""Inverses, systems of equations, determinants, powers."""

from __future__ import annotations

import functools
import math
import operator
from typing import Any, NamedTuple

import numpy as np

from ...tracing import again, decided
from .. import solving as rows
from ..plain import array_in, constant
from ..solving import LinAlgError as LinAlgError
from .checks import floats, matrices, one_precision, singular, square


class Slogdet(NamedTuple):
    """Of a determinant: its sign (of complex numbers its phase) and the logarithm of its absolute value."""

    sign: Any
    logabsdet: Any


class InvEx(NamedTuple):
    """An inverse, and for each matrix 0, or what is wrong with it."""

    inverse: Any
    info: Any


class SolveEx(NamedTuple):
    """A solution, and for each matrix 0, or what is wrong with it."""

    result: Any
    info: Any


class Lstsq(NamedTuple):
    """A solution of least squares, the squared lengths of what is left over, and what the driver found out."""

    solution: Any
    residuals: Any
    rank: Any
    singular_values: Any


def inv(A: Any) -> Any:
    """The inverse A⁻¹ of each matrix: A A⁻¹ = I. Of a singular matrix a `LinAlgError`.

    dL/dA = −A⁻ᵀ (dL/dA⁻¹) A⁻ᵀ (Giles 2008, 2.2.3). To solve A X = B, `solve` is faster and more accurate.
    >>> tg.linalg.inv(tg.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    square("linalg.inv", A)
    return rows.inv(A)


def inv_ex(A: Any, *, check_errors: bool = False) -> InvEx:
    """(inverse, info): as `inv`, without an error: of a singular matrix info is 1 and the inverse nan.

    >>> tg.linalg.inv_ex(tg.tensor([[0.0]]))
    InvEx(inverse=tensor([[nan]]), info=tensor(1, dtype=int32))
    """
    square("linalg.inv_ex", A)
    if check_errors:
        return InvEx(rows.inv(A), constant(np.zeros(A.shape[:-2], np.int32), A))
    whole, info = _nonsingular(A)
    found = rows.inv(whole)
    return InvEx(_nan_where(info, found), constant(info, A))


def _nonsingular(A: Any) -> tuple[Any, Any]:
    """The matrices with I in place of singular ones, and where those were, as 1."""
    info, bad = again(_info, array_in(A))
    if not decided(np.any, bad, otherwise=True):
        return A, info
    return np.where(constant(bad, A), np.eye(A.shape[-1], dtype=A.dtype), A), info


def _info(A: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    found = singular(A)
    return found.astype(np.int32), found[..., None, None]


def _nan_where(info: Any, x: Any) -> Any:
    ndim = x.ndim
    if not decided(np.any, info, otherwise=True):
        return x
    bad = again(lambda info: info.reshape(info.shape + (1,) * (ndim - info.ndim)) > 0, info)
    return np.where(constant(bad, x), np.asarray(np.nan, x.dtype), x)


def solve(A: Any, B: Any, *, left: bool = True) -> Any:
    """X with A X = B; with left=False X A = B. Stacks are broadcast. Of a singular A a `LinAlgError`.

    B may be a vector, or a stack of them if its shape is that of A without the last dimension. dL/dB = A⁻ᵀ (dL/dX) and
    dL/dA = −(dL/dB) Xᵀ (Giles 2008, 2.2.3).
    >>> tg.linalg.solve(tg.tensor([[2.0, 0.0], [0.0, 4.0]]), tg.tensor([2.0, 2.0]))
    tensor([1.0000, 0.5000])
    """
    return _solution("linalg.solve", A, B, left)


def _solution(name: str, A: Any, B: Any, left: bool) -> Any:
    square(name, A)
    floats(name, B)
    one_precision(name, A, B)
    vectors = B.ndim == 1 or (B.ndim == A.ndim - 1 and B.shape == A.shape[:-1])
    if vectors:
        if not left:
            raise ValueError(f"{name}: left=False needs matrices B, got vectors of shape {tuple(B.shape)}")
        return rows.solve(A, B[..., None])[..., 0]
    return rows.solve(A, B) if left else rows.solve(A.mT, B.mT).mT


def solve_ex(A: Any, B: Any, *, left: bool = True, check_errors: bool = False) -> SolveEx:
    """(result, info): as `solve`, without an error: of a singular A info is 1 and the result nan.

    >>> tg.linalg.solve_ex(tg.tensor([[2.0]]), tg.tensor([[1.0]])).result
    tensor([[0.5000]])
    """
    square("linalg.solve_ex", A)
    if check_errors:
        return SolveEx(_solution("linalg.solve_ex", A, B, left), constant(np.zeros(A.shape[:-2], np.int32), A))
    whole, info = _nonsingular(A)
    result = _solution("linalg.solve_ex", whole, B, left)
    return SolveEx(_nan_where(info, result), constant(info, A))


def solve_triangular(A: Any, B: Any, *, upper: bool, left: bool = True, unitriangular: bool = False) -> Any:
    """X with A X = B (left=False: X A = B), where only the upper, or the lower, triangle of A is read.

    unitriangular: take the diagonal to be ones. Stacks are broadcast. With a 0 on the diagonal, nan.
    >>> tg.linalg.solve_triangular(tg.tensor([[2.0, 0.0], [1.0, 1.0]]), tg.tensor([[2.0], [3.0]]), upper=False)
    tensor([[1.],
            [2.]])
    """
    square("linalg.solve_triangular", A)
    matrices("linalg.solve_triangular", B)
    one_precision("linalg.solve_triangular", A, B)
    if left:
        return rows.solve_triangular(A, B, upper=upper, unitriangular=unitriangular)
    return rows.solve_triangular(A.mT, B.mT, upper=not upper, unitriangular=unitriangular).mT


def det(A: Any) -> Any:
    """The determinant of each matrix. dL/dA = (dL/d det) det(A) A⁻ᵀ (Giles 2008, 2.2.4); of a singular A the cofactors.

    >>> tg.linalg.det(tg.tensor([[2.0, 1.0], [1.0, 4.0]]))
    tensor(7.)
    """
    square("linalg.det", A)
    return rows.det(A)


def slogdet(A: Any) -> Slogdet:
    """(sign, logabsdet): det(A) = sign · exp(logabsdet), where det(A) itself might overflow.

    The gradient of log|det| is A⁻ᵀ. Of a singular A the logarithm is -inf and the gradient nan.
    >>> tg.linalg.slogdet(tg.tensor([[-2.0]]))
    Slogdet(sign=tensor(-1.), logabsdet=tensor(0.6931))
    """
    square("linalg.slogdet", A)
    return Slogdet(*rows.slogdet(A))


def pinv(A: Any, rcond: Any = None, *, atol: Any = None, rtol: Any = None, hermitian: bool = False) -> Any:
    """The pseudo-inverse of Moore and Penrose: singular values s become 1/s, small ones 0.

    Those count that are larger than max(atol, rtol · the largest). rtol is by default max(m, n) times the dtype's
    precision, or 0 if atol is given; `rcond` is an older name for it. hermitian: take A to be Hermitian, which is faster.
    The gradient (Golub and Pereyra 1973) holds where the rank does not change.
    >>> tg.linalg.pinv(tg.tensor([[2.0, 0.0], [0.0, 0.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.0000]])
    """
    (square if hermitian else matrices)("linalg.pinv", A)
    return rows.pinv(A, atol=array_in(atol), rtol=array_in(rcond if rtol is None else rtol), hermitian=hermitian)


def lstsq(A: Any, B: Any, rcond: float | None = None, *, driver: str | None = None) -> Lstsq:
    """(solution, residuals, rank, singular_values): X with the least ‖A X − B‖², of those the shortest.

    B is a stack of matrices, or of vectors if its shape is that of A without the last dimension. residuals: ‖A X − B‖² of
    each column if A has more rows than columns and full rank, else empty. driver: "gelsy" (the default), which gives no
    residuals, "gels" (A has full rank), "gelsd" or "gelss", which also give the singular values. The solution of all is
    pinv(A) B here.
    >>> tg.linalg.lstsq(tg.tensor([[1.0], [1.0]]), tg.tensor([[1.0], [3.0]])).solution
    tensor([[2.0000]])
    """
    matrices("linalg.lstsq", A)
    floats("linalg.lstsq", B)
    one_precision("linalg.lstsq", A, B)
    if driver not in (None, "gelsy", "gels", "gelsd", "gelss"):
        raise ValueError(f"linalg.lstsq: driver must be 'gelsy', 'gels', 'gelsd' or 'gelss', got {driver!r}")
    vectors = B.ndim == A.ndim - 1 and B.shape == A.shape[:-1]
    right = B[..., None] if vectors else B
    if right.ndim < 2 or right.shape[-2] != A.shape[-2]:
        raise ValueError(f"linalg.lstsq: A of shape {tuple(A.shape)} and B of {tuple(B.shape)} differ in rows")
    m, n = A.shape[-2:]
    rtol = np.finfo(A.dtype).eps * max(m, n) if rcond is None else rcond
    x = rows.pinv(A, rtol=rtol) @ right
    values, rank = again(functools.partial(_values_and_rank, rtol), array_in(A))
    residuals = np.real(x).reshape((-1,))[:0]
    if m > n and driver not in (None, "gelsy") and decided(lambda rank: bool(np.all(rank == n)), rank):
        left_over = A @ x - right
        residuals = np.sum(np.real(left_over * np.conj(left_over)), axis=-2)
        residuals = residuals[..., 0] if vectors else residuals
    some = driver in ("gelsd", "gelss")
    return Lstsq(
        x[..., 0] if vectors else x,
        residuals,
        constant(rank if driver != "gels" else np.zeros(0, np.int64), A),
        constant(values if some else np.zeros(0, values.dtype), A),
    )


def _values_and_rank(rtol: float, A: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values = np.linalg.svd(A, compute_uv=False)
    rank = np.sum(values > rtol * np.max(values, axis=-1, keepdims=True, initial=0), axis=-1)
    return values, np.asarray(rank)


def matrix_power(A: Any, n: int) -> Any:
    """A · A · ... · A, n times, by repeated squaring; of n < 0 the power of the inverse, of n = 0 the identity.

    >>> tg.linalg.matrix_power(tg.tensor([[1.0, 1.0], [0.0, 1.0]]), 5)
    tensor([[1., 5.],
            [0., 1.]])
    """
    try:
        n = operator.index(n)
    except TypeError:
        raise TypeError(f"linalg.matrix_power: n must be an int, got {n!r}") from None
    if n < 0 or A.dtype.kind in "fc":
        square("linalg.matrix_power", A)
    if n == 0:
        return np.where(False, A, np.eye(A.shape[-1], dtype=A.dtype))
    if n < 0:
        A, n = rows.inv(A), -n
    result = None
    while n:
        if n % 2:
            result = A if result is None else result @ A
        n //= 2
        A = A @ A if n else A
    return result


def matrix_exp(A: Any) -> Any:
    """I + A + A²/2! + A³/3! + ... of each matrix. Computed by SciPy; the gradient is exp of [[Aᵀ, G], [0, Aᵀ]]'s corner.

    >>> tg.linalg.matrix_exp(tg.tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    square("linalg.matrix_exp", A)
    return rows.matrix_exp(A)


def tensorinv(A: Any, ind: int = 2) -> Any:
    """The inverse of A as a map from its last dimensions to its first `ind`: their numbers of elements must be equal.

    >>> tg.linalg.tensorinv(tg.ones(4, 2, 2) + tg.eye(4).reshape(4, 2, 2), ind=1).shape
    (2, 2, 4)
    """
    floats("linalg.tensorinv", A)
    if not isinstance(ind, int) or ind <= 0:
        raise ValueError(f"linalg.tensorinv: ind must be an int > 0, got {ind!r}")
    first, last = tuple(A.shape[:ind]), tuple(A.shape[ind:])
    if math.prod(first) != math.prod(last):
        raise ValueError(f"linalg.tensorinv: the sizes {first} and {last} must have one product")
    return rows.inv(A.reshape((math.prod(first), math.prod(last)))).reshape((*last, *first))


def tensorsolve(A: Any, B: Any, dims: Any = None) -> Any:
    """X with tensordot(A, X, X.ndim) = B. dims: dimensions of A that are moved to its end first.

    >>> tg.linalg.tensorsolve(2 * tg.eye(4).reshape(2, 2, 2, 2), tg.ones(2, 2))
    tensor([[0.5000, 0.5000],
            [0.5000, 0.5000]])
    """
    floats("linalg.tensorsolve", A, B)
    one_precision("linalg.tensorsolve", A, B)
    if dims is not None:
        moved = [d % A.ndim for d in dims]
        A = np.transpose(A, [d for d in range(A.ndim) if d not in moved] + moved)
    sizes = tuple(A.shape[B.ndim :])
    if math.prod(sizes) != math.prod(A.shape[: B.ndim]) or math.prod(sizes) != math.prod(B.shape):
        raise ValueError(f"linalg.tensorsolve: shapes {tuple(A.shape)} and {tuple(B.shape)} make no square system")
    n = math.prod(sizes)
    return rows.solve(A.reshape((n, n)), B.reshape((n, 1))).reshape(sizes)
