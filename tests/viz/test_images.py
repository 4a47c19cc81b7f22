"""Grids and rows of images, and the plane of codes."""

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

import tinygrad_edu as tg
from tinygrad_edu.viz import plots

from .plotting import R, words

PICTURES = {
    "grid": lambda: plots.image_grid(np.eye(8)[None].repeat(5, 0)),
    "rows": lambda: plots.image_rows({"noisy": np.eye(8)[None], "original": np.eye(8)[None, ::-1]}),
    "plane": lambda: plots.latent_plane([[0.0, 1.0], [2.0, 3.0], [1.0, 1.0]], [0, 1, 1]),
}


def pixels(figure):
    return np.ma.filled(figure.axes[0].images[0].get_array(), np.nan)


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_same_data_same_svg_and_no_setting_is_left_behind(draw):
    before = dict(matplotlib.rcParams)
    assert plots.svg(draw()) == plots.svg(draw())
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("name", PICTURES)
def test_an_axes_can_be_given(name):
    figure = Figure(figsize=(8, 5), layout="constrained")
    ax = figure.subplots(1, 2)[0]
    calls = {
        "grid": lambda: plots.image_grid(np.ones((3, 4, 4)), ax),
        "rows": lambda: plots.image_rows({"a": np.ones((3, 4, 4))}, ax),
        "plane": lambda: plots.latent_plane([[0, 1], [1, 0]], [0, 1], ax),
    }
    assert calls[name]() is figure
    assert words(figure)


# --- grids ----------------------------------------------------------------------------------------------------------


