"""Loops that take in masks, reshaped rows and sums beside them; what is computed again, or in its place at once."""

import importlib
import itertools

import numpy as np
import pytest

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tests.compile.test_kernels import agree
from tinygrad_edu import kernels, nn, optim

from .equal import units_off

pytest.importorskip("numba")
RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def with_kernels(monkeypatch):
    monkeypatch.setattr(kernels, "enabled", True)


def normal(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


def gradients(function):
    """A step that returns the result of `function` and the gradients of a weighted sum of it."""

    def step(*xs):
        ys = [x.detach().clone().requires_grad_() for x in xs]
        result = function(*ys)
        weights = tg.arange(result.numel(), dtype=tg.float32).reshape(result.shape).sin()
        return result.detach(), *tg.autograd.grad((result * weights).sum(), ys)

    return step


# --- one loop -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_of_special_numbers(dtype):
    x = np.array([[1, -np.inf, 2], [-np.inf] * 3, [np.nan, 0, 1], [np.inf, 0, 1], [-0.0, 0.0, -200], [300, 299, -300]])
    agree(lambda x: tg.softmax(x + 0, -1), x.astype(dtype))
    agree(lambda x: (tg.softmax(x + 0, -1) * 2, tg.log_softmax(x * 1, -1) + 0), x.astype(dtype))


def test_softmax_takes_one_power():
    source = agree(lambda x: tg.softmax(x * 2, -1), normal(4, 5))
    assert source.count("exp32(") == 1
    assert " log(" not in source.split("import")[-1]


MASKS = [(3, 4), (1, 4), (3, 1), (2, 1, 1, 4), (5, 1, 4), (2, 1, 3, 1), (2, 5, 1, 1), (2, 1, 3, 4), (1, 5, 1, 4), ()]


@pytest.mark.parametrize("shape", MASKS)
def test_broadcast_masks(shape):
    mask = RNG.random(shape) < 0.7
    x = normal(2, 5, 3, 4)
    m = tg.tensor(mask)
    source = agree(lambda x: tg.softmax(tg.where(m, x * 0.5, -30.0), -1) + 0, x)
    assert "copyto" not in source
    numbers = tg.tensor(RNG.random(shape).astype(np.float32))
    agree(lambda x: ((x * 0.5 + numbers) * numbers).sum(-1), x)


def test_one_mask_at_two_places():
    """Of the same rows, seen as others."""
    mask = tg.tensor(normal(3, 1, 4))
    agree(lambda x: (x * mask).reshape(3, 5, 4) + mask, normal(3, 5, 4))
    agree(lambda x: ((x * mask).reshape(5, 3, 4) * 2).permute(1, 0, 2) + mask, normal(3, 5, 4))


def test_attention_with_each_mask():
    q, k, v = normal(2, 3, 5, 4), normal(2, 3, 6, 4), normal(2, 3, 6, 4)
    for mask in (RNG.random((5, 6)) < 0.6, RNG.random((2, 1, 1, 6)) < 0.6, normal(3, 1, 6)):
        m = tg.tensor(mask)
        step = gradients(lambda q, k, v, m=m: F.scaled_dot_product_attention(q, k, v, attn_mask=m))
        agree(step, q, k, v, rtol=2e-5)
    causal = gradients(lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True))
    source = agree(causal, q, k, v, rtol=2e-5)
    assert "where=" not in source


@pytest.mark.parametrize("shape", [(6, 8), (2, 3, 8), (2, 3, 2, 8)])
def test_layer_norm_is_a_loop_forth_and_one_back(shape):
    norm = nn.LayerNorm(8)

    def step(x, w):
        y = x.detach().clone().requires_grad_()
        norm.zero_grad()
        (norm(y * 2) * w).sum().backward()
        return y.grad, norm.weight.grad, norm.bias.grad

    source = agree(step, normal(*shape), normal(*shape), rtol=1e-4)
    assert source.count("\ndef ") <= 3


def test_cross_entropy_with_its_bias_is_one_loop():
    head = nn.Linear(4, 6)

    def step(x, y):
        head.zero_grad()
        loss = F.cross_entropy(head(x).reshape(-1, 6), y)
        loss.backward()
        return loss.detach(), head.weight.grad, head.bias.grad

    source = agree(step, normal(2, 5, 4), RNG.integers(0, 6, 10))
    assert source.count("\ndef ") == 2  # that loop and the step
    assert "reduce" not in source


def test_what_follows_from_a_result_is_not_computed_early():
    """The mask of a ReLU's gradient is made on the way back."""
    net = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 1))
    optimizer = optim.SGD(net.parameters(), lr=0.1)

    def step(x):
        loss = net(x).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    compiled = tg.compile(step)
    for _ in range(3):
        compiled(tg.tensor(normal(3, 4)))
    assert "_le" not in compiled.source.split("def ")[1]


