"""Lesson 12: networks that spell. They predict from what was read alone, and make names."""

import math

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.data import names

from . import lesson_here

NAME = "12_names"
FEW = "\n".join(names().splitlines()[::20])


def test_what_is_read_and_what_comes_next():
    x, y = lesson_here(NAME).encoded(["ab", "b"], ["·", "a", "b"])
    assert x.tolist() == [[0, 1, 2], [0, 2, 0]]
    assert y.tolist() == [[1, 2, 0], [2, 0, -100]]


def test_a_tenth_of_the_names_is_held_out():
    training, held_out, symbols = lesson_here(NAME).prepared(names())
    assert (len(training), len(held_out), len(symbols)) == (4617, 513, 27)
    assert not set(training) & set(held_out)


@pytest.mark.parametrize("layer", ["LSTM", "GRU"])
def test_padding_does_not_count(layer):
    """The loss of names of several lengths is the mean over their characters, each name alone."""
    tg.manual_seed(0)
    module = lesson_here(NAME)
    symbols = ["·", *"abcdefg"]
    model = module.Speller(getattr(tg.nn, layer), len(symbols))
    words = ["bad", "cabbage", "a"]
    alone = [model.loss(*module.encoded([word], symbols)).item() * (len(word) + 1) for word in words]
    together = model.loss(*module.encoded(words, symbols)).item()
    np.testing.assert_allclose(together, sum(alone) / sum(len(word) + 1 for word in words), rtol=1e-6)


@pytest.mark.parametrize("layer", ["LSTM", "GRU"])
def test_letter_by_letter_gives_what_a_whole_name_gives(layer):
    """`sample` carries the state; the scores must be those of reading from the start."""
    tg.manual_seed(0)
    model = lesson_here(NAME).Speller(getattr(tg.nn, layer), 27)
    word, state, one_by_one = tg.tensor([[0, 5, 1, 20]]), None, []
    for t in range(4):
        scores, state = model(word[:, t : t + 1], state)
        one_by_one.append(scores)
    np.testing.assert_allclose(tg.cat(one_by_one, 1).detach(), model(word)[0].detach(), rtol=1e-5, atol=1e-6)


class Alphabet:
    """Says that after each letter the next one of the alphabet comes, with high odds."""

    def __call__(self, letters, state):
        after = (letters.numpy() + 1) % 4
        return tg.tensor(3.0 * np.eye(4, dtype="float32")[after]), state


def test_low_temperature_takes_what_is_most_probable():
    tg.manual_seed(0)
    sample = lesson_here(NAME).sample
    assert set(sample(Alphabet(), ["·", "a", "b", "c"], 50, temperature=0.1)) == {"abc"}
    varied = sample(Alphabet(), ["·", "a", "b", "c"], 50, temperature=2.0)
    assert len(set(varied)) > 10
    assert max(map(len, varied)) <= 20


@pytest.mark.slow
def test_they_learn_to_spell():
    tg.manual_seed(0)
    module = lesson_here(NAME)
    module.EPOCHS = 4
    facts, pictures = module.lesson(FEW)
    for name in ("LSTM", "GRU"):
        assert facts[f"{name}_bits_per_character"] < 3.9 < math.log2(27)
        assert facts[f"{name}_invented_among_1000"] > 500
    assert list(pictures) == ["losses", "word", "samples", "step"]


def test_names_with_capitals_are_told_from_new_ones(monkeypatch):
    module = lesson_here(NAME)
    text = "\n".join(["Anna"] + ["Otto"] * 19)
    monkeypatch.setattr(module, "sample", lambda model, symbols, count, temperature=1.0: ["Anna", "Otto", "Anno"] * 4)
    module.EPOCHS = 1
    facts, _ = module.lesson(text)
    assert (facts["GRU_held_out_among_1000"], facts["GRU_invented_among_1000"]) == (2, 1)
