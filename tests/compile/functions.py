"""Whether a function, compiled on the same numbers twice, follows other numbers: it must, or refuse to be compiled.

Two equal runs cannot tell data from constants, so what a function computes from data behind the back of the ops would
come out as it was.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu.compile import CompileError

from .equal import assert_same, leaves, weighted


def other(x: tg.Tensor) -> tg.Tensor:
    """Other numbers of the same kind: floats a little larger each, integers and booleans in another order."""
    a = x.detach().numpy()
    if a.dtype.kind in "fc":
        return tg.tensor(a * np.linspace(1.01, 1.05, a.size).reshape(a.shape).astype(a.dtype))
    return tg.tensor(np.roll(a, 1)) if a.ndim else x.detach()


def seeded(step: Callable[..., Any], xs: Sequence[tg.Tensor]) -> Any:
    tg.manual_seed(0)
    return step(*xs)


def follows(function: Callable[..., Any], tensors: Sequence[tg.Tensor]) -> str:
    """ "follows", "refused", or "no sample", if the function cannot be called with the other numbers."""

    def step(*xs: tg.Tensor) -> Any:
        xs = tuple(x.detach().requires_grad_() if x.dtype.kind in "fc" else x for x in xs)
        y = [t for t in leaves(function(*xs)) if isinstance(t, (tg.Tensor, bool, int, float))]
        total = weighted(y)
        wanted = [x for x in xs if x.requires_grad]
        grads = tg.grad(total, wanted, allow_unused=True) if isinstance(total, tg.Tensor) and wanted else []
        return [t.detach() if isinstance(t, tg.Tensor) else t for t in y], grads

    given = [x.detach().clone() for x in tensors]
    changed = [other(x) for x in tensors]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            want, _ = seeded(step, changed), seeded(step, given)
        except Exception:
            return "no sample"
        compiled = tg.compile(step)
        try:
            for xs in (given, given):
                seeded(compiled, xs)
            for xs in (changed, changed):
                assert_same(seeded(compiled, xs), want, 1e-9)
        except CompileError:
            return "refused"
    return "follows"
