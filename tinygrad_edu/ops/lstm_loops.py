"""What an LSTM computes of its gates in one step, forwards and backwards, as one loop each: with Numba, of large arrays.

In NumPy it is a dozen calls, each of which reads and writes arrays. The formulas are those of `recurrent.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import kernels

LARGE = 1 << 17  # elements of all gates, from which it is worth to make machine code

FORWARDS = """\
def gates_of(z, a, before, c, h, rows):
    half = float32(0.5)
    for k in range(rows):
        for j in range(SIZE):
            i = half + half * tanh32(half * (z[k, j] + a[k, j]))
            f = half + half * tanh32(half * (z[k, j + 1 * SIZE] + a[k, j + 1 * SIZE]))
            u = tanh32(z[k, j + 2 * SIZE] + a[k, j + 2 * SIZE])
            o = half + half * tanh32(half * (z[k, j + 3 * SIZE] + a[k, j + 3 * SIZE]))
            z[k, j], z[k, j + 1 * SIZE], z[k, j + 2 * SIZE], z[k, j + 3 * SIZE] = i, f, u, o
            cell = f * before[k, j] + i * u
            c[k, j] = cell
            h[k, j] = o * tanh32(cell)
"""

BACKWARDS = """\
def gates_back(gates, c, before, g, dh, dcs, dgates, dc, dz, rows):
    one = float32(1)
    for k in range(rows):
        for j in range(SIZE):
            i, f = gates[k, j], gates[k, j + 1 * SIZE]
            u, o = gates[k, j + 2 * SIZE], gates[k, j + 3 * SIZE]
            out = tanh32(c[k, j])
            d = g[k, j] + dh[k, j]
            dcell = dc[k, j] + dcs[k, j] + d * o * (one - out * out)
            dz[k, j] = (dcell * u + dgates[k, j]) * ((one - i) * i)
            dz[k, j + 1 * SIZE] = (dcell * before[k, j] + dgates[k, j + 1 * SIZE]) * ((one - f) * f)
            dz[k, j + 2 * SIZE] = (dcell * i + dgates[k, j + 2 * SIZE]) * ((one - u) * (u + one))
            dz[k, j + 3 * SIZE] = (d * out + dgates[k, j + 3 * SIZE]) * ((one - o) * o)
            dc[k, j] = dcell * f
"""


def forwards(*arrays: Any) -> Callable[..., None] | None:
    """The loop for these gates and other arrays, if there is one: `(z, a, before, c, h, rows)`, of one step."""
    return _loop(FORWARDS, *arrays)


def backwards(*arrays: Any) -> Callable[..., None] | None:
    """`(gates, c, before, g, dh, dcs, dgates, dc, dz, rows)`; dc is overwritten with that of the step before."""
    return _loop(BACKWARDS, *arrays)


def _loop(text: str, gates: Any, *others: Any) -> Callable[..., None] | None:
    plain = all(isinstance(x, np.ndarray) and x.dtype == np.float32 for x in (gates, *others))
    if not plain or gates.size < LARGE or not kernels.available():
        return None
    size = gates.shape[-1] // 4
    for k in (3, 2, 1):
        text = text.replace(f"{k} * SIZE", str(k * size))
    return kernels.kernel(text.replace("SIZE", str(size)))
