"""Schedules: by hand, resumed, combined, and the usual mistakes."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.optim import lr_scheduler as s


def optimizer(cls=optim.SGD, **options):
    return cls([nn.Parameter(tg.ones(1))], **({"lr": 1.0} | options))


def rates(schedule, count):
    seen = [schedule.get_last_lr()[0]]
    for _ in range(count):
        schedule.step()
        seen.append(schedule.get_last_lr()[0])
    return pytest.approx(seen)


def test_by_hand():
    assert rates(s.StepLR(optimizer(), 2), 4) == [1, 1, 0.1, 0.1, 0.01]
    assert rates(s.MultiStepLR(optimizer(), [1, 3], 0.5), 3) == [1, 0.5, 0.5, 0.25]
    assert rates(s.ExponentialLR(optimizer(), 0.5), 2) == [1, 0.5, 0.25]
    assert rates(s.ConstantLR(optimizer(), 0.5, 2), 3) == [0.5, 0.5, 1, 1]
    assert rates(s.LinearLR(optimizer(), 0.2, 1.0, 4), 5) == [0.2, 0.4, 0.6, 0.8, 1, 1]
    assert rates(s.PolynomialLR(optimizer(), 4, 2), 5) == [1, 9 / 16, 1 / 4, 1 / 16, 0, 0]
    assert rates(s.CosineAnnealingLR(optimizer(), 2), 4) == [1, 0.5, 0, 0.5, 1]
    assert rates(s.CosineAnnealingWarmRestarts(optimizer(), 2), 4) == [1, 0.5, 1, 0.5, 1]
    assert rates(s.LambdaLR(optimizer(), lambda t: 1 / (1 + t)), 2) == [1, 1 / 2, 1 / 3]
    assert rates(s.MultiplicativeLR(optimizer(), lambda t: 1 / t), 3) == [1, 1, 1 / 2, 1 / 6]
    assert rates(s.CyclicLR(optimizer(), 1, 3, 2, cycle_momentum=False), 5) == [1, 2, 3, 2, 1, 2]


def test_momentum_goes_the_other_way():
    sgd, adam = optimizer(momentum=0.9), optimizer(optim.Adam)
    for opt in (sgd, adam):
        cycle = s.OneCycleLR(opt, 1.0, total_steps=11, pct_start=0.55, base_momentum=0.5, max_momentum=0.9)
        momenta = []
        for _ in range(10):
            group = opt.param_groups[0]
            momenta.append(group["betas"][0] if opt is adam else group["momentum"])
            cycle.step()
        assert momenta[0] == pytest.approx(0.9)
        assert min(momenta) == pytest.approx(momenta[5], abs=1e-3) == pytest.approx(0.5, abs=1e-3)
    assert adam.param_groups[0]["betas"][1] == 0.999


# fmt: off
MADE = [
    lambda o, **k: s.StepLR(o, 3, **k),
    lambda o, **k: s.MultiStepLR(o, [3, 6], **k),
    lambda o, **k: s.ConstantLR(o, total_iters=6, **k),
    lambda o, **k: s.LinearLR(o, total_iters=9, **k),
    lambda o, **k: s.ExponentialLR(o, 0.9, **k),
    lambda o, **k: s.PolynomialLR(o, 20, **k),
    lambda o, **k: s.CosineAnnealingLR(o, 5, **k),
    lambda o, **k: s.CosineAnnealingWarmRestarts(o, 2, 2, **k),
    lambda o, **k: s.OneCycleLR(o, 1.0, total_steps=20, **k),
    lambda o, **k: s.CyclicLR(o, 1.0, 2.0, 4, **k),
    lambda o, **k: s.LambdaLR(o, lambda t: 1 / (t + 1), **k),
    lambda o, **k: s.MultiplicativeLR(o, lambda t: 0.9, **k),
]
# fmt: on


@pytest.mark.parametrize("make", MADE)
def test_going_on_with_last_epoch(make):
    """With the optimiser's state only: at epoch 6, where some of them change the rate."""
    whole, other = optimizer(momentum=0.9), optimizer(momentum=0.9)
    schedule = make(whole)
    rates(schedule, 6)
    other.load_state_dict(whole.state_dict())
    resumed = make(other, last_epoch=5)
    assert resumed.last_epoch == schedule.last_epoch == 6
    assert rates(resumed, 9) == rates(schedule, 9).expected


