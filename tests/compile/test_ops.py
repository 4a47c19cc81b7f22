"""Every op of the table, compiled: its value, and its gradient, are those of the eager call."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.op import OPS
from tinygrad_edu.testing.opcheck import drawn_from

from ..ops.samples import SAMPLES
from .equal import assert_same, leaves, weighted

COUNT = 4  # samples of each op


def gradient(row, params):
    def step(*xs):
        xs = [x.detach().requires_grad_() if x.dtype.kind in "fc" else x for x in xs]
        y = row(*xs, **params)
        wanted = [x for x in xs if x.requires_grad]
        return [t.detach() for t in leaves(y)], tg.grad(weighted(y), wanted, allow_unused=True)

    return step


def forward(row, params):
    return lambda *xs: row(*xs, **params)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("name", OPS)
def test_values_and_gradients(name, kind):
    row = OPS[name]
    for arrays, params in drawn_from(SAMPLES[name](kind), COUNT):
        given = [tg.tensor(a) for a in arrays]
        # traced with other numbers where that is possible, so that what depends on them would be found
        traced = [tg.tensor(a * a.dtype.type(0.99)) if a.dtype.kind in "fc" else tg.tensor(a) for a in arrays]
        for make in (forward, gradient) if row.differentiable else (forward,):
            step = make(row, params)
            try:
                want = step(*given)
            except RuntimeError:  # this sample has no gradient
                continue
            compiled = tg.compile(step)
            compiled(*traced)
            compiled(*given)
            assert_same(compiled(*given), want, 1e-12 if kind is np.float64 else 2e-6)
            compiled.source  # noqa: B018
