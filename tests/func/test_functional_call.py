"""`functional_call`: a module with other parameters, which holds its own again afterwards."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.func import functional_call, grad, hessian, jacrev


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 2, bias=False)
        self.b = nn.Linear(2, 2, bias=False)
        self.b.weight = self.a.weight

    def forward(self, x, scale=1.0):
        return self.b(self.a(x)) * scale


def test_other_parameters_for_one_call():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    own = dict(model.named_parameters())
    before = {name: p.detach().numpy().copy() for name, p in own.items()}
    other = {name: tg.zeros(*p.shape) for name, p in own.items()}
    x = tg.randn(4, 2)
    assert functional_call(model, other, x).tolist() == [[0.0]] * 4
    assert (
        functional_call(model, {"2.bias": tg.tensor([5.0]), "2.weight": tg.zeros(1, 3)}, (x,)).tolist() == [[5.0]] * 4
    )
    with pytest.raises(ZeroDivisionError):
        functional_call(type("Bad", (Tied,), {"forward": lambda self: 1 / 0})(), {"a.weight": tg.eye(2)}, ())
    assert dict(model.named_parameters()).keys() == own.keys()
    assert all(p is own[name] for name, p in model.named_parameters())
    assert all(np.array_equal(p.detach().numpy(), before[name]) for name, p in own.items())


def test_gradients_by_name_are_those_of_backward():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)).double()
    x, y = tg.randn(4, 2, dtype=tg.float64), tg.randn(4, 1, dtype=tg.float64)
    params = {name: p.detach() for name, p in model.named_parameters()}
    loss = lambda p: nn.functional.mse_loss(functional_call(model, p, x), y)  # noqa: E731
    found = grad(loss)(params)
    nn.functional.mse_loss(model(x), y).backward()
    for name, p in model.named_parameters():
        assert np.allclose(found[name].numpy(), p.grad.numpy(), rtol=1e-13)
    second = hessian(loss)(params)
    twice = jacrev(grad(loss))(params)
    for a in params:
        for b in params:
            assert second[a][b].shape == params[a].shape + params[b].shape
            assert np.allclose(second[a][b].numpy(), twice[a][b].numpy(), atol=1e-13)


def test_tied_weights():
    model, x = Tied(), tg.ones(1, 2)
    two = tg.eye(2) * 2
    assert functional_call(model, {"a.weight": two}, x).tolist() == [[4.0, 4.0]]
    assert functional_call(model, {"b.weight": two}, x, {"scale": 10.0}).tolist() == [[40.0, 40.0]]
    with tg.no_grad():
        model.a.weight.copy_(tg.eye(2))
    assert functional_call(model, {"a.weight": two}, x, tie_weights=False).tolist() == [[2.0, 2.0]]
    with pytest.raises(ValueError, match="two different tensors"):
        functional_call(model, {"a.weight": two, "b.weight": two * 2}, x)
    assert model.a.weight is model.b.weight


def test_buffers():
    layer = nn.BatchNorm1d(2)
    given = {"running_mean": tg.zeros(2), "running_var": tg.ones(2)}
    functional_call(layer, given, tg.tensor([[1.0, 2.0], [3.0, 6.0]]))
    assert given["running_mean"].tolist() == pytest.approx([0.2, 0.4])
    assert layer.running_mean.tolist() == [0.0, 0.0]


def test_errors():
    layer, x = nn.Linear(1, 1), tg.ones(1, 1)
    with pytest.raises(RuntimeError, match=r"Linear has no wait"):
        functional_call(layer, {"wait": x}, x)
    with pytest.raises(RuntimeError, match="missing: bias"):
        functional_call(layer, {"weight": x}, x, strict=True)
    with pytest.raises(TypeError, match="expected a Tensor for 'weight', got float"):
        functional_call(layer, {"weight": 1.0}, x)
    with pytest.raises(TypeError, match="expected a dict"):
        functional_call(layer, [x], x)
    with pytest.raises(ValueError, match="weight in two of the dicts"):
        functional_call(layer, ({"weight": x}, {"weight": x}), x)
