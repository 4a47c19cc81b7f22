"""`inplace=True`: the input itself takes the new value, for what is computed from it later and for the gradient."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F

FUNCTIONS = [
    ("relu", ()), ("relu6", ()), ("leaky_relu", (0.2,)), ("elu", (0.7,)), ("celu", (0.7,)), ("selu", ()), ("silu", ()),
    ("mish", ()), ("hardtanh", (-0.5, 0.5)), ("hardsigmoid", ()), ("hardswish", ()), ("threshold", (0.1, 2.0)),
]  # fmt: skip
UNDERSCORED = ("relu", "leaky_relu", "elu", "celu", "selu", "hardtanh", "threshold")
LAYERS = [
    ("ReLU", ()), ("ReLU6", ()), ("LeakyReLU", ()), ("ELU", ()), ("CELU", ()), ("SELU", ()), ("SiLU", ()), ("Mish", ()),
    ("Hardtanh", ()), ("Hardsigmoid", ()), ("Hardswish", ()), ("Threshold", (0.1, 2.0)),
]  # fmt: skip
X = np.array([-1.5, -0.3, 0.4, 2.0])


def used_again(lib, function):
    """The value and the gradient where the input of an in-place function is used again after it."""
    x = lib.tensor(X, requires_grad=True)
    y = x * 2
    z = function(y)
    assert z is y
    (y * y + z).sum().backward()
    return y.detach().numpy(), x.grad.detach().numpy()


def test_the_old_value_is_gone():
    x = tg.tensor([-1.0, 2.0], requires_grad=True)
    y = x.clone()
    assert F.relu(y, inplace=True) is y
    (y + 0).sum().backward()
    assert y.tolist() == [0, 2]
    assert x.grad.tolist() == [0, 1]
    x = tg.tensor([-1.0, 2.0], requires_grad=True)
    y = x.clone()
    (F.relu_(y) + y).sum().backward()  # both terms are relu(x): the gradient is [0, 2], not [1, 2]
    assert x.grad.tolist() == [0, 2]


def of_a_column(lib, function):
    """The value and the gradient of a computation whose second column an in-place function has changed."""
    x = lib.tensor(X.reshape(2, 2) * 1.7, requires_grad=True)
    y = x * x - 1
    z = y.exp()  # needs y as it was
    function(y[:, 1])
    (y * z).sum().backward()
    return y.detach().numpy(), x.grad.detach().numpy()


@pytest.mark.oracle
@pytest.mark.parametrize("program", [used_again, of_a_column])
@pytest.mark.parametrize(("name", "arguments"), FUNCTIONS)
def test_functions_as_pytorch(name, arguments, program):
    torch = pytest.importorskip("torch")
    ours = program(tg, lambda y: getattr(F, name)(y, *arguments, inplace=True))
    theirs = program(torch, lambda y: getattr(torch.nn.functional, name)(y, *arguments, inplace=True))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize(("name", "arguments"), FUNCTIONS)
def test_an_underscore_means_in_place(name, arguments):
    if name not in UNDERSCORED:
        assert not hasattr(F, f"{name}_")
        return
    want = used_again(tg, lambda y: getattr(F, name)(y, *arguments, inplace=True))
    got = used_again(tg, lambda y: getattr(F, f"{name}_")(y, *arguments))
    np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize(("name", "arguments"), LAYERS)
def test_layers(name, arguments):
    x = tg.tensor(X)
    want = getattr(nn, name)(*arguments)(x)
    assert x.tolist() == X.tolist()
    layer = getattr(nn, name)(*arguments, inplace=True)
    assert "inplace=True" in repr(layer)
    view = x.detach()
    assert layer(x) is x
    np.testing.assert_array_equal(x.numpy(), want.numpy())
    np.testing.assert_array_equal(view.numpy(), want.numpy())  # a constant is written to where it is


@pytest.mark.parametrize("layer", [nn.Dropout(0.5, inplace=True), lambda x: F.dropout(x, 0.5, inplace=True)])
def test_dropout(layer):
    x = tg.ones(100)
    assert layer(x) is x
    assert set(x.tolist()) == {0.0, 2.0}
    x = tg.ones(3, requires_grad=True)
    assert F.dropout(x, 0.5, training=False, inplace=True) is x
    y = x * 1
    assert F.dropout(y, 1.0, inplace=True) is y
    y.sum().backward()
    assert x.grad.tolist() == [0, 0, 0]


def test_a_leaf_that_requires_grad_is_refused_as_in_pytorch():
    x = tg.tensor(X, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"relu\(inplace=True\): a leaf that requires grad"):
        F.relu(x, inplace=True)
    assert x.tolist() == X.tolist()
    with tg.no_grad():
        F.relu_(x)
    assert x.tolist() == [0, 0, 0.4, 2]
    with pytest.raises(TypeError, match=r"relu\(inplace=True\): expected a Tensor to write to, got ndarray"):
        F.relu(X, inplace=True)
