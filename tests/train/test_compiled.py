"""`Learner(..., compile=True)`: the same losses, weights and ends as without."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.train import Callback, DivergenceError, GradientClipping, Learner, Schedule, accuracy

from .problem import LOSS, batches, learner, network, weights


def both(*callbacks, epochs=4, **options):
    """The weights and losses of two trainings, one of them compiled."""
    found = []
    for compile in (False, True):
        made = [callback() for callback in callbacks]
        tg.manual_seed(5)
        trained = learner(*made, compile=compile, **options() if callable(options) else {})
        history = trained.fit(epochs)
        found.append((weights(trained.model), history.step_losses, [row.valid for row in history.epochs]))
    return found


@pytest.mark.parametrize(
    "callbacks", [(), (lambda: GradientClipping(norm=0.5),), (lambda: GradientClipping(value=0.1),)]
)
def test_it_trains_as_without(callbacks):
    (one, losses, rows), (two, others, other_rows) = both(*callbacks)
    np.testing.assert_allclose(others, losses, rtol=1e-5)
    for name, value in one.items():
        np.testing.assert_allclose(two[name], value, rtol=1e-4, atol=1e-6)
    assert [list(row) for row in rows] == [list(row) for row in other_rows]


def test_a_schedule_is_followed():
    def schedule(learner_of):
        return Schedule(optim.lr_scheduler.StepLR(learner_of.optimizer, 1, 0.5))

    losses = []
    for compile in (False, True):
        tg.manual_seed(5)
        trained = learner(compile=compile)
        trained.callbacks = [schedule(trained)]
        losses.append(trained.fit(4).step_losses)
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-5)


def test_a_loss_that_is_not_finite_changes_nothing():
    ends = []
    for compile in (False, True):
        tg.manual_seed(5)
        trained = learner(lr=1e20, model=network(nn.ReLU), compile=compile)
        with pytest.raises(DivergenceError, match="the loss became"):
            trained.fit(4)
        ends.append((trained.history.diverged_at[0], weights(trained.model)))
    assert ends[0][0] == ends[1][0]
    for name, value in ends[0][1].items():
        np.testing.assert_allclose(ends[1][1][name], value, rtol=1e-4)


def test_fit_again():
    for compile in (False, True):
        trained = learner(compile=compile)
        trained.fit(1)
        assert trained.fit(3).step_losses == pytest.approx(learner(compile=False).fit(3).step_losses, rel=1e-4)


def test_callbacks_in_the_middle_are_refused():
    class Looks(Callback):
        def on_loss(self, learner):
            pass

    with pytest.raises(ValueError, match="compile=True, but Looks listens to on_loss"):
        learner(Looks(), compile=True).fit(1)


def test_dropout_and_normalisation():
    def losses(compile):
        model = network(nn.ReLU, nn.BatchNorm1d(8), nn.Dropout(0.2))
        tg.manual_seed(7)
        optimizer = optim.Adam(model.parameters(), lr=0.01)
        return Learner(model, (batches(), batches()), LOSS, optimizer, [accuracy], compile=compile).fit(3).step_losses

    np.testing.assert_allclose(losses(True), losses(False), rtol=1e-5)
