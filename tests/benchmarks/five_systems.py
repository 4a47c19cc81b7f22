"""The five systems of the lessons, each run here and in PyTorch by the same lines, as a table in Markdown.

    python -m tests.benchmarks.five_systems --data FOLDER [NAME ...]        (some minutes)

Every function takes the library as its first argument: the program is the same, only the import differs.
"""

from __future__ import annotations

import argparse
import itertools
import math
import time

import numpy as np
import torch
from threadpoolctl import threadpool_limits

import tinygrad_edu as tg
from tinygrad_edu.data import load_mnist


def share(lib, hits) -> float:
    return float(hits.float().mean())


def descend(lib, model, optimizer, loss_fn, x, y, epochs, batch_size):
    order = np.random.default_rng(0)
    for _ in range(epochs):
        for rows in np.array_split(order.permutation(len(x)), math.ceil(len(x) / batch_size)):
            rows = lib.tensor(rows)
            optimizer.zero_grad()
            loss_fn(model(x[rows]), y[rows]).backward()
            optimizer.step()


def is_it_nine(lib, x, y, test_x, test_y):
    model = lib.nn.Linear(x.shape[1], 1)
    lib.nn.init.zeros_(model.weight)
    lib.nn.init.zeros_(model.bias)
    optimizer = lib.optim.SGD(model.parameters(), lr=1.0)
    loss_fn, target = lib.nn.BCEWithLogitsLoss(), (y == 9).float().unsqueeze(1)
    for _ in range(300):
        optimizer.zero_grad()
        loss_fn(model(x), target).backward()
        optimizer.step()
    return share(lib, (model(test_x)[:, 0] > 0) == (test_y == 9))


def two_or_nine(lib, x, y, test_x, test_y, hidden=0):
    chosen, test_chosen = (y == 2) | (y == 9), (test_y == 2) | (test_y == 9)
    x, y, test_x, test_y = x[chosen], y[chosen], test_x[test_chosen], test_y[test_chosen]

    def distance(scores, nine):
        p = scores.sigmoid()
        return lib.where(nine == 1, 1 - p, p).mean()

    n = x.shape[1]
    line = lib.nn.Linear(n, 1)
    model = lib.nn.Sequential(lib.nn.Linear(n, hidden), lib.nn.ReLU(), lib.nn.Linear(hidden, 1)) if hidden else line
    options = {"lr": 0.1, "momentum": 0.9} if hidden else {"lr": 1.0}
    optimizer = lib.optim.SGD(model.parameters(), **options)
    descend(lib, model, optimizer, distance, x, (y == 9).float().unsqueeze(1), 60 if hidden else 20, 64)
    return share(lib, (model(test_x)[:, 0] > 0) == (test_y == 9))


def two_or_nine_two_layers(lib, *data):
    return two_or_nine(lib, *data, hidden=100)


def relu_10(lib, x, y, test_x, test_y):
    x, y = x[1000:42000], y[1000:42000]
    model = lib.nn.Sequential(lib.nn.Linear(x.shape[1], 10), lib.nn.ReLU(), lib.nn.Linear(10, 10))
    optimizer, loss_fn = lib.optim.SGD(model.parameters(), lr=0.1), lib.nn.CrossEntropyLoss()
    for _ in range(500):
        optimizer.zero_grad()
        loss_fn(model(x), y).backward()
        optimizer.step()
    return share(lib, model(x).argmax(1) == y)


def sigmoid_500(lib, x, y, test_x, test_y, epochs=2):
    layers = []
    for a, b in itertools.pairwise([x.shape[1], 500, 500, 10]):
        layer = lib.nn.Linear(a, b)
        for parameter in (layer.weight, layer.bias):
            lib.nn.init.normal_(parameter, std=math.sqrt(2 / (a + b)))
        layers += [layer, lib.nn.Sigmoid()]
    model = lib.nn.Sequential(*layers[:-1])
    loss_fn = lib.nn.BCEWithLogitsLoss(reduction="sum")
    target = lib.eye(10)[y]
    descend(lib, model, lib.optim.SGD(model.parameters(), lr=0.001), loss_fn, x, target, epochs, 1)
    return share(lib, model(test_x).argmax(1) == test_y)


def mnist_nn(lib, x, y, test_x, test_y, epochs=5):
    model = lib.nn.Sequential(lib.nn.Linear(x.shape[1], 50), lib.nn.ReLU(), lib.nn.Linear(50, 10))
    optimizer = lib.optim.Adam(model.parameters(), lr=1e-3)
    descend(lib, model, optimizer, lib.nn.CrossEntropyLoss(), x, y, epochs, 64)
    return share(lib, model(test_x).argmax(1) == test_y)


def sigmoid_500_3_epochs(lib, *data):
    return sigmoid_500(lib, *data, epochs=3)


SYSTEMS = {
    "is-it-nine": (is_it_nine, "one unit, 300 steps of gradient descent", "test"),
    "two-or-nine": (two_or_nine, "linear, 20 epochs", "test"),
    "two-or-nine-two-layers": (two_or_nine_two_layers, "784-100-1, 60 epochs", "test"),
    "relu-10": (relu_10, "784-10-10, 500 steps of gradient descent", "training"),
    "sigmoid-500": (sigmoid_500, "784-500-500-10, batch 1, 2 epochs", "test"),
    "sigmoid-500-3-epochs": (sigmoid_500_3_epochs, "the same, 3 epochs", "test"),
    "mnist-nn": (mnist_nn, "784-50-10, Adam, 5 epochs", "test"),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("names", nargs="*", default=list(SYSTEMS))
    options = parser.parse_args()
    (x, y), (test_x, test_y) = load_mnist(options.data).scaled()
    torch.set_num_threads(1)
    print("| system | what | accuracy on | tinygrad_edu | PyTorch | seconds | PyTorch's |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in options.names:
        system, what, measured = SYSTEMS[name]
        found, seconds = [], []
        for lib in (tg, torch):
            lib.manual_seed(0)
            arrays = [lib.tensor(a) for a in (x, y, test_x, test_y)]
            start = time.perf_counter()
            with threadpool_limits(1):
                found.append(system(lib, *arrays))
            seconds.append(time.perf_counter() - start)
        row = [name, what, measured, *(f"{100 * a:.2f} %" for a in found), *(f"{s:.1f}" for s in seconds)]
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
