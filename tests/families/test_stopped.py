"""Lessons that generate images, stopped in the middle of an epoch: they go on as if they had not been."""

import unittest.mock

import pytest

import tinygrad_edu as tg
from tests.families import lesson_here
from tinygrad_edu.data import load_digits
from tinygrad_edu.train import LAST, Callback, Checkpoint, Loop

LESSONS = ["13_autoencoder", "14_vae", pytest.param("15_gan", marks=pytest.mark.slow)]


class Stop(Callback):
    def __init__(self, step):
        self.step = step

    def on_step_end(self, loop):
        if loop.steps_done == self.step:
            loop.stop("told to")


def train(name, folder, stop_after=None, resume=False):
    """Two epochs of a lesson: what it measured, and its loop."""
    made = []

    def loops(batches, epochs, **kept):
        loop = Loop(batches, 2, **kept)
        loop.callbacks = [Checkpoint(folder, every_epochs=None), Stop(stop_after)]
        if resume:
            loop.resume(folder / LAST)
        made.append(loop)
        return loop

    tg.manual_seed(0)
    lesson = lesson_here(name)
    lesson.plots = lesson.draw = unittest.mock.Mock()
    lesson.judge = lambda samples, asked, digits: {"first": samples[0].tolist()}
    facts, _ = lesson.lesson(load_digits(), loops)
    return facts, made[0]


@pytest.mark.parametrize("name", LESSONS)
def test_what_was_stopped_goes_on_bit_for_bit(name, tmp_path):
    facts, alone = train(name, tmp_path / "alone")
    steps = alone.step
    stopped_facts, stopped = train(name, tmp_path / "run", stop_after=steps // 2 + 3)
    assert stopped.step == steps // 2 + 3
    assert stopped_facts != facts
    resumed_facts, resumed = train(name, tmp_path / "run", resume=True)
    assert resumed.step == steps
    assert resumed_facts == facts
    assert resumed.history == alone.history
    if name == "15_gan":  # what it drew after the first epoch is from before the stop
        pages = resumed.kept["album"].pages
        assert tg.equal(pages, alone.kept["album"].pages)
        assert [bool(page.any()) for page in pages[:4]] == [True, True, True, False]
