"""The steps of a recurrent layer as one op are what the gates say, step by step; and what `help` says holds."""

import itertools

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import kernels
from tinygrad_edu.formula.overrides import RULES
from tinygrad_edu.op import OPS, Op, share
from tinygrad_edu.ops import lstm_loops

rng = np.random.default_rng(0)
T, N, H = 4, 3, 2


def drawn(*shape):
    return rng.standard_normal(shape)


def lstm(a, r, c, w):
    """The gates, written out."""
    z = [a[0] + r]
    hs, cs = [], []
    for t in range(len(a)):
        i, f, u, o = z[-1].split(H, 1)
        c = f.sigmoid() * c + i.sigmoid() * u.tanh()
        hs.append(o.sigmoid() * c.tanh())
        cs.append(c)
        if t + 1 < len(a):
            z.append(a[t + 1] + hs[-1] @ w.T)
    return z, [r, c, *hs], [tg.stack(hs), tg.stack(cs)]


def gru(a, h, w, b):
    hs, zs = [], []
    for t in range(len(a)):
        zs.append(a[t])
        ar, az, an = zs[-1].split(H, 1)
        mr, mz, mn = (h @ w.T).split(H, 1)
        r, z = (ar + mr).sigmoid(), (az + mz).sigmoid()
        n = (an + r * (mn + b)).tanh()
        h = (1 - z) * n + z * h
        hs.append(h)
    return zs, hs, [tg.stack(hs)]


def rnn(a, h, w, relu=False):
    hs, zs = [], []
    for t in range(len(a)):
        zs.append(a[t] + h @ w.T)
        h = zs[-1].relu() if relu else zs[-1].tanh()
        hs.append(h)
    return zs, hs, [tg.stack(hs)]


CASES = {
    "lstm_steps": (lstm, {}, [(T, N, 4 * H), (N, 4 * H), (N, H), (4 * H, H)]),
    "gru_steps": (gru, {}, [(T, N, 3 * H), (N, H), (3 * H, H), (H,)]),
    "rnn_steps": (rnn, {}, [(T, N, H), (N, H), (H, H)]),
    "relu": (lambda *x: rnn(*x, relu=True), {"nonlinearity": "relu"}, [(T, N, H), (N, H), (H, H)]),
}


