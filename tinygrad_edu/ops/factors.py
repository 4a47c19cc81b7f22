"""Factorisations of matrices, and eigenvalues: Cholesky, QR, LU, eigenvectors, singular values.

Stacks of matrices everywhere: the last two dimensions are those of the matrices. Factors that are unique but for a
sign have the sign that LAPACK gives them. Of complex numbers each vector is unique but for a phase; here the phase is
such that its largest component is real, and the rules hold for that choice: the gradient is right even of a loss that
depends on it.

Where eigenvalues or singular values are equal, the vectors belonging to them are not determined. A gradient through
the vectors is then infinite or nan; one through the values alone is finite.

Sources: M. Giles, "An extended collection of matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008), section 3 (eigenvalues, singular values); I. Murray, "Differentiation of the Cholesky
decomposition" (2016); S. Walter and L. Lehmann, "Algorithmic differentiation of linear algebra functions with
application in optimum experimental design" (2010), and D. Roberts and L. Roberts, "QR and LQ decomposition matrix
backpropagation algorithms for square, wide, and deep matrices" (2020) (QR); Z. Wan and S. Zhang, "Automatic
differentiation for complex valued SVD" (2019).

The formulas are those of these sources, for G = dL/da + i dL/db; what comes in as `g`, and what goes out, is its
conjugate.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import op
from .solving import H, solve, solve_triangular


def _diagonal(x: Any) -> Any:
    """The diagonal of each matrix, as a row: shape (..., n)."""
    at = np.arange(min(x.shape[-2:]))
    return x[..., at, at]


def _lower(x: Any, k: int = 0) -> Any:
    rows, columns = np.ogrid[: x.shape[-2], : x.shape[-1]]
    return np.where(rows - columns >= -k, x, 0)


def _upper(x: Any, k: int = 0) -> Any:
    rows, columns = np.ogrid[: x.shape[-2], : x.shape[-1]]
    return np.where(columns - rows >= k, x, 0)


def _halved(x: Any) -> Any:
    """The lower triangle with half of the diagonal."""
    return _lower(x) - np.eye(x.shape[-1], dtype=x.dtype) * x / 2


def _times_inverse(x: Any, r: Any, upper: bool = True) -> Any:
    """X R⁻ᴴ of a triangular R."""
    return H(solve_triangular(r, H(x), upper=upper))


def _cholesky(x: np.ndarray) -> Any:
    try:
        found = np.linalg.cholesky((x + H(x)) / 2)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError("the matrix is not positive definite") from None
    if np.isnan(found).any():
        raise np.linalg.LinAlgError("the matrix is not positive definite: it has nan or infinite elements")
    return found


def _cholesky_rule(g: Any, y: Any, x: Any) -> Any:
    """A = L Lᴴ:  S = L⁻ᴴ Φ(Lᴴ G) L⁻¹, where Φ takes the lower triangle with half of the diagonal."""
    middle = _halved(H(y) @ np.conj(_lower(g)))
    s = solve_triangular(H(y), _times_inverse(middle, H(y)), upper=True)
    return np.conj(s + H(s)) / 2


def _qr(x: np.ndarray, complete: bool = False) -> Any:
    return tuple(np.linalg.qr(x, mode="complete" if complete else "reduced"))


def _qr_rule(g: Any, y: Any, x: Any, complete: bool = False) -> Any:
    """A = Q R:  [G_Q + Q S] R⁻ᴴ, where S is the Hermitian matrix with the upper triangle of G_R Rᴴ − Qᴴ G_Q."""
    (q, r), gq, gr = y, np.conj(g[0]), np.conj(g[1])
    m, n = x.shape[-2:]
    if complete and m > n:  # the columns that only complete the basis turn against the others
        rest, of_rest = q[..., n:], gq[..., n:]
        q, r, gr = q[..., :n], r[..., :n, :], gr[..., :n, :]
        gq = gq[..., :n] - rest @ (H(of_rest) @ q)
    if m >= n:
        return np.conj(_of_tall_qr(gq, gr, q, r))
    # wide: A = [X | Z], Q R = X, and Qᴴ Z stands beside R
    gz = q @ gr[..., m:]
    gx = _of_tall_qr(gq + x[..., m:] @ H(gr[..., m:]), gr[..., :m], q, r[..., :m])
    return np.conj(np.concatenate([gx, gz], -1))


def _of_tall_qr(gq: Any, gr: Any, q: Any, r: Any) -> Any:
    middle = _upper(gr @ H(r) - H(q) @ gq)
    s = middle + H(middle) - np.eye(r.shape[-1], dtype=r.dtype) * np.real(middle)
    return _times_inverse(gq + q @ s, r)


def _lu_factor(x: np.ndarray) -> Any:
    """L without its diagonal of ones and U in one matrix, and LAPACK's pivots, counted from 1."""
    k = min(x.shape[-2:])
    factors, pivots = np.empty_like(x, order="C"), np.empty((*x.shape[:-2], k), np.int32)
    if x.size:
        from scipy.linalg import get_lapack_funcs

        (getrf,) = get_lapack_funcs(("getrf",), (x,))
        for at in np.ndindex(x.shape[:-2]):
            factors[at], piv, _ = getrf(x[at])
            pivots[at] = piv + 1
    return factors, pivots