def test_selected_gradients_stay_finite_where_derivatives_are_not():
    """`where` hides what is infinite, through ops that pass a zero on and through those that would not."""

    def step(x):
        y = x.detach().clone().requires_grad_()
        inner = tg.sqrt(y * 3) + 1 / -y + (y * 2).log() / 4
        tg.where(y > 0, inner, 0.0).sum().backward()
        return y.grad

    agree(step, np.array([0.0, 1.0, -2.0, np.inf, np.nan, 4.0], np.float32))


# --- again ----------------------------------------------------------------------------------------------------------


def arrays_of(compiled):
    """The bytes of the arrays that a step keeps."""
    roots = {}
    for x in compiled.arrays.values():
        while isinstance(x, np.ndarray) and isinstance(x.base, np.ndarray):
            x = x.base
        if isinstance(x, np.ndarray):
            roots[id(x)] = x.nbytes
    return sum(roots.values())


@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_gelu_keeps_what_it_is_given(approximate):
    rows, width, layers = 256, 64, 6
    tg.manual_seed(0)
    net = nn.Sequential(*[layer for _ in range(layers) for layer in (nn.Linear(width, width), nn.GELU(approximate))])
    x = normal(rows, width)

    def step(x):
        net.zero_grad()
        loss = net(x).square().mean()
        loss.backward()
        return loss.detach(), *(p.grad for p in net.parameters())

    agree(step, x, rtol=1e-4)
    compiled = tg.compile(step)
    for _ in range(3):
        compiled(tg.tensor(x))
    assert arrays_of(compiled) < (layers + 8) * x.nbytes


def test_nothing_is_made_again_of_what_has_changed():
    """A parameter that the step writes to between: what was made with it before is kept."""
    p = nn.Parameter(tg.tensor(normal(64)))
    weights = [tg.tensor(normal(64, 64)) / 8 for _ in range(5)]

    def step(x):
        y = (x @ weights[0]) * p
        z = y
        for w in weights:
            z = z @ w
        with tg.no_grad():
            p.mul_(2.0)
        return (z + y).detach(), (y * 3 + z).detach()

    x = tg.tensor(normal(512, 64))
    start = p.detach().clone()
    results = []
    for f in (step, tg.compile(step)):
        with tg.no_grad():
            p.copy_(start)
        for _ in range(4):
            found = f(x)
        results.append([y.numpy() for y in found])
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(8), nn.LayerNorm(8)
        self.qkv, self.out = nn.Linear(8, 24), nn.Linear(8, 8)
        self.up, self.down = nn.Linear(8, 16), nn.Linear(16, 8)

    def forward(self, x):
        x = x + self.out(heads(self.norm1(x), self.qkv))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


@pytest.mark.slow
def test_a_transformer_learns_the_same(monkeypatch):
    """With all made again that can be."""
    monkeypatch.setattr(importlib.import_module("tinygrad_edu.compile.recompute"), "LARGE", 1)
    losses = []
    rng = np.random.default_rng(0)  # not RNG, whose numbers depend on the tests before
    x, y = rng.standard_normal((2, 5, 8), np.float32), rng.integers(0, 8, 10)
    for wrap in (tg.compile, lambda step: step):
        tg.manual_seed(0)
        net = nn.Sequential(Block(), Block(), nn.LayerNorm(8))
        optimizer = optim.SGD(net.parameters(), lr=0.05)

        def step(x, y, net=net, optimizer=optimizer):
            optimizer.zero_grad()
            loss = F.cross_entropy(net(x).reshape(-1, 8), y)
            loss.backward()
            optimizer.step()
            return loss.detach()

        f = wrap(step)
        losses.append([f(tg.tensor(x), tg.tensor(y)).item() for _ in range(12)])
    np.testing.assert_allclose(*losses, rtol=2e-4)
    assert losses[0][-1] < losses[0][0] - 0.5


# --- in place -------------------------------------------------------------------------------------------------------


def heads(x, qkv):
    q, k, v = qkv(x).reshape(2, 5, 3, 4, 2).permute(2, 0, 3, 1, 4)
    y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return y.transpose(1, 2).reshape(2, 5, 8)


@pytest.mark.parametrize("enabled", [True, False])
def test_heads_are_not_copied(enabled, monkeypatch):
    monkeypatch.setattr(kernels, "enabled", enabled)
    qkv = nn.Linear(8, 24)
    source = agree(gradients(lambda x: heads(x, qkv)), normal(2, 5, 8), rtol=1e-4)
    assert "op_reshape" not in source
    assert "fill(0)" not in source
    assert "op_place" not in source


