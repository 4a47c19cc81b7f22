"""The lessons' steps, compiled: the same losses."""

import importlib

import numpy as np
import pytest

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tinygrad_edu import data, nn, optim

from .equal import run_both
from .steps import made

RUNS = 5


def lesson(name):
    return importlib.import_module(f"tinygrad_edu.examples.{name}")


def batches(flat=True, size=32):
    images, labels = data.load_digits().scaled(flat=flat)[0]
    return [(tg.tensor(images[i : i + size]), tg.tensor(labels[i : i + size])) for i in range(0, RUNS * size, size)]


def nine(y):
    return (y == 9).float().reshape(-1, 1)


def distance(scores, y):
    return lesson("05_two_or_nine").distance(scores, nine(y))


LESSONS = {
    "03": (lambda: nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)), F.cross_entropy,
           lambda p: optim.SGD(p, lr=0.1, momentum=0.9), True),
    "04": (lambda: nn.Linear(64, 1), lambda x, y: nn.BCEWithLogitsLoss()(x, nine(y)),
           lambda p: optim.SGD(p, lr=1.0), True),
    "05": (lambda: lesson("05_two_or_nine").two_layers(64), distance,
           lambda p: optim.SGD(p, lr=0.1, momentum=0.9), True),
    "06": (lambda: lesson("06_relu_10").network(64), F.cross_entropy, lambda p: optim.Adam(p, lr=0.03), True),
    "07": (lambda: lesson("07_sigmoid_500").old_school([64, 50, 10]),
           lambda x, y: lesson("07_sigmoid_500").summed_binary_cross_entropy(x, y),
           lambda p: optim.SGD(p, lr=0.001), True),
    "08": (lambda: lesson("08_mnist_nn").Net(64), F.cross_entropy, lambda p: optim.Adam(p, lr=1e-3), True),
    "09": (lambda: lesson("09_best_mlp").network(8), F.cross_entropy,
           lambda p: optim.AdamW(p, lr=2e-3, weight_decay=0.01), False),
}  # fmt: skip


@pytest.mark.parametrize("number", LESSONS)
def test_lessons(number):
    model, loss, optimizer, flat = LESSONS[number]
    run_both(made(model, optimizer, loss), batches(flat), 1e-5)


def test_one_neuron():
    """Lesson 1 has arguments whose gradients are asked for."""
    w1, w2, b = (tg.tensor(value, requires_grad=True) for value in (-3.0, 1.0, 6.8813735870195432))

    def step(x1, x2):
        for w in (w1, w2, b):
            w.grad = None
        out = (x1 * w1 + x2 * w2 + b).tanh()
        out.backward()
        return out.detach()

    compiled = tg.compile(step)
    for _ in range(3):
        out = compiled(tg.tensor(2.0), tg.tensor(0.0))
    np.testing.assert_allclose([w1.grad.item(), w2.grad.item(), b.grad.item()], [1, 0, 0.5], atol=1e-6)
    np.testing.assert_allclose(out.item(), 0.7071, atol=1e-4)


def test_an_op_of_ones_own():
    from tinygrad_edu.op import OPS

    smoothstep = OPS.get("compiled_smoothstep") or tg.op(
        "compiled_smoothstep", lambda x: x * x * (3 - 2 * x), lambda g, y, x: g * 6 * x * (1 - x)
    )
    try:
        compiled = tg.compile(lambda x: tg.func.grad(lambda x: smoothstep(x).sum())(x))
        for _ in range(3):
            found = compiled(tg.tensor([0.1, 0.5, 0.8]))
        np.testing.assert_allclose(found.numpy(), [0.54, 1.5, 0.96], rtol=1e-6)
    finally:
        del OPS["compiled_smoothstep"]
