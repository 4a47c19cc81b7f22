"""What a step holds: a compiled one plans its memory, and a trace keeps no more than the step itself."""

import gc
import tracemalloc

import numpy as np

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn, optim

ROWS, WIDTH = 256, 64
ACTIVATION = ROWS * WIDTH * 4  # bytes


def deep(layers=12):
    tg.manual_seed(0)
    net = nn.Sequential(*[layer for _ in range(layers) for layer in (nn.Linear(WIDTH, WIDTH), nn.Tanh())])
    optimizer = optim.SGD(net.parameters(), lr=0.1)

    def step(x, y):
        loss = F.mse_loss(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return step


X, Y = (tg.tensor(np.random.default_rng(k).standard_normal((ROWS, WIDTH)).astype(np.float32)) for k in range(2))


def peak(function):
    """Bytes that are allocated at most in a call, beyond those before."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        function()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def test_a_compiled_step_allocates_nothing_large():
    compiled = tg.compile(deep())
    for _ in range(3):
        compiled(X, Y)
    assert peak(lambda: compiled(X, Y)) < ACTIVATION


def test_what_is_planned_is_less_than_what_the_step_itself_holds():
    """Twelve activations are kept for the backward pass; all else takes turns in a few pieces of memory."""
    eager = deep()
    for _ in range(2):
        eager(X, Y)
    compiled = tg.compile(deep())
    for _ in range(2):
        compiled(X, Y)
    arrays = [x for x in compiled.arrays.values() if isinstance(x, np.ndarray)]
    owners = {id(owner): owner.nbytes for owner in (x if x.base is None else x.base for x in arrays)}
    assert sum(owners.values()) < peak(lambda: eager(X, Y))
    assert sum(n >= ACTIVATION for n in owners.values()) <= 12 + 5


def test_a_trace_holds_what_the_step_holds():
    eager, compiled = deep(), tg.compile(deep())
    eager(X, Y)
    assert peak(lambda: compiled(X, Y)) < 1.5 * peak(lambda: eager(X, Y))


def test_large_arrays_that_ops_make_are_forgotten():
    """Those of ops that have no form with out=, as erf."""

    def function(x):
        for _ in range(10):
            x = tg.erf(x) + 1
        return x

    compiled = tg.compile(function)
    for _ in range(3):
        compiled(X)
    assert "del erf" in compiled.source
    assert peak(lambda: compiled(X)) < 5 * ACTIVATION


def test_a_view_for_the_step_itself_that_is_a_copy_in_the_program():
    """NumPy gives x.T + 1 the order of x.T, planned memory has its own: there the reshape copies, at each run."""

    def function(x):
        return (x.T + 1).T.reshape(-1) * 2

    compiled = tg.compile(function)
    for k in range(4):
        x = tg.tensor(np.arange(12.0).reshape(3, 4) + k)
        np.testing.assert_array_equal(compiled(x).numpy(), function(x).numpy())
