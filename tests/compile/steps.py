"""The training step that most tests compile, and batches for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn, optim


def step_of(net: Any, opt: Any, loss: Callable[..., Any] = F.cross_entropy) -> Callable[..., Any]:
    """Forward, backward and update; the loss comes back."""
    criterion = loss

    def step(x: Any, y: Any) -> Any:
        loss = criterion(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        return loss

    return step


def training(seed: int = 0, optimizer: Callable[..., Any] = optim.Adam, **options: Any) -> tuple[Any, Any, Any]:
    """A small network, the same for the same seed, its optimiser, and the step."""
    tg.manual_seed(seed)
    net = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))
    opt = optimizer(net.parameters(), **options)
    return net, opt, step_of(net, opt)


def made(
    make_net: Callable[[], Any],
    make_optimizer: Callable[..., Any] = lambda p: optim.SGD(p, lr=0.1, momentum=0.9),
    loss: Callable[..., Any] = F.cross_entropy,
    finish: Callable[[Any], Any] | None = None,
) -> Callable[[], Any]:
    """For `run_both`: the step of a network of one or more inputs, and what it changes.

    finish: what is done to the network between backward and update.
    """

    def make() -> tuple[Callable[..., Any], Callable[[], Any]]:
        net = make_net()
        opt = make_optimizer(net.parameters())

        def step(*batch: Any) -> Any:
            value = loss(net(*batch[:-1]), batch[-1])
            opt.zero_grad()
            value.backward()
            if finish is not None:
                finish(net)
            opt.step()
            return value

        return step, lambda: ([p.grad for p in net.parameters()], list(net.parameters()), list(net.buffers()))

    return make


def batches(count: int, size: int = 4, seed: int = 0) -> list[tuple[Any, Any]]:
    """Images and labels for `training`."""
    rng = np.random.default_rng(seed)
    return [
        (tg.tensor(rng.standard_normal((size, 6)).astype(np.float32)), tg.tensor(rng.integers(0, 3, size)))
        for _ in range(count)
    ]
