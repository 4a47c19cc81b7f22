"""Rules that end a training."""

import math
import time

import numpy as np
import pytest

from tests.train.problem import Recorder, batches, learner, network, same, weights
from tinygrad_edu import nn
from tinygrad_edu.train import (
    Callback,
    DivergenceError,
    EarlyStopping,
    Epoch,
    StopAfterSteps,
    StopAfterTime,
    StopAtLoss,
    StopWhenNoImprovement,
    StopWhenNotFinite,
)


class Pretend(Callback):
    """Puts given values in the place of the validation loss."""

    order = -1000

    def __init__(self, values):
        self.values = values

    def on_epoch_end(self, learner):
        row = learner.history.epochs[-1]
        valid = {"loss": self.values[learner.epoch - 1], "accuracy": -self.values[learner.epoch - 1]}
        learner.history.epochs[-1] = Epoch(**{**vars(row), "valid": valid})


def test_after_steps_and_after_none():
    history = learner(StopAfterSteps(5)).fit(9)
    assert (history.steps, history.ending, history.reason) == (5, "stopped", "5 steps are done")
    assert learner(StopAfterSteps(0)).fit(9).steps == 0


def test_after_a_time():
    began = time.perf_counter()
    history = learner(StopAfterTime(0.05)).fit(10**9)
    assert time.perf_counter() - began >= 0.05
    assert history.reason == "0.05 seconds have passed"


def test_at_a_loss_of_a_step_or_of_an_epoch():
    history = learner(StopAtLoss(0.5)).fit(100)
    assert history.step_losses[-1] <= 0.5 < min(history.step_losses[:-1])
    history = learner(StopAtLoss(0.5, "valid_loss")).fit(100)
    losses = [row.valid["loss"] for row in history.epochs]
    assert losses[-1] <= 0.5 < min(losses[:-1])
    assert history.reason.startswith("valid_loss is 0.4")


@pytest.mark.parametrize(
    ("values", "patience", "min_delta", "epochs", "best"),
    [
        ([3, 2, 1, 1, 1, 1], 2, 0.0, 5, 3),
        ([3, 2, 1, 1.5, 0.9, 1, 1, 1], 2, 0.0, 7, 5),
        ([3, 2.9, 2.8, 2.7], 2, 0.5, 3, 1),
        ([3, 2.9, 2.4, 2.3, 2.2, 1], 2, 0.5, 5, 3),  # compared with the best, not with the last
        ([math.nan, math.nan, 1], 2, 0.0, 2, 0),
    ],
)
@pytest.mark.parametrize("mode", ["min", "max"])
def test_early_stopping(values, patience, min_delta, epochs, best, mode):
    rule = EarlyStopping("valid_loss" if mode == "min" else "valid_accuracy", patience, min_delta, mode)
    history = learner(Pretend(values), rule).fit(20)
    assert len(history.epochs) == epochs
    assert history.ending == "stopped"
    assert history.reason == f"{rule.monitor} has not improved for {patience} epochs"
    assert rule.best_epoch == best


def test_early_stopping_goes_back_to_the_best_weights():
    rule = EarlyStopping(patience=3, restore_best=True)
    seen = Recorder(lambda own: weights(own.model))
    trained = learner(Pretend([3, 1, 2, 2, 2, 0]), rule, seen)
    trained.fit(20)
    ends = [state for name, state in zip(seen.events, seen.seen, strict=True) if name == "epoch_end"]
    assert same(weights(trained.model), ends[1])
    assert not same(weights(trained.model), ends[4])


def test_early_stopping_names_what_can_be_monitored():
    with pytest.raises(
        ValueError, match=r"cannot monitor 'val_loss'; choose one of train_loss, valid_loss, valid_accuracy"
    ):
        learner(EarlyStopping("val_loss")).fit(1)
    with pytest.raises(ValueError, match="mode"):
        EarlyStopping(mode="up")
    with pytest.raises(ValueError, match="patience"):
        EarlyStopping(patience=0)


def test_no_improvement_for_steps_or_epochs():
    trained = learner(StopWhenNoImprovement(steps=4), lr=0.0, data=(batches(batch_size=40, shuffle=False), None))
    assert trained.fit(20).steps == 5
    history = learner(Pretend([2, 1, 1, 1, 1, 1]), StopWhenNoImprovement(epochs=3)).fit(20)
    assert len(history.epochs) == 5
    for options in ({}, {"steps": 1, "epochs": 1}):
        with pytest.raises(ValueError, match="either steps or epochs"):
            StopWhenNoImprovement(**options)


def test_a_loss_that_is_no_number_ends_training_before_the_update():
    class Spoil(Callback):
        order = -200

        def on_loss(self, learner):
            learner.loss = learner.loss * math.nan

    trained = learner(StopWhenNotFinite(), Spoil())
    before = weights(trained.model)
    history = trained.fit(3)
    assert history.ending == "diverged"
    assert history.diverged_at[0] == 1
    assert math.isnan(history.diverged_at[1])
    assert history.reason.startswith("the loss became nan at step 1 (epoch 1): every module's output is finite, so the")
    assert history.epochs == []
    assert same(weights(trained.model), before)


def test_says_at_which_step_it_diverged():
    history = learner(StopWhenNotFinite(), lr=1e30, model=network(nn.ReLU)).fit(5)
    step, loss = history.diverged_at
    assert step == history.steps + 1
    assert not math.isfinite(loss)
    assert history.epochs == []


def test_divergence_that_only_the_validation_sees():
    data = batches(batch_size=40)  # one step: its loss is still finite
    seen = Recorder()
    history = learner(StopWhenNotFinite(), EarlyStopping(patience=1), seen, lr=1e38, data=(data, data)).fit(1)
    assert history.steps == 1
    assert history.ending == "diverged"
    assert history.epochs == []


def test_without_the_rule_fit_raises():
    own = learner(lr=1e30, model=network(nn.ReLU))
    with pytest.raises(DivergenceError):
        own.fit(2)
    assert own.history.ending == "diverged"
    assert np.isfinite(own.history.step_losses).all()
