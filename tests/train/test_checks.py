"""What a `Learner` refuses or warns of before it costs an hour of training."""

import inspect
import warnings

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.train.problem import LOSS, batches, learner, network
from tinygrad_edu import nn, optim
from tinygrad_edu.data import DataLoader
from tinygrad_edu.train import Callback, Learner


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (batches(), r"must be a pair \(training batches, validation batches\), got a DataLoader; without .* None\)"),
        ((batches(), batches(), batches()), "must be a pair .*, got 3 entries"),
        ((tg.ones(3, 2), None), "the training batches must be an iterable .* such as a DataLoader, got Tensor"),
        ((batches(), np.ones(3)), "the validation batches must be an iterable .* got ndarray"),
        ((None, batches()), "the training batches must be an iterable .* got NoneType"),
        ((iter(batches()), None), "the training batches need a length, the number of batches; a generator has none"),
    ],
)
def test_what_is_no_pair_of_batches(data, words):
    with pytest.raises(TypeError, match=words):
        learner(data=data)


def test_an_optimizer_of_another_model():
    with pytest.raises(
        ValueError, match=r"updates none of the model's parameters; create it with model.parameters\(\)"
    ):
        Learner(network(), (batches(), None), LOSS, optim.SGD(network().parameters(), lr=0.1))


@pytest.mark.parametrize(
    ("dataset", "words"), [(tg.ones(8, 2), "got a Tensor"), ([(tg.ones(2),)] * 8, "got 1 entries")]
)
def test_batches_without_targets(dataset, words):
    with pytest.raises(TypeError, match=rf"a batch must be a list or tuple \(inputs, targets\), {words}"):
        learner(data=(DataLoader(dataset, 4), None)).fit(1)


class Own(Callback):
    """An evaluation of one's own, as it is often written."""

    def __init__(self, mode=True):
        self.mode = mode

    def on_epoch_end(self, learner):
        learner.model.train(self.mode)
        with tg.no_grad():
            learner.model(tg.ones(1, 2))


def dropout(p=0.5):
    return network(nn.Tanh, nn.Dropout(p), nn.Dropout(p))


def test_dropout_that_is_on_in_an_evaluation_of_ones_own_is_a_warning_once():
    own = learner(Own(), model=dropout())
    words = "in training mode, so dropout distorts its outputs; call learner.predict"
    with pytest.warns(tg.UsageWarning, match=words) as seen:
        own.fit(3)
    assert len(seen) == 1
    call = inspect.getsourcelines(Own.on_epoch_end)[1] + 3
    assert (seen[0].filename, seen[0].lineno) == (__file__, call)


@pytest.mark.parametrize(("mode", "p"), [(False, 0.5), (True, 0.0)])
def test_no_warning_without_reason(mode, p):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        learner(Own(mode), model=dropout(p)).fit(2)
        learner(model=dropout()).fit(2)
