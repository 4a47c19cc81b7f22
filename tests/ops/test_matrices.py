"""`tg.linalg`: second derivatives, equal eigenvalues, Hermitian matrices, names of results, errors."""

import warnings

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.testing import gradcheck

rng = np.random.default_rng(3)
A = rng.standard_normal((2, 3, 3)) + 3 * np.eye(3)
C = A + 0.3j * rng.standard_normal((2, 3, 3))
TALL, WIDE = rng.standard_normal((4, 2)), rng.standard_normal((2, 4))
B = rng.standard_normal((3, 2))


def leaf(x):
    return tg.tensor(np.array(x), requires_grad=True)


def definite(x):
    return x @ x.mH + tg.tensor(np.eye(x.shape[-1]))


# --- second derivatives, of what does not depend on signs and phases, through the public functions --------------------

CASES = {
    "inv": (tg.linalg.inv, A),
    "solve": (lambda a: tg.linalg.solve(a, tg.tensor(B)), A),
    "solve right": (lambda a: tg.linalg.solve(a, tg.tensor(B).T, left=False), A[0]),
    "solve vector": (lambda a: tg.linalg.solve(a, a[..., 0]), A[0]),
    "triangular": (lambda a: tg.linalg.solve_triangular(a, a, upper=True, unitriangular=True), A),
    "triangular right": (lambda a: tg.linalg.solve_triangular(a, a.mT, upper=False, left=False), A),
    "det": (tg.linalg.det, A),
    "logdet": (lambda a: tg.logdet(definite(a)), A),
    "matrix_power": (lambda a: tg.linalg.matrix_power(a, 5), A / 3),
    "matrix_power -2": (lambda a: tg.linalg.matrix_power(a, -2), A),
    "pinv": (tg.linalg.pinv, TALL),
    "pinv of lower rank": (lambda a: tg.linalg.pinv(a @ a.mT), TALL),
    "lstsq": (lambda a: tg.linalg.lstsq(a, a**2, driver="gelsd")[:2], TALL),
    "lu": (lambda a: tg.linalg.lu(a)[1:], A),
    "lu_solve": (lambda a: tg.linalg.lu_solve(*tg.linalg.lu_factor(a), a.mT, adjoint=True, left=False), A),
    "cholesky": (lambda a: tg.linalg.cholesky(definite(a), upper=True), A),
    "cholesky_solve": (lambda a: tg.cholesky_solve(a, tg.linalg.cholesky(definite(a))), A),
    "qr": (tg.linalg.qr, TALL),
    "qr of wide": (lambda a: tg.linalg.qr(a), WIDE),
    "qr, R alone": (lambda a: tg.linalg.qr(a, "r").R, TALL),
    "projection": (lambda a: (lambda q: q @ q.mT)(tg.linalg.qr(a, "complete").Q[:, 2:]), TALL),
    "matrix function": (lambda a: (lambda w, v: (v * w.exp()[..., None, :]) @ v.mH)(*tg.linalg.eigh(a + a.mH)), A),
    "eigvals": (lambda a: tg.linalg.eigvals(a).abs().sum(), A),
    "polar": (lambda a: (lambda u, s, vh: u @ vh)(*tg.linalg.svd(a, full_matrices=False)), A),
    "null space": (lambda a: (lambda u, s, vh: u[:, 2:] @ u[:, 2:].mT)(*tg.linalg.svd(a)), TALL),
    "null space of wide": (lambda a: (lambda u, s, vh: vh[2:].mT @ vh[2:])(*tg.linalg.svd(a)), WIDE),
    "nuc": (lambda a: tg.linalg.norm(a, "nuc"), TALL),
    "norm 2": (lambda a: tg.linalg.norm(a, 2, dim=(0, 1)), TALL),
    "cond": (tg.linalg.cond, TALL),
    "cond 1": (lambda a: tg.linalg.cond(a, 1), A),
    "householder": (lambda a: tg.linalg.householder_product(a, a[0]), TALL),
    "ormqr": (lambda a: tg.ormqr(a, a[0], a, transpose=True), TALL),
    "multi_dot": (lambda a: tg.linalg.multi_dot([a[:, 0], a, a.mT, a[:, 1]]), TALL),
    "matrix_exp": (tg.linalg.matrix_exp, A / 3),
    "tensorsolve": (lambda a: tg.linalg.tensorsolve(a, a[..., 0] @ a[..., 1]), rng.standard_normal((3, 3, 9))),
    "complex projector": (lambda a: (lambda v: v[..., :1] @ v[..., :1].mH)(tg.linalg.eigh(a + a.mH)[1]), C),
    "complex polar": (lambda a: (lambda u, s, vh: u @ vh)(*tg.linalg.svd(a)), C),
    "complex eig": (lambda a: (lambda w, v: v @ ((w**2)[..., None] * tg.linalg.inv(v)))(*tg.linalg.eig(a)), C),
    "complex phase": (lambda a: tg.linalg.svd(a)[0], C[0]),
    "complex slogdet": (tg.linalg.slogdet, C),
    "complex qr": (tg.linalg.qr, C),
    "stft": (lambda x: tg.stft(x, 4, return_complex=False), rng.standard_normal(9)),
    "spectrum": (lambda x: tg.fft.rfft2(x).abs().square().sum(), A),
    "convolution": (lambda x: tg.fft.irfft(tg.fft.rfft(x) ** 2, n=x.shape[-1]), rng.standard_normal(5)),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients_of_the_second_order(name):
    function, x = CASES[name]
    assert gradcheck(function, [leaf(x)], rtol=2e-6)


# --- where eigenvalues or singular values are equal -------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [tg.linalg.svdvals, tg.linalg.eigvalsh, lambda x: tg.linalg.norm(x, "nuc"), lambda x: tg.linalg.eigvals(x).real],
    ids=["svdvals", "eigvalsh", "nuc", "eigvals"],
)
def test_equal_values_have_finite_gradients(function):
    x = leaf(np.eye(3))
    function(x).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.eye(3), atol=1e-12)


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize("index", [0, 2])
def test_the_vectors_of_equal_values_have_none(index):
    x = leaf(np.diag([1.0, 1.0, 2.0]))
    y = tg.linalg.svd(x)[index]
    (y * tg.tensor(rng.standard_normal((3, 3)))).sum().backward()
    assert not np.isfinite(x.grad.numpy()).all()