def permutation(pivots: np.ndarray, m: int) -> np.ndarray:
    """The order of the rows after LAPACK's exchanges: P A = A[order]."""
    order = np.broadcast_to(np.arange(m), (*pivots.shape[:-1], m)).copy()
    for i in range(pivots.shape[-1]):
        j = pivots[..., i, None].astype(np.int64) - 1
        ith = order[..., i, None].copy()
        order[..., i, None] = np.take_along_axis(order, j, -1)
        np.put_along_axis(order, j, ith, -1)
    return order


def _lu_rule(g: Any, y: Any, x: Any) -> Any:
    """P A = L U, analytic while the pivots stay:  dA = Pᵀ L⁻ᵀ [tril(Lᵀ G_L, −1) + triu(G_U Uᵀ)] U⁻ᵀ.

    Of a wide matrix the columns behind the square are L⁻¹ times those of A, of a tall one the rows below A's times U⁻¹.
    """
    (factors, pivots), g = y, g[0]
    m, n = x.shape[-2:]
    k = min(m, n)
    square = factors[..., :k, :k]
    gl, gu = _lower(g[..., :k, :k], -1), _upper(g[..., :k, :k])
    beside = below = None
    if n > k:
        beside = _unit_lower_t(square, g[..., :k, k:])
        gl = gl - _lower(beside @ factors[..., :k, k:].mT, -1)
    if m > k:
        below = _times_upper_t(g[..., k:, :k], square)
        gu = gu - _upper(factors[..., k:, :k].mT @ below)
    unit = _lower(square, -1) + np.eye(k, dtype=x.dtype)
    middle = _lower(unit.mT @ gl, -1) + _upper(gu @ _upper(square).mT)
    da = _times_upper_t(_unit_lower_t(square, middle), square)
    if beside is not None:
        da = np.concatenate([da, beside], -1)
    if below is not None:
        da = np.concatenate([da, below], -2)
    back = np.argsort(permutation(np.asarray(pivots), m), axis=-1)
    return np.take_along_axis(da, np.broadcast_to(back[..., None], x.shape), -2)


def _unit_lower_t(l: Any, x: Any) -> Any:  # noqa: E741 - the field's name
    """L⁻ᵀ X."""
    return solve_triangular(l.mT, x, upper=True, unitriangular=True)


def _times_upper_t(x: Any, u: Any) -> Any:
    """X U⁻ᵀ."""
    return solve_triangular(u, x.mT, upper=True).mT


# --- eigenvalues and singular values ----------------------------------------------------------------------------------


def _largest(v: Any) -> Any:
    """A mask: where the largest component of each column stands."""
    if not v.shape[-2]:
        return np.zeros(v.shape, bool)
    return np.arange(v.shape[-2])[:, None] == np.argmax(np.abs(v), axis=-2)[..., None, :]


def _phase(v: np.ndarray) -> Any:
    """By what to divide each column so that its largest component is real and positive."""
    top = np.sum(np.where(_largest(v), v, 0), axis=-2, keepdims=True)
    return np.where(top == 0, 1, top / np.where(top == 0, 1, np.abs(top)))


def _twist(g: Any, v: Any) -> Any:
    """How fast the loss changes with the phase of each column."""
    return np.imag(np.sum(np.conj(v) * g, axis=-2, keepdims=True))


def _turning(v: Any, twist: Any) -> Any:
    """What that adds to the gradient of the largest component, with which the phase of its column turns."""
    largest = _largest(v)
    return np.where(largest, -1j * twist / np.where(largest, v, 1), 0)


def _apart(weights: Any, differences: Any, gradients: Any) -> Any:
    """weights / differences off the diagonal. Where no vector was used, equal values do no harm."""
    unused = np.all(gradients == 0, axis=(-2, -1))[..., None, None]
    diagonal = np.eye(differences.shape[-1], dtype=bool)
    return np.where(diagonal, 0, weights / np.where(diagonal | ((differences == 0) & unused), 1, differences))


def _eigh(x: np.ndarray) -> Any:
    values, v = np.linalg.eigh((x + H(x)) / 2)
    return values, v / _phase(v) if v.dtype.kind == "c" else v


