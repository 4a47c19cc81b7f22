"""Summaries and cells: what an array holds, of any shape and dtype; a picture that hides no peak."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinygrad_edu.graph import summary
from tinygrad_edu.graph.summary import as_cells

REAL = st.sampled_from(["float64", "float32", "float16", "int8", "int64", "uint8", "bool"])


def magnitude(values):
    """The largest magnitude; nan is as large as infinity."""
    return max(math.inf if math.isnan(x) else abs(x) for x in values)


@given(st.data())
def test_cells_are_few_and_hide_no_peak(data):
    dtype = np.dtype(data.draw(REAL))
    shape = data.draw(hnp.array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=7))
    array = data.draw(hnp.arrays(dtype, shape))
    most = data.draw(st.integers(1, 60))
    cells = as_cells(array, most)
    rows, columns = math.prod(shape[:-1]), shape[-1] if shape else 1
    assert cells.rows * cells.columns == len(cells.values) <= most
    assert (cells.rows, cells.columns) == (math.ceil(rows / cells.height), math.ceil(columns / cells.width))
    if array.size <= most:
        assert (cells.height, cells.width) == (1, 1)
    assert cells.shows == ("element" if (cells.height, cells.width) == (1, 1) else "peak")
    table = array.reshape(rows, columns).astype(np.float64)
    for k, found in enumerate(cells.values):
        i, j = divmod(k, cells.columns)
        block = table[i * cells.height : (i + 1) * cells.height, j * cells.width : (j + 1) * cells.width]
        if np.isnan(block).any():
            assert math.isnan(found)
        else:
            assert found in block
            assert abs(found) == np.abs(block).max()


@given(st.data())
def test_a_mean_is_that_of_its_block(data):
    dtype = np.dtype(data.draw(REAL))
    shape = data.draw(hnp.array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=7))
    array = data.draw(hnp.arrays(dtype, shape))
    cells = as_cells(array, data.draw(st.integers(1, 20)), "mean")
    assert cells.shows == ("element" if cells.height == cells.width == 1 else "mean")
    table = array.reshape(-1, shape[-1] if shape else 1).astype(np.float64)
    for k, found in enumerate(cells.values):
        i, j = divmod(k, cells.columns)
        block = table[i * cells.height : (i + 1) * cells.height, j * cells.width : (j + 1) * cells.width]
        top = np.abs(block).max()
        if np.isnan(block).any() or {np.inf, -np.inf} <= set(block.ravel()):
            assert math.isnan(found)
        elif np.isinf(top):
            assert found == block.ravel()[np.isinf(block.ravel())][0]
        else:
            mean = np.mean(block / (top or 1.0)) * (top or 1.0)
            assert math.isclose(found, mean, rel_tol=1e-12, abs_tol=1e-12 * top + 1e-320)


def test_how_far_a_gate_is_open():
    """Two thirds of a ReLU's slopes are 1: a peak would say that it is open everywhere."""
    gate = np.tile([1.0, 1.0, 0.0], (60, 20))
    peaks, means = (as_cells(gate, 100, show) for show in ("peak", "mean"))
    assert (peaks.height, peaks.width, peaks.shows, means.shows) == (6, 6, "peak", "mean")
    assert set(peaks.values) == {1.0}
    np.testing.assert_allclose(means.values, 2 / 3, rtol=1e-15)


@given(hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=8)), st.integers(1, 20))
def test_the_largest_cell_is_the_largest_element(array, most):
    assert magnitude(as_cells(array, most).values) == magnitude(array.ravel().tolist())


@given(st.data())
def test_every_number_of_a_summary_is_numpy_s(data):
    dtype = np.dtype(data.draw(REAL))
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5))
    array = data.draw(hnp.arrays(dtype, shape))
    s = summary(array, data.draw(st.integers(0, 20)))
    wide = array.astype(np.float64)
    finite = wide[np.isfinite(wide)]
    assert (s.size, s.zero) == (array.size, (wide == 0).sum())
    assert (s.nan, s.inf) == (np.isnan(wide).sum(), np.isinf(wide).sum())
    if not finite.size:
        assert (s.min, s.max, s.mean, s.norm) == (None,) * 4
        return
    assert (s.min, s.max) == (finite.min(), finite.max())
    top = np.abs(finite).max()
    scale = top or 1.0
    assert math.isclose(s.mean, np.mean(finite / scale) * scale, rel_tol=1e-12, abs_tol=1e-12 * top)
    assert s.norm == math.inf or math.isclose(s.norm / scale, np.linalg.norm(finite / scale), rel_tol=1e-12)


