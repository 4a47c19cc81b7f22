"""Systems of linear equations, inverses, determinants, and the exponential of a matrix.

Stacks of matrices everywhere: the last two dimensions are those of the matrices. All functions here but `pinv` and
`slogdet` are analytic, so that one formula serves real and complex numbers (see `autograd/backward_pass.py`).

    X = A⁻¹ B    has    dL/dB = A⁻ᵀ G    and    dL/dA = −(dL/dB) Xᵀ       (G = dL/dX)

Sources: M. Giles, "An extended collection of matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008), section 2.2 (inverse, determinant); G. Golub and V. Pereyra, "The differentiation of
pseudo-inverses and nonlinear least squares problems whose variables separate", SIAM J. Numer. Anal. 10 (1973);
R. Mathias, "A chain rule for matrix functions and applications", SIAM J. Matrix Anal. Appl. 17 (1996) (exponential).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Op, op
from .shape import join, pad

LinAlgError = np.linalg.LinAlgError
SMALL = 3  # up to this size a determinant is differentiated by cofactors


def H(x: Any) -> Any:
    """The conjugate transpose of each matrix."""
    return np.conj(x.mT)


def _inv(x: np.ndarray) -> Any:
    try:
        return np.linalg.inv(x)
    except LinAlgError:
        raise LinAlgError("a singular matrix has no inverse; pinv gives the pseudo-inverse") from None


def _solve(a: np.ndarray, b: np.ndarray) -> Any:
    try:
        return np.linalg.solve(a, b)
    except LinAlgError:
        raise LinAlgError("the matrix is singular; lstsq gives a solution of least squares") from None


def _triangle(a: Any, upper: bool, unitriangular: bool) -> Any:
    """The triangle that is read, and zeros; with ones on the diagonal if they are not to be read."""
    k = int(unitriangular)
    rows, columns = np.ogrid[: a.shape[-2], : a.shape[-1]]
    kept = columns - rows >= k if upper else rows - columns >= k
    if not unitriangular:
        return np.where(kept, a, 0)
    return np.where(kept, a, np.eye(a.shape[-1], dtype=a.dtype))


def _solve_triangular(a: np.ndarray, b: np.ndarray, upper: bool, unitriangular: bool = False) -> Any:
    """An upper triangle is its own LU decomposition, so `solve` substitutes back; a lower one is turned round first.

    With a 0 on the diagonal there is no solution: nan.
    """
    a = _triangle(a, upper, unitriangular)
    singular = np.any(np.diagonal(a, axis1=-2, axis2=-1) == 0, axis=-1)[..., None, None]
    if singular.any():
        return np.where(
            singular, np.nan, _solve_triangular(np.where(singular, np.eye(a.shape[-1], dtype=a.dtype), a), b, upper)
        )
    if upper:
        return np.linalg.solve(a, b)
    return np.linalg.solve(a[..., ::-1, ::-1], b[..., ::-1, :])[..., ::-1, :]


def _back(g: Any, a: Any, upper: bool, unitriangular: bool) -> Any:
    return solve_triangular(a.mT, g, upper=not upper, unitriangular=unitriangular)


def _of_triangle(g: Any, y: Any, a: Any, b: Any, upper: bool, unitriangular: bool = False) -> Any:
    da = -_back(g, a, upper, unitriangular) @ y.mT
    rows, columns = np.ogrid[: a.shape[-2], : a.shape[-1]]
    k = int(unitriangular)
    return np.where(columns - rows >= k if upper else rows - columns >= k, da, 0)


def _det_rule(g: Any, y: Any, x: Any) -> Any:
    """G det(A) A⁻ᵀ. Of singular matrices, which have no inverse, the cofactors are worked out one by one.

    So they are of small ones, where that is cheap and exact however close to singular they are.
    """
    if x.shape[-1] <= SMALL or np.any(np.linalg.matrix_rank(x) < x.shape[-1]):
        return g[..., None, None] * _cofactors(x)
    return (g * y)[..., None, None] * inv(x).mT


def _cofactors(x: Any) -> Any:
    """The determinants of what is left without row i and column j, with alternating signs: n² of them."""
    n = x.shape[-1]
    others = np.array([[k for k in range(n) if k != i] for i in range(n)], int).reshape(n, max(n - 1, 0))
    minors = x[..., others[:, None, :, None], others[None, :, None, :]]
    rows, columns = np.ogrid[:n, :n]
    return det(minors) * np.where((rows + columns) % 2, -1, 1).astype(x.dtype)


def _slogdet(x: np.ndarray) -> Any:
    return tuple(np.linalg.slogdet(x))


def _slogdet_rule(g: Any, y: Any, x: Any) -> Any:
    """log|det| and, of complex numbers, the phase: d log det = tr(A⁻¹ dA), the real part and the imaginary one."""
    of_sign, of_log = g
    weight = of_log if x.dtype.kind != "c" else of_log + 1j * np.imag(of_sign * y[0])
    singular = (y[0] == 0)[..., None, None]
    inverse = inv(np.where(singular, np.eye(x.shape[-1], dtype=x.dtype), x))
    return weight[..., None, None] * np.where(singular, np.asarray(np.nan, x.dtype), inverse).mT


def _pinv(x: np.ndarray, atol: Any = None, rtol: Any = None, hermitian: bool = False) -> Any:
    if hermitian:
        values, v = np.linalg.eigh(x)
        u, vh = v, H(v)
    else:
        u, values, vh = np.linalg.svd(x, full_matrices=False)
    kept = np.abs(values) > tolerance(np.abs(values), x.shape, atol, rtol)
    inverse = np.where(kept, 1 / np.where(kept, values, 1), 0)
    return (H(vh) * inverse[..., None, :]) @ H(u)


def tolerance(values: np.ndarray, shape: tuple[int, ...], atol: Any, rtol: Any) -> Any:
    """Below which singular values count as 0, as PyTorch has it: max(atol, rtol * the largest)."""
    if rtol is None:
        rtol = max(shape[-2:]) * np.finfo(values.dtype).eps if atol is None or np.ndim(atol) else 0.0
        rtol = np.where(np.asarray(atol) > 0, 0.0, rtol) if atol is not None and np.ndim(atol) else rtol
    largest = np.max(values, axis=-1, initial=0)
    return np.maximum(0.0 if atol is None else atol, rtol * largest)[..., None].astype(values.dtype)


def _pinv_rule(g: Any, y: Any, x: Any, atol: Any = None, rtol: Any = None, hermitian: bool = False) -> Any:
    """Golub and Pereyra's, for a rank that does not change nearby."""
    yh, gh = H(y), g.mT  # g is the conjugate of the gradient
    inside = -yh @ np.conj(g) @ yh
    rows = gh @ y @ yh
    columns = yh @ y @ gh
    return np.conj(inside + (rows - x @ (y @ rows)) + (columns - (columns @ y) @ x))