def test_last_epoch_needs_the_optimisers_state():
    with pytest.raises(ValueError, match="parameter group 0 has no 'initial_lr'"):
        s.StepLR(optimizer(), 3, last_epoch=4)


def test_schedules_within_schedules():
    opt = optimizer()
    warm = s.SequentialLR(opt, [s.ConstantLR(opt, 0.5, 9), s.LinearLR(opt, 0.5, 1.0, 2)], [2])
    both = s.ChainedScheduler([s.ExponentialLR(opt, 0.5), s.ConstantLR(opt, 0.1, 2)])
    assert rates(s.SequentialLR(opt, [warm, both], [4]), 7) == [0.5, 0.5, 0.5, 0.75, 0.1, 0.05, 0.25, 0.125]


def test_a_rate_changed_by_hand_stays_changed():
    opt = optimizer()
    schedule = s.StepLR(opt, 2)
    opt.param_groups[0]["lr"] = 7.0
    assert rates(schedule, 2) == [1, 7, 0.7]


def test_ones_own_schedule():
    class Wave(s.LRScheduler):
        def get_lr(self):
            return [rate * (1 + self.last_epoch % 2) for rate in self.base_lrs]

    assert rates(Wave(optimizer()), 3) == [1, 2, 1, 2]
    with pytest.raises(NotImplementedError, match=r"LRScheduler has no get_lr\(\)"):
        s.LRScheduler(optimizer())
    Wave.get_lr = lambda self: [1.0, 2.0]
    with pytest.raises(ValueError, match="Wave: expected 1 rates, one for each parameter group, got 2"):
        Wave(optimizer())


def test_callable_objects_are_saved():
    class Fading:
        def __init__(self, speed):
            self.speed = speed

        def __call__(self, t):
            return self.speed**t

    state = s.LambdaLR(optimizer(), Fading(0.5)).state_dict()
    other = s.LambdaLR(optimizer(), Fading(0.9))
    other.load_state_dict(state)
    assert rates(other, 2) == [1, 0.5, 0.25]
    state = s.CyclicLR(optimizer(momentum=0.9), 1, 3, 2, scale_fn=Fading(0.5)).state_dict()
    other = s.CyclicLR(optimizer(momentum=0.9), 1, 3, 2, scale_fn=Fading(0.9))
    other.load_state_dict(state)
    assert other.scale_fn(2) == 0.25


def test_a_plateau_lowers_the_rate():
    schedule = s.ReduceLROnPlateau(optimizer(), patience=1)
    for metric in (3.0, 2.0, np.float32(2.0), tg.tensor(2.0)):
        schedule.step(metric)
    assert schedule.get_last_lr() == [0.1]