def test_the_vectors_of_a_stack_do_not_disturb_each_other():
    x = leaf(np.stack([np.eye(2), np.diag([1.0, 2.0])]))
    values, vectors = tg.linalg.eigh(x)
    (values.sum() + vectors[1].sum()).backward()
    assert np.isfinite(x.grad.numpy()).all()


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_determinant_of_a_singular_matrix_is_a_polynomial_all_the_same(n, rank):
    r = min(rank, n - 1)
    x = rng.standard_normal((n, r)) @ rng.standard_normal((r, n))
    x[-1] = x[0] if r else 0
    assert gradcheck(tg.linalg.det, [leaf(x)], order=2, rtol=1e-6)


def test_the_logarithm_of_a_determinant_of_0():
    x = leaf(np.stack([np.zeros((2, 2)), np.eye(2)]))
    y = tg.logdet(x)
    assert y.tolist() == [-np.inf, 0.0]
    y[1].backward()
    np.testing.assert_allclose(x.grad.numpy()[1], np.eye(2))
    assert tg.logdet(tg.tensor(-np.eye(1))).isnan().item()


# --- Hermitian matrices -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("upper", [False, True])
def test_one_triangle_is_read(upper):
    whole = A[0] @ A[0].T
    half = np.triu(whole) if upper else np.tril(whole)
    junk = half + (np.tril(rng.standard_normal((3, 3)), -1) if upper else np.triu(rng.standard_normal((3, 3)), 1))
    for function in (
        lambda x: tg.linalg.cholesky(x, upper=upper),
        lambda x: tg.linalg.eigvalsh(x, "U" if upper else "L"),
        lambda x: tg.linalg.eigh(x, "U" if upper else "L").eigenvalues,
    ):
        x, y = leaf(whole), leaf(junk)
        found, same = function(x), function(y)
        np.testing.assert_allclose(found.detach().numpy(), same.detach().numpy())
        (found**2).sum().backward()
        (same**2).sum().backward()
        np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy())
        np.testing.assert_allclose(x.grad.numpy(), x.grad.numpy().T)


def test_the_largest_component_of_a_complex_vector_is_real():
    for v in (
        tg.linalg.eigh(tg.tensor(C + np.conj(C).mT))[1],
        tg.linalg.eig(tg.tensor(C))[1],
        tg.linalg.svd(tg.tensor(C))[0],
    ):
        top = np.take_along_axis(v.numpy(), np.abs(v.numpy()).argmax(-2)[:, None], -2)
        np.testing.assert_allclose(top.imag, 0, atol=1e-12)


# --- results ----------------------------------------------------------------------------------------------------------


def test_results_have_names():
    x = tg.tensor(A[0])
    assert tg.linalg.eigh(x)._fields == tg.linalg.eig(x)._fields == ("eigenvalues", "eigenvectors")
    assert tg.linalg.svd(x)._fields == ("U", "S", "Vh")
    assert tg.svd(x)._fields == ("U", "S", "V")
    assert tg.linalg.qr(x)._fields == ("Q", "R")
    assert tg.linalg.slogdet(x)._fields == ("sign", "logabsdet")
    assert tg.linalg.lu(x)._fields == ("P", "L", "U")
    assert tg.linalg.lu_factor_ex(x)._fields == ("LU", "pivots", "info")
    assert tg.linalg.lstsq(x, x)._fields == ("solution", "residuals", "rank", "singular_values")


