"""Schedules and clipping inside the loop."""

import numpy as np
import pytest

from tests.train.problem import Recorder, learner
from tinygrad_edu.optim import lr_scheduler
from tinygrad_edu.train import GradientClipping, Schedule


def rates(make, every, epochs=3, **options):
    trained = learner(lr=1.0)
    recorder = Recorder(lambda own: own.optimizer.param_groups[0]["lr"])
    trained.callbacks = [Schedule(make(trained.optimizer), every, **options), recorder]
    trained.fit(epochs)
    return [seen for name, seen in zip(recorder.events, recorder.seen, strict=True) if name == "batch_begin"]


def test_a_schedule_steps_after_batches_or_epochs():
    def halve(optimizer):
        return lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)

    assert rates(halve, "epoch") == [1.0] * 3 + [0.5] * 3 + [0.25] * 3
    assert rates(halve, "batch", 1) == [1.0, 0.5, 0.25]


def test_reduce_on_plateau_is_given_the_metric():
    def plateau(optimizer):
        return lr_scheduler.ReduceLROnPlateau(optimizer, mode="max", factor=0.1, patience=0)

    # a learning rate of 1 or less never makes the accuracy of this problem worse than its first: it stays or improves
    assert len(rates(plateau, "epoch", monitor="valid_accuracy")) == 9
    assert rates(lambda o: lr_scheduler.ReduceLROnPlateau(o, mode="max", patience=0, threshold=9.0), "batch", 1) == [
        1.0,
        1.0,
        pytest.approx(0.1),
    ]
    with pytest.raises(ValueError, match="choose one of train_loss"):
        rates(plateau, "epoch", monitor="accuracy")
    with pytest.raises(ValueError, match="every"):
        Schedule(None, "step")


def test_clipping_bounds_the_gradients():
    def largest(own):
        gradients = [p.grad.numpy() for p in own.model.parameters()]
        return np.sqrt(sum((g**2).sum() for g in gradients)), max(np.abs(g).max() for g in gradients)

    free, norm, value = (Recorder(largest) for _ in range(3))
    for recorder in (free, norm, value):  # only at the time when there are gradients
        recorder._told = lambda name, own, to=recorder: name == "backward" and to.seen.append(largest(own))
    clipping = GradientClipping(norm=0.01)
    learner(free).fit(1)
    learner(clipping, norm).fit(1)
    learner(GradientClipping(value=0.001), value).fit(1)
    assert free.seen[0][0] > 0.01
    assert clipping.last_norm > 0.01
    np.testing.assert_allclose([total for total, _ in norm.seen], 0.01, rtol=1e-3)
    np.testing.assert_allclose([most for _, most in value.seen], 0.001, rtol=1e-6)


@pytest.mark.parametrize("options", [{}, {"norm": 1.0, "value": 1.0}, {"norm": 0.0}, {"value": -1.0}])
def test_clipping_needs_one_positive_bound(options):
    with pytest.raises(ValueError, match="either norm or value"):
        GradientClipping(**options)
