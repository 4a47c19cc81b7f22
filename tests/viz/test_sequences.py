"""Heat maps of sequences, and columns of samples: what is in them, at the edges too."""

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from tinygrad_edu.viz import plots

from .plotting import R, softmax, words

READ = softmax(3 * 28).reshape(3, 28, 10)
IMAGES = R.random((3, 28, 28))
PICTURES = {
    "beside images": lambda: plots.sequences(READ, IMAGES, title="Three digits"),
    "a state": lambda: plots.sequences(R.standard_normal((2, 28, 128)) * 0 + 0.5, IMAGES[:2]),
    "a word": lambda: plots.sequences(
        {"LSTM": READ[0, :4]}, steps=["word"], classes="0123456789", marks=[[1, 2, 3, 4]]
    ),
    "samples": lambda: plots.samples({"cold": ["Anna", "Berta"], "hot": ["Xq", "", "P$\\alpha$_" + "long" * 20]}),
}


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_same_data_same_svg_and_no_setting_is_left_behind(draw):
    before = dict(matplotlib.rcParams)
    figure = draw()
    assert plots.svg(figure) == plots.svg(draw())
    assert dict(matplotlib.rcParams) == before


def test_what_memory_does_to_last_digits_is_not_in_the_svg():
    assert len({plots.svg(PICTURES["a state"]()) for _ in range(5)}) == 1


def maps(figure):
    """The arrays that are drawn in colour, each with its scale."""
    images = [image for ax in figure.axes for image in ax.images if image.cmap.name != "gray_r"]
    return [(np.asarray(image.get_array()), image.norm) for image in images]


def test_each_sequence_is_a_heat_map_beside_its_image():
    figure = PICTURES["beside images"]()
    drawn = maps(figure)
    assert len(drawn) == 3
    for (values, norm), expected in zip(drawn, READ, strict=True):
        np.testing.assert_array_equal(values, expected)
        assert (norm.vmin, norm.vmax) == (0, 1)
    images = [image.get_array() for ax in figure.axes for image in ax.images if image.cmap.name == "gray_r"]
    np.testing.assert_array_equal(np.stack(images), IMAGES)
    assert {"Three digits", "probability", "0", "9"} <= set(words(figure).split("\n"))


def test_numbers_of_both_signs_have_white_in_the_middle():
    figure = plots.sequences([[[0.5, -2.0]], [[np.nan, 1.0], [0, 0]]])
    for _, norm in maps(figure):
        assert (norm.vmin, norm.vmax) == (-2, 2)
    assert "value" in words(figure).split("\n")


def test_names_of_steps_and_rings():
    figure = PICTURES["a word"]()
    text = words(figure).split("\n")
    assert {"w", "o", "r", "d", "LSTM"} <= set(text)
    (rings,) = [c for ax in figure.axes for c in ax.collections if len(c.get_offsets()) == 4]
    assert rings.get_offsets().tolist() == [[1, 0], [2, 1], [3, 2], [4, 3]]


@pytest.mark.parametrize(
    ("values", "more", "message"),
    [
        ([], {}, "expected 1 to 20 sequences, got 0"),
        (np.ones((21, 2, 2)), {}, "expected 1 to 20 sequences, got 21"),
        (np.ones((2, 3)), {}, r"expected values of shape \(N, T, K\)"),
        ([np.ones((2, 3)), np.ones((2, 4))], {}, r"got \[\(2, 3\), \(2, 4\)\]"),
        (np.ones((1, 3, 2)), {"images": np.ones((1, 4, 4))}, r"expected images for \[3\] steps, got \[4\]"),
        (np.ones((1, 3, 2)), {"steps": ["ab"]}, r"expected steps for \[3\] steps, got \[2\]"),
        (np.ones((1, 3, 2)), {"marks": [[0, 1, 0]] * 2}, r"expected marks for \[3\] steps, got \[3, 3\]"),
        (np.ones((1, 3, 2)), {"marks": [[0, 2, 0]]}, "expected marks from 0 to 1, got 2"),
        (np.ones((1, 3, 2)), {"classes": "abc"}, "expected 2 classes, got 3"),
    ],
)
def test_what_does_not_fit_is_refused(values, more, message):
    with pytest.raises(ValueError, match=message):
        plots.sequences(values, **more)


def test_samples_are_text_and_too_many_are_refused():
    text = words(PICTURES["samples"]())
    for expected in ("Samples", "cold", "Berta", r"P\$"):
        assert expected in text
    assert "long" * 10 not in text
    with pytest.raises(ValueError, match="expected 1 to 6 columns of texts, got 0"):
        plots.samples({})
    with pytest.raises(ValueError, match="expected at most 40 texts in a column, got 41"):
        plots.samples({"a": ["x"] * 41})


def test_an_axes_can_be_given():
    figure = Figure(figsize=(12, 5), layout="constrained")
    left, right = figure.subplots(1, 2)
    assert plots.sequences(READ, IMAGES, left) is figure
    assert plots.samples({"a": ["x"]}, right) is figure
    assert words(figure)
    with pytest.raises(ValueError, match="several panels"):
        plots.sequences(READ, IMAGES, Figure().add_axes((0, 0, 1, 1)))
