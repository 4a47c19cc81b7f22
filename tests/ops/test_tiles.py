"""x Wᵀ in tiles is x Wᵀ."""

import itertools

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.ops import tiles

SIZES = [(64, 784, 50), (63, 300, 77), (7, 4096, 50), (3, 2000, 300), (100, 500, 500), (5000, 256, 2)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("layout", ["rows", "columns", "every other"])
def test_tiles_give_the_product(monkeypatch, size, layout):
    monkeypatch.setattr(tiles, "_openblas", lambda: type("Library", (), {"num_threads": 1})())
    n, k, m = size
    rng = np.random.default_rng(0)
    x, w = rng.random((2 * n, k), np.float32) - 0.5, rng.random((m, k), np.float32) - 0.5
    x = {"rows": x[:n].copy(), "columns": np.asfortranarray(x[:n]), "every other": x[::2]}[layout]
    y = tiles.times_transposed(x, w)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y, x.astype(float) @ w.T.astype(float), atol=3e-7 * k**0.75)


def test_large_products_are_in_tiles_for_one_thread_of_openblas(monkeypatch):
    calls = []
    monkeypatch.setattr(tiles, "_openblas", lambda: True)
    monkeypatch.setattr(tiles, "one_thread_of_openblas", lambda: calls.append(1) or False)
    x, w = np.ones((128, 784), np.float32), np.ones((50, 784), np.float32)
    np.testing.assert_array_equal(tg.ops.linear(tg.tensor(x), tg.tensor(w)).array, x @ w.T)
    assert calls


@pytest.mark.parametrize("size", [(64, 784, 50), (63, 300, 77), (2, 4096, 200), (2, 256, 3000), (700, 300, 7)], ids=str)
@pytest.mark.parametrize("layout", ["rows", "columns", "every other"])
def test_tiles_of_the_gradient_of_a_weight(monkeypatch, size, layout):
    monkeypatch.setattr(tiles, "_openblas", lambda: True)
    n, k, m = size
    rng = np.random.default_rng(0)
    g, x = rng.random((2 * n, m), np.float32) - 0.5, rng.random((2 * n, k), np.float32) - 0.5
    g, x = ({"rows": a[:n].copy(), "columns": np.asfortranarray(a[:n]), "every other": a[::2]}[layout] for a in (g, x))
    y = tiles.transposed_times(g, x)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y, g.T.astype(float) @ x.astype(float), atol=3e-7 * n**0.75)
    g[1, 0], x[0, 0], x[1, 5] = 0, np.nan, np.inf
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(np.isnan(tiles.transposed_times(g, x)), np.isnan(g.T.astype(float) @ x))


@pytest.mark.parametrize("size", [(64, 100, 500), (64, 784, 5), (100, 784, 500), (1, 784, 2000), (64, 784, 1)], ids=str)
def test_other_gradients_are_one_product(monkeypatch, size):
    monkeypatch.setattr(tiles, "_openblas", lambda: True)
    n, k, m = size
    assert tiles.transposed_times(np.ones((n, m), np.float32), np.ones((n, k), np.float32)) is None


def test_products_of_few_numbers_are_in_tiles_whatever_the_threads(monkeypatch):
    monkeypatch.setattr(tiles, "_openblas", lambda: None)
    x, w = np.ones((64, 784), np.float32), np.ones((50, 784), np.float32)
    assert tiles.transposed_times(np.ones((64, 50), np.float32), x) is None
    monkeypatch.setattr(tiles, "_openblas", lambda: type("Library", (), {"num_threads": 2})())
    calls = []
    monkeypatch.setattr(
        np, "matmul", lambda a, *b, matmul=np.matmul, **out: calls.append(a.ndim) or matmul(a, *b, **out)
    )
    tiles.times_transposed(x, w)
    tiles.times_transposed(np.ones((128, 784), np.float32), w)
    assert calls == [3, 2]
    for n, k, m in ((9, 300, 1200), (32, 784, 256), (33, 1024, 1024)):  # shared by two threads as W xᵀ
        x, w = (np.random.default_rng(0).random(shape, np.float32) - 0.5 for shape in ((n, k), (m, k)))
        y = tiles.times_transposed(x, w)
        assert y.flags.c_contiguous
        np.testing.assert_allclose(y, x.astype(float) @ w.T.astype(float), atol=3e-7 * k**0.75)


@pytest.mark.parametrize("threads", [1, 2])
def test_how_many_threads_there_are_is_asked_each_time(monkeypatch, threads):
    library = type("Library", (), {"num_threads": threads})()
    monkeypatch.setattr(tiles, "_openblas", lambda: library)
    assert tiles.one_thread_of_openblas() == (threads == 1)


def test_other_libraries_multiply_whole_matrices(monkeypatch):
    monkeypatch.setattr(tiles, "_openblas", lambda: None)
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


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_large_outer_products(dtype):
    rng = np.random.default_rng(0)
    g, x = rng.standard_normal((1, 300)).astype(dtype), rng.standard_normal((1, 400)).astype(dtype)
    g[0, :4], x[0, :4] = (0, np.inf, np.nan, -0.0), (np.inf, 0, 2, np.nan)
    w = tg.tensor(np.ones((300, 400), dtype), requires_grad=True)
    with np.errstate(invalid="ignore"):
        tg.ops.linear(tg.tensor(x), w).backward(tg.tensor(g))
        np.testing.assert_array_equal(w.grad.array, g.T * x)


def test_relus_gradient_where_it_is_infinite_or_nan():
    x = tg.tensor([-1.0, 0.0, -0.0, 1.0, np.nan, np.inf, -np.inf], requires_grad=True)
    for g in (np.inf, -np.inf, np.nan, -0.0):
        x.grad = None
        x.relu().backward(tg.full((7,), g))
        np.testing.assert_array_equal(x.grad.array, [0, 0, 0, g, g, g, 0])
