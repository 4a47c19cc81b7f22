"""Products of matrices in tiles are products of matrices."""

import itertools

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.ops import tiles

SIZES = [(64, 784, 50), (63, 300, 77), (7, 4096, 50), (3, 2000, 300), (100, 500, 500), (5000, 256, 2), (2, 300, 3000)]
FORMS = {  # the orders in which the matrices of x Wᵀ, g W and gᵀ x lie in memory, and those of no form
    "x Wᵀ": ("C", "F"),
    "g W": ("C", "C"),
    "gᵀ x": ("F", "C"),
    "neither": ("F", "F"),
    "every other": ("every other", "F"),
}


def matrix(rng, shape, order):
    x = rng.random(shape, np.float32) - 0.5
    return np.repeat(x, 2, 0)[::2] if order == "every other" else np.asarray(x, order=order)


def openblas(monkeypatch, threads):
    library = None if threads is None else type("Library", (), {"num_threads": threads})()
    monkeypatch.setattr(tiles, "_openblas", lambda: library)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("into", [False, True])
def test_tiles_give_the_product(monkeypatch, size, form, threads, into):
    openblas(monkeypatch, threads)
    monkeypatch.setattr(tiles, "AT_ONCE", 1 << 17)
    n, k, m = size
    rng = np.random.default_rng(0)
    a, b = matrix(rng, (n, k), FORMS[form][0]), matrix(rng, (k, m), FORMS[form][1])
    out = np.full((n, m), np.nan, np.float32) if into else None
    y = tiles.product(a, b, out=out)
    assert y.dtype == np.float32
    assert out is None or y is out
    np.testing.assert_allclose(y, a.astype(float) @ b.astype(float), atol=3e-7 * k**0.75)


@pytest.mark.parametrize("form", FORMS)
def test_tiles_with_nan_infinity_and_zero(monkeypatch, form):
    openblas(monkeypatch, 1)
    rng = np.random.default_rng(0)
    a, b = matrix(rng, (70, 400), FORMS[form][0]), matrix(rng, (400, 90), FORMS[form][1])
    a[0, 0], a[5, 7], b[3, 2], b[0, 80] = np.nan, 0, 0, np.inf
    b[7, 9] = np.inf
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(np.isnan(tiles.product(a, b)), np.isnan(a.astype(float) @ b.astype(float)))


@pytest.mark.parametrize(
    ("n", "threads", "calls"),
    [(64, None, [2]), (64, 1, [3]), (64, 2, [3]), (128, None, [2]), (128, 1, [3]), (128, 2, [2]), (8, 2, [2])],
)
def test_when_there_are_tiles(monkeypatch, n, threads, calls):
    openblas(monkeypatch, threads)
    found = []
    monkeypatch.setattr(np, "matmul", lambda a, *b, f=np.matmul, **out: found.append(a.ndim) or f(a, *b, **out))
    tiles.product(np.ones((n, 784), np.float32), np.ones((50, 784), np.float32).T)
    assert found == calls


def test_many_rows_are_given_to_several_threads_some_at_a_time(monkeypatch):
    openblas(monkeypatch, 2)
    found = []
    monkeypatch.setattr(np, "matmul", lambda a, *b, f=np.matmul, **out: found.append(a.shape) or f(a, *b, **out))
    x, w = np.ones((42000, 100), np.float32), np.ones((10, 100), np.float32)
    np.testing.assert_array_equal(tiles.product(x, w.T), np.full((42000, 10), 100, np.float32))
    assert found == [(4, 10485, 100), (60, 100)]


def test_products_of_two_dtypes_are_promoted():
    a, b = np.ones((64, 784), np.float32), np.ones((784, 50))
    assert tiles.product(a, b).dtype == tiles.product(b.T, a.T).dtype == np.float64


def test_layers_multiply_in_tiles(monkeypatch):
    openblas(monkeypatch, 2)
    found = []
    monkeypatch.setattr(
        tiles, "_multiply", lambda a, b, y, *tile, f=tiles._multiply: found.append(tile) or f(a, b, y, *tile)
    )
    x, w = tg.ones(64, 784, requires_grad=True), tg.ones(50, 784, requires_grad=True)
    tg.ops.linear(x, w).backward(tg.ones(64, 50))
    np.testing.assert_array_equal(w.grad.array, np.full((50, 784), 64, np.float32))
    np.testing.assert_array_equal(x.grad.array, np.full((64, 784), 50, np.float32))
    assert sorted(found) == [(16, 50), (16, 784), (50, 112)]


