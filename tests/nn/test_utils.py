"""Clipping gradients; parameters as one vector."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import utils
from tinygrad_edu.testing import gradcheck

NORMS = [2.0, 1.0, 3.5, 0.5, np.inf]


def with_gradients(lib, dtype=np.float64, scale=1.0):
    rng = np.random.default_rng(0)
    params = []
    for shape in ((3, 4), (), (5,)):
        p = lib.tensor(np.zeros(shape, dtype), requires_grad=True)
        p.grad = lib.tensor((rng.standard_normal(shape) * scale).astype(dtype))
        params.append(p)
    params.append(lib.tensor(np.zeros(2, dtype), requires_grad=True))  # without a gradient
    return params


@pytest.mark.oracle
@pytest.mark.parametrize("norm_type", NORMS)
@pytest.mark.parametrize("max_norm", [0.5, 1e3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_clip_grad_norm_as_pytorch(norm_type, max_norm, dtype):
    torch = pytest.importorskip("torch")
    ours, theirs = with_gradients(tg, dtype), with_gradients(torch, dtype)
    total = utils.clip_grad_norm_(ours, max_norm, norm_type)
    want = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    assert total.dtype == dtype
    rtol = 1e-11 if dtype == np.float64 else 1e-5
    np.testing.assert_allclose(total.item(), want.item(), rtol=rtol)
    for a, b in zip(ours[:3], theirs[:3], strict=True):
        assert a.grad.dtype == dtype
        np.testing.assert_allclose(a.grad.array, b.grad.numpy(), rtol=rtol)
    assert ours[3].grad is None


def test_clipping_is_in_place_and_bounds_the_norm():
    params = with_gradients(tg, scale=100)
    arrays = [p.grad.array for p in params[:3]]
    utils.clip_grad_norm_(iter(params), 1.0)
    total = utils.get_total_norm([p.grad for p in params[:3]])
    np.testing.assert_allclose(total.item(), 1, rtol=1e-5)
    assert all(p.grad.array is a for p, a in zip(params, arrays, strict=False))
    utils.clip_grad_value_(params, 0.01)
    assert max(np.abs(p.grad.array).max() for p in params[:3]) == 0.01
    assert utils.clip_grad_norm_([tg.ones(2)], 1.0).item() == 0
    one = params[0]
    utils.clip_grad_value_(one, 0.001)
    assert np.abs(one.grad.array).max() == 0.001


def test_infinite_gradients():
    params = with_gradients(tg)
    params[0].grad[0, 0] = np.inf
    before = params[1].grad.item()
    with pytest.raises(RuntimeError, match=r"norm of order 2.0 of the gradients is inf"):
        utils.clip_grad_norm_(params, 1.0, error_if_nonfinite=True)
    assert params[1].grad.item() == before


def test_parameters_as_a_vector_and_back():
    net, other = (nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 1)) for _ in range(2))
    vector = utils.parameters_to_vector(net.parameters())
    assert vector.shape == (11,)
    weight = other[0].weight
    utils.vector_to_parameters(vector, other.parameters())
    assert other[0].weight is weight
    assert weight.requires_grad
    for a, b in zip(net.parameters(), other.parameters(), strict=True):
        assert a.tolist() == b.tolist()
    with pytest.raises(ValueError, match=r"expected a vector of shape \(11,\), got \(10,\)"):
        utils.vector_to_parameters(vector[:10], net.parameters())
    with pytest.raises(TypeError, match="expected a Tensor"):
        utils.vector_to_parameters([1.0], net.parameters())
    gradcheck(lambda *p: utils.parameters_to_vector(p) ** 2, [tg.tensor(np.ones((2, 2)), requires_grad=True)] * 2)
