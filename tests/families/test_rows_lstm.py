"""Lesson 11: an LSTM that reads digits row by row learns them, and its losses are PyTorch's."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.data import load_digits

from .rows_lstm import FILE
from .same_steps import SameSteps, lesson, trained_twice


def test_it_answers_after_each_row_of_what_it_has_seen():
    tg.manual_seed(0)
    model = lesson(FILE).Reader(columns=8)
    images = tg.rand(3, 8, 8)
    other = images.clone()
    other[:, 5:] = 0
    scores, changed = model(images).detach().numpy(), model(other).detach().numpy()
    assert scores.shape == (3, 8, 10)
    np.testing.assert_array_equal(scores[:, :5], changed[:, :5])
    assert (scores[:, 5:] != changed[:, 5:]).all()


def test_the_loss_is_the_mean_over_images_and_rows():
    module = lesson(FILE)
    scores, labels = tg.randn(4, 5, 10), tg.tensor([1, 9, 0, 3])
    expected = -np.mean([tg.log_softmax(scores[n], -1)[:, label].numpy() for n, label in enumerate(labels.tolist())])
    np.testing.assert_allclose(module.loss_of(scores, labels).item(), expected, rtol=1e-6)


def test_the_small_step_of_the_lesson():
    loss, names, model = lesson(FILE).step(load_digits())
    loss.backward()
    assert set(names) == {"images", "labels", "loss"}
    assert all(p.grad.abs().max().item() > 0 for p in model.parameters())


@pytest.mark.slow
def test_it_learns_the_built_in_digits():
    tg.manual_seed(0)
    module = lesson(FILE)
    module.EPOCHS = 8
    facts, pictures = module.lesson(load_digits(), SameSteps())
    assert facts["test_accuracy"] > 0.6
    assert facts["accuracy_after_half_the_rows"] < facts["test_accuracy"]
    assert list(pictures) == ["losses", "reading", "states", "mistakes", "step"]


@pytest.mark.oracle
def test_the_first_losses_are_those_of_pytorch():
    pytest.importorskip("torch")
    (_, _, theirs), (_, _, ours) = trained_twice(FILE, load_digits(), steps=23)
    assert len(theirs.history["loss"]) == 23
    assert theirs.history["loss"][-1] < theirs.history["loss"][0]
    np.testing.assert_allclose(ours.history["loss"], theirs.history["loss"], rtol=1e-5)
    assert ours.history["test_accuracy"] == theirs.history["test_accuracy"]