INDICES = [
    [0, 1, 2],
    [2, 0],
    [1, 1],
    [slice(0, 2), slice(2, 3)],
    [slice(0, 2), slice(1, 3)],
    [slice(None, 1), slice(1, None)],
    [slice(-1, None), slice(0, 2)],
    [0, slice(1, 3)],
    [(0, 1), (0, slice(2, None)), (1, 1)],
    [(slice(None), 0), (slice(None), slice(1, 4))],
    [(slice(None), slice(0, 2)), (0, slice(2, 4)), 1],
    [(..., 0), (..., 1)],
    [(0, 0), (1, 0), (2, 0)],
    [slice(0, 3, 2), 1],
]


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_parts_of_one_array(index):
    def function(x):
        parts = [(x * 2)[i] * (k + 1) for k, i in enumerate(index)]
        return sum((part.exp() @ tg.ones(part.shape[-1], 2)).sum() for part in parts)

    agree(gradients(function), normal(3, 4, 5))


def test_parts_of_which_one_is_also_a_result():
    def step(x):
        y = x.detach().clone().requires_grad_()
        a, b = (y * 1)[0], (y * 1)[1]
        c = (a @ a.T).sum() + (b @ b.T).exp().mean()
        ga, gb, gy = tg.autograd.grad(c, [a, b, y])
        return ga, gb, gy

    agree(step, normal(2, 3, 3) / 3)


def test_a_product_that_is_copied_in_another_order():
    shape = (2, 3, 4, 5)
    for dims in itertools.permutations(range(4)):
        agree(lambda a, b, dims=dims: (a @ b).permute(dims).reshape(-1, 5) * 2, normal(2, 3, 4, 6), normal(2, 3, 6, 5))
        agree(lambda a, dims=dims: a.exp().permute(dims).reshape(6, 20), normal(*shape))


def test_a_product_that_is_copied_and_used_as_it_is():
    a, b = normal(2, 3, 4, 6), normal(2, 3, 6, 5)

    def function(a, b):
        c = a @ b
        return c.transpose(1, 2).reshape(8, 15) * 2, c + 1, c.sum()

    agree(function, a, b, rtol=1e-5)


# --- the parts of loops ---------------------------------------------------------------------------------------------


def test_ranks_are_in_the_order_of_the_numbers():
    x = np.array([-np.inf, -3e38, -1, -1e-40, -0.0, 0.0, 1e-40, 1, 3e38, np.inf], np.float32)
    ranks, back = np.empty(x.shape, np.int32), np.empty_like(x)
    kernels.kernel(
        "def f(x, ranks, back):\n    for i in range(x.size):\n"
        "        ranks[i] = rank32(x[i])\n        back[i] = unranked32(ranks[i])\n"
    )(x, ranks, back)
    assert np.all(np.diff(ranks) > 0)
    np.testing.assert_array_equal(back, x)
    np.testing.assert_array_equal(np.signbit(back), np.signbit(x))


def test_exp32_of_what_a_mask_leaves():
    x = np.array([-np.inf, -1e30, -104.5, -103.0, np.nan, np.inf], np.float32)
    y = np.empty_like(x)
    kernels.kernel("def f(x, y):\n    for i in range(x.size):\n        y[i] = exp32(x[i])\n")(x, y)
    np.testing.assert_array_equal(y, [0, 0, 0, np.float32(1e-45), np.nan, np.inf])


def test_single_numbers_of_one_array():
    def function(x):
        a, b, c = (x * 2)[0], (x * 2)[1], (x * 2)[2]
        return a.exp() * b.sin() + c.cos() * a

    agree(gradients(function), normal(3))


def test_tanh32():
    assert units_off("tanh32", np.tanh, np.linspace(-12, 12, 200_001)) < 1.1


def test_columns_of_a_larger_array():
    """The gates of an LSTM cell: the loop reads them where they stand."""

    def function(x):
        y = x @ tg.ones(6, 12)
        i, f, g, o = y.chunk(4, -1)
        return (i.sigmoid() * g.tanh() + f.sigmoid() * 0.5).tanh() * o.sigmoid() + y[..., 2:5] * y[:, :, -3:]

    source = agree(gradients(function), normal(2, 3, 6), rtol=1e-4)
    assert "[i, j + 9]" in source
    agree(lambda x: tg.log_softmax((x + 1)[:, 1:4] * 1, -1)[tg.arange(3), tg.tensor([0, 2, 1])], normal(3, 5))
    agree(lambda x: ((x @ x)[1:, 1:] * 2 + (x @ x)[:-1, 1:]).sum(0), normal(4, 4))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_is_added_or_multiplied_by_one(dtype):
    def zeros():
        return tg.zeros(3, 4, dtype=tg.as_tensor(np.zeros(1, dtype)).dtype)

    def ones():
        return zeros() + 1

    x = normal(3, 4).astype(dtype)
    source = agree(lambda x: (x.exp() + zeros()) * ones() * 1 + 0.0, x)
    assert "exp(x, out=" in source
    assert "loop" not in source
    agree(lambda x: (x.exp()[:1] + zeros(), x + zeros()), x)
    agree(lambda x: (x.exp() * ones()[0]).sum() + (x[0].exp() * ones()).sum(), x)
