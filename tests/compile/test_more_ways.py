"""Several optimisers, evaluation, results of any form, gradients that the user keeps, dtypes, and closures."""

from collections import OrderedDict
from typing import NamedTuple

import numpy as np
import pytest

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn, optim
from tinygrad_edu.compile import CompileError

from .equal import assert_same, run_both
from .steps import step_of

RNG = np.random.default_rng(5)
XS = [tg.tensor(RNG.standard_normal((4, 6)).astype(np.float32)) for _ in range(7)]
YS = [tg.tensor(RNG.integers(0, 3, 4)) for _ in range(7)]


def test_a_gan():
    """Two networks, two optimisers; the one's step leaves gradients in the other, which zero_grad clears."""

    def make():
        generator = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 6))
        critic = nn.Sequential(nn.Linear(6, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
        one = optim.Adam(generator.parameters(), lr=0.01, betas=(0.5, 0.999))
        two = optim.RMSprop(critic.parameters(), lr=0.01)

        def step(real):
            loss = F.binary_cross_entropy_with_logits
            made = generator(tg.randn(4, 2))
            two.zero_grad()
            right, wrong = critic(real), critic(made.detach())
            of_critic = loss(right, tg.ones_like(right)) + loss(wrong, tg.zeros_like(wrong))
            of_critic.backward()
            two.step()
            one.zero_grad()
            judged = critic(made)
            of_generator = loss(judged, tg.ones_like(judged))
            of_generator.backward()
            one.step()
            return {"critic": of_critic, "generator": of_generator, "made": made.detach()}

        def state():
            both = [*generator.parameters(), *critic.parameters()]
            return both, [p.grad for p in both]

        return step, state

    run_both(make, [(x,) for x in XS], 1e-5)


class Figures(NamedTuple):
    loss: tg.Tensor
    correct: tg.Tensor


def evaluation(form):
    def make():
        net = nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5), nn.Dropout(0.5), nn.ReLU(), nn.Linear(5, 3)).eval()

        @tg.no_grad()
        def evaluate(x, y):
            scores = net(x)
            return form(F.cross_entropy(scores, y), (scores.argmax(1) == y).sum())

        return evaluate, lambda: list(net.buffers())

    return make


@pytest.mark.parametrize(
    "form",
    [
        Figures,
        lambda loss, correct: {"loss": loss, "more": [correct, (loss * 2, None, 3, "text")]},
        lambda loss, correct: OrderedDict(b=loss, a=correct),
        lambda loss, correct: (loss, loss, correct),
        lambda loss, correct: None,
    ],
)
def test_evaluation_and_what_it_returns(form):
    compiled = run_both(evaluation(form), list(zip(XS, YS, strict=True)), 1e-6)
    assert type(compiled(XS[0], YS[0])) is type(form(XS[0].sum(), YS[0].sum()))


def test_each_result_is_memory_of_its_own():
    compiled = tg.compile(lambda x: (x, x * 2, (x * 2).reshape(6, 4)))
    for _ in range(3):
        x, y, z = compiled(XS[0])
    x.fill_(0)
    y.fill_(0)
    assert XS[0].abs().sum().item() > 0
    assert z.abs().sum().item() > 0
    assert compiled(XS[0])[1].abs().sum().item() > 0


def with_gradients():
    tg.manual_seed(0)
    net = nn.Linear(6, 3)
    optimizer = optim.SGD(net.parameters(), lr=0.1)

    return net, optimizer, step_of(net, optimizer)


def test_gradients_that_are_kept_stay_what_they_were():
    net, _, step = with_gradients()
    other, _, eager = with_gradients()
    compiled = tg.compile(step)
    kept, arrays, wanted = [], [], []
    for x, y in zip(XS, YS, strict=True):
        compiled(x, y), eager(x, y)
        kept.append([p.grad for p in net.parameters()])
        arrays.append([p.grad.numpy() for p in net.parameters()])
        wanted.append([p.grad.clone() for p in other.parameters()])
    assert_same(kept, wanted)
    assert_same(arrays, wanted)
    grad = net.weight.grad
    assert net.weight.grad is grad
    grad.mul_(2)
    assert_same(net.weight.grad, wanted[-1][0] * 2)