def _eigh_rule(g: Any, y: Any, x: Any) -> Any:
    """A V = V Λ:  V [diag(G_Λ) + (Vᴴ G_V) / E] Vᴴ with E_ij = λ_j − λ_i, and of that the Hermitian part."""
    (values, v), gl, gv = y, g[0], np.conj(g[1])
    if x.dtype.kind == "c":
        gv = gv + _turning(v, _twist(gv, v))
    middle = _apart(H(v) @ gv, values[..., None, :] - values[..., :, None], gv)
    middle = middle + np.eye(x.shape[-1], dtype=x.dtype) * gl[..., None, :]
    da = v @ middle @ H(v)
    return np.conj(da + H(da)) / 2


def _eig(x: np.ndarray) -> Any:
    """Complex, as in PyTorch, also where NumPy finds that real numbers do. LAPACK makes the largest component real."""
    values, v = np.linalg.eig(x)
    kind = np.result_type(x.dtype, np.complex64)
    return values.astype(kind), v.astype(kind)


def _eig_rule(g: Any, y: Any, x: Any) -> Any:
    """A V = V Λ, columns of length 1:  V⁻ᴴ [diag(G_Λ) + (Vᴴ G_V − Vᴴ V diag Re(Vᴴ G_V)) / conj(E)] Vᴴ."""
    (values, v), gl, gv = y, np.conj(g[0]), np.conj(g[1])
    gv = gv + _turning(v, _twist(gv, v))
    along = H(v) @ gv
    across = along - (H(v) @ v) * np.real(_diagonal(along))[..., None, :]
    middle = _apart(across, np.conj(values[..., None, :] - values[..., :, None]), gv)
    middle = middle + np.eye(x.shape[-1], dtype=v.dtype) * gl[..., None, :]
    return np.conj(solve(H(v), middle @ H(v)))


def _svd(x: np.ndarray, full_matrices: bool = False) -> Any:
    u, s, vh = np.linalg.svd(x, full_matrices=full_matrices)
    if x.dtype.kind == "c":
        k = s.shape[-1]
        phase = _phase(u[..., :k])
        u[..., :k] /= phase
        vh[..., :k, :] *= phase.mT
    return u, s, vh


def _svd_rule(g: Any, y: Any, x: Any, full_matrices: bool = False) -> Any:
    """A = U S Vᴴ:  U [(skew(Uᴴ G_U) S + S skew(Vᴴ G_V)) / E + diag(G_S)] Vᴴ with E_ij = s_j² − s_i², skew(X) = X − Xᴴ.

    To that comes, of a tall matrix, (I − U Uᴴ) G_U S⁻¹ Vᴴ, of a wide one U S⁻¹ G_Vᴴ (I − V Vᴴ), and of complex numbers
    the imaginary diagonal of Uᴴ G_U / S. Columns that only complete a basis turn against the others.
    """
    k = min(x.shape[-2:])
    (u, s, vh), gu, gs, gvh = y, np.conj(g[0]), g[1], np.conj(g[2])
    u, u_rest, gu, gu_rest = u[..., :k], u[..., k:], gu[..., :k], gu[..., k:]
    vh, vh_rest, gvh, gvh_rest = vh[..., :k, :], vh[..., k:, :], gvh[..., :k, :], gvh[..., k:, :]
    if x.dtype.kind == "c":
        gu = gu + _turning(u, _twist(gu, u) + _twist(H(gvh), H(vh)))
    of_u, of_v = H(u) @ gu, vh @ H(gvh)
    squares = (s[..., None, :] - s[..., :, None]) * (s[..., None, :] + s[..., :, None])
    skew = (of_u - H(of_u)) * s[..., None, :] + s[..., :, None] * (of_v - H(of_v))
    both = np.concatenate([gu, H(gvh)], -2)
    diagonal = gs
    used = np.any(both != 0, axis=(-2, -1))[..., None]
    some = np.where((s != 0) | used, s, 1)
    if x.dtype.kind == "c":
        diagonal = gs + 1j * np.imag(_diagonal(of_u)) / some
    middle = _apart(skew, squares, both) + np.eye(k, dtype=x.dtype) * diagonal[..., None, :]
    da = u @ middle @ vh
    if x.shape[-2] > k:
        turned = gu - u @ of_u - u_rest @ (H(gu_rest) @ u)
        da = da + (turned / some[..., None, :]) @ vh
    if x.shape[-1] > k:
        turned = gvh - H(of_v) @ vh - (vh @ H(gvh_rest)) @ vh_rest
        da = da + u @ (turned / some[..., :, None])
    return np.conj(da)


# fmt: off
cholesky   = op("cholesky", _cholesky,     _cholesky_rule, real=True)
qr         = op("qr", _qr,                 _qr_rule, real=True)
lu_factor  = op("lu_factor", _lu_factor,   _lu_rule, real=True)
eigh       = op("eigh", _eigh,             _eigh_rule, real=True)
eig        = op("eig", _eig,               _eig_rule, real=True)
svd        = op("svd", _svd,               _svd_rule, real=True)
# fmt: on
