"""The learning rate range test."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.train.problem import LOSS, batches, learner, same, weights
from tinygrad_edu import nn, optim
from tinygrad_edu.train import Learner, find_lr
from tinygrad_edu.train.lr_finder import steepest


def test_everything_is_as_it_was():
    trained = learner(momentum=0.9)
    trained.fit(2)
    model, generator = weights(trained.model), tg.default_generator().bit_generator.state
    optimizer = repr(trained.optimizer), [s["momentum_buffer"].copy() for s in trained.optimizer.state.values()]
    found = find_lr(trained)
    assert same(weights(trained.model), model)
    assert tg.default_generator().bit_generator.state == generator
    assert repr(trained.optimizer) == optimizer[0]
    for state, before in zip(trained.optimizer.state.values(), optimizer[1], strict=True):
        np.testing.assert_array_equal(state["momentum_buffer"], before)
    assert trained.model.training
    assert trained.step == 6
    assert len(found.rates) == len(found.losses) <= 100

    trained.fit(4)
    other = learner(momentum=0.9)
    other.fit(4)
    assert same(weights(trained.model), weights(other.model))


def test_the_suggestion_learns():
    suggestion = find_lr(learner()).suggestion
    assert 1e-3 < suggestion < 10
    history = learner(lr=suggestion).fit(20)
    assert history.epochs[-1].train_loss < history.epochs[0].train_loss / 2


def test_the_rates_and_the_losses():
    model = nn.Linear(1, 1)
    x, y = tg.zeros(4, 1), tg.zeros(4, 1)
    own = Learner(model, ([(x, y)], None), nn.MSELoss(), optim.SGD(model.parameters(), lr=1.0))
    found = find_lr(own, 1e-4, 1.0, steps=5)
    np.testing.assert_allclose(found.rates, [1e-4, 1e-3, 1e-2, 1e-1, 1])
    b = model.bias.item()  # gradient descent on b², by hand, and its mean with weights 0.9ⁿ
    mean, smooth = 0.0, []
    for n, rate in enumerate(found.rates, start=1):
        mean = 0.9 * mean + 0.1 * b * b
        smooth.append(mean / (1 - 0.9**n))
        b -= rate * 2 * b
    np.testing.assert_allclose(found.losses, smooth, rtol=1e-5)


def test_steepest():
    rates = np.geomspace(1e-6, 1, 61).tolist()
    losses = [1 / (1 + (rate / 1e-3) ** 2) for rate in rates]  # falls most steeply, over log rate, at 1e-3
    assert steepest(rates, losses) == pytest.approx(1e-3)


def test_ends_when_the_loss_explodes():
    model = nn.Linear(2, 3)
    own = Learner(model, (batches(), None), LOSS, optim.SGD(model.parameters(), lr=1.0))
    found = find_lr(own, 1.0, 1e6, steps=60)
    assert len(found.rates) < 60
    assert np.isfinite(found.losses).all()
    with pytest.raises(ValueError, match="exploded after"):
        find_lr(own, 1e30, 1e38, steps=5)
    with pytest.raises(ValueError, match="at least 3"):
        find_lr(own, 1.0, 0.1)
