"""`autograd` as PyTorch has it: names, modes, and the arguments of `grad` and `backward`."""

import inspect

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import autograd


def leaf(data):
    return tg.tensor(data, requires_grad=True)


def test_inference_mode():
    x = leaf(2.0)
    with tg.inference_mode():
        assert not (x * 2).requires_grad
        with tg.inference_mode(False):
            assert (x * 2).requires_grad
        assert not tg.is_grad_enabled()
    with tg.inference_mode(mode=False):
        assert (x * 2).requires_grad
    assert tg.is_grad_enabled()


def test_decorators_with_and_without_parentheses():
    x = leaf(2.0)
    for mode, expected in ((tg.no_grad, False), (tg.enable_grad, True), (tg.inference_mode, False)):

        @mode
        def bare(x):
            """Doubled."""
            return x * 2

        @mode()
        def called(x):
            return x * 2

        with tg.set_grad_enabled(not expected):
            assert (bare(x).requires_grad, called(x).requires_grad) == (expected, expected)
        assert bare.__doc__ == "Doubled."
        assert not isinstance(bare, type)


def test_the_names_of_pytorch():
    assert autograd.grad is tg.grad
    for name in ("no_grad", "enable_grad", "set_grad_enabled", "inference_mode"):
        assert getattr(autograd, name) is getattr(autograd.grad_mode, name) is getattr(tg, name)
    assert autograd.gradcheck(lambda x: x * x, [tg.tensor(1.0, dtype=tg.float64, requires_grad=True)])
    with pytest.raises(AttributeError, match="no attribute 'gradual'"):
        _ = autograd.gradual


def test_backward_of_several():
    x, y = leaf([1.0, 2.0]), leaf(3.0)
    autograd.backward([x * 2, y * y], [tg.tensor([1.0, 10.0]), None])
    assert x.grad.tolist() == [2.0, 20.0]
    assert y.grad.item() == 6.0
    autograd.backward(y * 2, inputs=y)
    assert y.grad.item() == 8.0
    autograd.backward(x * 2, tg.ones(2))
    assert x.grad.tolist() == [4.0, 22.0]
    with pytest.raises(ValueError, match="2 outputs but 1 gradients"):
        autograd.backward([x * 2, x * 3], [tg.ones(2)])
    with pytest.raises(ValueError, match="2 outputs but 1 gradients"):
        tg.grad([x * 2, x * 3], x, tg.ones(2))


def test_arguments_of_grad():
    x, y = leaf([1.0, 2.0]), leaf([[3.0]])
    z = (x * x).sum()
    found = tg.grad(z, [x, y], materialize_grads=True)
    assert [g.tolist() for g in found] == [[2.0, 4.0], [[0.0]]]
    assert found[1].dtype == tg.float32
    with pytest.raises(ValueError, match="materialize_grads"):
        tg.grad((x * x).sum(), x, allow_unused=False, materialize_grads=True)
    with pytest.raises(NotImplementedError, match="jacrev"):
        tg.grad(x * x, x, tg.eye(2), is_grads_batched=True)
    with pytest.raises(ValueError, match="only_inputs"):
        tg.grad((x * x).sum(), x, only_inputs=False)
    with pytest.raises(RuntimeError, match="allow_unused"):
        tg.grad((x * x).sum(), y)


@pytest.mark.oracle
def test_the_arguments_are_pytorchs():
    torch = pytest.importorskip("torch")
    for name in ("grad", "backward"):
        theirs = [p for p in inspect.signature(getattr(torch.autograd, name)).parameters if p != "grad_variables"]
        assert list(inspect.signature(getattr(autograd, name)).parameters) == theirs
    x, y = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([[3.0]], requires_grad=True)
    theirs = torch.autograd.grad((x * x).sum(), [x, y], materialize_grads=True)
    ours = tg.grad((leaf([1.0, 2.0]) * 1).sum() * 0 + 0, [leaf([[3.0]])], materialize_grads=True)
    assert np.array_equal(ours[0].numpy(), theirs[1].numpy())
