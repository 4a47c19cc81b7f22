"""NumPy's `np.linalg`, `np.fft` and products on Tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import composed, shape, solving, transforms
from ..matrices import equations, factored, norms, products, spectral


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """NumPy takes a matrix norm of a matrix without an axis, and refuses what is neither vector nor matrix."""
    return norms.norm(x, ord, tuple(axis) if isinstance(axis, list) else axis, keepdims)


def _cholesky(a: Any, /, *, upper: bool = False) -> Any:
    return factored.cholesky(a, upper=upper)


def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    return spectral.svd(a, full_matrices) if compute_uv else spectral.svdvals(a)


def _solve(a: Any, b: Any) -> Any:
    """NumPy takes b as a vector only if it has one dimension."""
    found, right = (x if hasattr(x, "ndim") else np.asarray(x) for x in (a, b))
    if right.ndim > 1 and tuple(right.shape) == tuple(found.shape[:-1]):
        return solving.solve(found, right)
    return equations.solve(found, right)


def _eig(a: Any) -> Any:
    """Complex numbers also where NumPy alone would give real ones."""
    return spectral.eig(a)


def _lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    found = equations.lstsq(a, b if b.ndim > 1 else b[:, None], rcond, driver="gelsd")
    solution, residuals, rank, values = found
    return (solution if b.ndim > 1 else solution[:, 0]), residuals, int(rank), values


def _cross(a: Any, b: Any, axis: int = -1) -> Any:
    return products.cross(a, b, dim=axis)


def _trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return np.sum(products.diagonal(x, offset=offset), axis=-1, dtype=dtype)


def _tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    return equations.tensorsolve(a, b, axes)


def _vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    powers = products.vander(x, N)
    return powers if increasing else shape.flip(powers, dims=-1)


def _vdot(a: Any, b: Any) -> Any:
    return composed.vdot(a.reshape((-1,)), b.reshape((-1,)))


def _fft(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda a, n=None, axis=-1, norm=None: function(a, n, axis, norm)


def _fft2(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda a, s=None, axes=(-2, -1), norm=None: function(a, s, axes, norm)


def _fftn(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda a, s=None, axes=None, norm=None: function(a, s, axes, norm)


# fmt: off
LINALG: dict[Any, Callable[..., Any]] = {
    np.linalg.norm: _norm,
    np.linalg.vector_norm: lambda x, /, *, axis=None, keepdims=False, ord=2: norms.vector_norm(x, ord, axis, keepdims),
    np.linalg.matrix_norm: lambda x, /, *, keepdims=False, ord="fro": norms.matrix_norm(x, ord, (-2, -1), keepdims),
    np.linalg.cond: norms.cond,
    np.linalg.matrix_rank: lambda A, tol=None, hermitian=False, *, rtol=None: norms.matrix_rank(A, tol, hermitian, rtol=rtol),
    np.linalg.inv: lambda a: equations.inv(a),
    np.linalg.pinv: lambda a, rcond=None, hermitian=False, *, rtol=None: equations.pinv(a, 1e-15 if rcond is None and rtol is None else rcond, rtol=rtol, hermitian=hermitian),
    np.linalg.det: lambda a: equations.det(a),
    np.linalg.slogdet: lambda a: equations.slogdet(a),
    np.linalg.solve: _solve,
    np.linalg.lstsq: _lstsq,
    np.linalg.matrix_power: lambda a, n: equations.matrix_power(a, n),
    np.linalg.tensorinv: equations.tensorinv,
    np.linalg.tensorsolve: _tensorsolve,
    np.linalg.cholesky: _cholesky,
    np.linalg.qr: lambda a, mode="reduced": factored.qr(a, mode) if mode != "r" else factored.qr(a, mode).R,
    np.linalg.svd: _svd,
    np.linalg.svdvals: lambda x, /: spectral.svdvals(x),
    np.linalg.eig: _eig,
    np.linalg.eigvals: spectral.eigvals,
    np.linalg.eigh: spectral.eigh,
    np.linalg.eigvalsh: spectral.eigvalsh,
    np.linalg.multi_dot: lambda arrays: products.multi_dot(arrays),
    np.linalg.cross: lambda x1, x2, /, *, axis=-1: products.cross(x1, x2, dim=axis),
    np.linalg.diagonal: lambda x, /, *, offset=0: products.diagonal(x, offset=offset),
    np.linalg.trace: _trace,
    np.linalg.outer: lambda x1, x2, /: composed.outer(x1, x2),
    np.linalg.tensordot: lambda x1, x2, /, *, axes=2: composed.tensordot(x1, x2, axes),
    np.linalg.matrix_transpose: lambda x, /: x.mT,
    np.linalg.matmul: lambda x1, x2, /: x1 @ x2,
    np.linalg.vecdot: lambda x1, x2, /, *, axis=-1: products.vecdot(np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1)),
    np.matrix_transpose: lambda x, /: x.mT,
    np.cross: _cross,
    np.vander: _vander,
    np.inner: composed.inner,
    np.vdot: _vdot,
    np.kron: composed.kron,
    np.tensordot: lambda a, b, axes=2: composed.tensordot(a, b, axes),
    np.fft.fftshift: lambda x, axes=None: transforms.fftshift(x, axes),
    np.fft.ifftshift: lambda x, axes=None: transforms.ifftshift(x, axes),
    **{getattr(np.fft, name): _fft(getattr(transforms, name)) for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")},
    **{getattr(np.fft, name): _fft2(getattr(transforms, name)) for name in ("fft2", "ifft2", "rfft2", "irfft2")},
    **{getattr(np.fft, name): _fftn(getattr(transforms, name)) for name in ("fftn", "ifftn", "rfftn", "irfftn")},
}
# fmt: on
