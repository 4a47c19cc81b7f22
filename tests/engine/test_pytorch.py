"""PyTorch as an oracle: the same names give the same values, gradients, dtypes and shapes."""

import numpy as np
import pytest

import tinygrad_edu as tg

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

INF = float("inf")
A = np.array([[0.5, -1.2, 2.0], [1.5, 0.3, -0.7]])
B = np.array([[1.1, 0.4, -2.0], [0.2, 3.0, 0.9]])

SAME = {
    "arithmetic": lambda lib, a, b: (a + b) * a - b / a + 2 * a - 3 / b + a % 2,
    "scalar powers": lambda lib, a, b: a**2 + a**3 + 2.0**a + (a * a) ** 0.5,
    "pow": lambda lib, a, b: (a * a) ** b,
    "maximum": lambda lib, a, b: lib.maximum(a, b) + lib.minimum(a, a * 1.0),
    "atan2 and hypot": lambda lib, a, b: lib.atan2(a, b) + lib.hypot(a, b) + lib.logaddexp(a, b),
    "exponentials": lambda lib, a, b: lib.exp(a) + lib.exp2(a) + lib.expm1(a),
    "logarithms": lambda lib, a, b: lib.log(a * a) + lib.log2(b * b) + lib.log10(a * a) + lib.log1p(a * a),
    "trigonometry": lambda lib, a, b: lib.sin(a) + lib.cos(a) + lib.tan(a) + lib.asin(a / 4) + lib.acos(b / 4),
    "more trigonometry": lambda lib, a, b: lib.atan(a) + lib.sinh(a) + lib.cosh(b) + lib.tanh(a) + lib.asinh(b),
    "area functions": lambda lib, a, b: lib.acosh(a * a + 1.1) + lib.atanh(b / 4),
    "roots": lambda lib, a, b: lib.sqrt(a * a) + lib.rsqrt(b * b) + lib.reciprocal(a) + lib.square(b),
    "gates": lambda lib, a, b: lib.relu(a) + lib.sigmoid(b) + lib.abs(a) + lib.clamp(b, -0.5, 1.0),
    "steps": lambda lib, a, b: a * lib.floor(b) + a * lib.ceil(b) + a * lib.round(b) + a * lib.trunc(b) + lib.sign(a),
    "where": lambda lib, a, b: lib.where(a > b, a * b, a - b),
    "clamp with tensors": lambda lib, a, b: lib.clamp(a, b - 1.0, b + 1.0),
    "sum and mean": lambda lib, a, b: a.sum(0) + b.mean(0) + a.sum(dim=(0, 1)) + b.mean(1, keepdim=True),
    "prod": lambda lib, a, b: a.prod(1) * (b * 0.0).prod(1) + a.prod(),
    "amax with ties": lambda lib, a, b: lib.amax(lib.round(a), 1) * a.amin() + lib.round(b).max() * a.max(),
    "max along a dim": lambda lib, a, b: a.max(1).values + b.min(1)[0] + a.max(1)[1],
    "var and std": lambda lib, a, b: a.var() + a.std(1).sum() + a.var(0, unbiased=False) + b.std(0, correction=0),
    "std of equals": lambda lib, a, b: (a * 0 + 1.0).std() + a,
    "norm": lambda lib, a, b: lib.norm(a) + lib.norm(a, 1) + lib.norm(a, 3, 1).sum() + lib.norm(b, INF) + (a * 0).norm(),
    "softmax": lambda lib, a, b: lib.softmax(a, 1) * b + lib.log_softmax(b, 0) + lib.logsumexp(a, 1, keepdim=True),
    "softmax of large logits": lambda lib, a, b: lib.log_softmax(a * 1e4, 1) + lib.softmax(b * 1e4, 1),
    "cumsum": lambda lib, a, b: a.cumsum(1) * b.cumsum(0),
    "reshape": lambda lib, a, b: a.reshape(3, 2) @ b.view(2, -1) + a.flatten()[:3],
    "permute": lambda lib, a, b: a.permute(1, 0) @ b + a.transpose(0, 1) @ b + a.T @ b + a.mT @ b,
    "squeeze": lambda lib, a, b: a.unsqueeze(1).squeeze(1) * b + a.unsqueeze(-1).squeeze() + a.squeeze(0),
    "expand": lambda lib, a, b: a.sum(0).expand(2, 3) * b + a.unsqueeze(0).expand(4, -1, -1).sum(0),
    "flip and roll": lambda lib, a, b: lib.flip(a, (0, 1)) * b + lib.roll(a, 1, 1) + lib.roll(b, 2) + a.flip(1),
    "cat and stack": lambda lib, a, b: lib.cat([a, b, a], dim=1)[:, 2:8] * lib.stack([a, b], dim=1).reshape(2, 6),
    "split": lambda lib, a, b: lib.split(a, 2, dim=1)[0] * lib.split(b, [1, 2], 1)[1] + lib.chunk(a, 2, 1)[0],
    "indexing": lambda lib, a, b: a[0] * b[1, 1:] .sum() + a[[0, 1, 0]].sum(0) + a[:, None, [0, 0, 2]].sum((0, 1)) + a[a > 0].sum(),
    "gather": lambda lib, a, b: lib.gather(a, 1, lib.tensor([[0, 0], [2, 1]])) * b[:, :2],
    "index_select": lambda lib, a, b: lib.index_select(a, 1, lib.tensor([2, 2, 0])) * b,
    "masked_fill": lambda lib, a, b: lib.masked_fill(a, a > 0, 3.0) * b,
    "triangles": lambda lib, a, b: lib.tril(a) * b + lib.triu(b, 1),
    "matmul": lambda lib, a, b: (a @ b.T) @ (a @ b.T)[0] + lib.matmul(a[0], b[0]),
    "einsum": lambda lib, a, b: lib.einsum("ij,kj->ik", a, b) + lib.einsum("ij,ij->", a, b),
    "outer and dot": lambda lib, a, b: lib.outer(a[0], b[1]) * lib.dot(a[0], b[0]),
    "movedim": lambda lib, a, b: lib.movedim(a, 0, 1) * b.T,
    "in-place": lambda lib, a, b: (a * 1.0).add_(b).mul_(a).clamp_(-2.0, 2.0),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_values_and_gradients(name, dtype):
    results = []
    for lib in (tg, torch):
        a, b = (lib.tensor(x.astype(dtype), requires_grad=True) for x in (A, B))
        y = SAME[name](lib, a, b)
        w = np.cos(np.arange(int(np.prod(y.shape)))).reshape(tuple(y.shape)).astype(dtype)
        y.backward(lib.tensor(w))
        results.append([y.detach().numpy(), a.grad.numpy(), b.grad.numpy() if b.grad is not None else None])
    tolerance = {"rtol": 1e-12, "atol": 1e-13} if dtype == np.float64 else {"rtol": 2e-4, "atol": 2e-5}
    for ours, theirs in zip(*results, strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            assert ours.shape == theirs.shape
            assert ours.dtype == theirs.dtype
            np.testing.assert_allclose(ours, theirs, **tolerance)


@pytest.mark.parametrize(
    "f",
    [
        lambda lib: lib.tensor([1, 2]) / 2,
        lambda lib: lib.tensor([1, 2]) * 2.5,
        lambda lib: lib.tensor([1.0, 2.0]) * lib.tensor([1, 2]),
        lambda lib: lib.tensor([1.0]) * lib.tensor(2.0, dtype=lib.float64),
        lambda lib: lib.tensor([1]) * lib.tensor(2.0, dtype=lib.float64),
        lambda lib: lib.tensor([1.0, 2.0], dtype=lib.float16) * lib.tensor([1.0, 2.0]),
        lambda lib: lib.tensor([True, False]) * 2,
        lambda lib: lib.tensor([True, False]) * 2.0,
        lambda lib: lib.tensor([True, False]).sum(),
        lambda lib: lib.exp(lib.tensor([1, 2])),
        lambda lib: lib.sqrt(lib.tensor(4)),
        lambda lib: lib.arange(3),
        lambda lib: lib.arange(0.0, 1.0, 0.25),
        lambda lib: lib.full((2,), 3),
        lambda lib: lib.full((2,), 3.0),
        lambda lib: lib.where(lib.tensor([True, False]), lib.tensor([1.0, 2.0]), 0),
        lambda lib: lib.tensor([1, 2]).float().mean(),
        lambda lib: lib.argmax(lib.tensor([[1.0, 3.0, 2.0]]), dim=1),
        lambda lib: lib.zeros(2, 3).shape,
        lambda lib: lib.tensor([3, -3]) // 2,
        lambda lib: lib.tensor([3.5, -3.5]) % 2,
        lambda lib: lib.linspace(0, 1, 5),
        lambda lib: lib.eye(2, 3),
    ],
)  # fmt: skip
def test_dtypes_and_constructors(f):
    ours, theirs = f(tg), f(torch)
    if isinstance(ours, tuple):
        assert ours == tuple(theirs)
        return
    assert ours.numpy().dtype == theirs.numpy().dtype
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6)  # exp may differ in the last bit
    assert ours.shape == tuple(theirs.shape)


def test_second_derivatives():
    found = []
    for lib in (tg, torch):
        x = lib.tensor(A, requires_grad=True)
        y = (lib.tanh(x) * lib.softmax(x, 1)).sum()
        grad = tg.grad if lib is tg else torch.autograd.grad
        (g,) = grad(y, x, create_graph=True)
        (h,) = grad((g * g).sum(), x)
        found.append(h.numpy())
    np.testing.assert_allclose(*found, rtol=1e-11, atol=1e-13)
