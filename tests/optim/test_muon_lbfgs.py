"""Muon and L-BFGS: what their docstrings promise."""

import pickle

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.optim.line_search import Point, cubic_minimum, strong_wolfe
from tinygrad_edu.optim.muon import newton_schulz
from tinygrad_edu.optim.scratch import Scratch

DEFAULT = (3.4445, -4.7750, 2.0315)


@pytest.mark.parametrize("shape", [(4, 7), (7, 4), (5, 5), (1, 3)])
def test_newton_schulz_keeps_directions_and_makes_singular_values_one(shape):
    M = np.random.default_rng(0).standard_normal(shape)
    U, _, Vt = np.linalg.svd(M, full_matrices=False)
    O = newton_schulz(M, DEFAULT, 5, 1e-7, Scratch())  # noqa: E741
    inside = U.T @ O @ Vt.T
    np.testing.assert_allclose(O, U @ inside @ Vt, atol=1e-12)
    np.testing.assert_allclose(inside, np.diag(np.diag(inside)), atol=1e-12)
    assert (np.abs(np.diag(inside) - 0.95) < 0.3).all()
    exact = newton_schulz(M, (15 / 8, -10 / 8, 3 / 8), 40, 1e-7, Scratch())  # these do converge
    np.testing.assert_allclose(exact, U @ Vt, atol=1e-9)


def test_five_rounds_lift_a_small_singular_value():
    S = newton_schulz(np.diag([1.0, 0.003]), DEFAULT, 5, 1e-7, Scratch())
    assert (np.diag(S) > 0.6).all()
    assert (np.diag(S) < 1.3).all()


def test_muon_learns_a_matrix():
    rng = np.random.default_rng(0)
    x, target = tg.tensor(rng.standard_normal((40, 6))), tg.tensor(rng.standard_normal((6, 3)))
    w = nn.Parameter(tg.zeros(6, 3).double())
    optimizer = optim.Muon([w], lr=0.2, weight_decay=0.0)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, 150)
    for _ in range(150):
        optimizer.zero_grad()
        ((x @ w - x @ target) ** 2).mean().backward()
        optimizer.step()
        schedule.step()
    np.testing.assert_allclose(w.detach().numpy(), target.numpy(), atol=0.02)


def test_muon_steps_in_place_and_climbs():
    up, down = (nn.Parameter(tg.tensor([[1.0, 2.0], [3.0, 4.0]])) for _ in range(2))
    memory, gradient = up._array, np.array([[1.0, 0.5], [0.2, 3.0]], np.float32)
    up.grad, down.grad = tg.tensor(-gradient), tg.tensor(gradient)
    for p, maximize in ((up, True), (down, False)):
        loss = (p * p).sum()
        optim.Muon([p], maximize=maximize).step()
        with pytest.raises(RuntimeError, match="overwritten in place"):
            loss.backward()
    assert up._array is memory
    assert memory.dtype == np.float32
    np.testing.assert_array_equal(up.detach().numpy(), down.detach().numpy())
    np.testing.assert_array_equal(up.grad.numpy(), -gradient)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"momentum": -1.0}, "momentum must be"),
        ({"adjust_lr_fn": "none"}, "adjust_lr_fn must be"),
        ({"ns_steps": 100}, "ns_steps must be less than 100"),
        ({"ns_coefficients": (1.0, 2.0)}, "three numbers"),
    ],
)
def test_muon_options(options, message):
    with pytest.raises(ValueError, match=message):
        optim.Muon([nn.Parameter(tg.ones(2, 2))], **options)


def test_muon_refuses_vectors():
    with pytest.raises(ValueError, match=r"expected matrices, got parameter 1 of shape \(2,\)"):
        optim.Muon(nn.Linear(2, 2).parameters())


def quadratic(dtype=np.float64, sign=1.0):
    """sign · ½ xᵀ A x - b·x in two parameters, ill-conditioned; and the minimum."""
    A, b = np.diag([1.0, 10.0, 100.0]) + 0.5, np.array([1.0, -2.0, 3.0])
    x, y = nn.Parameter(tg.zeros(2, dtype=dtype)), nn.Parameter(tg.zeros(1, dtype=dtype))
    A_t, b_t = tg.tensor(A.astype(dtype)), tg.tensor(b.astype(dtype))

    def loss():
        z = tg.cat([x, y])
        return sign * (0.5 * (z @ A_t @ z) - b_t @ z)

    return [x, y], loss, np.linalg.solve(A, b)


