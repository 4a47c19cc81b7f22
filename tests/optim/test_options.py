"""Options of the optimisers: what is refused, what is ignored, what can change on the way."""

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim


def parameter(values, grad=None):
    p = nn.Parameter(tg.tensor(values))
    p.grad = None if grad is None else tg.tensor(grad)
    return p


@pytest.mark.parametrize(
    ("cls", "options", "message"),
    [
        (optim.SGD, {"lr": -1.0}, "lr must be at least 0, got -1.0"),
        (optim.SGD, {"lr": float("nan")}, "lr must be at least 0"),
        (optim.SGD, {"momentum": -0.1}, "momentum must be"),
        (optim.SGD, {"weight_decay": -0.1}, "weight_decay must be"),
        (optim.SGD, {"nesterov": True}, "nesterov requires a momentum"),
        (optim.SGD, {"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "nesterov requires a momentum"),
        (optim.Adam, {"eps": -1.0}, "eps must be"),
        (optim.Adam, {"betas": (0.9, 1.0)}, "beta 2 must be at least 0 and less than 1, got 1.0"),
        (optim.Adagrad, {"lr_decay": -1.0}, "lr_decay must be"),
        (optim.Adagrad, {"initial_accumulator_value": -1.0}, "initial_accumulator_value must be"),
        (optim.RMSprop, {"alpha": -1.0}, "alpha must be"),
        (optim.RMSprop, {"momentum": -1.0}, "momentum must be"),
        (optim.Adadelta, {"rho": 1.5}, "rho must be between 0 and 1, got 1.5"),
        (optim.Adamax, {"betas": (-0.1, 0.9)}, "beta 1 must be"),
        (optim.ASGD, {"weight_decay": -1.0}, "weight_decay must be"),
        (optim.Rprop, {"etas": (1.2, 0.5)}, "0 < η⁻ < 1 < η⁺"),
        (optim.ASGD, {"lambd": -1}, "lambd must be"),
        (optim.NAdam, {"momentum_decay": -1.0}, "momentum_decay must be"),
        (optim.RAdam, {"eps": -1.0}, "eps must be"),
        (optim.Adam, {"differentiable": True}, "differentiable=True is not supported"),
        (optim.LBFGS, {"line_search_fn": "armijo"}, "must be None or 'strong_wolfe', got 'armijo'"),
        (optim.LBFGS, {"lr": -1.0}, "lr must be"),
        (optim.LBFGS, {"history_size": 0}, "history_size must be"),
    ],
)
def test_bad_options(cls, options, message):
    with pytest.raises(ValueError, match=message):
        cls([parameter([1.0])], **options)


def test_pytorchs_choice_of_kernels_is_accepted():
    optimizer = optim.Adam([parameter([1.0])], foreach=True, fused=None, capturable=False, differentiable=False)
    assert not {"foreach", "fused"} & set(optimizer.param_groups[0])
    with pytest.raises(TypeError, match=r"SGD\(\) got an unexpected keyword argument 'momentun'"):
        optim.SGD([parameter([1.0])], momentun=0.9)


def test_momentum_can_be_switched_on_later():
    p = parameter([1.0], [1.0])
    optimizer = optim.RMSprop([p])
    optimizer.step()
    optimizer.param_groups[0].update(momentum=0.9, centered=True)
    optimizer.step()
    assert set(optimizer.state[p]) == {"step", "square_avg", "momentum_buffer", "grad_avg"}
