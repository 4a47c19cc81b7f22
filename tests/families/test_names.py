"""Lesson 12: networks that spell. They predict from what was read alone, make names, and lose what PyTorch's lose."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.data import names

from .names import FILE
from .same_steps import SameSteps, lesson, trained_twice

FEW = "\n".join(names().splitlines()[::20])


def test_what_is_read_and_what_comes_next():
    x, y = lesson(FILE).encoded(["ab", "b"], ["·", "a", "b"])
    assert x.tolist() == [[0, 1, 2], [0, 2, 0]]
    assert y.tolist() == [[1, 2, 0], [2, 0, -100]]


def test_a_tenth_of_the_names_is_held_out():
    training, held_out, symbols = lesson(FILE).prepared(names())
    assert (len(training), len(held_out), len(symbols)) == (4617, 513, 27)
    assert not set(training) & set(held_out)


@pytest.mark.parametrize("layer", ["LSTM", "GRU"])
def test_padding_does_not_count(layer):
    """The loss of names of several lengths is the mean over their characters, each name alone."""
    tg.manual_seed(0)
    module = lesson(FILE)
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
    model = lesson(FILE).Speller(getattr(tg.nn, layer), 27)
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
    sample = lesson(FILE).sample
    assert set(sample(Alphabet(), ["·", "a", "b", "c"], 50, temperature=0.1)) == {"Abc"}
    varied = sample(Alphabet(), ["·", "a", "b", "c"], 50, temperature=2.0)
    assert len(set(varied)) > 10
    assert max(map(len, varied)) <= 20


@pytest.mark.slow
def test_they_learn_to_spell():
    tg.manual_seed(0)
    module = lesson(FILE)
    module.EPOCHS = 4
    facts, pictures = module.lesson(FEW, SameSteps())
    for name in ("LSTM", "GRU"):
        assert facts[f"{name}_bits_per_character"] < 3.9 < math.log2(27)
    assert list(pictures) == ["losses", "word", "samples", "step"]


@pytest.mark.oracle
def test_the_first_losses_are_those_of_pytorch():
    pytest.importorskip("torch")
    (_, _, theirs), (_, _, ours) = trained_twice(FILE, names(), steps=20)
    for name in ("LSTM", "GRU"):
        assert len(theirs.history[name]) == 20
        assert theirs.history[name][-1] < theirs.history[name][0] - 0.5
        np.testing.assert_allclose(ours.history[name], theirs.history[name], rtol=1e-5)


@pytest.mark.oracle
def test_made_by_pytorch_with_our_weights():
    """Scores of a trained network of ours, in PyTorch: what is saved here is read there."""
    torch = pytest.importorskip("torch")
    (module, theirs, _), (_, ours, _) = trained_twice(FILE, FEW, steps=5)
    for name, model in ours.items():
        theirs[name].load_state_dict({key: torch.tensor(t.numpy()) for key, t in model.state_dict().items()})
        x, _ = module.encoded(["elizabeth"], module.prepared(FEW)[2])
        scores = model(tg.tensor(x.numpy()))[0].detach()
        np.testing.assert_allclose(scores, theirs[name](x)[0].detach().numpy(), rtol=1e-4, atol=1e-6)


@pytest.mark.slow
def test_the_preset_learns_names_of_ones_own(tmp_path):
    (tmp_path / "few.txt").write_text(FEW)
    command = [sys.executable, "-m", "tinygrad_edu.cli", "train", "--preset", "names", "--data", "few.txt"]
    more = ["--epochs", "2", "--out", "run"]
    done = subprocess.run([*command, *more], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    facts = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert facts["epochs"] == 2
    assert facts["LSTM_bits_per_character"] < 4.75  # so many bits has a letter of 27 by chance
    assert (tmp_path / "run" / "report.html").read_text().count("<svg") >= 4
