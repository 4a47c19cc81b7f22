"""The same trajectory as PyTorch's over 100 steps, in float64 to rounding."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle


@pytest.fixture(autouse=True)
def one_thread():
    """These networks are tiny: two libraries' threads would wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)  # also of NAdam's product of momenta, which is float32 otherwise
    yield
    torch.set_default_dtype(torch.float32)
    torch.set_num_threads(threads)


CASES = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.05}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.02}),
    ("Adam", {}),
    ("Adam", {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3}),
    ("Adam", {"lr": 0.05, "betas": (0.0, 0.9)}),
    ("Adam", {"lr": 0.05, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.05, "amsgrad": True}),
    ("Adam", {"lr": 0.05, "amsgrad": True, "weight_decay": 0.1}),
    ("AdamW", {"lr": 0.05}),
    ("AdamW", {"lr": 0.05, "weight_decay": 0.3, "amsgrad": True}),
    ("SGD", {"lr": 0.001, "momentum": 0.9, "weight_decay": 0.1, "maximize": True}),
    ("Adam", {"lr": 0.05, "maximize": True}),
    ("Adam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("AdamW", {"lr": 0.05, "weight_decay": 0.1, "maximize": True, "foreach": False}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.05, "weight_decay": 0.1, "initial_accumulator_value": 0.3, "eps": 1e-3}),
    ("Adagrad", {"lr": 0.1, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"centered": True, "alpha": 0.9, "eps": 1e-3}),
    ("RMSprop", {"momentum": 0.9, "weight_decay": 0.1, "lr": 0.001}),
    ("RMSprop", {"momentum": 0.5, "centered": True, "maximize": True, "eps": 1e-2}),
    ("Adadelta", {}),
    ("Adadelta", {"rho": 0.8, "eps": 1e-3, "lr": 0.7, "weight_decay": 0.1}),
    ("Adadelta", {"maximize": True, "weight_decay": 0.1}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}),
    ("Adamax", {"maximize": True}),
    ("ASGD", {}),
    ("ASGD", {"lr": 0.05, "lambd": 0.01, "alpha": 0.6, "t0": 20, "weight_decay": 0.1}),
    ("ASGD", {"maximize": True}),
    ("Rprop", {}),
    ("Rprop", {"lr": 0.1, "etas": (0.4, 1.3), "step_sizes": (1e-3, 0.5)}),
    ("Rprop", {"maximize": True}),
    ("ASGD", {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 3, "weight_decay": 0.1}),
    ("ASGD", {"maximize": True}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.02, "betas": (0.8, 0.95), "momentum_decay": 0.1, "weight_decay": 0.1}),
    ("NAdam", {"lr": 0.02, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("RAdam", {}),
    ("RAdam", {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}),
    ("RAdam", {"lr": 0.05, "betas": (0.5, 0.7)}),  # never sure of the variance
    ("RAdam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
]
OTHERS = ["Adagrad", "RMSprop", "Adadelta", "Adamax", "ASGD", "Rprop", "NAdam", "RAdam"]


def pair(shapes, dtype=np.float64):
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(shape).astype(dtype) for shape in shapes]
    return [nn.Parameter(tg.tensor(a)) for a in arrays], [torch.nn.Parameter(torch.tensor(a)) for a in arrays]


def give_gradients(mine, theirs, step):
    """Of a bowl with noise; the last parameter has no gradient at every third step."""
    rng = np.random.default_rng(step)
    for i, (p, q) in enumerate(zip(mine, theirs, strict=True)):
        if i == len(mine) - 1 and step % 3 == 1:
            p.grad = q.grad = None
        else:
            noise = rng.standard_normal(p.shape).astype(p.dtype)
            p.grad = p.data * 0.5 + noise
            q.grad = q.data * 0.5 + torch.tensor(noise)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_trajectory(name, options):
    mine, theirs = pair([(3, 4), (), (5,)])
    ours = getattr(optim, name)(mine, **options)
    other = getattr(torch.optim, name)(theirs, **options)
    for step in range(100):
        give_gradients(mine, theirs, step)
        ours.step()
        other.step()
    for p, q in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_training_a_network(name, options):
    """Forward, backward and update together, on a 4-8-3 network."""
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((32, 4)), rng.integers(0, 3, 32)
    torch.manual_seed(1)
    theirs = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3)).double()
    ours = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3)).double()
    ours.load_state_dict(theirs.state_dict())
    mine = getattr(optim, name)(ours.parameters(), **options)
    other = getattr(torch.optim, name)(theirs.parameters(), **options)
    for _ in range(100):
        for model, optimizer, loss, tensor in (
            (ours, mine, nn.CrossEntropyLoss(), tg.tensor),
            (theirs, other, torch.nn.CrossEntropyLoss(), torch.tensor),
        ):
            optimizer.zero_grad()
            loss(model(tensor(x)), tensor(y)).backward()
            optimizer.step()
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        # OTHERS divide by roots of very small squares, which makes rounding in the networks' gradients larger
        rtol, atol = (1e-7, 1e-8) if name in OTHERS else (1e-10, 1e-12)
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=rtol, atol=atol)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("Adam", {"amsgrad": True}),
        ("SGD", {"lr": 0.01, "momentum": 0.9}),
        ("RMSprop", {"momentum": 0.9, "centered": True}),
        *((name, {}) for name in OTHERS),
    ],
)
def test_a_pytorch_state_continues(name, options):
    mine, theirs = pair([(3, 4), (5,)])
    ours = getattr(optim, name)(mine, **options)
    other = getattr(torch.optim, name)(theirs, **options)
    for step in range(20):
        give_gradients(mine, theirs, step)
        other.step()
    ours.load_state_dict(other.state_dict())
    with tg.no_grad():
        for p, q in zip(mine, theirs, strict=True):
            p.copy_(q.detach().numpy())
    for step in range(20, 40):
        give_gradients(mine, theirs, step)
        ours.step()
        other.step()
    for p, q in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(("name", "options"), [*((name, {}) for name in OTHERS), ("RMSprop", {"momentum": 0.9})])
def test_pytorch_continues_from_our_state(name, options):
    mine, theirs = pair([(3, 4), (5,)])
    ours, other = getattr(optim, name)(mine, **options), getattr(torch.optim, name)(theirs, **options)
    give_gradients(mine, theirs, 0)
    ours.step()
    other.step()
    saved, expected = ours.state_dict(), other.state_dict()
    assert saved["state"][0].keys() == expected["state"][0].keys()
    for p in saved["state"]:
        saved["state"][p] = {key: torch.tensor(np.asarray(value)) for key, value in saved["state"][p].items()}
    other.load_state_dict(saved | {"param_groups": [expected["param_groups"][0] | saved["param_groups"][0]]})
    give_gradients(mine, theirs, 2)
    ours.step()
    other.step()
    for p, q in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "Muon", "LBFGS", *OTHERS])
def test_defaults(name):
    ours, theirs = (
        getattr(lib.optim, name)([lib.zeros(1, 1, requires_grad=True)]).param_groups[0] for lib in (TG, torch)
    )
    assert all(theirs[key] == value for key, value in ours.items() if key in theirs and key != "params")
    assert set(ours) - set(theirs) <= {"maximize"}
    assert set(theirs) - set(ours) <= {"foreach", "fused", "capturable", "differentiable"}


class TG:
    optim, zeros = optim, staticmethod(tg.zeros)
