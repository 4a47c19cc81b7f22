"""Every schedule gives PyTorch's rates, and momenta, over 200 steps and for two parameter groups."""

import math
import pickle
import warnings

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import optim

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle


def optimizer(lib, name="SGD"):
    params = [lib.zeros(1, requires_grad=True) for _ in range(2)]
    groups = [{"params": [params[0]]}, {"params": [params[1]], "lr": 0.03}]
    return getattr(lib.optim, name)(groups, lr=0.5, **({"momentum": 0.9} if name == "SGD" else {}))


class TG:
    optim, zeros = optim, staticmethod(tg.zeros)


def wave(t):
    return 1.5 + math.cos(t)


# fmt: off
CASES = [
    lambda s, o: s.StepLR(o, 30),
    lambda s, o: s.StepLR(o, 1, gamma=0.97),
    lambda s, o: s.MultiStepLR(o, [20, 50, 50, 130], gamma=0.5),
    lambda s, o: s.ConstantLR(o),
    lambda s, o: s.ConstantLR(o, factor=0.25, total_iters=50),
    lambda s, o: s.ConstantLR(o, total_iters=0),
    lambda s, o: s.LinearLR(o),
    lambda s, o: s.LinearLR(o, start_factor=1.0, end_factor=0.0, total_iters=120),
    lambda s, o: s.LinearLR(o, start_factor=0.01, total_iters=0),
    lambda s, o: s.ExponentialLR(o, 0.98),
    lambda s, o: s.PolynomialLR(o),
    lambda s, o: s.PolynomialLR(o, total_iters=150, power=2.5),
    lambda s, o: s.CosineAnnealingLR(o, 200),
    lambda s, o: s.CosineAnnealingLR(o, 37, eta_min=0.001),
    lambda s, o: s.CosineAnnealingLR(o, 1),
    lambda s, o: s.CosineAnnealingWarmRestarts(o, 30),
    lambda s, o: s.CosineAnnealingWarmRestarts(o, 7, T_mult=2, eta_min=0.01),
    lambda s, o: s.OneCycleLR(o, 1.0, total_steps=201),
    lambda s, o: s.OneCycleLR(o, 1.0, total_steps=200, anneal_strategy="linear", pct_start=0.2),
    lambda s, o: s.OneCycleLR(o, [1.0, 2.0], epochs=20, steps_per_epoch=12, three_phase=True, div_factor=10.0),
    lambda s, o: s.OneCycleLR(o, 1.0, total_steps=250, base_momentum=[0.7, 0.8], max_momentum=0.99),
    lambda s, o: s.OneCycleLR(o, 1.0, total_steps=250, cycle_momentum=False, pct_start=0.0),
    lambda s, o: s.CyclicLR(o, 0.01, 0.1, step_size_up=17),
    lambda s, o: s.CyclicLR(o, [0.01, 0.02], [0.1, 0.3], step_size_up=17, step_size_down=23, mode="triangular2"),
    lambda s, o: s.CyclicLR(o, 0.01, 0.1, step_size_up=20, mode="exp_range", gamma=0.99, cycle_momentum=False),
    lambda s, o: s.CyclicLR(o, 0.01, 0.1, step_size_up=20, scale_fn=lambda x: 1 / x, base_momentum=[0.5, 0.6]),
    lambda s, o: s.CyclicLR(o, 0.01, 0.1, step_size_up=20, scale_fn=lambda x: 0.99**x, scale_mode="iterations"),
    lambda s, o: s.LambdaLR(o, lambda t: 0.95**t),
    lambda s, o: s.LambdaLR(o, [lambda t: 1 / (t + 1), lambda t: 1 + t % 3]),
    lambda s, o: s.MultiplicativeLR(o, [lambda t: 0.99, lambda t: 1 - 1 / (t + 2)]),
    lambda s, o: s.SequentialLR(o, [s.LinearLR(o, 0.1, total_iters=20), s.CosineAnnealingLR(o, 180)], [20]),
    lambda s, o: s.SequentialLR(o, [s.ConstantLR(o, 0.5, 7), s.ExponentialLR(o, 0.9), s.StepLR(o, 9)], [10, 60]),
    lambda s, o: s.SequentialLR(o, [s.ConstantLR(o, 0.5, 7), s.MultiplicativeLR(o, lambda t: 0.98)], [10]),
    lambda s, o: s.SequentialLR(o, [s.LinearLR(o, total_iters=0), s.PolynomialLR(o, 100)], [0]),
    lambda s, o: s.SequentialLR(o, [s.LinearLR(o), s.CosineAnnealingWarmRestarts(o, 9), s.LambdaLR(o, wave)], [5, 99]),
    lambda s, o: s.ChainedScheduler([s.ConstantLR(o, 0.1, 20), s.ExponentialLR(o, 0.9)]),
    lambda s, o: s.ChainedScheduler([s.LinearLR(o, 0.1, 1.0, 30), s.CosineAnnealingLR(o, 90), s.StepLR(o, 5)], o),
]
# fmt: on


