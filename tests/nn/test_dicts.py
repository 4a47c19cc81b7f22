"""ModuleDict, ParameterList, ParameterDict."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def test_module_dict():
    layers = nn.ModuleDict({"a": nn.Linear(2, 2), "b": nn.ReLU()})
    layers["c"] = nn.Tanh()
    layers.update([("d", nn.Identity())])
    assert list(layers) == list(layers.keys()) == ["a", "b", "c", "d"]
    assert "a" in layers
    assert len(layers) == 4
    assert [type(m).__name__ for m in layers.values()] == ["Linear", "ReLU", "Tanh", "Identity"]
    assert dict(layers.items())["a"] is layers["a"]
    assert list(layers.state_dict()) == ["a.weight", "a.bias"]
    assert isinstance(layers.pop("b"), nn.ReLU)
    del layers["c"]
    assert repr(layers) == (
        "ModuleDict(\n  (a): Linear(in_features=2, out_features=2, bias=True)\n  (d): Identity()\n)"
    )
    layers.clear()
    assert not list(layers.parameters())
    for wrong, error in (("keys", KeyError), ("a.b", KeyError)):
        with pytest.raises(error):
            layers[wrong] = nn.ReLU()
    with pytest.raises(TypeError, match="must be a Module"):
        layers["x"] = 3


def test_parameter_list():
    params = nn.ParameterList([nn.Parameter(tg.zeros(2)), tg.ones(3, 2)])
    params.append(tg.ones(1))
    params += [tg.ones(4)]
    assert len(params) == 4
    assert [p.shape for p in params] == [(2,), (3, 2), (1,), (4,)]
    assert all(type(p) is nn.Parameter for p in params)
    assert params[-1] is params[3]
    params[0] = tg.ones(7)
    assert params[0].shape == (7,)
    assert len(params[1:]) == 3
    assert list(params.state_dict()) == ["0", "1", "2", "3"]
    assert repr(params[:2]) == (
        "ParameterList(\n    (0): Parameter containing: [float32 of size 7]\n"
        "    (1): Parameter containing: [float32 of size 3x2]\n)"
    )
    with pytest.raises(IndexError, match="index 4 is out of range for a ParameterList of 4"):
        params[4]
    with pytest.raises(TypeError, match="expected a Tensor, got int"):
        params.append(3)


def test_parameter_dict():
    params = nn.ParameterDict({"a": tg.zeros(2)})
    params["b"] = nn.Parameter(tg.ones(1))
    params.update({"c": tg.ones(1)})
    assert list(params) == list(params.keys()) == ["a", "b", "c"]
    assert "b" in params
    assert params.get("z", 5) == 5
    del params["c"]
    assert params.pop("b").shape == (1,)
    assert [p.shape for p in params.values()] == [(2,)]
    assert dict(params.items())["a"] is params["a"]
    assert repr(params) == "ParameterDict(\n    (a): Parameter containing: [float32 of size 2]\n)"
    params.clear()
    assert len(params) == 0


@pytest.mark.oracle
def test_keys_as_in_pytorch():
    torch = pytest.importorskip("torch")

    def build(lib):
        class Net(lib.nn.Module):
            def __init__(self):
                super().__init__()
                self.p = lib.nn.ParameterList([lib.zeros(2), lib.zeros(3)])
                self.d = lib.nn.ParameterDict({"x": lib.zeros(2)})
                self.m = lib.nn.ModuleDict({"fc": lib.nn.Linear(2, 2), "norm": lib.nn.BatchNorm1d(2)})

        return Net()

    ours, theirs = build(tg), build(torch)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert [n for n, _ in ours.named_parameters()] == [n for n, _ in theirs.named_parameters()]
    ours.load_state_dict(theirs.state_dict())
    np.testing.assert_array_equal(ours.m["fc"].weight.detach().numpy(), theirs.m["fc"].weight.detach().numpy())
