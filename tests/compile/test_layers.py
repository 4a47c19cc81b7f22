"""Every layer, activation and loss, compiled: outputs, gradients and running statistics are those of the eager step."""

import numpy as np
import pytest

from tinygrad_edu import nn

from ..nn.activations import ACTIVATIONS
from ..nn.layers import LAYERS
from ..nn.losses import LOSSES
from .equal import gradient_step, run_both, varied

RUNS = 5


def batches(arrays):
    return [varied(arrays, k) for k in range(RUNS)]


def name(row):
    return f"{row[0]}-{'-'.join(map(str, row[1]))}"


@pytest.mark.parametrize(("name", "args", "arrays"), LAYERS, ids=[f"{i}-{row[0]}" for i, row in enumerate(LAYERS)])
def test_layers(name, args, arrays):
    run_both(lambda: gradient_step(getattr(nn, name)(**args).double()), batches(arrays), 1e-13)


@pytest.mark.parametrize(("name", "args"), ACTIVATIONS, ids=[f"{i}-{row[0]}" for i, row in enumerate(ACTIVATIONS)])
def test_activations(name, args):
    if args.get("inplace"):

        def make():
            module = getattr(nn, name)(**args)
            return gradient_step(nn.Sequential(nn.Linear(4, 4), module))
    else:

        def make():
            return gradient_step(getattr(nn, name)(**args))

    x = np.linspace(-4, 4, 24).reshape(6, 4).astype(np.float32)
    run_both(make, batches([x]), 1e-6)


@pytest.mark.parametrize("reduction", ["mean", "none"])
@pytest.mark.parametrize(
    ("name", "args", "inputs", "targets"), LOSSES, ids=[f"{i}-{r[0]}" for i, r in enumerate(LOSSES)]
)
def test_losses(name, args, inputs, targets, reduction):
    def make():
        return gradient_step(getattr(nn, name)(**args, reduction=reduction))

    run_both(make, batches([*inputs, *targets]), 1e-13)