def steps(schedule, opt, count):
    """The rates and momenta now and after each of so many steps."""
    seen = []
    for i in range(count + 1):
        rates = schedule.get_last_lr()
        assert rates == [group["lr"] for group in opt.param_groups]
        seen.append(
            [*rates, *(group["betas"][0] if "betas" in group else group["momentum"] for group in opt.param_groups)]
        )
        if i < count:
            opt.step()
            schedule.step()
    return np.array(seen, dtype=float)


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's, about old habits
        yield


@pytest.mark.parametrize("make", CASES)
@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_rates(make, name):
    mine, theirs = optimizer(TG, name), optimizer(torch, name)
    ours, other = make(optim.lr_scheduler, mine), make(torch.optim.lr_scheduler, theirs)
    np.testing.assert_allclose(steps(ours, mine, 200), steps(other, theirs, 200), rtol=1e-11, atol=1e-16)


@pytest.mark.parametrize("make", CASES)
def test_a_pytorch_state_continues(make):
    mine, theirs = optimizer(TG), optimizer(torch)
    ours, other = make(optim.lr_scheduler, mine), make(torch.optim.lr_scheduler, theirs)
    steps(other, theirs, 57)
    mine.load_state_dict(theirs.state_dict())
    ours.load_state_dict(other.state_dict())
    np.testing.assert_allclose(steps(ours, mine, 60), steps(other, theirs, 60), rtol=1e-11, atol=1e-16)


@pytest.mark.parametrize("make", CASES)
def test_resuming_is_never_having_stopped(make):
    whole, first, second = (optimizer(TG) for _ in range(3))
    expected = steps(make(optim.lr_scheduler, whole), whole, 150)
    begun = make(optim.lr_scheduler, first)
    seen = steps(begun, first, 57)
    saved = pickle.loads(pickle.dumps((first.state_dict(), begun.state_dict())))
    resumed = make(optim.lr_scheduler, second)
    second.load_state_dict(saved[0])
    resumed.load_state_dict(saved[1])
    np.testing.assert_array_equal(np.concatenate([seen, steps(resumed, second, 93)[1:]]), expected)


PLATEAU = [
    {},
    {"mode": "max", "factor": 0.5, "patience": 2, "threshold": 0.05},
    {"patience": 1, "cooldown": 3, "threshold_mode": "abs", "threshold": 0.1, "min_lr": [0.01, 0.0]},
    {"mode": "max", "patience": 0, "threshold_mode": "abs", "eps": 1e-3},
]


@pytest.mark.parametrize("options", PLATEAU)
def test_plateau(options):
    mine, theirs = optimizer(TG), optimizer(torch)
    ours = optim.lr_scheduler.ReduceLROnPlateau(mine, **options)
    other = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, **options)
    metrics = np.random.default_rng(0).standard_normal(200).cumsum()
    metrics[[20, 21]] = np.nan
    for i, metric in enumerate(metrics):
        if i == 100:
            ours = optim.lr_scheduler.ReduceLROnPlateau(mine)
            ours.load_state_dict(other.state_dict())
        ours.step(tg.tensor(metric))
        other.step(torch.tensor(metric))
        np.testing.assert_allclose(ours.get_last_lr(), other.get_last_lr(), rtol=1e-12)
        assert (ours.num_bad_epochs, ours.in_cooldown) == (other.num_bad_epochs, other.in_cooldown)


@pytest.mark.parametrize("T_mult", [1, 2])
def test_fractions_of_an_epoch(T_mult):
    mine, theirs = optimizer(TG), optimizer(torch)
    ours = optim.lr_scheduler.CosineAnnealingWarmRestarts(mine, 5, T_mult)
    other = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(theirs, 5, T_mult)
    for i in range(200):
        ours.step(i / 7)
        other.step(i / 7)
        np.testing.assert_allclose(ours.get_last_lr(), other.get_last_lr(), rtol=1e-11)
    for _ in range(20):
        ours.step()
        other.step()
        np.testing.assert_allclose(ours.get_last_lr(), other.get_last_lr(), rtol=1e-11)