@pytest.mark.parametrize("threads", [1, 2])
def test_how_many_threads_there_are_is_asked_each_time(monkeypatch, threads):
    openblas(monkeypatch, threads)
    assert tiles.one_thread_of_openblas() == (threads == 1)


def test_other_libraries_multiply_whole_matrices(monkeypatch):
    openblas(monkeypatch, None)
    assert not tiles.one_thread_of_openblas()


@pytest.mark.parametrize("shape", [(3500, 5), (60, 50, 7), (17000, 1)], ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sums_of_many_short_rows(shape, dtype):
    x = np.random.default_rng(0).standard_normal(shape).astype(dtype)
    x[0, 0], x[-1, -1] = np.inf, np.nan
    for function in ("sum", "mean"):
        for keepdim in (False, True):
            y = getattr(tg.tensor(x), function)(-1, keepdim=keepdim)
            expected = getattr(np, function)(x.astype(float), axis=-1, keepdims=keepdim)
            assert y.dtype == x.dtype
            assert y.shape == expected.shape
            np.testing.assert_allclose(y.array, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shape", [(400, 50), (9, 40, 70), (17000, 1), (30, 3), (0, 4), (3, 0)], ids=str)
def test_the_gradient_of_a_bias(shape):
    g = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    b = tg.zeros(shape[-1], requires_grad=True)
    (tg.zeros(*shape) + b).backward(tg.tensor(g))
    np.testing.assert_allclose(b.grad.array, g.astype(float).sum(tuple(range(g.ndim - 1))), atol=1e-4)


@pytest.mark.parametrize(("n", "k", "m"), [(1, 5, 3), (5, 1, 3), (4, 3, 1), (1, 1, 1), (0, 1, 3)])
def test_products_with_one_row_or_column(n, k, m):
    rng = np.random.default_rng(0)
    a, b = (tg.tensor(rng.random(shape), requires_grad=True) for shape in [(n, k), (k, m)])
    for y in (a @ b, tg.ops.linear(a, b.T)):
        np.testing.assert_allclose(y.detach().array, np.einsum("ik,kj->ij", a.detach().array, b.detach().array))
    assert tg.testing.gradcheck(lambda a, b: a @ b + tg.ops.linear(a, b.T), [a, b])


@pytest.mark.parametrize(("n", "k", "m"), list(itertools.product((1, 2, 9), repeat=3)))
@pytest.mark.parametrize("compiled", [False, True])
def test_zero_times_infinity_is_nan_in_products_of_every_shape(n, k, m, compiled):
    """BLAS leaves out what is multiplied by a single 0."""

    def products(a, b, g):
        a, b = a.detach().requires_grad_(), b.detach().requires_grad_()
        y, z = a @ b, tg.ops.linear(a, b.T)
        first = tg.autograd.grad(y, [a, b], g)
        return y.detach(), z.detach(), *first, *tg.autograd.grad(z, [a, b], g)

    f = tg.compile(products) if compiled else products
    rng = np.random.default_rng(0)
    for _ in range(5):
        a, b, g = (rng.choice([0, 1, -2, np.inf], size) for size in [(n, k), (k, m), (n, m)])
        with np.errstate(invalid="ignore"):
            y, z, *gradients = (x.numpy() for x in f(*map(tg.from_numpy, (a, b, g))))
            expected = [(p[:, :, None] * q[None]).sum(1) for p, q in ((a, b), (g, b.T), (a.T, g))]
        np.testing.assert_array_equal(y, expected[0])
        np.testing.assert_array_equal(z, expected[0])
        for got, want in zip(gradients, expected[1:] * 2, strict=True):
            np.testing.assert_array_equal(got, want)


def test_relus_gradient_where_it_is_infinite_or_nan():
    x = tg.tensor([-1.0, 0.0, -0.0, 1.0, np.nan, np.inf, -np.inf], requires_grad=True)
    for g in (np.inf, -np.inf, np.nan, -0.0):
        x.grad = None
        x.relu().backward(tg.full((7,), g))
        np.testing.assert_array_equal(x.grad.array, [0, 0, 0, g, g, g, 0])