@pytest.mark.parametrize("case", CASES)
def test_as_the_composition(case):
    """Values, gradients, and gradients of the gradients."""
    composition, params, shapes = CASES[case]
    row = OPS["rnn_steps" if case == "relu" else case]
    arrays = [drawn(*shape) for shape in shapes]
    weights = [drawn(*s) for s in shapes]

    def derivatives(function):
        xs = [tg.tensor(x, requires_grad=True) for x in arrays]
        ys = function(*xs)
        total = sum((y * np.cos(np.arange(y.numel())).reshape(y.shape)).sum() for y in ys)
        grads = tg.grad(total, xs, create_graph=True)
        second = tg.grad(sum((g * w).sum() for g, w in zip(grads, weights, strict=True)), xs)
        return [t.detach().numpy() for t in (*ys, *grads, *second)]

    def ours(*xs):
        found = row(*xs, **params)
        return found[: {"lstm_steps": 2, "gru_steps": 1}[case]] if isinstance(found, tuple) else [found]

    for a, b in zip(derivatives(ours), derivatives(lambda *xs: composition(*xs)[2]), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("case", ["lstm_steps", "gru_steps", "rnn_steps"])
def test_the_sentences_of_help(case):
    """Each says how the gradient of one input follows from those of the numbers in between."""
    composition, _, shapes = CASES[case]
    xs = [tg.tensor(drawn(*shape), requires_grad=True) for shape in shapes]
    between, states, ys = composition(*xs)
    total = sum((y * drawn(*y.shape)).sum() for y in ys)
    dz = [g.numpy() for g in tg.grad(total, between, retain_graph=True)]
    dx = [g.numpy() for g in tg.grad(total, xs, retain_graph=True)]
    before = [xs[1], *states[:-1]] if case != "lstm_steps" else states[2:-1]
    sentences = {slot: words.text for (name, slot), words in RULES.items() if name == case}
    for slot, text in sentences.items():
        if text.startswith("the gradient before the") and "first" not in text:
            np.testing.assert_allclose(dx[slot], np.stack(dz), rtol=1e-10)
        elif "first step" in text:
            np.testing.assert_allclose(dx[slot], dz[0], rtol=1e-10)
        elif text.startswith("the products of the gradients") and case != "gru_steps":
            late = dz if case == "rnn_steps" else dz[1:]
            products = [g.T @ h.detach().numpy() for g, h in zip(late, before, strict=True)]
            np.testing.assert_allclose(dx[slot], sum(products), rtol=1e-10)
        elif text.startswith("the products of the gradients"):
            parts = [g.T @ h.detach().numpy() for g, h in zip(dz, before, strict=True)]
            np.testing.assert_allclose(dx[slot][: 2 * H], sum(parts)[: 2 * H], rtol=1e-10)
        elif text.startswith("the gradient of what the reset gate multiplies"):
            assert dx[slot].shape == (H,)  # the bias stands beside it in the sum
        else:
            assert "carried back from step to step" in text
            assert slot == {"lstm_steps": 2, "gru_steps": 1, "rnn_steps": 1}[case]
            assert dx[slot].shape == (N, H)


def readings(log_p, labels):
    """log p of the labels, by going through all ways to read them: slow and plain."""
    total = 0.0
    for path in itertools.product(range(log_p.shape[1]), repeat=len(log_p)):
        merged = [c for k, c in enumerate(path) if c and (not k or path[k - 1] != c)]
        if merged == list(labels):
            total += np.exp(sum(log_p[t, c] for t, c in enumerate(path)))
    return np.log(total) if total else -np.inf


@pytest.mark.parametrize("labels", [[1], [1, 2], [1, 1], [], [2, 1, 2], [1, 1, 1]])
def test_ctc_counts_all_readings(labels):
    log_p = np.log(rng.dirichlet(np.ones(3), 4))
    loss = tg.nn.functional.ctc_loss(tg.tensor(log_p), [labels], [4], [len(labels)], reduction="none")
    np.testing.assert_allclose(loss, -readings(log_p, labels), rtol=1e-12)


def test_the_sentence_of_ctc():
    """The gradient of each frame and state is the share of the paths through it: over a frame they add up to 1."""
    x = tg.tensor(drawn(5, 1, 5), requires_grad=True)
    row = OPS["ctc"]
    skip = np.array([[False, False, False, True, False]])
    row(x, skip, np.array([5]), np.array([5])).sum().backward()
    np.testing.assert_allclose(x.grad.numpy().sum(2), np.ones((5, 1)), rtol=1e-12)
    assert (x.grad.numpy() >= 0).all()
    assert RULES["ctc", 0].text == "dY · the share of the paths through each frame and state"


def test_one_rule_for_all_inputs_is_called_once():
    calls = []

    def rule(g, y, a, b):
        calls.append(1)
        return g * b, g * a

    product = Op("shared_product", np.multiply, share(rule, 2), elementwise=True)
    a, b = (tg.tensor([2.0, 3.0], requires_grad=True) for _ in range(2))
    product(a, b).sum().backward()
    assert len(calls) == 1
    assert a.grad.tolist() == b.grad.tolist() == [2.0, 3.0]
    calls.clear()
    (g,) = tg.grad(product(a, b).sum(), [a], create_graph=True)
    assert len(calls) == 1
    (second,) = tg.grad(g.sum(), [b])
    assert second.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_loops_in_machine_code(dtype, monkeypatch):
    """Of large arrays in float32; of any memory order; nan stays where it is."""
    pytest.importorskip("numba")
    shapes = CASES["lstm_steps"][2]
    arrays = [drawn(*shape).astype(dtype) for shape in shapes]
    arrays[0][1, 0, 0], arrays[0][2, 1, 1] = np.nan, np.inf

    def derivatives(xs):
        xs = [tg.tensor(x, requires_grad=True) for x in xs]
        ys = OPS["lstm_steps"](*xs)
        total = sum((y * np.cos(np.arange(y.numel())).reshape(y.shape).astype(dtype)).sum() for y in ys)
        return [t.detach().numpy() for t in (*ys, *tg.grad(total, xs))]

    with np.errstate(all="ignore"):
        want = derivatives(arrays)
        monkeypatch.setattr(lstm_loops, "LARGE", 0)
        monkeypatch.setattr(kernels, "enabled", True)
        made = lstm_loops.forwards(arrays[0], *arrays[1:])
        assert (made is not None) == (dtype == np.float32)
        for xs in (arrays, [np.asfortranarray(x) for x in arrays]):
            for a, b in zip(derivatives(xs), want, strict=True):
                assert a.dtype == dtype
                np.testing.assert_allclose(a, b, rtol=2e-6, atol=2e-6)
