"""x Wᵀ and gᵀ x in tiles, where OpenBLAS multiplies small matrices faster than large ones.

OpenBLAS copies parts of large matrices into another order first. Small ones, up to a million multiplications, it
multiplies as they are if the processor has AVX-512, in the thread that asks for it. For x Wᵀ that kernel is faster: in
a network's first layer, with few rows or few outputs, up to twice as fast. So the product is cut into tiles of that
size. A tile of x Wᵀ has at most 1024 results, above which OpenBLAS copies after all: 4 rows by 256 outputs, or 64 by
16. The gradient of W, gᵀ x, is cut between columns.

A second thread pays for larger products only: up to three million multiplications one thread by tiles takes as long as
two, and leaves the whole result in its own cache, where the optimiser's update then reads it twice as fast. Of larger
ones, if there are four times as many outputs as rows, two threads share W xᵀ better than x Wᵀ.

Measured on 200 sizes: with fewer than 256 inputs nothing is gained, and from there on nothing lost. The order of a sum changes,
and with it the last bits.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..blas import libraries

SMALL = 1_000_000  # multiplications
FEW, FEW_ROWS = 3_000_000, 8  # multiplications, or rows of x, up to which one thread takes no longer than two
RESULTS, WIDEST = 1024, 256  # of a tile
DEEP = range(256, 4097)  # inputs: with fewer tiles do not pay, with more one long sum for each result loses digits
KERNELS = ("SkylakeX", "Cooperlake", "SapphireRapids")  # those of OpenBLAS for AVX-512


def times_transposed(x: np.ndarray, w: np.ndarray) -> Any:
    """x Wᵀ for matrices x (n, k) and W (m, k)."""
    (n, k), m = x.shape, w.shape[0]
    multiplications = n * k * m
    if multiplications <= SMALL or k not in DEEP or m == 1 or x.dtype.char != "f" or _openblas() is None:
        return np.matmul(x, w.T)
    if multiplications > FEW and n > FEW_ROWS and not one_thread_of_openblas():
        return np.matmul(x, w.T) if m < 4 * n else np.ascontiguousarray(np.matmul(w, x.T).T)
    width = min(m, WIDEST, SMALL // (4 * k))
    rows = min(RESULTS, SMALL // k) // width
    rows = 1 << (rows.bit_length() - 1)  # 4, 8, 16 ...
    y = np.empty((n, m), x.dtype)
    whole = n - n % rows
    tiles = x[:whole].reshape(-1, rows, k), y[:whole].reshape(-1, rows, m)
    for j in range(0, m, width):
        part = w[j : j + width].T
        np.matmul(tiles[0], part, out=tiles[1][..., j : j + width])
        if whole < n:
            np.matmul(x[whole:], part, out=y[whole:, j : j + width])
    return y


def transposed_times(g: np.ndarray, x: np.ndarray) -> Any:
    """gᵀ x for matrices g (n, m) and x (n, k), if it is better made in tiles; else None."""
    (n, m), k = g.shape, x.shape[1]
    if not SMALL < n * k * m <= FEW or k not in DEEP or n == 1 or m == 1:
        return None
    if g.dtype.char != "f" or x.dtype.char != "f" or _openblas() is None:
        return None
    widest = SMALL // (n * m) // 16 * 16
    count = -(-k // widest)
    width = -(-k // (16 * count)) * 16  # tiles of equal size
    y = np.empty((m, k), x.dtype)
    for j in range(0, k, width):
        np.matmul(g.T, x[:, j : j + width], out=y[:, j : j + width])
    return y


def one_thread_of_openblas() -> bool:
    """Whether NumPy's products are OpenBLAS's with AVX-512, in one thread: more threads share a large product only."""
    library = _openblas()
    return library is not None and library.num_threads == 1


@functools.cache
def _openblas() -> Any:
    found = [library for library in libraries() if library.internal_api == "openblas" and "numpy" in library.filepath]
    return found[0] if len(found) == 1 and found[0].architecture in KERNELS else None
