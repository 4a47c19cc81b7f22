"""Lesson 11: an LSTM that reads digits row by row learns them."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.data import load_digits

from . import lesson_here
from .rows_lstm import compare

NAME = "11_rows_lstm"


def test_it_answers_after_each_row_of_what_it_has_seen():
    tg.manual_seed(0)
    model = lesson_here(NAME).Reader(columns=8)
    images = tg.rand(3, 8, 8)
    other = images.clone()
    other[:, 5:] = 0
    scores, changed = model(images).detach().numpy(), model(other).detach().numpy()
    assert scores.shape == (3, 8, 10)
    np.testing.assert_array_equal(scores[:, :5], changed[:, :5])
    assert (scores[:, 5:] != changed[:, 5:]).all()


def test_the_loss_is_the_mean_over_images_and_rows():
    module = lesson_here(NAME)
    scores, labels = tg.randn(4, 5, 10), tg.tensor([1, 9, 0, 3])
    expected = -np.mean([tg.log_softmax(scores[n], -1)[:, label].numpy() for n, label in enumerate(labels.tolist())])
    np.testing.assert_allclose(module.loss_of(scores, labels).item(), expected, rtol=1e-6)


def test_the_small_step_of_the_lesson():
    loss, names, model = lesson_here(NAME).step(load_digits())
    loss.backward()
    assert set(names) == {"images", "labels", "loss"}
    assert all(p.grad.abs().max().item() > 0 for p in model.parameters())


@pytest.mark.slow
def test_it_learns_the_built_in_digits():
    tg.manual_seed(0)
    module = lesson_here(NAME)
    module.EPOCHS = 8
    facts, pictures = module.lesson(load_digits())
    assert facts["test_accuracy"] > 0.6
    assert facts["accuracy_after_half_the_rows"] < facts["test_accuracy"]
    assert list(pictures) == ["losses", "reading", "states", "mistakes", "step"]


@pytest.mark.oracle
@pytest.mark.slow
def test_the_table_of_both():
    pytest.importorskip("torch")
    printed = compare(load_digits(), epochs=1)
    (line,) = [line for line in printed.splitlines() if line.startswith("| test accuracy |")]
    ours, theirs = (float(cell) for cell in line.split("|")[2:4])
    assert abs(ours - theirs) < 0.01
