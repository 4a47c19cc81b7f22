"""Linear, Flatten, Identity, containers, activations, initial values."""

import copy
from collections import OrderedDict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn import init

sizes = st.integers(1, 5)


@given(sizes, sizes, st.lists(st.integers(0, 3), max_size=3), st.booleans())
def test_linear_is_affine(inputs, outputs, leading, bias):
    layer = nn.Linear(inputs, outputs, bias, dtype=np.float64)
    x = np.random.default_rng(0).standard_normal((*leading, inputs))
    w = layer.weight.detach().numpy()
    b = layer.bias.detach().numpy() if bias else 0
    y = layer(tg.tensor(x))
    np.testing.assert_allclose(y.detach().numpy(), x @ w.T + b, rtol=1e-13)
    y.sum().backward()
    np.testing.assert_allclose(
        layer.weight.grad.array, np.tile(x.reshape(-1, inputs).sum(0), (outputs, 1)), rtol=1e-9, atol=1e-12
    )
    if bias:
        np.testing.assert_allclose(layer.bias.grad.array, np.full(outputs, float(np.prod(leading))))


def test_linear_says_what_it_wanted():
    layer = nn.Linear(4, 2)
    with pytest.raises(ValueError, match=r"Linear\(in_features=4, out_features=2, bias=True\): .* got \(3, 5\)"):
        layer(tg.ones(3, 5))
    with pytest.raises(ValueError, match=r"got \(\)"):
        layer(tg.tensor(1.0))
    with pytest.raises(TypeError, match="weight is float32, the input float64"):
        layer(np.ones((3, 4)))
    assert layer(np.ones((3, 4), np.float32)).shape == (3, 2)
    assert layer(tg.ones(3, 4, dtype=np.int64)).dtype == np.float32


def test_linear_without_bias_or_inputs():
    assert list(nn.Linear(2, 3, bias=False).state_dict()) == ["weight"]
    assert nn.Linear(2, 3, bias=False).bias is None
    assert nn.Linear(0, 3)(tg.ones(2, 0)).tolist() == [[0, 0, 0], [0, 0, 0]]


def test_linear_starts_within_its_bounds():
    tg.manual_seed(0)
    layer = nn.Linear(100, 400)
    for p in layer.parameters():
        values = p.detach().numpy()
        assert np.abs(values).max() <= 0.1 * (1 + 1e-6)
        assert abs(values.var() * 300 - 1) < 0.2
    tg.manual_seed(0)
    np.testing.assert_array_equal(nn.Linear(100, 400).weight.detach().numpy(), layer.weight.detach().numpy())


def test_flatten_and_identity():
    x = tg.ones(2, 3, 4)
    assert nn.Flatten()(x).shape == (2, 12)
    assert nn.Flatten(0, 1)(x).shape == (6, 4)
    assert nn.Identity(5, a=3)(x) is x


def test_sequential():
    a, b, c = nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)
    net = nn.Sequential(a, b, c)
    assert net[0] is a
    assert net[-1] is c
    assert len(net) == 3
    assert list(net) == [a, b, c]
    assert a in net
    x = tg.randn(4, 2)
    np.testing.assert_array_equal(net(x).detach().numpy(), c(b(a(x))).detach().numpy())
    assert nn.Sequential()(x) is x
    assert list(net[1:]._modules) == ["1", "2"]
    assert list(net[1:].state_dict()) == ["2.weight", "2.bias"]
    net.append(nn.Tanh()).extend([nn.Identity()]).insert(0, nn.Flatten())
    assert [type(m).__name__ for m in net] == ["Flatten", "Linear", "ReLU", "Linear", "Tanh", "Identity"]
    del net[0]
    net[0] = nn.Linear(2, 7)
    del net[3:]
    assert [type(m).__name__ for m in net] == ["Linear", "ReLU", "Linear"]
    assert list(net._modules) == ["0", "1", "2"]
    named = nn.Sequential(OrderedDict(fc=a, act=b))
    assert list(named.state_dict()) == ["fc.weight", "fc.bias"]
    assert named.fc is named[0]
    assert copy.deepcopy(named)[1] is not b
    with pytest.raises(IndexError, match="index 2 is out of range for a Sequential of 2 modules"):
        named[2]
    with pytest.raises(TypeError, match="expected a Module at"):
        nn.Sequential(a, 3)
    with pytest.raises(TypeError, match="insert: expected a Module"):
        net.insert(0, None)


