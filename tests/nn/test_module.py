"""`Module`: registration, walking, state, conversions, text."""

import copy
import pickle

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


class Block(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.linear = nn.Linear(size, size)
        self.register_buffer("mean", tg.zeros(size))
        self.scale = nn.Parameter(tg.ones(size))

    def forward(self, x):
        return self.linear(x) * self.scale + self.mean


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Block(3)
        self.gain = nn.Parameter(tg.tensor(2.0))
        self.second = Block(3)
        self.plain = 5

    def forward(self, x):
        return self.second(self.first(x)) * self.gain


NAMES = ["gain"] + [f"{b}.{n}" for b in ("first", "second") for n in ("scale", "linear.weight", "linear.bias")]
KEYS = ["gain"] + [f"{b}.{n}" for b in ("first", "second") for n in ("scale", "mean", "linear.weight", "linear.bias")]


def test_order_and_names():
    net = Net()
    assert [name for name, _ in net.named_parameters()] == NAMES
    assert list(net.state_dict()) == KEYS
    assert [name for name, _ in net.named_modules()] == ["", "first", "first.linear", "second", "second.linear"]
    assert [name for name, _ in net.named_children()] == ["first", "second"]
    assert [name for name, _ in net.named_buffers()] == ["first.mean", "second.mean"]
    assert [name for name, _ in net.named_parameters("net", recurse=False)] == ["net.gain"]
    assert len(list(net.modules())) == 5
    assert net.get_submodule("second.linear") is net.second.linear
    assert net.get_submodule("") is net
    assert "gain" in dir(net)
    assert "first" in dir(net)


def test_an_op_on_parameters_gives_a_tensor():
    net = Net()
    assert type(net.gain + net.gain) is tg.Tensor
    assert net.gain.requires_grad
    assert net.gain.is_leaf


def test_a_parameter_takes_over_the_memory_of_a_tensor():
    t = tg.tensor([1.0, 2.0])
    assert np.shares_memory(nn.Parameter(t).array, t.array)
    assert not nn.Parameter([1.0]).data.requires_grad
    assert nn.Parameter([1.0], requires_grad=False).requires_grad is False
    assert repr(nn.Parameter([1.0])).startswith("Parameter containing:\ntensor([1.]")


def test_shared_parameters_come_once_but_are_saved_under_every_name():
    net = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    net[1].weight = net[0].weight
    assert [name for name, _ in net.named_parameters()] == ["0.weight", "0.bias", "1.bias"]
    assert len(list(net.named_parameters(remove_duplicate=False))) == 4
    assert list(net.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    twice = nn.Sequential(net, net)
    assert len(list(twice.modules())) == 4
    assert len(list(twice.children())) == 1
    assert len(twice.state_dict()) == 8


def test_assigning_again():
    net = Net()
    weight = net.gain
    net.gain = nn.Parameter(tg.tensor(3.0))
    assert net.gain is not weight
    net.first = nn.Identity()
    assert [name for name, _ in net.named_children()] == ["first", "second"]
    net.second = None
    assert list(net.state_dict()) == ["gain"]
    net.plain = nn.Identity()
    assert net.plain is net._modules["plain"]
    del net.plain
    assert not hasattr(net, "plain")
    del net.training
    with pytest.raises(AttributeError, match="gone"):
        del net.gone
    with pytest.raises(TypeError, match="'gain' must be a Parameter or None, got Tensor"):
        net.gain = tg.tensor(1.0)
    with pytest.raises(TypeError, match="must be a Module"):
        net.first = 3
    with pytest.raises(TypeError, match="must be a Tensor"):
        net.register_buffer("b", 3)


def test_buffers():
    net = Block(2)
    net.mean = tg.ones(2)
    assert "mean" in net.state_dict()
    net.register_buffer("cache", tg.ones(2), persistent=False)
    net.register_buffer("later", None)
    assert "cache" not in net.state_dict()
    assert len(list(net.buffers())) == 2
    net.cache = tg.zeros(2)
    assert "cache" not in net.state_dict()
    net.register_buffer("cache", tg.zeros(2))
    assert "cache" in net.state_dict()
    with pytest.raises(TypeError, match="buffer 'mean'"):
        net.mean = 1


@pytest.mark.parametrize("name", ["", "a.b", 3])
def test_names_that_cannot_be(name):
    with pytest.raises(KeyError, match="must be a non-empty string without a dot"):
        nn.Module().register_parameter(name, nn.Parameter([1.0]))


def test_a_name_that_is_taken():
    with pytest.raises(KeyError, match="already has an attribute 'forward'"):
        nn.Module().forward = nn.Linear(1, 1)
    net = Net()
    with pytest.raises(KeyError, match="already has an attribute 'plain'"):
        net.register_parameter("plain", nn.Parameter([1.0]))


def test_before_init():
    class Hasty(nn.Module):
        def __init__(self):
            self.linear = nn.Linear(1, 1)

    class Forgetful(nn.Module):
        def __init__(self):
            self.size = 3

    with pytest.raises(AttributeError, match=r"Hasty: cannot assign 'linear' yet; call super\(\).__init__\(\) first"):
        Hasty()
    assert Forgetful().size == 3
    with pytest.raises(AttributeError, match=r"__init__ has not called super\(\).__init__\(\)"):
        list(Forgetful().parameters())


def test_errors_name_what_is_missing():
    class Empty(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match=r"Empty has no forward\(\)"):
        Empty()(1)
    with pytest.raises(AttributeError, match="Empty has no attribute 'weight'"):
        Empty().weight  # noqa: B018
    with pytest.raises(AttributeError, match="first has no submodule 'conv'; its submodules are: linear"):
        Net().get_submodule("first.conv")


def test_state_dict_looks_at_the_modules_memory():
    net = Net()
    state = net.state_dict()
    assert not any(t.requires_grad for t in state.values())
    assert np.shares_memory(state["gain"].array, net.gain.data.array)


def test_load_copies_in_place():
    net, other = Net(), Net()
    weight, memory = net.first.linear.weight, net.first.linear.weight.data.array
    result = net.load_state_dict(other.state_dict())
    assert repr(result) == "<All keys matched successfully>"
    assert net.first.linear.weight is weight
    np.testing.assert_array_equal(memory, other.first.linear.weight.data.array)
    assert not np.shares_memory(memory, other.first.linear.weight.data.array)
    assert weight.requires_grad
    x = tg.randn(2, 3)
    np.testing.assert_array_equal(net(x).detach().numpy(), other(x).detach().numpy())


def test_load_takes_arrays_and_converts_dtypes():
    net = nn.Linear(2, 1)
    net.load_state_dict({"weight": np.array([[1.0, 2.0]]), "bias": np.array([3])})
    assert net.weight.dtype == np.float32
    assert net.weight.tolist() == [[1.0, 2.0]]
    assert net.bias.tolist() == [3.0]


def test_load_names_everything_that_is_wrong_and_loads_nothing():
    net = Net()
    before = copy.deepcopy(net.state_dict())
    state = {key: tg.zeros(value.shape) for key, value in net.state_dict().items()}
    del state["gain"], state["first.scale"]
    state |= {"extra": tg.ones(1), "other": tg.ones(1), "second.scale": tg.ones(4), "second.mean": tg.ones(3, 1)}
    state["first.mean"] = "text"
    state["first.linear.bias"] = np.zeros(3, complex)
    with pytest.raises(RuntimeError) as caught:
        net.load_state_dict(state)
    for line in (
        "missing: gain, first.scale",
        "unexpected: extra, other",
        "second.scale: shape (3,) here, (4,) in the state",
        "second.mean: shape (3,) here, (3, 1) in the state",
        "first.mean: expected a Tensor or an array, got str",
        "first.linear.bias: dtype float32 here, complex128 in the state",
        "nothing was loaded",
    ):
        assert line in str(caught.value)
    for key, value in net.state_dict().items():
        np.testing.assert_array_equal(value.array, before[key].array)
    with pytest.raises(RuntimeError, match=r"second.scale"):
        net.load_state_dict(state, strict=False)


def test_load_not_strict():
    net = nn.Linear(2, 1)
    result = net.load_state_dict({"bias": tg.ones(1), "more": tg.ones(1)}, strict=False)
    assert result.missing_keys == ["weight"]
    assert result.unexpected_keys == ["more"]
    assert "weight" in repr(result)
    assert net.bias.item() == 1


def test_backward_notices_a_load_between():
    net = nn.Linear(2, 1)
    loss = (net(tg.ones(1, 2)) ** 2).sum()
    x = tg.ones(1, 2, requires_grad=True)
    y = (net(x) ** 2).sum()
    net.load_state_dict({"weight": tg.ones(1, 2), "bias": tg.ones(1)})
    loss.backward()  # of the weight itself: does not read the weight
    with pytest.raises(RuntimeError, match="overwritten in place"):
        y.backward()


def test_modes_gradients_and_apply():
    net = Net()
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    net.train()
    assert all(module.training for module in net.modules())
    net(tg.ones(2, 3)).sum().backward()
    net.zero_grad(set_to_none=False)
    assert all((p.grad.array == 0).all() for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    assert not any(p.requires_grad for p in net.requires_grad_(False).parameters())
    assert not net(tg.ones(2, 3)).requires_grad
    seen = []
    net.apply(lambda module: seen.append(type(module).__name__))
    assert seen == ["Linear", "Block", "Linear", "Block", "Net"]


def test_dtypes():
    net = Net()
    net(tg.ones(2, 3)).sum().backward()
    gain = net.gain
    net.register_buffer("count", tg.tensor(3))
    assert net.double().gain is gain
    assert {t.dtype.name for t in net.state_dict().values()} == {"float64", "int64"}
    assert gain.grad.dtype == np.float64
    assert net(tg.ones(2, 3, dtype=np.float64)).dtype == np.float64
    assert net.float().gain.dtype == np.float32
    assert net.half().gain.dtype == np.float16
    assert net.to("cpu", dtype=np.float32).cpu().gain.dtype == np.float32
    net(tg.ones(2, 3)).sum().backward()
    with pytest.raises(TypeError, match="floating-point"):
        net.to(np.int64)
    with pytest.raises(ValueError, match="only device"):
        net.to("cuda")


def test_copies_are_independent():
    net = Net()
    net.second.linear.weight = net.first.linear.weight
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert list(other.state_dict()) == KEYS
        assert other.second.linear.weight is other.first.linear.weight
        assert type(other.gain) is nn.Parameter
        assert other.gain is not net.gain
        assert not np.shares_memory(other.gain.data.array, net.gain.data.array)
        other(tg.ones(1, 3)).sum().backward()
        assert net.gain.grad is None


def test_repr():
    assert repr(Net()) == (
        "Net(\n"
        "  (first): Block(\n    (linear): Linear(in_features=3, out_features=3, bias=True)\n  )\n"
        "  (second): Block(\n    (linear): Linear(in_features=3, out_features=3, bias=True)\n  )\n)"
    )
