"""A loss that becomes nan or infinite ends the training, and the error says where that came from."""

import math

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.train.problem import batches, learner, network, same, weights
from tinygrad_edu import nn
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.train import LAST, Callback, Checkpoint, DivergenceError, StopWhenNotFinite
from tinygrad_edu.train.divergence import cause


class Log(nn.Module):
    def forward(self, x):
        return x.log()


class Deep(nn.Module):
    """log(0) stands in the forward of the model itself, between two layers."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(2, 8), nn.Linear(8, 3)

    def forward(self, x):
        return self.second((self.first(x).relu() * 0).log())


def spoilt(place=None, labels=False):
    """The usual batches, with a nan in the sample at `place`."""
    x, y = (tensor.numpy().copy() for tensor in batches().dataset.tensors)
    if labels:
        y = np.eye(3, dtype=np.float32)[y]
    if place is not None:
        (y if labels else x)[place, 0] = math.nan
    return DataLoader(TensorDataset(tg.tensor(x), tg.tensor(y)), batch_size=16)


def failure(own, epochs=3):
    with pytest.raises(DivergenceError) as error:
        own.fit(epochs)
    text = str(error.value)
    assert "\n" not in text
    assert text == f"fit: {own.history.reason}"
    assert own.history.ending == "diverged"
    return text


def test_nan_in_the_inputs():
    own = learner(data=(spoilt(21), None))
    assert failure(own) == (
        "fit: the loss became nan at step 2 (epoch 1): the inputs of the batch contain nan, first in sample 5; "
        "clean the data"
    )
    assert own.history.steps == 1
    assert own.history.diverged_at[0] == 2


def test_nan_in_the_targets():
    assert "the targets of the batch contain nan, first in sample 1" in failure(learner(data=(spoilt(1, True), None)))


def test_an_exploding_learning_rate_names_the_parameter_or_the_module():
    text = failure(learner(lr=1e30, model=network(nn.ReLU)))
    assert "module '" in text
    assert "the largest weight has grown to" in text
    own = learner(lr=math.inf)
    assert "parameter '0.weight' contains" in failure(own)
    assert own.history.steps == 1


def test_weights_that_the_last_update_of_an_epoch_spoils():
    data = batches(batch_size=40)
    own = learner(lr=math.inf, data=(data, None))
    text = failure(own, 1)
    assert "step 2 (epoch 1): parameter '0.weight' contains" in text
    assert "after the last update; lower the learning rate" in text


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (lambda: nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Sequential(Log())), "module '2.0' (Log) made"),
        (lambda: nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), Log())), "module '1.1' (Log) made"),
        (Deep, "the forward of the model (Deep) made -inf, after module 'first' (Linear)"),
    ],
)
def test_log_of_zero_in_the_middle_of_a_model(model, words):
    own = learner(model=model())
    before = weights(own.model)
    text = failure(own)
    assert words in text
    assert "at step 1 (epoch 1)" in text
    assert same(weights(own.model), before)  # the update was not done


def test_the_loss_function():
    own = learner()
    own.loss_fn = lambda outputs, targets: (outputs.sum() * 0).log()
    assert "every module's output is finite, so the loss function made it" in failure(own)


def test_looking_for_the_cause_changes_nothing():
    model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), Log())
    before, state = weights(model), tg.get_rng_state()
    assert "module '3' (Log) made" in cause(model, [tg.ones(4, 2)], tg.zeros(4))
    assert same(weights(model), before)
    assert tg.get_rng_state() == state
    assert all(module._hooks is None or not any(module._hooks) for module in model.modules())


def test_what_was_learned_before_stays(tmp_path):
    class Explode(Callback):
        def on_step_end(self, learner):
            if learner.step == 7:
                next(learner.model.parameters()).data.fill_(math.inf)

    own = learner(Checkpoint(tmp_path, every_steps=1), Explode())
    failure(own, 5)
    assert [row.epoch for row in own.history.epochs] == [1, 2]
    assert own.history.steps == 7
    fresh = learner(Checkpoint(tmp_path, every_steps=1))
    history = fresh.fit(5, tmp_path / LAST)
    assert history.steps == 15
    assert np.isfinite(history.step_losses).all()


def test_the_rule_makes_it_a_return_instead():
    history = learner(StopWhenNotFinite(), data=(spoilt(0), None)).fit(3)
    assert history.ending == "diverged"
    assert "the inputs of the batch contain nan, first in sample 0" in history.reason


def test_a_validation_loss_that_is_not_finite_is_a_warning_once():
    own = learner(data=(batches(), spoilt(3)))
    with pytest.warns(RuntimeWarning, match="after epoch 1: the inputs of the batch contain nan") as seen:
        history = own.fit(3)
    assert len(seen) == 1
    assert seen[0].filename == __file__
    assert (history.ending, len(history.epochs)) == ("finished", 3)
    assert own.model.training


def test_a_finite_training_is_as_before():
    history = learner().fit(2)
    assert (history.ending, history.diverged_at) == ("finished", None)
