"""`np.linalg`, `np.fft` and NumPy's products on Tensors: NumPy's results, and gradients."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.ops.from_numpy import LINALG
from tinygrad_edu.testing import gradcheck

X = np.random.default_rng(3).standard_normal((2, 3, 3)) + np.diag([2.0, 4.0, 6.0])


def symmetric(x):
    return x @ x.mT


# fmt: off
CALLS = {
    np.linalg.norm: [
        lambda x: np.linalg.norm(x), lambda x: np.linalg.norm(x[0], 2), lambda x: np.linalg.norm(x[0], "nuc"),
        lambda x: np.linalg.norm(x, -2, axis=(1, 2)), lambda x: np.linalg.norm(x, 3, axis=1, keepdims=True),
    ],
    np.linalg.vector_norm: [lambda x: np.linalg.vector_norm(x, axis=(0, 1), ord=3)],
    np.linalg.matrix_norm: [lambda x: np.linalg.matrix_norm(x, ord="nuc", keepdims=True)],
    np.linalg.cond: [np.linalg.cond, lambda x: np.linalg.cond(x, 1)],
    np.linalg.matrix_rank: [np.linalg.matrix_rank],
    np.linalg.inv: [np.linalg.inv],
    np.linalg.pinv: [np.linalg.pinv, lambda x: np.linalg.pinv(x[:, :2], 1e-9), lambda x: np.linalg.pinv(x, rtol=1e-9)],
    np.linalg.det: [np.linalg.det],
    np.linalg.slogdet: [lambda x: np.linalg.slogdet(x)[1], lambda x: np.linalg.slogdet(x).logabsdet],
    np.linalg.solve: [
        lambda x: np.linalg.solve(x, x * x), lambda x: np.linalg.solve(x, x[0, 0]),
        lambda x: np.linalg.solve(x, X[0, :, :1]), lambda x: np.linalg.solve(X, x[..., :2]),
    ],
    np.linalg.lstsq: [
        lambda x: np.linalg.lstsq(x[0, :, :2], x[1])[0], lambda x: np.linalg.lstsq(x[0, :, :2], x[1, 0])[1],
        lambda x: np.linalg.lstsq(x[0], x[1])[2],
    ],
    np.linalg.matrix_power: [lambda x: np.linalg.matrix_power(x, 3), lambda x: np.linalg.matrix_power(x, -2)],
    np.linalg.tensorinv: [lambda x: np.linalg.tensorinv(x[0].reshape(3, 3, 1), ind=1)],
    np.linalg.tensorsolve: [lambda x: np.linalg.tensorsolve(x[0].reshape(3, 1, 3), x[1, :, :1])],
    np.linalg.cholesky: [
        lambda x: np.linalg.cholesky(symmetric(x)), lambda x: np.linalg.cholesky(symmetric(x), upper=True),
    ],
    np.linalg.qr: [
        lambda x: np.linalg.qr(x)[0], lambda x: np.linalg.qr(x).R, lambda x: np.linalg.qr(x[..., :2], "r"),
        lambda x: np.linalg.qr(x[..., :2], mode="complete")[1],
    ],
    np.linalg.svd: [
        lambda x: np.linalg.svd(x)[0], lambda x: np.linalg.svd(x[:, :2], full_matrices=False).Vh,
        lambda x: np.linalg.svd(x, compute_uv=False),
    ],
    np.linalg.svdvals: [np.linalg.svdvals],
    np.linalg.eig: [lambda x: np.abs(np.linalg.eig(x)[0]), lambda x: np.abs(np.linalg.eig(x).eigenvectors)],
    np.linalg.eigvals: [lambda x: np.abs(np.linalg.eigvals(x))],
    np.linalg.eigh: [lambda x: np.linalg.eigh(symmetric(x))[1], lambda x: np.linalg.eigh(symmetric(x), UPLO="U")[0]],
    np.linalg.eigvalsh: [lambda x: np.linalg.eigvalsh(symmetric(x))],
    np.linalg.multi_dot: [
        lambda x: np.linalg.multi_dot([x[0], x[1], x[0]]), lambda x: np.linalg.multi_dot([x[0, 0], x[1]]),
    ],
    np.linalg.cross: [lambda x: np.linalg.cross(x[0], x[1], axis=0)],
    np.linalg.diagonal: [lambda x: np.linalg.diagonal(x, offset=-1)],
    np.linalg.trace: [np.linalg.trace, lambda x: np.linalg.trace(x, offset=1)],
    np.linalg.outer: [lambda x: np.linalg.outer(x[0, 0], x[1, 1])],
    np.linalg.tensordot: [lambda x: np.linalg.tensordot(x[0], x, axes=([0, 1], [1, 2]))],
    np.linalg.matrix_transpose: [np.linalg.matrix_transpose],
    np.linalg.matmul: [lambda x: np.linalg.matmul(x, x)],
    np.linalg.vecdot: [lambda x: np.linalg.vecdot(x, x[0], axis=1)],
    np.matrix_transpose: [np.matrix_transpose],
    np.cross: [lambda x: np.cross(x[0], x[1])],
    np.vander: [lambda x: np.vander(x[0, 0]), lambda x: np.vander(x[0, 0], 2, increasing=True)],
    np.inner: [lambda x: np.inner(x[0], x[1])],
    np.vdot: [lambda x: np.vdot(x[0], x[1])],
    np.kron: [lambda x: np.kron(x[0], x[1]), lambda x: np.kron(x, x[0, 0])],
    np.tensordot: [lambda x: np.tensordot(x, x, axes=([0, 1], [0, 1])), lambda x: np.tensordot(x[0], x[1], 1)],
    np.fft.fftshift: [np.fft.fftshift, lambda x: np.fft.fftshift(x, axes=1)],
    np.fft.ifftshift: [np.fft.ifftshift],
    np.fft.fft: [lambda x: np.abs(np.fft.fft(x, 5, 1))],
    np.fft.ifft: [lambda x: np.abs(np.fft.ifft(x, norm="forward"))],
    np.fft.rfft: [lambda x: np.abs(np.fft.rfft(x, axis=0))],
    np.fft.irfft: [lambda x: np.fft.irfft(x, axis=-2), lambda x: np.fft.irfft(x, 3)],
    np.fft.hfft: [np.fft.hfft],
    np.fft.ihfft: [lambda x: np.abs(np.fft.ihfft(x))],
    np.fft.fft2: [lambda x: np.abs(np.fft.fft2(x, (2, 4)))],
    np.fft.ifft2: [lambda x: np.abs(np.fft.ifft2(x, norm="ortho"))],
    np.fft.rfft2: [lambda x: np.abs(np.fft.rfft2(x))],
    np.fft.irfft2: [np.fft.irfft2],
    np.fft.fftn: [lambda x: np.abs(np.fft.fftn(x))],
    np.fft.ifftn: [lambda x: np.abs(np.fft.ifftn(x, axes=(0, 2)))],
    np.fft.rfftn: [lambda x: np.abs(np.fft.rfftn(x))],
    np.fft.irfftn: [np.fft.irfftn],
}
# fmt: on


def test_every_function_is_called():
    assert set(CALLS) == set(LINALG)


@pytest.mark.parametrize("function", CALLS, ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_numpys_results_and_true_gradients(function):
    for call in CALLS[function]:
        t = tg.tensor(X, requires_grad=True)
        result, expected = call(t), call(X)
        if isinstance(result, int):
            assert result == expected
            continue
        assert isinstance(result, tg.Tensor)
        np.testing.assert_allclose(result.detach().numpy(), expected, rtol=1e-9, atol=1e-12)
        if result.requires_grad:
            gradcheck(call, [t], rtol=1e-6)
        else:
            assert function is np.linalg.matrix_rank
