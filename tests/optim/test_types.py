"""Options of the wrong type and parameters that are none: what was given, what is expected, what to do."""

import inspect

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.optim import lr_scheduler as s

OPTIMIZERS = [getattr(optim, name) for name in optim.__all__ if isinstance(getattr(optim, name), type)]
OPTIMIZERS.remove(optim.Optimizer)
TEXTS = ("adjust_lr_fn", "line_search_fn")
OPTIONS = [
    (cls, name, p.default)
    for cls in OPTIMIZERS
    for name, p in inspect.signature(cls).parameters.items()
    if name not in ("params", "kernels", *TEXTS)
]


def matrix():
    return nn.Parameter(tg.ones(2, 2))


@pytest.mark.parametrize(("cls", "option", "default"), OPTIONS)
def test_every_option_of_every_optimizer(cls, option, default):
    for wrong in ("0.1", [0.1, "x", 0.2], {"a": 1}):
        kind = (
            "True or False" if isinstance(default, bool) else "a tuple of numbers" if default is tuple else "a number"
        )
        with pytest.raises(TypeError, match=rf"^{cls.__name__}: expected .* for {option}.*, got "):
            cls([matrix()], **{option: wrong})
        with pytest.raises(TypeError, match=rf"expected .* for {option}"):
            cls([{"params": [matrix()], option: wrong}])
    if not isinstance(default, tuple) and option != "max_eval":
        with pytest.raises(TypeError, match=f"expected {kind} for {option}, got None"):
            cls([matrix()], **{option: None})


def test_the_message():
    with pytest.raises(TypeError, match=r"^SGD: expected a number for lr, got '0\.1'$"):
        optim.SGD([matrix()], lr="0.1")
    with pytest.raises(TypeError, match=r"^Adam: expected a number for betas\[1\], got 'x'$"):
        optim.Adam([matrix()], betas=(0.9, "x"))
    with pytest.raises(ValueError, match=r"betas must be two numbers, got \(0.9, 0.9, 0.9\)"):
        optim.Adam([matrix()], betas=(0.9, 0.9, 0.9))


@pytest.mark.parametrize("lr", [1, np.float32(1), np.array(1.0), tg.tensor(1.0), np.int64(1), True])
def test_numbers_of_all_kinds(lr):
    p = matrix()
    p.grad = tg.ones(2, 2)
    optim.SGD([p], lr=lr).step()
    assert p.tolist() == [[0, 0], [0, 0]]


SCHEDULES = [
    (s.StepLR, {"step_size": 2, "gamma": 0.1}),
    (s.MultiStepLR, {"milestones": [1, 2], "gamma": 0.1}),
    (s.ExponentialLR, {"gamma": 0.1}),
    (s.ConstantLR, {"factor": 0.5, "total_iters": 5}),
    (s.LinearLR, {"start_factor": 0.5, "end_factor": 1.0, "total_iters": 5}),
    (s.PolynomialLR, {"total_iters": 5, "power": 2.0}),
    (s.CosineAnnealingLR, {"T_max": 5, "eta_min": 0.0}),
    (s.CosineAnnealingWarmRestarts, {"T_0": 5, "T_mult": 1, "eta_min": 0.0}),
    (s.OneCycleLR, {"max_lr": 1.0, "total_steps": 5, "pct_start": 0.3, "div_factor": 25.0, "final_div_factor": 1e4,
                    "base_momentum": 0.8, "max_momentum": 0.9}),
    (s.CyclicLR, {"base_lr": 0.1, "max_lr": 1.0, "step_size_up": 2, "step_size_down": 2, "gamma": 1.0,
                  "base_momentum": 0.8, "max_momentum": 0.9}),
    (s.ReduceLROnPlateau, {"factor": 0.1, "patience": 1, "threshold": 0.1, "cooldown": 0, "min_lr": 0.0, "eps": 1e-8}),
]  # fmt: skip


@pytest.mark.parametrize(("cls", "options"), SCHEDULES)
def test_every_number_of_every_schedule(cls, options):
    def build(**changed):
        return cls(optim.SGD([matrix()], lr=0.1, momentum=0.9), **(options | changed))

    build()
    for option in [*options, *["last_epoch"] * (cls is not s.ReduceLROnPlateau)]:
        for wrong in ("0.1", {}):
            with pytest.raises(
                (TypeError, ValueError), match=rf"(number|int).* {option[:5]}|{option} must be an int"
            ) as e:
                build(**{option: wrong})
            assert e.type is TypeError or "must be an int" in str(e.value)


def test_every_schedule_is_among_these():
    functions = {"LRScheduler", "LambdaLR", "MultiplicativeLR", "SequentialLR", "ChainedScheduler"}
    assert {cls.__name__ for cls, _ in SCHEDULES} | functions == set(s.__all__)


def test_schedules_get_optimizers_and_metrics():
    optimizer = optim.SGD([matrix()], lr=0.1)
    with pytest.raises(TypeError, match="expected an Optimizer for the schedule, got Linear"):
        s.StepLR(nn.Linear(1, 1), 2)
    with pytest.raises(TypeError, match="step: expected a number for metrics, got None"):
        s.ReduceLROnPlateau(optimizer).step(None)
    with pytest.raises(TypeError, match=r"StepLR.load_state_dict: expected the dict of state_dict\(\), got 'file'"):
        s.StepLR(optimizer, 2).load_state_dict("file")


def test_parameters_that_are_none():
    model = nn.Linear(2, 1)
    params = model.parameters()
    assert len(list(params)) == 2
    with pytest.raises(
        ValueError, match=r"SGD: the list of parameters is empty; an iterator can be consumed only once: .*list\("
    ):
        optim.SGD(params, lr=0.1)
    with pytest.raises(ValueError, match="the list of parameters is empty; pass the parameters to update"):
        optim.SGD([], lr=0.1)

    class Listed(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Linear(2, 1)]

    with (
        pytest.warns(UserWarning, match=r"Listed.layers is a list .* use nn.ModuleList"),
        pytest.raises(ValueError, match=r"layers in a plain list are not found either: use nn.ModuleList"),
    ):
        optim.SGD(Listed().parameters(), lr=0.1)
    with pytest.raises(TypeError, match=r"expected a list of Tensors, got Linear; pass its parameters\(\)"):
        optim.SGD(model, lr=0.1)
    with pytest.raises(TypeError, match="expected a list of Tensors or of parameter groups, got float"):
        optim.SGD(0.1, [matrix()])
    with pytest.raises(ValueError, match="expected a parameter group with 'params', got only 'lr'"):
        optim.SGD([{"lr": 0.1}])


def test_states_that_are_none():
    optimizer = optim.SGD([matrix()], lr=0.1)
    with pytest.raises(TypeError, match=r"expected the dict that state_dict\(\) returns, got str 'optimizer.pt'"):
        optimizer.load_state_dict("optimizer.pt")
    with pytest.raises(ValueError, match="not the state of an optimiser: it has no 'state'"):
        optimizer.load_state_dict({"weight": tg.ones(2)})
