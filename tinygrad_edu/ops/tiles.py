"""Products of matrices in tiles, where OpenBLAS multiplies small matrices faster than large ones.

OpenBLAS copies parts of large matrices into another order first. Small ones, up to a million multiplications, it
multiplies as they are if the processor has AVX-512, in the thread that asks for it. In a network's first layer that takes
between half of the time and nine tenths. So a product is cut into tiles of that size:

    x Wᵀ   4 to 64 rows of x by up to 256 of W; above 1024 results OpenBLAS copies after all
    gᵀ x   all columns of g by 16 to 128 of x, or the other way round
    g W    8 or 16 rows of g by all of W

A second thread pays for larger products only: up to three million multiplications one thread by tiles takes as long as
two, and leaves the whole result in its own cache, where the optimiser's update then reads it twice as fast.

With two threads OpenBLAS shares W xᵀ better than x Wᵀ, if there are four times as many outputs as rows. And of many rows it
copies all that a thread multiplies, tens of megabytes; so it is given some at a time.

Measured on products of 30 to 800 microseconds: with fewer than 256 inputs x Wᵀ gains nothing. The order of a sum changes,
and with it the last bits.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..blas import libraries

SMALL = 1_000_000  # multiplications
FEW, FEW_ROWS = 3_000_000, 8  # multiplications, or rows, up to which one thread takes no longer than two
RESULTS, WIDEST = 1024, 256  # of a tile of x Wᵀ
DEEP, DEEPEST = 256, 4096  # numbers in a sum: with fewer x Wᵀ does not gain, with more one long sum loses digits
AT_ONCE = 1 << 20  # elements of the rows that several threads are given at a time
KERNELS = ("SkylakeX", "Cooperlake", "SapphireRapids")  # those of OpenBLAS for AVX-512


def product(a: np.ndarray, b: np.ndarray, out: np.ndarray | None = None) -> Any:
    """a b for matrices a (n, k) and b (k, m); `out` is memory for it, in the order of rows."""
    (n, k), m = a.shape, b.shape[1]
    if n * k * m <= SMALL or min(n, k, m) == 1 or not a.dtype.char == b.dtype.char == "f" or _openblas() is None:
        return np.matmul(a, b, out=out)
    if are_faster(n, k, m):
        tile = _tile(a, b) if k <= DEEPEST else None
    elif out is None and m >= 4 * n and k >= DEEP and a.flags.c_contiguous and b.flags.f_contiguous:
        return np.ascontiguousarray(np.matmul(b.T, a.T).T)
    else:
        tile = (max(1, AT_ONCE // k), m) if n * k > 2 * AT_ONCE else None
    if tile is None:
        return np.matmul(a, b, out=out)
    y = np.empty((n, m), a.dtype) if out is None else out
    _multiply(a, b, y, *tile)
    return y


def are_faster(n: int, k: int, m: int) -> bool:
    """Whether tiles are, for an (n, k) matrix times a (k, m) one."""
    if n * k * m <= SMALL or _openblas() is None:
        return False
    return n * k * m <= FEW or n <= FEW_ROWS or one_thread_of_openblas()


def _tile(a: np.ndarray, b: np.ndarray) -> tuple[int, int] | None:
    """How many rows and columns of the product are to be made at a time."""
    (n, k), m = a.shape, b.shape[1]
    if a.flags.c_contiguous and b.flags.f_contiguous and k >= DEEP:
        columns = min(m, WIDEST, SMALL // (4 * k))
        return _power_of_two(min(RESULTS, SMALL // k) // columns), columns
    if a.flags.c_contiguous and b.flags.c_contiguous and 8 * k * m <= SMALL:
        return _power_of_two(min(16, SMALL // (k * m))), m
    if a.flags.f_contiguous and b.flags.c_contiguous and 16 * k * min(n, m) <= SMALL:
        return (n, _part(m, min(128, SMALL // (k * n)))) if m >= n else (_part(n, min(128, SMALL // (k * m))), m)
    return None


def _power_of_two(most: int) -> int:
    return 1 << (most.bit_length() - 1)


def _part(whole: int, most: int) -> int:
    """A multiple of 16 that divides it into parts as equal as may be."""
    parts = -(-whole // (most // 16 * 16))
    return -(-whole // (16 * parts)) * 16


def _multiply(a: np.ndarray, b: np.ndarray, y: np.ndarray, rows: int, columns: int) -> None:
    """a b, so many rows and columns at a time; NumPy goes through a stack of tiles faster than Python."""
    (n, k), m = a.shape, b.shape[1]
    if rows >= n:
        whole = m - m % columns
        stack, results = (x[:, :whole].reshape(len(x), -1, columns).transpose(1, 0, 2) for x in (b, y))
        np.matmul(a, stack, out=results)
        if whole < m:
            np.matmul(a, b[:, whole:], out=y[:, whole:])
        return
    whole = n - n % rows
    stack = a[:whole].T.reshape(k, -1, rows).transpose(1, 2, 0)
    for j in range(0, m, columns):
        part = b[:, j : j + columns]
        np.matmul(stack, part, out=y[:whole].reshape(-1, rows, m)[..., j : j + columns])
        if whole < n:
            np.matmul(a[whole:], part, out=y[whole:, j : j + columns])


def one_thread_of_openblas() -> bool:
    """Whether NumPy's products are OpenBLAS's with AVX-512, in one thread: more threads share a large product only."""
    library = _openblas()
    return library is not None and library.num_threads == 1


@functools.cache
def _openblas() -> Any:
    found = [library for library in libraries() if library.internal_api == "openblas" and "numpy" in library.filepath]
    return found[0] if len(found) == 1 and found[0].architecture in KERNELS else None
