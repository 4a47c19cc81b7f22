"""Memory of compiled steps begins at the start of a cache line."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import aligned, nn, optim


@pytest.mark.parametrize("count", [1, 7, 1000, 100_000])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "complex128"])
def test_zeros_begin_at_a_line(count, dtype):
    x = aligned.zeros(count, dtype)
    assert x.ctypes.data % aligned.LINE == 0
    assert (x.shape, x.dtype) == ((count,), np.dtype(dtype))
    assert not x.any()
    x[...] = 1
    assert x.sum() == count


def test_parameters_and_state_begin_at_a_line():
    net = nn.Sequential(nn.Linear(5, 3), nn.Linear(3, 2))
    optimizer = optim.Adam(net.parameters())

    @tg.compile
    def step(x):
        optimizer.zero_grad()
        loss = net(x).square().mean()
        loss.backward()
        optimizer.step()
        return loss

    for _ in range(3):
        step(tg.randn(40, 5))
    first = next(net.parameters())
    assert first.array.ctypes.data % aligned.LINE == 0
    assert optimizer.state[first]["exp_avg"].ctypes.data % aligned.LINE == 0