@pytest.mark.parametrize(
    ("shape", "most", "table"),
    [
        ((), 5, (1, 1, 1, 1)),
        ((4,), 5, (1, 4, 1, 1)),
        ((4,), 1, (1, 1, 1, 4)),
        ((100, 1), 10, (10, 1, 10, 1)),
        ((1, 100_000), 100, (1, 100, 1, 1000)),
        ((100_000, 1), 100, (100, 1, 1000, 1)),
        ((2, 3, 4, 5), 120, (24, 5, 1, 1)),
        ((30, 30), 100, (10, 10, 3, 3)),
        ((7, 7), 1, (1, 1, 7, 7)),
        ((3, 50), 9, (3, 3, 1, 17)),
    ],
)
def test_shapes(shape, most, table):
    array = np.random.default_rng(0).normal(size=shape)
    cells = as_cells(array, most)
    assert (cells.rows, cells.columns, cells.height, cells.width) == table


def test_a_needle_in_a_haystack():
    array = np.zeros((1000, 1000), "float32")
    array[613, 27], array[5, 5] = -3.0, 2.0
    cells = summary(array, 64).cells
    assert (min(cells.values), max(cells.values)) == (-3.0, 2.0)


def test_nan_goes_before_infinity_and_infinity_before_numbers():
    assert math.isnan(as_cells(np.array([np.inf, np.nan, 1.0]), 1).values[0])
    assert as_cells(np.array([1e308, -np.inf, 1.0]), 1).values == (-math.inf,)


def test_there_are_no_cells_of_nothing_of_one_of_complex_numbers_and_unless_asked_for():
    assert summary(np.zeros((0, 3)), 5).cells is None
    assert summary(np.zeros((3, 0)), 5).cells is None
    assert summary(np.zeros((1, 1)), 5).cells is None
    assert summary(np.zeros(3, complex), 5).cells is None
    assert summary(np.zeros(3)).cells is None


def test_complex_numbers():
    s = summary(np.array([3 + 4j, 0, 1j]))
    assert (s.min, s.max, s.mean, s.zero) == (0.0, 3.0, 1.0, 1)
    assert s.norm == pytest.approx(math.sqrt(26))
    one = summary(np.array([3 + 4j]))
    assert (one.number, one.min, one.norm) == (3 + 4j, 3.0, 5.0)


def test_what_is_not_finite_in_a_complex_number_is_counted_once():
    odd = complex(math.nan, math.inf)
    s = summary(np.array([odd, 1.0, complex(math.nan, 1)]))
    assert (s.size, s.nan, s.inf, s.norm) == (3, 1, 1, 1.0)
    assert (summary(np.array(odd)).nan, summary(np.array(odd)).inf) == (0, 1)


def test_no_square_overflows():
    big = complex(1.7e308, 1.7e308)
    assert summary(np.array(big)).inf == 0  # its parts are finite,
    assert summary(np.array(big)).norm == math.inf  # its magnitude is not
    s = summary(np.array([big, big]))
    assert (s.inf, s.max, s.norm) == (0, 1.7e308, math.inf)
    assert summary(np.full(3, 60_000, "float16")).norm == pytest.approx(60_000 * math.sqrt(3))
    assert summary(np.full(3, 5e-324)).mean == 5e-324


def test_numbers_of_every_kind():
    assert summary(np.array(True)).number is True
    assert (summary(np.array([7], "uint8")).number, summary(np.array(7)).max) == (7, 7.0)
    assert type(summary(np.array(np.longdouble("0.1"))).number) is float
    assert type(summary(np.array(np.clongdouble(1j))).number) is complex


def test_the_array_is_left_as_it_was():
    array = np.arange(12.0).reshape(3, 4).T
    array.flags.writeable = False
    before = array.copy()
    summary(array, 3)
    np.testing.assert_array_equal(array, before)