@pytest.mark.parametrize("name", ["inv", "det", "svdvals", "pinv", "matrix_exp", "eigvalsh", "cond", "matrix_norm"])
def test_float32_stays_float32(name):
    x = tg.tensor(A.astype(np.float32), requires_grad=True)
    y = getattr(tg.linalg, name)(x)
    assert y.dtype == np.float32
    y.sum().backward()
    assert x.grad.dtype == np.float32
    assert tg.linalg.eigvals(x).dtype == tg.fft.fft(x).dtype == np.complex64


def test_empty_matrices():
    x = tg.zeros(2, 0, 0)
    assert tg.linalg.det(x).tolist() == [1.0, 1.0]
    assert tg.linalg.inv(x).shape == tg.linalg.cholesky(x).shape == tg.linalg.eigh(x)[1].shape == (2, 0, 0)
    assert tg.linalg.svd(tg.zeros(0, 3)).Vh.shape == (3, 3)
    assert tg.linalg.norm(tg.zeros(0, 0), 2).item() == tg.linalg.norm(tg.zeros(0, 0), "nuc").item() == 0


# --- errors -----------------------------------------------------------------------------------------------------------

ERRORS = [
    (lambda: tg.linalg.inv(tg.ones(2, 3)), ValueError, r"linalg.inv: expected square matrices, got shape \(2, 3\)"),
    (lambda: tg.linalg.det(tg.ones(3)), ValueError, "expected a matrix or a stack of matrices"),
    (lambda: tg.linalg.inv([[1.0]]), TypeError, r"expected a tensor, got list; use tensor\(data\)"),
    (lambda: tg.linalg.inv(tg.ones(2, 2).long()), TypeError, r"expected floating-point .* got int64; use t.float\(\)"),
    (lambda: tg.linalg.inv(tg.ones(2, 2)), tg.linalg.LinAlgError, "singular matrix has no inverse; pinv"),
    (lambda: tg.linalg.solve(tg.ones(2, 2), tg.ones(2)), tg.linalg.LinAlgError, "singular; lstsq gives"),
    (lambda: tg.linalg.cholesky(-tg.eye(2)), tg.linalg.LinAlgError, "not positive definite"),
    (lambda: tg.linalg.lu_factor(tg.zeros(2, 2)), tg.linalg.LinAlgError, "U has a 0 on its diagonal"),
    (lambda: tg.linalg.solve(tg.eye(2), tg.ones(2, 2).double()), TypeError, "got float32 and float64"),
    (lambda: tg.linalg.eigh(tg.eye(2), "X"), ValueError, "UPLO must be 'L' or 'U', got 'X'"),
    (lambda: tg.linalg.qr(tg.eye(2), "full"), ValueError, "mode must be 'reduced', 'complete' or 'r', got 'full'"),
    (lambda: tg.linalg.matrix_norm(tg.eye(2), 3), ValueError, "ord must be 'fro', 'nuc', ±1, ±2 or ±inf, got 3"),
    (lambda: tg.linalg.norm(tg.ones(2, 2, 2), 1), ValueError, "is for vectors and matrices"),
    (lambda: tg.linalg.matrix_power(tg.eye(2), 0.5), TypeError, "n must be an int, got 0.5"),
    (lambda: tg.linalg.multi_dot([tg.eye(2)]), ValueError, "at least two tensors, got 1"),
    (lambda: tg.linalg.cross(tg.ones(2), tg.ones(2)), ValueError, "expected size 3 in dim -1"),
    (lambda: tg.tensordot(tg.ones(2), tg.ones(3), 1), ValueError, "differ in size"),
    (lambda: tg.fft.fft(tg.ones(2), norm="x"), ValueError, "norm must be 'backward', 'ortho' or 'forward', got 'x'"),
    (lambda: tg.fft.fft(tg.ones(2), 0), ValueError, "sizes of at least 1, got 0"),
    (lambda: tg.fft.fft(tg.ones(2), dim=3), IndexError, "fft.fft: dim 3 is out of range"),
    (lambda: tg.fft.rfft(tg.fft.fft(tg.ones(2))), TypeError, "expected real numbers, got complex64"),
    (lambda: tg.stft(tg.ones(9), 4), ValueError, "pass return_complex=True"),
    (lambda: tg.stft(tg.ones(2), 8, return_complex=True), ValueError, "cannot reflect 4 elements"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS)
def test_errors_say_what_is_expected(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_what_has_no_error_says_where():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = tg.tensor(np.stack([np.zeros((2, 2)), np.eye(2)]))
        assert tg.linalg.inv_ex(x).info.tolist() == tg.linalg.solve_ex(x, x).info.tolist() == [1, 0]
        assert tg.linalg.cholesky_ex(x).info.tolist() == tg.linalg.lu_factor_ex(x).info.tolist() == [1, 0]
        assert tg.linalg.cond(x, 1).tolist() == [np.inf, 1.0]