def test_module_list():
    layers = nn.ModuleList(nn.Linear(2, 2) for _ in range(3))
    layers.append(nn.ReLU())
    assert len(list(layers.parameters())) == 6
    assert layers[-1] in layers
    assert [type(m).__name__ for m in layers[2:]] == ["Linear", "ReLU"]
    assert repr(layers) == (
        "ModuleList(\n  (0-2): 3 x Linear(in_features=2, out_features=2, bias=True)\n  (3): ReLU()\n)"
    )
    with pytest.raises(NotImplementedError, match="ModuleList has no forward"):
        layers(1)


def test_activations_at_the_edges():
    x = tg.tensor([-1e4, -1.0, 0.0, 1.0, 1e4], requires_grad=True)
    for layer in (
        nn.ReLU(),
        nn.Sigmoid(),
        nn.Tanh(),
        nn.LeakyReLU(),
        nn.Softplus(),
        nn.SiLU(),
        nn.ELU(),
        nn.Softmax(0),
    ):
        x.grad = None
        y = layer(x)
        y.sum().backward()
        assert np.isfinite(y.detach().numpy()).all(), layer
        assert np.isfinite(x.grad.array).all(), layer
    assert nn.LogSoftmax(0)(x).tolist() == [-2e4, -10001.0, -1e4, -9999.0, 0.0]
    with pytest.raises(ValueError, match="approximate must be 'none' or 'tanh', got 'erf'"):
        nn.GELU("erf")(x)


@given(st.floats(-1e4, 1e4), st.lists(st.floats(-5, 5), min_size=1, max_size=6))
def test_log_softmax_is_exact_for_large_logits(shift, logits):
    """A shift that float32 holds exactly changes nothing."""
    shift = float(round(shift))
    x = np.round(np.array(logits) * 8) / 8
    want = x - np.log(np.exp(x).sum())
    got = F.log_softmax(tg.tensor((x + shift).astype(np.float32)), 0).numpy()
    np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)


def test_softmax_sums_to_one_and_its_second_derivative_is_right():
    x = tg.tensor(np.array([[0.3, -1.0, 2.0]]), requires_grad=True)
    p = F.softmax(x, 1)
    np.testing.assert_allclose(p.sum().item(), 1)
    (g,) = tg.grad(p[0, 0], x, create_graph=True)
    (h,) = tg.grad(g[0, 0], x)
    q = p.detach().numpy()[0]
    np.testing.assert_allclose(h[0, 0].item(), q[0] * (1 - q[0]) * (1 - 2 * q[0]), rtol=1e-12)


# --- initial values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fill", "variance"),
    [
        (lambda t: init.uniform_(t, -1, 1), 1 / 3),
        (lambda t: init.normal_(t, 0, 3), 9),
        (init.xavier_uniform_, 2 / 300),
        (init.xavier_normal_, 2 / 300),
        (lambda t: init.xavier_normal_(t, gain=2), 8 / 300),
        (init.kaiming_uniform_, 2 / 100),
        (init.kaiming_normal_, 2 / 100),
        (lambda t: init.kaiming_normal_(t, mode="fan_out"), 2 / 200),
        (lambda t: init.kaiming_normal_(t, nonlinearity="tanh"), 25 / 9 / 100),
        (lambda t: init.kaiming_uniform_(t, a=5**0.5), 1 / 300),
    ],
)
def test_variances(fill, variance):
    tg.manual_seed(1)
    p = nn.Parameter(tg.zeros(200, 100))
    assert fill(p) is p
    values = p.detach().numpy()
    assert p.requires_grad
    assert p.is_leaf
    assert abs(values.mean()) < 4 * np.sqrt(variance / values.size)
    assert abs(values.var() / variance - 1) < 0.05


def test_init_draws_from_the_generator_given():
    def draw():
        return init.normal_(tg.zeros(3), generator=np.random.default_rng(5)).tolist()

    assert draw() == draw()
    assert init.constant_(tg.zeros(2), 3).tolist() == [3, 3]
    assert init.ones_(tg.zeros(2)).tolist() == [1, 1]
    assert init.zeros_(tg.ones(2)).tolist() == [0, 0]
    assert init.fans(tg.zeros(8, 3, 5, 5)) == (75, 200)


def test_init_errors():
    with pytest.raises(ValueError, match="2 or more dimensions"):
        init.xavier_normal_(tg.zeros(3))
    with pytest.raises(ValueError, match="mode must be"):
        init.kaiming_normal_(tg.zeros(3, 3), mode="fan")
    with pytest.raises(ValueError, match="expected one of linear"):
        init.calculate_gain("swoosh")