def minimise(optimizer, loss_of, steps):
    def closure():
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        return loss

    with tg.no_grad():  # the closure runs with gradients all the same
        return [optimizer.step(closure).item() for _ in range(steps)]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("maximize", [False, True])
def test_lbfgs_solves_a_quadratic_in_a_few_steps(dtype, maximize):
    params, loss, solution = quadratic(dtype, -1.0 if maximize else 1.0)
    optimizer = optim.LBFGS(params, line_search_fn="strong_wolfe", maximize=maximize)
    minimise(optimizer, loss, 1)
    found = np.concatenate([p.detach().numpy() for p in params])
    np.testing.assert_allclose(found, solution, rtol=1e-4 if dtype == np.float64 else 1e-3)
    assert found.dtype == dtype
    assert optimizer.state[params[0]]["d"].dtype == dtype
    assert optimizer.state[params[0]]["n_iter"] < 20


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_lbfgs_saving_and_continuing(search, dtype):
    options = {"lr": 0.5, "max_iter": 2, "line_search_fn": search}
    (whole, loss, _), (parts, part_loss, _) = quadratic(dtype), quadratic(dtype)
    losses = minimise(optim.LBFGS(whole, **options), loss, 6)
    first = optim.LBFGS(parts, **options)
    begun = minimise(first, part_loss, 3)
    second = optim.LBFGS(parts)
    second.load_state_dict(pickle.loads(pickle.dumps(first.state_dict())))
    assert begun + minimise(second, part_loss, 3) == losses


def test_lbfgs_refuses():
    params, _, _ = quadratic()
    with pytest.raises(ValueError, match="expected one parameter group"):
        optim.LBFGS([{"params": [p]} for p in params])
    with pytest.raises(TypeError, match="expected a closure"):
        optim.LBFGS(params).step()
    small, big = optim.LBFGS(params[:1]), optim.LBFGS(params[1:])
    minimise(small, lambda: (params[0] ** 2 - params[0]).sum(), 1)
    with pytest.raises(ValueError, match="of 1 elements, got 2; nothing was loaded"):
        big.load_state_dict(small.state_dict())


def test_lbfgs_without_a_rate_or_with_a_nan_ends():
    params, loss, _ = quadratic()
    minimise(optim.LBFGS(params, lr=0.0, line_search_fn="strong_wolfe"), loss, 2)
    assert [p.tolist() for p in params] == [[0, 0], [0]]
    minimise(optim.LBFGS(params, line_search_fn="strong_wolfe"), lambda: loss() * float("nan"), 2)


@pytest.mark.parametrize("t", [1e-4, 0.1, 1.0, 30.0])
def test_the_line_search_satisfies_the_wolfe_conditions(t):
    def at(t):
        return Point(t, np.float64((t - 2) ** 4 + np.sin(3 * t)), 4 * (t - 2) ** 3 + 3 * np.cos(3 * t), np.zeros(1))

    start = at(0.0)
    found, tried = strong_wolfe(at, start, t, longest=1.0, most=25)
    assert found.f <= start.f + 1e-4 * found.t * start.slope
    assert abs(found.slope) <= 0.9 * abs(start.slope)
    assert tried <= 26


def test_cubic_minimum():
    def at(t):
        return Point(t, np.float64(t**3 - 3 * t), 3 * t * t - 3, np.zeros(1))

    assert cubic_minimum(at(3.0), at(0.0), 0.0, 3.0) == pytest.approx(1.0)
    assert cubic_minimum(at(0.0), at(0.5), 0.2, 0.5) == 0.5
    straight = [Point(t, np.float64(t**3 + t), 3 * t * t + 1, np.zeros(1)) for t in (-1.0, 1.0)]
    assert cubic_minimum(*straight, -1.0, 1.0) == 0.0
