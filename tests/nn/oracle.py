"""Comparing a function or module of ours with PyTorch's: values and gradients."""

import numpy as np
import pytest

import tinygrad_edu as tg

torch = pytest.importorskip("torch")


def compare(ours, theirs, *arrays, rtol=1e-12, atol=1e-12):
    """The two functions agree on these arrays, and so do the gradients of all float ones, and the dtypes."""
    mine = [tg.tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]
    other = [torch.tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]
    y, want = ours(*mine), theirs(*other)
    assert y.dtype == want.detach().numpy().dtype
    np.testing.assert_allclose(y.detach().numpy(), want.detach().numpy(), rtol=rtol, atol=atol)
    weights = np.cos(np.arange(want.numel())).reshape(want.shape)  # a different gradient for each output
    (y * weights.astype(y.dtype)).sum().backward()
    (want * torch.tensor(weights).to(want.dtype)).sum().backward()
    for a, b in zip(mine, other, strict=True):
        if b.grad is not None:
            np.testing.assert_allclose(a.grad.array, b.grad.numpy(), rtol=rtol, atol=atol)


def compare_parameters(ours, theirs, rtol=1e-11, atol=1e-11):
    """The gradients of the parameters of two modules, and the values of their buffers, agree."""
    other = dict(theirs.named_parameters())
    for name, p in ours.named_parameters():
        np.testing.assert_allclose(p.grad.array, other[name].grad.numpy(), rtol=rtol, atol=atol, err_msg=name)
    buffers = dict(theirs.named_buffers())
    for name, b in ours.named_buffers():
        assert b.dtype == buffers[name].numpy().dtype
        np.testing.assert_allclose(b.array, buffers[name].numpy(), rtol=rtol, atol=atol, err_msg=name)


def as_theirs(value):
    """Tensors of ours, in arguments, as PyTorch's."""
    return torch.tensor(value.detach().numpy()) if isinstance(value, tg.Tensor) else value
