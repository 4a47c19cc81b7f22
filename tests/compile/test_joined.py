"""Recurrent layers step by step, and concatenations of which the parts are computed in their places."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import kernels, nn
from tinygrad_edu.compile import joined, unrolled

from .equal import gradient_step, run_both, varied

pytest.importorskip("numba")

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def with_kernels(monkeypatch):
    monkeypatch.setattr(kernels, "enabled", True)
    monkeypatch.setattr(joined, "LEAST", 0)


def normal(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


def agree(module, *arrays, rtol=2e-5):
    """A module's outputs and gradients, compiled and not; the source."""
    return run_both(lambda: gradient_step(module()), [varied(arrays, k) for k in range(4)], rtol).source


def step_of(source):
    return source[source.index("\ndef step(") :]


class Layer(nn.Module):
    """A recurrent layer, and what is done with the outputs of its steps."""

    def __init__(self, kind, outputs, **options):
        super().__init__()
        self.layer = getattr(nn, kind)(3, 4, **options)
        self.outputs = outputs

    def forward(self, x, *state):
        return self.outputs(*self.layer(x, *([state if len(state) > 1 else state[0]] if state else [])))


def everything(y, state):
    return y, state


def last(y, state):
    return y[-1]


def of_batch(y, state):
    return y[:, -1] * y[:, 0]


@pytest.mark.parametrize(
    ("kind", "options", "outputs", "shapes"),
    [
        ("LSTM", {}, last, [(4, 3, 3)]),
        ("LSTM", {"batch_first": True}, of_batch, [(3, 4, 3)]),
        ("LSTM", {"num_layers": 2, "bidirectional": True}, everything, [(2, 1, 3), (4, 1, 4), (4, 1, 4)]),
        ("LSTM", {"proj_size": 2}, everything, [(1, 3, 3), (1, 3, 2), (1, 3, 4)]),
        ("GRU", {}, everything, [(4, 3, 3), (1, 3, 4)]),
        ("GRU", {"bias": False, "batch_first": True}, of_batch, [(3, 4, 3)]),
        ("RNN", {}, last, [(4, 3, 3)]),
        ("RNN", {"nonlinearity": "relu"}, everything, [(2, 3, 3), (1, 3, 4)]),
    ],
)
def test_recurrent_layers_step_by_step(kind, options, outputs, shapes):
    source = agree(lambda: Layer(kind, outputs, **options), *(normal(*shape) for shape in shapes))
    assert f"op_{kind.lower()}_steps" not in source


def test_in_float64():
    shapes = [(3, 2, 3), (1, 2, 4), (1, 2, 4)]
    arrays = [normal(*s).astype(np.float64) for s in shapes]
    assert "tanh(" in agree(lambda: Layer("LSTM", everything).double(), *arrays, rtol=1e-13)


@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
def test_numbers_that_are_none(kind):
    x = normal(4, 3, 3)
    x[0, 0, 0], x[1, 1, 1], x[2, 1, 2], x[3, 0, 0] = np.nan, np.inf, -np.inf, 3e38
    agree(lambda: Layer(kind, everything), x)


def test_a_step_is_a_product_and_a_loop():
    """No step copies; what it reads of zeros is left out."""
    lines = [line.strip() for line in step_of(agree(lambda: Layer("LSTM", last), normal(4, 3, 3))).split("\n")]
    steps = lines[next(i for i, line in enumerate(lines) if line.startswith("h_loop")) :]
    assert [line.split("(")[0] for line in steps[:7]] == [
        "h_loop",
        "dot",
        "h_loop_2",
        "dot",
        "h_loop_2",
        "dot",
        "h_loop_3",
    ]
    assert "cat" not in "".join(line for line in lines if "=" in line.split("out=")[0] and "loop" not in line)
    assert not any(line.startswith(("concatenate", "multiply")) for line in lines)