MISTAKES = [
    (lambda o: s.StepLR(o, 0), "step_size must be at least 1"),
    (lambda o: s.MultiStepLR(o, [30, 10]), r"milestones must be in increasing order, got \[30, 10\]"),
    (lambda o: s.ConstantLR(o, 0.0), "factor must be above 0"),
    (lambda o: s.ConstantLR(o, total_iters=-1), "total_iters must be at least 0"),
    (lambda o: s.LinearLR(o, 0.0), "start_factor must be above 0"),
    (lambda o: s.LinearLR(o, 0.1, 1.1), "end_factor must be between"),
    (lambda o: s.CosineAnnealingLR(o, 0), "T_max must be above 0"),
    (lambda o: s.CosineAnnealingWarmRestarts(o, 1.5), "T_0 must be an int of at least 1"),
    (lambda o: s.CosineAnnealingWarmRestarts(o, 1, 0), "T_mult must be an int of at least 1"),
    (lambda o: s.CosineAnnealingWarmRestarts(o, 1).step(-1), "epoch must be at least 0"),
    (lambda o: s.OneCycleLR(o, 1.0), "pass total_steps, or epochs and steps_per_epoch"),
    (lambda o: s.OneCycleLR(o, 1.0, epochs=3), "pass total_steps, or epochs and steps_per_epoch"),
    (lambda o: s.OneCycleLR(o, 1.0, total_steps=0), "total_steps must be an int of at least 1, got 0"),
    (lambda o: s.OneCycleLR(o, 1.0, epochs=2, steps_per_epoch=2.5), "steps_per_epoch must be an int of at least 1"),
    (lambda o: s.OneCycleLR(o, 1.0, 9, pct_start=30), "pct_start must be between 0 and 1, got 30"),
    (lambda o: s.OneCycleLR(o, 1.0, 9, anneal_strategy="cosine"), "anneal_strategy must be 'cos' or 'linear'"),
    (lambda o: s.OneCycleLR(o, [1.0, 2.0], 9), "max_lr: expected one value for each of 1 parameter groups, got 2"),
    (lambda o: s.OneCycleLR(optimizer(optim.Adagrad), 1.0, 9), "Adagrad has neither momentum nor betas"),
    (lambda o: s.CyclicLR(o, 0.1, 1.0, mode="square"), "mode must be"),
    (lambda o: s.CyclicLR(o, 0.1, 1.0, 0), "step_size_up and step_size_down must be above 0"),
    (lambda o: s.CyclicLR(o, 0.1, 1.0, scale_mode="epochs"), "scale_mode must be"),
    (lambda o: s.LambdaLR(o, [abs, abs]), "lr_lambda: expected one value for each of 1 parameter groups, got 2"),
    (lambda o: s.SequentialLR(o, [], []), "SequentialLR: the list of schedules is empty"),
    (lambda o: s.SequentialLR(o, [s.StepLR(o, 1)], [3]), "expected 0 milestones for 1 schedules, got 1"),
    (lambda o: s.SequentialLR(o, [s.StepLR(o, 1)] * 3, [5, 3]), "milestones must be in increasing order"),
    (lambda o: s.SequentialLR(o, [s.StepLR(optimizer(), 1)], []), "schedule 0, a StepLR, belongs to another optimiser"),
    (lambda o: s.ChainedScheduler([s.ReduceLROnPlateau(o)]), "whose step.. takes a metric"),
    (lambda o: s.ReduceLROnPlateau(o, factor=1.0), "factor must be less than 1"),
    (lambda o: s.ReduceLROnPlateau(o, mode="least"), "mode must be 'min' or 'max'"),
    (lambda o: s.ReduceLROnPlateau(o, threshold_mode="relative"), "threshold_mode must be"),
    (lambda o: s.StepLR(o, 1).load_state_dict(s.ExponentialLR(o, 0.1).state_dict()), "has no 'step_size'.*another"),
    (lambda o: s.ChainedScheduler([s.StepLR(o, 1)]).load_state_dict({}), "a state of 1 schedules, got one of 0"),
]


@pytest.mark.parametrize(("mistake", "message"), MISTAKES)
def test_mistakes(mistake, message):
    with pytest.raises(ValueError, match=message):
        mistake(optimizer(momentum=0.9))


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda o: s.StepLR(o.param_groups, 1), "expected an Optimizer for the schedule, got list"),
        (lambda o: s.LambdaLR(o, 0.5), "lr_lambda must be a function of the epoch, got 0.5"),
        (lambda o: s.ChainedScheduler([o]), "expected an LRScheduler as schedule 0, got SGD"),
        (lambda o: s.ReduceLROnPlateau(o).step(), "metrics"),
    ],
)
def test_mistakes_of_type(mistake, message):
    with pytest.raises(TypeError, match=message):
        mistake(optimizer())


def test_the_cycle_is_over():
    schedule = s.OneCycleLR(optimizer(momentum=0.9), 1.0, total_steps=3)
    rates(schedule, 3)
    with pytest.raises(ValueError, match="step\\(\\) was called 4 times in a cycle of 3 steps"):
        schedule.step()
    assert schedule.last_epoch == 3


def test_a_cycle_whose_rise_is_one_step():
    schedule = s.OneCycleLR(optimizer(momentum=0.9), 1.0, total_steps=10, pct_start=0.1)
    assert schedule.get_last_lr() == [1.0]
