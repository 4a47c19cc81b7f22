"""What the tests of the plots share."""

import itertools

import matplotlib
import numpy as np

import tinygrad_edu as tg
from tinygrad_edu import nn

R = np.random.default_rng(0)


def history(epochs=3, per_epoch=40, **more):
    rows = [
        {"epoch": i + 1, "fraction": 1.0, "train_loss": 1 / (i + 1), "test_loss": 0.9 / (i + 1), "test_accuracy": 0.9}
        for i in range(epochs)
    ]
    losses = [2 / (1 + i / 10) for i in range(epochs * per_epoch)]
    return {"epochs": rows, "step_losses": losses, "steps_per_epoch": per_epoch} | more


def mlp(*sizes):
    tg.manual_seed(0)
    layers = []
    for a, b in itertools.pairwise(sizes):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def softmax(n, k=10):
    x = np.exp(R.standard_normal((n, k)))
    return x / x.sum(axis=1, keepdims=True)


def words(figure):
    """All text in a Figure after drawing it, which must give no warning."""
    figure.draw_without_rendering()
    return "\n".join(t.get_text() for t in figure.findobj(matplotlib.text.Text) if t.get_visible())