def _matrix_exp(x: np.ndarray) -> Any:
    if not x.size:
        return x.copy()
    from scipy.linalg import expm

    return expm(x).astype(x.dtype, copy=False)


def _matrix_exp_rule(g: Any, y: Any, x: Any) -> Any:
    """exp of [[Aᵀ, G], [0, Aᵀ]] has the gradient in its upper right corner."""
    n = x.shape[-1]
    a = x.mT
    none = ((0, 0),) * (x.ndim - 2)
    upper = join(a, g, dim=-1)
    lower = pad(a, widths=(*none, (0, 0), (n, 0)))
    return matrix_exp(join(upper, lower, dim=-2))[..., :n, n:]


# fmt: off
inv: Op    = op("inv", _inv,                  lambda g, y, x: -(y.mT @ g @ y.mT), real=True)
solve: Op  = op("solve", _solve,              lambda g, y, a, b: -solve(a.mT, g) @ y.mT,   lambda g, y, a, b: solve(a.mT, g), broadcasts=True)
solve_triangular: Op = op("solve_triangular", _solve_triangular, _of_triangle, lambda g, y, a, b, upper, unitriangular=False: _back(g, a, upper, unitriangular), broadcasts=True)
det: Op    = op("det", np.linalg.det,         _det_rule, real=True)
slogdet    = op("slogdet", _slogdet,          _slogdet_rule, real=True)
pinv       = op("pinv", _pinv,                _pinv_rule, real=True)
matrix_exp: Op = op("matrix_exp", _matrix_exp, _matrix_exp_rule, real=True)
# fmt: on
