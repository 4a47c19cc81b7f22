"""Memory that begins at the start of a cache line.

NumPy's large arrays begin 16 bytes behind a page. A processor with vectors of 64 bytes, the width of its cache lines,
then reads and writes two lines for each vector, and a loop over memory near the processor takes up to three times as
long. Arrays that all begin at the same place of a page are slow too: a read seems to depend on the last write to
another array whose address has the same last twelve bits. So large arrays begin at different lines.

Source: A. Fog, "Optimizing software in C++", sections 9.2 and 9.10.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

LINE, PAGE = 64, 4096
LARGE = 8 * PAGE  # bytes, from which another page does not matter
_lines = itertools.cycle([17 * k % 64 * LINE for k in range(64)])  # of a page; neighbours in this list are far apart


def zeros(count: int, dtype: Any) -> np.ndarray:
    """So many zeros, in one dimension."""
    nbytes = count * np.dtype(dtype).itemsize
    step, start = (PAGE, next(_lines)) if nbytes >= LARGE else (LINE, 0)
    room = np.zeros(nbytes + step, np.uint8)
    begin = (start - room.ctypes.data) % step
    return room[begin : begin + nbytes].view(dtype)
