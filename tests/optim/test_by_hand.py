"""Training without an optimiser, in the ways that are found in tutorials."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def in_no_grad(p, lr):
    with tg.no_grad():
        p -= lr * p.grad


def sub_in_no_grad(p, lr):
    with tg.no_grad():
        p.sub_(lr * p.grad)


def copy_in_no_grad(p, lr):
    with tg.no_grad():
        p.copy_(p - lr * p.grad)


def data_add(p, lr):
    p.data.add_(p.grad.data, alpha=-lr)


def data_add_product(p, lr):
    p.data.add_(-lr * p.grad)


def data_minus(p, lr):
    p.data -= lr * p.grad.data


def data_assigned(p, lr):
    p.data = p.data - lr * p.grad


def index_in_no_grad(p, lr):
    with tg.no_grad():
        p[...] = p - lr * p.grad


WAYS = [
    in_no_grad,
    sub_in_no_grad,
    copy_in_no_grad,
    data_add,
    data_add_product,
    data_minus,
    data_assigned,
    index_in_no_grad,
]


@pytest.mark.parametrize("update", WAYS)
def test_each_way_takes_the_same_steps(update):
    x = tg.tensor(np.linspace(-1, 1, 12).reshape(6, 2))
    want = None
    for _ in range(2):
        weight = tg.tensor(np.array([[0.5], [-0.3]]))
        p = nn.Parameter(weight.clone() if want is None else weight)  # of a tensor; it shares the tensor's memory
        for _ in range(5):
            p.grad = None
            ((x @ p - 1) ** 2).mean().backward()
            update(p, 0.1)
        assert p.requires_grad
        assert p.is_leaf
        assert isinstance(p, nn.Parameter)
        if want is not None:
            np.testing.assert_array_equal(p.detach().numpy(), want)
        want = p.detach().numpy().copy()

    theta, a = np.array([[0.5], [-0.3]]), x.numpy()
    for _ in range(5):
        theta = theta - 0.1 * 2 / 6 * a.T @ (a @ theta - 1)
    np.testing.assert_allclose(want, theta, rtol=1e-12)


def test_zeroed_by_hand_too():
    p = nn.Parameter(tg.tensor([1.0, 2.0]))
    (p * p).sum().backward()
    for zero in (lambda: p.grad.zero_(), lambda: p.grad.data.zero_()):
        zero()
        (p * p).sum().backward()
        assert p.grad.tolist() == [2, 4]


def test_a_parameter_of_a_tensor():
    t = tg.tensor([1.0, 2.0])
    p = nn.Parameter(t)
    assert isinstance(p, tg.Tensor)
    assert p.requires_grad
    assert p.is_leaf
    assert not t.requires_grad
    with tg.no_grad():
        p += 1
    assert t.tolist() == [2, 3]  # one memory, as in PyTorch
    assert not nn.Parameter(t, requires_grad=False).requires_grad
    assert type(p * 2) is tg.Tensor
    computed = tg.tensor([1.0], requires_grad=True) * 2
    assert nn.Parameter(computed).is_leaf
