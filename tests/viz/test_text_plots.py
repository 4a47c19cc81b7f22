"""Plots of what happens to a text: attention over its tokens, a number for each of its characters."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

import tinygrad_edu as tg
from tinygrad_edu.viz import plots

from .plotting import R, words


def causal(*shape):
    return tg.softmax(tg.tensor(np.where(np.tri(*shape[-2:]) > 0, R.standard_normal(shape), -np.inf)), -1)


def images(figure):
    return [ax.images[0] for ax in figure.axes if ax.images]


def test_each_head_is_a_map_of_its_weights():
    weights = causal(2, 3, 5, 5)
    figure = plots.attention_maps(weights, "a b\nc")
    maps = images(figure)
    assert len(maps) == 6
    for image, expected in zip(maps, weights.numpy().reshape(6, 5, 5), strict=True):
        np.testing.assert_allclose(image.get_array(), expected)
        assert (image.norm.vmin, image.norm.vmax) == (0, 1)
        assert image.cmap(image.norm(0.0))[:3] == to_rgb("white")
    text = words(figure)
    assert [text.count(part) for part in ("layer 1", "layer 2", "head 1", "head 3")] == [1, 1, 1, 1]
    ax = figure.axes[1]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "␣", "b", "↵", "c"]


def test_one_map_of_words_and_of_two_texts():
    assert "head" not in words(plots.attention_maps(causal(3, 3), ["the", "cat", "sat"])).replace("each head", "")
    figure = plots.attention_maps(np.full((2, 3), 1 / 3), ["le", "chat"], ["the", "cat", "$x\\"])
    ax = next(ax for ax in figure.axes if ax.images)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["the", "cat", r"\$x∖"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["le", "chat"]


def test_many_heads_and_tokens_are_cut_and_the_picture_says_so():
    figure = plots.attention_maps(np.full((9, 10, 70, 70), 1 / 70), "x" * 70)
    assert {image.get_array().shape for image in images(figure)} == {(64, 64)}
    assert figure.get_suptitle().endswith("the first 64 of 70 tokens; 8 of 9 layers, 8 of 10 heads")
    figure = plots.attention_maps(np.full((70, 2, 2), 0.5), "ab")
    assert len(images(figure)) == 64
    assert figure.get_suptitle().endswith("the first 64 of 70 heads")


def test_maps_in_an_axes_of_the_users():
    figure = Figure(figsize=(8, 4), layout="constrained")
    ax = figure.subplots(1, 2)[1]
    assert plots.attention_maps(causal(2, 3, 3), "abc", ax=ax, title="Mine") is figure
    assert "Mine" in words(figure)


def test_a_weight_that_is_not_a_number_is_grey():
    image = images(plots.attention_maps([[np.nan, 1.0]], "a", "bc"))[0]
    assert image.cmap(image.norm(np.nan))[:3] == pytest.approx(to_rgb("#b9bec7"), abs=0.01)


@pytest.mark.parametrize(
    ("weights", "tokens", "message"),
    [
        (np.ones(3), "abc", r"\(layers, heads, L, S\), got \(3,\); of a batch choose one"),
        (np.ones((1, 1, 1, 2, 2)), "ab", r"got \(1, 1, 1, 2, 2\)"),
        (np.ones((0, 0)), "", "expected weights of shape"),
        (np.eye(3), "ab", r"expected weights \(..., 2, 2\) for 2 tokens that look at 2, got \(3, 3\)"),
        (np.eye(2) * 3, "ab", "from 0 to 1, got 0 to 3; scores become weights by a softmax"),
        (-np.eye(2), "ab", "from 0 to 1, got -1 to "),
    ],
    ids=["vector", "batch", "empty", "tokens", "scores", "negative"],
)
def test_what_are_no_weights_is_refused(weights, tokens, message):
    with pytest.raises(ValueError, match=message):
        plots.attention_maps(weights, tokens)


def test_a_passage_stands_as_it_was_written():
    figure = plots.passage("ab c\n\nd$", title="Four lines")
    ax = figure.axes[0]
    placed = {t.get_text(): t.get_position() for t in ax.texts}
    assert placed == {"a": (0, 0), "b": (1, 0), "c": (3, 0), "d": (0, 2), r"\$": (1, 2)}
    assert "Four lines" in words(figure)
    assert len(figure.axes) == 1  # no bar without numbers


def test_each_character_has_the_colour_of_its_number():
    figure = plots.passage("ab\nc", [0.0, 4.0, 1.0, np.nan], label="bits")
    behind = images(figure)[0]
    shown = np.ma.filled(behind.get_array(), -1.0)
    assert shown.tolist() == [[0, 4, 1], [-1, -1, -1]]  # the line end has the place after b
    assert behind.norm.vmax == 4
    assert "bits" in words(figure)
    light = {t.get_text(): t.get_color() for t in figure.axes[0].texts}
    assert (light["b"], light["a"] != light["b"]) == ("#ffffff", True)


def test_long_lines_are_broken_and_long_texts_cut():
    figure = plots.passage("x" * 2100)
    rows, columns = images(figure)[0].get_array().shape
    assert (rows, columns) == (26, 78)
    assert len(figure.axes[0].texts) == 2000
    assert "the first 2,000 of 2,100 characters" in words(figure)


def test_a_passage_of_one_line_end_and_unknown_characters():
    assert words(plots.passage("\n", [1.0]))
    assert "�" in words(plots.passage("東"))


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        ("", None, "at least one character, got ''"),
        ("ab", [1.0], r"of shape \(2,\), one for each character, got \(1,\)"),
        ("ab", [1.0, -2.0], "at least 0, got -2"),
    ],
)
def test_what_is_no_passage_is_refused(text, values, message):
    with pytest.raises(ValueError, match=message):
        plots.passage(text, values)
