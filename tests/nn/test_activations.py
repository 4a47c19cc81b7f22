"""Every activation: values and gradients, against PyTorch and against differences, of two orders."""

import math
import pickle

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F
from tinygrad_edu.testing import gradcheck

from .activations import ACTIVATIONS

rng = np.random.default_rng(0)
EDGES = np.array([-1e4, -30.0, -3.0, -2.0, -0.5, 0.0, 0.3, 0.5, 1.0, 3.0, 6.0, 25.0, 1e4, -1.0])
ROUNDED = ("CELU", "Hardsigmoid")  # PyTorch has their constants (1/α, 1/6) in float32 only
CURVED = np.array([[-3.4, -2.1, -0.7, -0.15], [0.13, 0.72, 1.4, 2.6]])  # away from every corner


@pytest.mark.oracle
@pytest.mark.parametrize(("name", "arguments"), ACTIVATIONS)
def test_as_pytorch(name, arguments):
    torch = pytest.importorskip("torch")
    from .oracle import compare, compare_parameters

    ours, theirs = getattr(nn, name)(**arguments), getattr(torch.nn, name)(**arguments)
    assert repr(ours) == repr(theirs)
    for array in (rng.standard_normal((3, 4, 2)) * 2, rng.standard_normal((2, 4)).astype(np.float32)):
        if name == "GLU" and arguments:
            array = array[:2]
        single = array.dtype == np.float32
        ours, theirs = (module.float() if single else module.double() for module in (ours, theirs))
        ours.zero_grad()
        theirs.zero_grad()
        tolerance = {"rtol": 2e-5, "atol": 2e-6} if single else {"rtol": 1e-11, "atol": 1e-13}
        if name in ROUNDED:
            tolerance["rtol"] = 1e-6
        compare(lambda x, f=ours: f(x.clone()), lambda x, f=theirs: f(x.clone()), array, **tolerance)
        compare_parameters(ours, theirs, **tolerance)
    if name == "PReLU" or arguments.get("approximate") or arguments.get("num_parameters"):
        return  # PyTorch's tanh form of gelu is nan at 1e4
    ours, theirs = ours.double(), theirs.double()
    compare(lambda x: ours(x.clone()), lambda x: theirs(x.clone()), EDGES, rtol=1e-6 if name in ROUNDED else 1e-11)


@pytest.mark.parametrize(("name", "arguments"), ACTIVATIONS)
def test_derivatives_of_two_orders(name, arguments):
    layer = getattr(nn, name)(**arguments).double()
    gradcheck(lambda x, *_: layer(x.clone()), [tg.tensor(CURVED, requires_grad=True), *layer.parameters()], order=2)


def test_slopes_of_prelu_are_differentiated_too():
    x = tg.tensor(CURVED, requires_grad=True)
    gradcheck(F.prelu, [x, tg.tensor(np.array([0.1, 0.2, 0.3, 0.4]), requires_grad=True)], order=2)
    gradcheck(F.prelu, [x, tg.tensor(np.array([0.1]), requires_grad=True)], order=2)
    with pytest.raises(ValueError, match=r"prelu: expected 1 slope, or .* 4 channels, .* got a weight of shape \(3,\)"):
        F.prelu(x, tg.ones(3))
    assert nn.PReLU()(tg.tensor(-4.0)).item() == -1.0


def test_erf_to_the_last_digits():
    x = np.concatenate([np.linspace(-7, 7, 20001), np.logspace(-300, 0, 500), [0.0, -0.0, np.inf, -np.inf]])
    want = np.array([math.erf(v) for v in x])
    np.testing.assert_allclose(tg.erf(x), want, rtol=6e-16, atol=0)
    assert np.isnan(tg.erf(np.array([np.nan]))[0])
    assert math.copysign(1, tg.erf(np.array([-0.0]))[0]) == -1
    for dtype, tolerance in ((np.float16, 1e-3), (np.float32, 3e-7)):
        got = tg.erf(tg.tensor(x.astype(dtype)))
        assert got.dtype == dtype
        np.testing.assert_allclose(got.numpy(), [math.erf(v) for v in x.astype(dtype)], atol=tolerance)
    assert tg.erf(tg.tensor([0, 1])).dtype == np.float32


@pytest.mark.parametrize("name", ["elu", "celu", "selu", "gelu", "mish", "hardswish", "hardtanh", "logsigmoid", "silu"])
def test_nothing_overflows(name):
    x = tg.tensor([-1e4, -100.0, -1.0, 0.0, 1.0, 100.0, 1e4], requires_grad=True)
    y = getattr(F, name)(x)
    (g,) = tg.grad(y.sum(), x, create_graph=True)
    (h,) = tg.grad(g.sum(), x) if g.requires_grad else (g,)
    for t in (y, g, h):
        assert np.isfinite(t.detach().numpy()).all()


def test_arguments():
    assert nn.ELU(0.5).alpha == 0.5
    assert nn.Threshold(1, 2)(tg.tensor([0.5, 1.5])).tolist() == [2, 1.5]
    with pytest.raises(TypeError, match="missing a required argument: 'value'"):
        nn.Threshold(1)
    with pytest.raises(
        TypeError,
        match=r"ELU\(alpha: float = 1.0, .*\): got an unexpected keyword argument 'slope'",
    ):
        nn.ELU(slope=3)
    with pytest.raises(ValueError, match="glu: expected an even size"):
        F.glu(tg.ones(3))
    layer = pickle.loads(pickle.dumps(nn.ELU(0.5)))
    assert (type(layer), layer.alpha) == (nn.ELU, 0.5)
    assert F.softmax(tg.ones(2), dim=0, dtype=np.float64).dtype == np.float64


def test_a_subclass_may_have_a_constructor_of_its_own():
    class Sharp(nn.Softplus):
        def __init__(self):
            super().__init__(beta=10.0)

    assert repr(Sharp()) == "Sharp(beta=10.0, threshold=20.0)"
    assert isinstance(Sharp(), nn.Softplus)
