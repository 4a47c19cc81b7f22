"""tinygrad_edu against PyTorch (eager, CPU), both with their default threads.

python -m tests.benchmarks.against_pytorch
"""

from __future__ import annotations

import itertools

import numpy as np
import torch

import tinygrad_edu as tg

from .measure import compare


def training_step(lib, sizes: list[int], batch: int):
    """One step of an MLP on fixed data: forward, cross-entropy, backward, Adam."""
    rng = np.random.default_rng(0)
    x = lib.from_numpy(rng.random((batch, sizes[0]), np.float32))
    y = lib.from_numpy(rng.integers(0, sizes[-1], batch))
    layers = []
    for fan_in, fan_out in itertools.pairwise(sizes):
        layers += [lib.nn.Linear(fan_in, fan_out), lib.nn.ReLU()]
    model = lib.nn.Sequential(*layers[:-1])
    loss_fn = lib.nn.CrossEntropyLoss()
    optimizer = lib.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad()
        loss_fn(model(x), y).backward()
        optimizer.step()

    return step


def chain(lib, length: int, size: int):
    """Products of vectors one after another, forward and backward: what one op costs."""
    start = np.full(size, 0.999, np.float32)
    x, w = (lib.tensor(start, requires_grad=True) for _ in range(2))

    def run():
        y = x
        for _ in range(length):
            y = y * w
        y.sum().backward()

    return run


def main() -> None:
    print(f"{'':<44} {'ours':>13} {'PyTorch':>13}")
    for sizes, batch in [([784, 50, 10], 64), ([784, 256, 128, 10], 64), ([784, 256, 128, 10], 512)]:
        name = f"training step {'-'.join(map(str, sizes))}, batch {batch}, Adam"
        compare(name, training_step(tg, sizes, batch), training_step(torch, sizes, batch), repeats=40)
    compare("100 products of 4-vectors, there and back", chain(tg, 100, 4), chain(torch, 100, 4), repeats=40)


if __name__ == "__main__":
    main()
