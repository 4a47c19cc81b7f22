import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_edu.data.toy import make_blobs, make_circles, make_moons, make_spirals, make_xor
from tinygrad_edu.random import manual_seed

MAKERS = {"moons": 2, "circles": 2, "spirals": 2, "xor": 2, "blobs": 3}
MAKE = dict(zip(MAKERS, (make_moons, make_circles, make_spirals, make_xor, make_blobs), strict=True))


@pytest.mark.parametrize("name", MAKERS)
@given(n=st.integers(0, 50), seed=st.integers(0, 99), noise=st.floats(0, 1))
def test_points_and_labels(name, n, seed, noise):
    make = MAKE[name]
    x, y = make(n, noise, generator=np.random.default_rng(seed))
    assert (x.dtype, y.dtype) == (np.float32, np.int64)
    assert (x.shape, y.shape) == ((n, 2), (n,))
    assert np.isfinite(x).all()
    counts = np.bincount(y, minlength=MAKERS[name])
    assert len(counts) == MAKERS[name]
    assert max(counts) - min(counts) <= 1
    manual_seed(seed)
    again, labels = make(n, noise)
    np.testing.assert_array_equal(again, x)
    np.testing.assert_array_equal(labels, y)


def test_where_the_points_lie_without_noise(rng):
    x, y = make_circles(100, 0, factor=0.3, generator=rng)
    np.testing.assert_allclose(np.hypot(*x.T), np.where(y == 0, 1, 0.3), rtol=1e-6)
    x, y = make_xor(100, generator=rng)
    np.testing.assert_array_equal(y, x[:, 0] * x[:, 1] < 0)
    assert 0.9 < abs(x).max() <= 1
    x, y = make_moons(100, 0, generator=rng)
    np.testing.assert_allclose(np.hypot(*(x - np.where(y[:, None] == 0, [0, 0], [1, 0.5])).T), 1, rtol=1e-5)
    x, y = make_blobs(9, 0, [[1, 2], [3, 4]], generator=rng)
    np.testing.assert_array_equal(x, np.float32([[1, 2], [3, 4]])[y])


@pytest.mark.parametrize("classes", [1, 2, 3, 5])
def test_spirals_are_turned_copies_of_each_other(rng, classes):
    x, y = make_spirals(300, 0, classes, turns=0.8, generator=rng)
    assert set(y.tolist()) == set(range(classes))
    radius = np.hypot(*x.T)
    assert 0.1 <= radius.min() < radius.max() <= 1 + 1e-6
    turns = (np.arctan2(x[:, 1], x[:, 0]) / (2 * np.pi) - 0.8 * (radius - 0.1) / 0.9 - y / classes) % 1
    assert np.minimum(turns, 1 - turns).max() < 1e-5


def test_blobs_around_a_circle(rng):
    x, y = make_blobs(4000, 0.1, 4, generator=rng)
    for k, centre in enumerate([(1, 0), (0, 1), (-1, 0), (0, -1)]):
        np.testing.assert_allclose(x[y == k].mean(0), centre, atol=0.02)
        np.testing.assert_allclose(x[y == k].std(0), 0.1, atol=0.01)


@pytest.mark.parametrize("arguments", [{"n": -1}, {"noise": -0.1}])
@pytest.mark.parametrize("make", MAKE.values())
def test_bad_arguments(make, arguments):
    with pytest.raises(ValueError, match=r"noise must be >= 0|expected n >= 0 points"):
        make(**arguments)
    with pytest.raises(ValueError, match="got 3 and 0"):
        make_blobs(3, centers=[])
