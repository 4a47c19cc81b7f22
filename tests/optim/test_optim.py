"""Optimisers: groups, state, errors, writing in place, large arrays."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.optim import scratch

ALL = [
    (optim.SGD, {"lr": 0.1}),
    (optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1}),
    (optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    (optim.Adam, {"lr": 0.1, "weight_decay": 0.1}),
    (optim.AdamW, {"lr": 0.1, "amsgrad": True}),
    (optim.Adagrad, {"lr": 0.5, "lr_decay": 0.001}),
    (optim.RMSprop, {"lr": 0.02, "alpha": 0.9, "weight_decay": 0.1}),
    (optim.RMSprop, {"lr": 0.001, "alpha": 0.9, "momentum": 0.9, "centered": True}),
    (optim.Adadelta, {"rho": 0.95, "eps": 1e-3}),
    (optim.Adamax, {"lr": 0.1, "weight_decay": 0.1}),
    (optim.ASGD, {"lr": 0.1, "lambd": 0.01}),
    (optim.Rprop, {"lr": 0.1}),
    (optim.ASGD, {"lr": 0.1, "t0": 5}),
    (optim.NAdam, {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    (optim.RAdam, {"lr": 0.1, "weight_decay": 0.1}),
]
each_optimizer = pytest.mark.parametrize(("cls", "options"), ALL)


def parameter(values, grad=None):
    p = nn.Parameter(tg.tensor(values))
    p.grad = None if grad is None else tg.tensor(grad)
    return p


def descend(optimizer, params, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        sum((p * p).sum() for p in params).backward()
        optimizer.step()


def test_sgd_by_hand():
    p = parameter([1.0, 2.0], [0.5, -1.0])
    optim.SGD([p], lr=0.1).step()
    np.testing.assert_allclose(p.detach().numpy(), [0.95, 2.1], rtol=1e-6)


def test_adam_takes_a_first_step_of_the_learning_rate():
    p = parameter([1.0, 1.0, 1.0], [1e-3, -5.0, 1e4])
    optim.Adam([p], lr=0.1).step()
    np.testing.assert_allclose(p.detach().numpy(), [0.9, 1.1, 0.9], rtol=1e-5)


@each_optimizer
def test_a_step_writes_in_place_keeps_float32_and_leaves_the_gradient(cls, options):
    p = parameter([1.0, 2.0], [1.0, 2.0])
    memory = p._array
    optimizer = cls([p], **{key: np.float64(v) if type(v) is float else v for key, v in options.items()})
    for _ in range(3):
        optimizer.step()
    assert p._array is memory
    assert memory.dtype == np.float32
    assert p.grad.tolist() == [1, 2]
    assert p.requires_grad
    assert all(v.dtype == np.float32 for v in optimizer.state[p].values() if isinstance(v, np.ndarray))


@each_optimizer
def test_backward_notices_a_step_between(cls, options):
    p = parameter([1.0, 2.0], [1.0, 2.0])
    loss = (p * p).sum()
    cls([p], **options).step()
    with pytest.raises(RuntimeError, match="overwritten in place"):
        loss.backward()


@each_optimizer
def test_it_finds_the_minimum(cls, options):
    params = [parameter([3.0, -2.0]), parameter(1.0)]
    descend(cls(params, **options), params, 300)
    assert all(np.abs(p.detach().numpy()).max() < 0.02 for p in params)


@each_optimizer
@given(st.integers(1, 40), st.integers(1, 5))
def test_piece_by_piece_is_the_same(cls, options, size, steps):
    whole, pieces = (parameter(np.linspace(-1, 1, size)) for _ in range(2))
    descend(cls([whole], **options), [whole], steps)
    before = scratch.PIECE
    scratch.PIECE = 7 * 8
    try:
        descend(cls([pieces], **options), [pieces], steps)
    finally:
        scratch.PIECE = before
    np.testing.assert_array_equal(pieces.detach().numpy(), whole.detach().numpy())


def test_any_layout_of_memory(monkeypatch):
    monkeypatch.setattr(scratch, "PIECE", 8)
    values = np.arange(6.0).reshape(2, 3)
    p, q = parameter(values), nn.Parameter(tg.tensor(values.T.copy()).T.detach())
    assert not q._array.flags.c_contiguous
    for t in (p, q):
        descend(optim.Adam([t], lr=0.1, weight_decay=0.1), [t], 3)
    np.testing.assert_array_equal(p.detach().numpy(), q.detach().numpy())


@each_optimizer
def test_nan_and_infinity_propagate_without_a_warning(cls, options):
    p = parameter([1.0, 1.0, 1.0], [np.nan, np.inf, 0.5])
    cls([p], **options).step()
    assert np.isnan(p.detach().numpy()[0])
    if cls is not optim.Rprop:  # to which only signs matter
        assert not np.isfinite(p.detach().numpy()[1])
    assert np.isfinite(p.detach().numpy()[2])


def test_parameters_without_gradient_are_skipped():
    p, q = parameter([1.0], [1.0]), parameter([1.0])
    optimizer = optim.Adam([p, q])
    optimizer.step()
    assert q.item() == 1
    assert q not in optimizer.state
    q.grad = tg.tensor([1.0])
    optimizer.step()
    assert [optimizer.state[t]["step"] for t in (p, q)] == [2, 1]
    optimizer.zero_grad(set_to_none=False)
    assert p.grad.tolist() == [0]
    optimizer.zero_grad()
    assert p.grad is None
    assert q.grad is None


def test_groups():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    optimizer = optim.SGD(
        [{"params": net[0].parameters()}, {"params": net[1].weight, "lr": 0.5, "name": "head"}], lr=0.1
    )
    optimizer.add_param_group({"params": [net[1].bias], "weight_decay": 0.3})
    assert [group["lr"] for group in optimizer.param_groups] == [0.1, 0.5, 0.1]
    assert [len(group["params"]) for group in optimizer.param_groups] == [2, 1, 1]
    assert optimizer.param_groups[1]["name"] == "head"
    before = net[1].weight.detach().clone()
    net[1].weight.grad = tg.ones(2, 2)
    optimizer.param_groups[1]["lr"] = 2.0
    optimizer.step()
    np.testing.assert_allclose((before - net[1].weight).detach().numpy(), 2, rtol=1e-6)
    assert "Parameter Group 2" in repr(optimizer)
    assert "lr: 2.0" in repr(optimizer)


def test_closure():
    p = parameter([2.0])
    optimizer = optim.SGD([p], lr=0.25)

    def closure():
        optimizer.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with tg.no_grad():
        assert optimizer.step(closure).item() == 4
    assert p.item() == 1
    assert optimizer.step() is None


def test_bad_parameters():
    p = parameter([1.0])
    with pytest.raises(ValueError, match="SGD: the list of parameters is empty"):
        optim.SGD([])
    with pytest.raises(TypeError, match="a list of Tensors, got one Parameter"):
        optim.SGD(p)
    with pytest.raises(TypeError, match="parameter 1 must be a Tensor, got str"):
        optim.SGD([p, "weight"])
    with pytest.raises(ValueError, match="parameter 0 was computed by mul; only leaves"):
        optim.Adam([p * 2])
    with pytest.raises(ValueError, match=r"parameter 1 \(shape \(1,\)\) is given twice"):
        optim.Adam([p, p])
    with pytest.raises(ValueError, match="given twice"):
        optim.Adam([{"params": [p]}, {"params": [p]}])
    with pytest.raises(TypeError, match="got a set"):
        optim.Adam([{"params": {p}}])
    with pytest.raises(TypeError, match="expected a dict for the parameter group, got list"):
        optim.Adam([p]).add_param_group([p])
    other = parameter([1.0], [1.0])
    other.data = tg.ones(2)
    with pytest.raises(ValueError, match=r"Adam.step\(\): a parameter of shape \(2,\) has a gradient of shape \(1,\);"):
        optim.Adam([other]).step()
    with pytest.raises(NotImplementedError, match=r"Optimizer has no update\(\)"):
        optim.Optimizer([parameter([1.0], [1.0])], {"lr": 1}).step()


@each_optimizer
def test_saving_and_continuing(cls, options):
    """30 steps at once and 20 + 10 with a restart end at the same bits."""
    start = [np.linspace(-1, 1, 6).reshape(2, 3), np.array(0.5)]
    whole = [parameter(a) for a in start]
    descend(cls(whole, **options), whole, 30)

    first = [parameter(a) for a in start]
    optimizer = cls(first, **options)
    descend(optimizer, first, 20)
    saved = pickle.loads(pickle.dumps(optimizer.state_dict()))
    second = [parameter(p.detach().numpy()) for p in first]
    other = cls(second, lr=9.0)
    other.load_state_dict(saved)
    descend(other, second, 10)
    for a, b in zip(whole, second, strict=True):
        np.testing.assert_array_equal(a.detach().numpy(), b.detach().numpy())


def test_state_dict_counts_positions_through_the_groups():
    params = [parameter([float(i)], [1.0]) for i in range(3)]
    params[1].grad = None
    optimizer = optim.Adam([{"params": params[:1]}, {"params": params[1:], "lr": 0.5}])
    optimizer.step()
    state = optimizer.state_dict()
    assert list(state["state"]) == [0, 2]
    assert [group["params"] for group in state["param_groups"]] == [[0], [1, 2]]
    assert type(state["state"][2]["exp_avg"]) is tg.Tensor
    assert state["state"][2]["step"] == 1
    loaded = optim.Adam([{"params": params[:1]}, {"params": params[1:]}])
    loaded.load_state_dict(state)
    assert loaded.param_groups[1]["lr"] == 0.5
    assert loaded.param_groups[1]["params"] == params[1:]
    assert not np.shares_memory(loaded.state[params[0]]["exp_avg"], optimizer.state[params[0]]["exp_avg"])


def test_a_state_that_does_not_fit():
    p = parameter([1.0, 2.0], [1.0, 1.0])
    optimizer = optim.Adam([p], lr=0.5)
    optimizer.step()
    state = optimizer.state_dict()
    with pytest.raises(
        ValueError, match=r"expected groups of \[2\] parameters, got groups of \[1\]; nothing was loaded"
    ):
        optim.Adam([parameter([1.0]), parameter([1.0])]).load_state_dict(state)
    other = optim.Adam([parameter([1.0])])
    with pytest.raises(ValueError, match=r"expected exp_avg of shape \(1,\), got \(2,\)"):
        other.load_state_dict(state)
    assert other.param_groups[0]["lr"] == 1e-3
    assert not other.state


def test_copies_are_independent():
    net = nn.Linear(2, 1)
    optimizer = optim.Adam(net.parameters(), lr=0.1)
    net(tg.ones(1, 2)).sum().backward()
    optimizer.step()
    net2, optimizer2 = copy.deepcopy((net, optimizer))
    assert optimizer2.param_groups[0]["params"][0] is net2.weight
    assert optimizer2.state[net2.weight]["step"] == 1
    before = net.weight.tolist()
    net2(tg.ones(1, 2)).sum().backward()
    optimizer2.step()
    assert net.weight.tolist() == before
    assert net2.weight.tolist() != before


@each_optimizer
def test_maximize_climbs(cls, options):
    """Going up f is going down -f, to the bit."""
    options = {key: value for key, value in options.items() if key != "weight_decay"}
    up, down = parameter([1.0, -2.0]), parameter([1.0, -2.0])
    climber, other = cls([up], maximize=True, **options), cls([down], **options)
    for _ in range(5):
        up.grad, down.grad = -up.data, down.data.clone()
        climber.step()
        other.step()
    np.testing.assert_array_equal(up.detach().numpy(), down.detach().numpy())
    assert up.grad.tolist() != [0, 0]
