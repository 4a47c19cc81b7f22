"""x Wᵀ in tiles is x Wᵀ."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.ops import tiles

SIZES = [(64, 784, 50), (63, 300, 77), (7, 4096, 50), (3, 2000, 300), (100, 500, 500), (5000, 256, 2)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("layout", ["rows", "columns", "every other"])
def test_tiles_give_the_product(monkeypatch, size, layout):
    monkeypatch.setattr(tiles, "one_thread_of_openblas", lambda: True)
    n, k, m = size
    rng = np.random.default_rng(0)
    x, w = rng.random((2 * n, k), np.float32) - 0.5, rng.random((m, k), np.float32) - 0.5
    x = {"rows": x[:n].copy(), "columns": np.asfortranarray(x[:n]), "every other": x[::2]}[layout]
    y = tiles.times_transposed(x, w)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y, x.astype(float) @ w.T.astype(float), atol=3e-7 * k**0.75)


def test_they_are_for_one_thread_of_openblas(monkeypatch):
    calls = []
    monkeypatch.setattr(tiles, "one_thread_of_openblas", lambda: calls.append(1) or False)
    x, w = np.ones((64, 784), np.float32), np.ones((50, 784), np.float32)
    np.testing.assert_array_equal(tg.ops.linear(tg.tensor(x), tg.tensor(w)).array, x @ w.T)
    assert calls


@pytest.mark.parametrize("threads", [1, 2])
def test_how_many_threads_there_are_is_asked_each_time(monkeypatch, threads):
    library = type("Library", (), {"num_threads": threads})()
    monkeypatch.setattr(tiles, "_openblas", lambda: library)
    assert tiles.one_thread_of_openblas() == (threads == 1)


def test_other_libraries_multiply_whole_matrices(monkeypatch):
    monkeypatch.setattr(tiles, "_openblas", lambda: None)
    assert not tiles.one_thread_of_openblas()