def test_images_lie_row_by_row_with_gaps():
    images = np.arange(1, 6).reshape(5, 1, 1) * np.ones((5, 2, 3))
    figure = plots.image_grid(tg.tensor(images), columns=2, gap=1)
    shown = pixels(figure)
    assert shown.shape == (3 * (2 + 1) + 1, 2 * (3 + 1) + 1)
    assert [shown[1 + 3 * (i // 2), 1 + 4 * (i % 2)] for i in range(5)] == [1, 2, 3, 4, 5]
    assert np.isnan(shown[0]).all()
    assert np.isnan(shown[7, 5])


def test_without_a_gap_images_touch():
    images = R.random((4, 3, 3))
    shown = pixels(plots.image_grid(images, columns=2, gap=0))
    np.testing.assert_array_equal(shown, np.block([[images[0], images[1]], [images[2], images[3]]]))
    assert not plots.image_grid(images, columns=2, gap=0).axes[0].lines
    assert len(plots.image_grid(images, columns=2).axes[0].lines) == 4


def test_a_grid_says_what_it_leaves_out():
    text = words(plots.image_grid(R.random((30, 16)), most=9, title="Samples", xlabel="z₁", ylabel="z₂"))
    for expected in ("Samples", "z₁, the first 9 of 30 images", "z₂"):
        assert expected in text
    assert "the first" not in words(plots.image_grid(R.random((9, 16)), most=9))


def test_white_is_zero_and_the_darkest_pixel_is_black():
    image = plots.image_grid(np.array([[0.25, 0.5, 0.5, 0.75]])).axes[0].images[0]
    assert (image.norm.vmin, image.norm.vmax) == (0.0, 0.75)
    image = plots.image_grid(np.array([[-0.25, 0.5, 0.5, 0.75]])).axes[0].images[0]
    assert image.norm.vmin == -0.25


@pytest.mark.parametrize(
    "images",
    [np.zeros((1, 4)), np.full((2, 3, 3), np.nan), R.random((3, 3, 5, 4)), R.random((2, 1, 5, 4)), R.random((70, 6))],
    ids=["zero", "nan", "colour", "one channel", "many"],
)
def test_odd_images(images):
    assert words(plots.image_grid(images)).split() == ["Images"]


def test_a_grid_is_never_higher_than_a_page():
    assert plots.image_grid(R.random((60, 4, 4)), columns=2).get_size_inches()[1] <= 8.6
    assert plots.image_rows({str(i): R.random((2, 4, 4)) for i in range(30)}).get_size_inches()[1] <= 8.6


def test_a_wrong_grid_is_refused():
    with pytest.raises(ValueError, match="at least one image, got none"):
        plots.image_grid(np.zeros((0, 4, 4)))
    with pytest.raises(ValueError, match="columns of at least 1, got 0"):
        plots.image_grid(np.zeros((1, 4, 4)), columns=0)
    with pytest.raises(ValueError, match=r"expected images of shape .* got \(1, 2, 3, 4, 5\)"):
        plots.image_grid(np.zeros((1, 2, 3, 4, 5)))


# --- rows -----------------------------------------------------------------------------------------------------------


def test_rows_have_their_names_and_columns_belong_together():
    noisy, restored = R.random((12, 1, 4, 4)), R.random((12, 2, 2))
    figure = plots.image_rows({"noisy $x$": noisy, "restored": restored}, most=3, title="Denoising")
    text = words(figure)
    for expected in ("noisy", "restored", "Denoising", "the first 3 of 12 images"):
        assert expected in text
    shown = pixels(figure)
    np.testing.assert_array_equal(shown[1:5, 6:10], noisy[1, 0])
    np.testing.assert_array_equal(shown[7:9, 7:9], restored[1])  # smaller, so in the middle of its place
    heights = figure.axes[0].get_yticks()
    assert heights == pytest.approx([2.5, 7.5])


def test_wrong_rows_are_refused():
    with pytest.raises(ValueError, match=r"as many images in each row.*'a': 2, 'b': 1"):
        plots.image_rows({"a": np.ones((2, 4, 4)), "b": np.ones((1, 4, 4))})
    with pytest.raises(ValueError, match=r"at least one, got \{\}"):
        plots.image_rows({})
    with pytest.raises(ValueError, match="all rows grey or all in colour"):
        plots.image_rows({"a": np.ones((2, 4, 4)), "b": np.ones((2, 3, 4, 4))})
    with pytest.raises(ValueError, match="two different names, got 'x' twice"):
        plots.before_after(np.ones((1, 4, 4)), np.ones((1, 4, 4)), names=("x", "x"))


# --- the latent plane -----------------------------------------------------------------------------------------------


def test_classes_stand_at_the_median_of_their_codes():
    codes = np.array([[0, 0], [1, 1], [100, 2], [-5, -5], [np.nan, 0]])
    figure = plots.latent_plane(codes, [0, 0, 0, 7, 7], classes=list("abcdefgh"))
    ax = figure.axes[0]
    assert {t.get_text(): t.get_position() for t in ax.texts} == {"a": (1, 1), "h": (-5, -5)}
    (points,) = ax.collections
    np.testing.assert_array_equal(points.get_offsets(), codes[:4])
    colours = points.get_facecolors()
    assert (colours[0] == colours[1]).all()
    assert (colours[0] != colours[3]).any()
    assert "the first" not in words(figure)


def test_the_plane_says_what_it_leaves_out():
    figure = plots.latent_plane(R.standard_normal((40, 2)), np.arange(40) % 10, most=15)
    assert "the first 15 of 40 images" in words(figure)
    assert len(figure.axes[0].collections[0].get_offsets()) == 15
    assert {t.get_text() for t in figure.axes[0].texts} == set("0123456789")


def test_names_do_not_lie_on_each_other():
    codes = np.repeat([[0.0, 0.0], [0.1, 0.0], [0.0, 0.0], [9.0, 9.0]], 3, axis=0)
    figure = plots.latent_plane(codes, np.repeat(np.arange(4), 3))
    places = np.array([t.get_position() for t in figure.axes[0].texts])
    distances = np.hypot(*(places[:, None] - places).T)[np.triu_indices(4, 1)]
    assert distances.min() > 0.95 * 0.065 * 9
    assert np.hypot(*places[:3].T).max() < 1  # and not far from where they belong
    np.testing.assert_array_equal(places[3], [9, 9])


def test_a_wrong_plane_is_refused():
    with pytest.raises(ValueError, match=r"codes \(N, 2\) and N labels, got \(4, 3\) and \(4,\)"):
        plots.latent_plane(np.ones((4, 3)), [0, 1, 2, 3])
    with pytest.raises(ValueError, match=r"codes \(N, 2\) and N labels, got \(4, 2\) and \(3,\)"):
        plots.latent_plane(np.ones((4, 2)), [0, 1, 2])
    with pytest.raises(ValueError, match="labels from 0 to 9, one colour each, got 0 to 10"):
        plots.latent_plane(np.ones((2, 2)), [0, 10])
    with pytest.raises(ValueError, match="a name for class 2, got 2 names"):
        plots.latent_plane(np.ones((2, 2)), [0, 2], classes="ab")
