"""The error function of many float32 numbers, beside SciPy's in float64."""

import numpy as np
import pytest
import scipy.special

import tinygrad_edu as tg
from tinygrad_edu.ops.erf32 import BLOCK, END, MANY, erf32

EDGES = [0.0, -0.0, END, -END, np.nextafter(np.float32(END), np.float32(9)), 3.4e38, -3.4e38, np.inf, -np.inf, np.nan]


def numbers():
    small = 10.0 ** np.linspace(-37, -1, 20_000)
    return np.concatenate([np.linspace(-6, 6, 200_001), small, -small, EDGES]).astype(np.float32)


def test_it_is_right_to_four_units_in_the_last_place():
    x = numbers()
    y, exact = erf32(x), scipy.special.erf(x.astype(np.float64))
    assert y.dtype == np.float32
    known = np.isfinite(exact) & (exact != 0)
    error = np.abs(y[known] / exact[known] - 1)
    assert error.max() < 4e-7
    assert error.mean() < 6e-8
    np.testing.assert_array_equal(y[-len(EDGES) :], np.float32([0, 0, 1, -1, 1, 1, -1, 1, -1, np.nan]))
    assert np.signbit(y[-len(EDGES) + 1])
    assert np.nanmax(np.abs(y)) == 1


@pytest.mark.parametrize("size", [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_blocks_do_not_show(size):
    x = np.random.default_rng(size).standard_normal(size).astype(np.float32)
    np.testing.assert_array_equal(erf32(x), np.concatenate([erf32(part) for part in np.array_split(x, 1 + (size > 1))]))


def test_shape_and_strides_are_kept_and_the_input_too():
    x = np.random.default_rng(0).standard_normal((3, 4, 5)).astype(np.float32)
    before = x.copy()
    for view in (x, x.T, x[::-1, ::2], np.broadcast_to(x[0, 0], (6, 5)), x[:0]):
        np.testing.assert_allclose(erf32(view), scipy.special.erf(view), rtol=1e-6)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_row_uses_it_for_many_numbers_in_float32(dtype):
    x = np.linspace(-4, 4, MANY + 1).astype(dtype)
    t = tg.tensor(x, requires_grad=True)
    y = tg.erf(t)
    y.sum().backward()
    tight = 1e-6 if dtype == np.float32 else 1e-15
    np.testing.assert_allclose(y.detach().numpy(), scipy.special.erf(x.astype(np.float64)), rtol=tight)
    np.testing.assert_allclose(t.grad.numpy(), 2 / np.sqrt(np.pi) * np.exp(-(x.astype(np.float64) ** 2)), rtol=3e-6)
