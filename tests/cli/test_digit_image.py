"""From a picture to an input: cropped, scaled and centred as MNIST's makers did."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.image import imsave

from tinygrad_edu.cli.digit_image import PictureError, normalise, read_digit, read_grey


def stroke(height=100, width=70):
    """A white page with a black L on it."""
    page = np.ones((height, width))
    page[20:80, 20:26] = 0
    page[74:80, 20:50] = 0
    return page


def test_fits_a_box_of_20_and_centres_by_mass():
    digit = normalise(stroke(), 28, 28)
    assert digit.shape == (28, 28)
    assert digit.dtype == np.float32
    assert digit.min() == 0
    assert digit.max() == 1
    rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
    assert rows[-1] - rows[0] + 1 == 20
    assert columns[-1] - columns[0] + 1 == 10
    centre = [float((np.arange(28) + 0.5) @ digit.sum(axis=axis) / digit.sum()) for axis in (1, 0)]
    assert centre == pytest.approx([14, 14], abs=0.51)


def test_the_digits_model_gets_the_whole_field():
    digit = normalise(stroke(), 8, 8)
    assert digit.shape == (8, 8)
    assert digit.any(axis=1).all()


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 40), st.integers(1, 40))
def test_position_and_polarity_do_not_matter(top, left, bottom, right):
    page = np.pad(stroke(), ((top, bottom), (left, right)), constant_values=1)
    np.testing.assert_allclose(normalise(page, 28, 28), normalise(stroke(), 28, 28), atol=1e-6)
    np.testing.assert_allclose(normalise(1 - page, 28, 28), normalise(stroke(), 28, 28), atol=1e-6)


@given(st.floats(0.3, 1), st.floats(0, 0.3))
def test_contrast_and_brightness_do_not_matter(contrast, brightness):
    page = np.minimum(contrast * stroke() + brightness, 1.0)
    np.testing.assert_allclose(normalise(page, 28, 28), normalise(stroke(), 28, 28), atol=1e-6)


def test_grain_of_the_paper_is_no_ink():
    page = stroke() * 0.8 + 0.1 + 0.02 * np.random.default_rng(0).standard_normal((100, 70))
    np.testing.assert_allclose(normalise(page, 28, 28), normalise(stroke(), 28, 28), atol=0.15)


@given(st.integers(1, 60), st.integers(1, 60), st.sampled_from([8, 28]))
def test_any_rectangle_fits(height, width, size):
    page = np.ones((height + 2, width + 2))
    page[1:-1, 1:-1] = 0
    digit = normalise(page, size, size)
    assert np.isfinite(digit).all()
    assert digit.max() == 1


@pytest.mark.parametrize("page", [np.ones((5, 5)), np.zeros((5, 5)), np.full((1, 1), 0.5), np.ones((3, 3)) * 0.97])
def test_nothing_on_the_page(page):
    with pytest.raises(PictureError):
        normalise(page, 28, 28)


def test_grey_colour_and_alpha_are_read_alike(tmp_path):
    page = stroke()
    rgb = np.repeat(page[:, :, np.newaxis], 3, axis=2)
    clear = np.concatenate([np.zeros_like(rgb), 1 - page[:, :, np.newaxis]], axis=2)  # black ink on nothing
    for name, pixels in (("rgb", rgb), ("clear", clear)):
        imsave(tmp_path / f"{name}.png", pixels)
        np.testing.assert_allclose(read_grey(tmp_path / f"{name}.png"), page, atol=1e-6)
    digit = read_digit(tmp_path / "clear.png", 28, 28)
    np.testing.assert_allclose(digit, normalise(page, 28, 28), atol=1e-5)