def test_gradients_that_are_changed_between_two_steps():
    """What is read from .grad after a compiled step can be written to, and an optimiser outside sees it."""
    net, optimizer, step = with_gradients()
    other, theirs, eager = with_gradients()
    compiled = tg.compile(step)
    for x, y in zip(XS, YS, strict=True):
        for model, run, opt in ((net, compiled, optimizer), (other, eager, theirs)):
            run(x, y)
            model.weight.grad.clamp_(-0.01, 0.01)
            opt.step()
            opt.zero_grad(set_to_none=False)
            assert not model.weight.grad.any()
    assert_same(list(net.parameters()), list(other.parameters()))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtypes(dtype):
    def make():
        net = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3)).to(dtype)
        optimizer = optim.SGD(net.parameters(), lr=0.1)

        return step_of(lambda x: net(x.to(dtype)), optimizer), lambda: list(net.parameters())

    run_both(make, list(zip(XS, YS, strict=True)), {np.float16: 1e-2, np.float32: 1e-5, np.float64: 1e-12}[dtype])


def test_each_dtype_of_an_argument_has_a_program():
    compiled = tg.compile(lambda x: x * 2 + 1)
    for dtype in (np.float32, np.float64, np.int64, np.float32, np.float64, np.int64) * 2:
        x = tg.tensor(np.array([1, 2]), dtype=dtype)
        assert_same(compiled(x), x * 2 + 1)
    assert compiled.traces == 6


class Block(nn.Module):
    def __init__(self, shared):
        super().__init__()
        self.inner = nn.ModuleDict({"first": nn.Linear(6, 6), "second": shared})
        self.norm = nn.LayerNorm(6)

    def forward(self, x):
        for layer in self.inner.values():
            x = x + layer(x).tanh()
        return self.norm(x)


def test_nested_modules_that_share_weights():
    def make():
        shared = nn.Linear(6, 6)
        net = nn.Sequential(nn.ModuleList([Block(shared)])[0], Block(shared), nn.Linear(6, 3))
        optimizer = optim.AdamW(net.parameters(), lr=0.01)

        def step(x, y):
            loss = F.cross_entropy(net(x), y)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            optimizer.step()
            return loss

        return step, lambda: (list(net.parameters()), [p.grad for p in net.parameters()])

    run_both(make, list(zip(XS, YS, strict=True)), 1e-5)


def test_a_closure():
    def make():
        net = nn.Linear(6, 3)
        optimizer = optim.Adam(net.parameters(), lr=0.1)

        def step(x, y):
            def closure():
                optimizer.zero_grad()
                loss = F.cross_entropy(net(x), y)
                loss.backward()
                return loss

            return optimizer.step(closure)

        return step, lambda: list(net.parameters())

    run_both(make, list(zip(XS, YS, strict=True)), 1e-5)


def test_lbfgs_with_a_compiled_closure():
    """As the message of the refusal says: LBFGS outside, what it calls compiled."""
    found = []
    for wrap in (lambda f: f, tg.compile):
        tg.manual_seed(0)
        net = nn.Linear(6, 3)
        optimizer = optim.LBFGS(net.parameters(), lr=0.5, max_iter=5)

        def evaluate(x, y, net=net):
            net.zero_grad()
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            return loss

        run = wrap(evaluate)
        for _ in range(3):
            optimizer.step(lambda run=run: run(XS[0], YS[0]))
        found.append(list(net.parameters()))
    assert_same(found[1], found[0], 1e-5)


def test_shapes_that_change_are_compiled_once_each():
    net, _, step = with_gradients()
    other, _, eager = with_gradients()
    compiled = tg.compile(step)
    for size in (4, 2, 4, 2, 3, 4, 3, 2) * 2:
        x, y = tg.randn(size, 6), tg.randint(0, 3, (size,))
        assert_same(compiled(x, y), eager(x, y), 1e-6)
    assert compiled.traces == 6
    assert_same(list(net.parameters()), list(other.parameters()), 1e-6)


def test_arrays_of_which_numpy_computes():
    """With equal arrays at each call nothing tells data from constants; with others it is found out."""
    step = tg.compile(lambda x: tg.tensor(np.sin(x)) * 2)
    one, two = np.array([1.0, 2.0], np.float32), np.array([3.0, 4.0], np.float32)
    for x in (one, one, one):
        assert_same(step(x), np.sin(x) * 2)
    with pytest.raises(CompileError, match="is another one at each run"):
        step(two)


def test_an_array_that_is_copied_is_followed():
    data = np.array([1.0, 2.0], np.float32)
    step = tg.compile(lambda x: x + tg.tensor(data))
    for _ in range(4):
        assert_same(step(XS[0][0, :2]), XS[0][0, :2].numpy() + data)
        data += 1
    step.source  # noqa: B018 - it has been compiled
