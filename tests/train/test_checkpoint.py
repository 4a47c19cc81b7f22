"""Checkpoints: training goes on bit for bit."""

import os

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.train.problem import batches, learner, same, weights
from tests.train.trainings import deeds, everything
from tinygrad_edu.train import (
    BEST,
    LAST,
    Checkpoint,
    StopAfterSteps,
    checkpoint,
)


@pytest.mark.parametrize("step", range(1, 9))
def test_goes_on_from_any_step(step, tmp_path):
    alone = everything()
    alone.fit(3)
    everything(Checkpoint(tmp_path), StopAfterSteps(step)).fit(3)
    tg.manual_seed(99)
    resumed = everything(Checkpoint(tmp_path))
    tg.default_generator().random(step)
    history = resumed.fit(3, resume=tmp_path / LAST)
    assert deeds(history) == deeds(alone.history)
    assert same(weights(resumed.model), weights(alone.model))


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "NAdam", "RAdam"])
@pytest.mark.parametrize("scheduler", ["ReduceLROnPlateau", "MultiStepLR", "CosineAnnealingWarmRestarts"])
def test_goes_on_with_any_optimizer_and_schedule(tmp_path, optimizer, scheduler):
    options = {"optimizer": optimizer, "scheduler": scheduler}
    alone = everything(**options)
    alone.fit(3)
    everything(Checkpoint(tmp_path), StopAfterSteps(4), **options).fit(3)
    resumed = everything(Checkpoint(tmp_path), **options)
    assert deeds(resumed.fit(3, resume=tmp_path / LAST)) == deeds(alone.history)
    assert same(weights(resumed.model), weights(alone.model))


@pytest.mark.parametrize("step", [2, 3, 4])
def test_written_while_it_runs(tmp_path, step):
    """`last` of a training that went on is what a killed one would find."""
    alone = everything()
    alone.fit(3)

    class Copy(Checkpoint):
        order = 101

        def on_step_end(self, learner):
            if learner.step == step:
                checkpoint.save(tmp_path / "copy", learner)

    everything(Copy(tmp_path)).fit(2)
    resumed = everything(Copy(tmp_path))
    resumed.fit(3, resume=tmp_path / "copy")
    assert deeds(resumed.history) == deeds(alone.history)
    assert same(weights(resumed.model), weights(alone.model))


def test_more_epochs(tmp_path):
    alone = learner(momentum=0.9)
    alone.fit(5)
    learner(Checkpoint(tmp_path), momentum=0.9).fit(2)
    resumed = learner(Checkpoint(tmp_path), momentum=0.9)
    assert deeds(resumed.fit(5, resume=str(tmp_path / LAST))) == deeds(alone.history)
    assert same(weights(resumed.model), weights(alone.model))


def test_batches_in_a_list_go_on_too(tmp_path):
    def own(*callbacks):
        return learner(*callbacks, data=(list(batches(shuffle=False)), None))

    alone = own()
    alone.fit(2)
    own(Checkpoint(tmp_path), StopAfterSteps(4)).fit(2)
    assert own(Checkpoint(tmp_path)).fit(2, tmp_path / LAST).step_losses == alone.history.step_losses


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({"every_steps": 4}, [0, 4, 8, 12, 15]),
        ({"every_epochs": 2}, [0, 6, 12, 15]),
        ({"every_epochs": None}, [0, 15]),
        ({"every_epochs": None, "every_seconds": 1000}, [0, 15]),
    ],
)
def test_when_the_last_is_written(tmp_path, monkeypatch, options, steps):
    written = []
    monkeypatch.setattr("tinygrad_edu.train.callbacks.saver.save", lambda path, own, extra: written.append(own.step))
    learner(Checkpoint(tmp_path, **({"every_epochs": None} | options))).fit(5)
    assert written == steps
    with pytest.raises(ValueError, match="1 or more"):
        Checkpoint(tmp_path, every_steps=0)


def test_every_second(tmp_path, monkeypatch):
    times = iter(np.arange(0, 1000, 0.4).tolist())
    monkeypatch.setattr("tinygrad_edu.train.callbacks.saver.time.monotonic", lambda: next(times))
    written = []
    monkeypatch.setattr("tinygrad_edu.train.callbacks.saver.save", lambda path, own, extra: written.append(own.step))
    learner(Checkpoint(tmp_path, every_epochs=None, every_seconds=2)).fit(30)
    assert written[0] == 0
    assert 25 <= written[1] <= 35
    assert 25 <= written[2] - written[1] <= 35  # one took 0.4 s by this clock: not more than 1/30 of the time


def test_the_best_and_the_last(tmp_path):
    keeper = Checkpoint(tmp_path, best="valid_loss")
    trained = learner(keeper, lr=3.0)  # so much that it goes up and down
    history = trained.fit(12)
    losses = [row.valid["loss"] for row in history.epochs]
    best = int(np.argmin(losses))
    assert best < 11
    loaded = learner(Checkpoint(tmp_path, best="valid_loss"))
    checkpoint.load(tmp_path / BEST, loaded)
    assert (loaded.epoch, loaded.evaluate()["loss"]) == (best + 1, pytest.approx(losses[best]))
    checkpoint.load(tmp_path / LAST, loaded)
    assert loaded.epoch == 12
    assert loaded.callbacks[0].best_value == min(losses)


def test_extra_and_stale_files(tmp_path):
    for name in (f".{LAST}.abc.tmp", f".{BEST}.abc.tmp", f".other{LAST}.abc.tmp"):
        (tmp_path / name).write_text("half")
    learner(Checkpoint(tmp_path, extra={"lr": 0.5, "sizes": (1, 2)})).fit(1)
    assert sorted(os.listdir(tmp_path)) == [f".other{LAST}.abc.tmp", LAST]
    assert checkpoint.read_extra(tmp_path / LAST) == {"lr": 0.5, "sizes": (1, 2)}


def test_a_full_disk_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    learner(Checkpoint(tmp_path)).fit(1)
    before = (tmp_path / LAST).read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        learner(Checkpoint(tmp_path)).fit(1)
    assert (tmp_path / LAST).read_bytes() == before