def test_a_long_sequence_stays_one_op(monkeypatch):
    monkeypatch.setattr(unrolled, "MOST", 3)
    assert "op_lstm_steps" in agree(lambda: Layer("LSTM", last), normal(4, 3, 3))


CONCATENATIONS = {
    "of what is computed": lambda x, y: (tg.cat([x.tanh() + 1, y * 2 - x]),),
    "side by side, times another": lambda x, y: (tg.cat([x * y, y.tanh() * 2], -1) * tg.cat([x, y], -1) + 1,),
    "parts that are read later": lambda x, y: (tg.cat([a := x * y + 1, b := x - y * 2], 1), a @ b.T, b.exp() + a),
    "the same twice": lambda x, y: (tg.cat([a := x * y + 1, a]),),
    "of a concatenation": lambda x, y: (tg.cat([tg.cat([x * y + 1, x.exp() * y], 1), tg.cat([x, y], 1)]) * 2 + 1,),
    "a stack": lambda x, y: (tg.stack([x * y + 1, x.exp() * y]), tg.stack([x * y - 1, x.exp() - y], 2)),
    "an element of a stack": lambda x, y: (tg.stack([x * y + 1, x @ y.T @ x])[1].tanh() * y,),
    "products": lambda x, y: (tg.cat([x @ y.T, y @ x.T]), tg.cat([x @ y.T, y @ x.T], 1)),
    "of other sizes": lambda x, y: (tg.cat([x[:1] * y[:1] + 1, x * y + 1]) * 2 + 1,),
    "empty parts": lambda x, y: (tg.cat([tg.zeros(0), x * y + 1, x[:0]]),),
    "zeros but for a row": lambda x, y: (x[1] * y[2], (x.T[:, -1] * 2).tanh() * y.T[:, 0]),
    "where": lambda x, y: (tg.where(tg.cat([x, y]) > 0, tg.cat([x * y, y * 2]), tg.cat([y, x]) * 3),),
}


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *xs):
        return self.function(*xs)


@pytest.mark.parametrize("name", CONCATENATIONS)
def test_concatenations(name):
    agree(lambda: Function(CONCATENATIONS[name]), normal(3, 4), normal(3, 4))


def test_parts_are_computed_in_their_places():
    """Neither are they copied, nor what is computed of them, nor what products read of them."""
    x, y = normal(8, 16), normal(8, 16)
    step = tg.compile(lambda x, y: (tg.cat([x.tanh() * 2, y.exp() * x], -1) * tg.cat([y, x], -1)).sum(0))
    for k in range(3):
        step(*varied([x, y], k))
    assert "concatenate((y, x)" not in step.source
    assert step.source.count("_loop(") == 2  # its definition, and one call


def test_the_weight_may_change_in_between():
    """What was computed of it before an update is not computed again after that."""
    weight = nn.Parameter(tg.tensor(normal(3, 4)))
    x = normal(3, 4)

    def step(x):
        scaled = weight * 2 + 1
        weight.data = weight.detach() * 0.5
        return tg.cat([scaled, x], 0) * tg.cat([x, scaled], 0)

    compiled = tg.compile(step)
    for k in range(4):
        before = weight.detach().numpy().copy()
        got = compiled(*varied([x], k)).detach().numpy()
        scaled, now = before * 2 + 1, varied([x], k)[0].numpy()
        np.testing.assert_allclose(got, np.concatenate([scaled, now]) * np.concatenate([now, scaled]), rtol=1e-6)
        np.testing.assert_allclose(weight.detach().numpy(), before * np.float32(0.5))


def test_rows_that_lie_apart():
    """Sequences first: each step reads rows of its own; a loop gets them as rows of an array that lies in order."""

    class Steps(nn.Module):
        def forward(self, x, y):
            z = x @ y
            return sum(((z[:, t] * 2).tanh() + 1 for t in range(3)), tg.zeros(4, 5))

    assert "_in_rows" in agree(Steps, normal(4, 3, 6), normal(6, 5))
