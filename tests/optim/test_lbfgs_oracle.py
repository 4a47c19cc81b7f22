"""L-BFGS makes PyTorch's iterations: on Rosenbrock's valley and on a small network."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

OPTIONS = [
    {"line_search_fn": "strong_wolfe"},
    {"line_search_fn": "strong_wolfe", "history_size": 3, "max_iter": 7, "lr": 0.8},
    {"line_search_fn": "strong_wolfe", "max_iter": 30, "max_eval": 4},
    {"lr": 0.05, "max_iter": 5, "history_size": 4},
    {"lr": 0.3, "max_iter": 4, "max_eval": 3},
]


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def run(optimizer, loss_of, steps):
    def closure():
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        return loss

    return [optimizer.step(closure).item() for _ in range(steps)]


def rosenbrock(x, y):
    return lambda: (1 - x) ** 2 + 100 * (y - x * x) ** 2


def counts(optimizer):
    state = optimizer.state_dict()["state"][0]
    return state["func_evals"], state["n_iter"]


@pytest.mark.parametrize("options", OPTIONS)
def test_rosenbrock(options):
    mine = [nn.Parameter(tg.tensor(np.float64(v))) for v in (-1.2, 1.0)]
    theirs = [torch.nn.Parameter(torch.tensor(v, dtype=torch.float64)) for v in (-1.2, 1.0)]
    ours, other = optim.LBFGS(mine, **options), torch.optim.LBFGS(theirs, **options)
    for _ in range(12):
        losses = run(ours, rosenbrock(*mine), 1), run(other, rosenbrock(*theirs), 1)
        np.testing.assert_allclose(*losses, rtol=1e-9, atol=1e-20)
        assert counts(ours) == counts(other)
    for p, q in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(p.item(), q.item(), rtol=1e-10)


def networks(hidden=5):
    torch.manual_seed(0)
    theirs = torch.nn.Sequential(torch.nn.Linear(3, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, 2)).double()
    ours = nn.Sequential(nn.Linear(3, hidden), nn.Tanh(), nn.Linear(hidden, 2)).double()
    ours.load_state_dict(theirs.state_dict())
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((20, 3)), rng.standard_normal((20, 2))
    loss_ours = lambda: nn.MSELoss()(ours(tg.tensor(x)), tg.tensor(y))  # noqa: E731
    loss_theirs = lambda: torch.nn.MSELoss()(theirs(torch.tensor(x)), torch.tensor(y))  # noqa: E731
    return ours, theirs, loss_ours, loss_theirs


@pytest.mark.parametrize("options", OPTIONS)
def test_a_network(options):
    ours, theirs, loss_ours, loss_theirs = networks()
    mine, other = optim.LBFGS(ours.parameters(), **options), torch.optim.LBFGS(theirs.parameters(), **options)
    losses = run(mine, loss_ours, 2), run(other, loss_theirs, 2)
    np.testing.assert_allclose(*losses, rtol=1e-9)
    assert counts(mine) == counts(other)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-7, atol=1e-8)


def test_a_pytorch_state_continues():
    ours, theirs, loss_ours, loss_theirs = networks()
    other = torch.optim.LBFGS(theirs.parameters(), max_iter=4, line_search_fn="strong_wolfe")
    mine = optim.LBFGS(ours.parameters())
    run(other, loss_theirs, 3)
    ours.load_state_dict(theirs.state_dict())
    mine.load_state_dict(other.state_dict())
    assert mine.state_dict()["state"][0].keys() == other.state_dict()["state"][0].keys()
    np.testing.assert_allclose(run(mine, loss_ours, 3), run(other, loss_theirs, 3), rtol=1e-9)
