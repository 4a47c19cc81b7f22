"""Taking elements out of an array and putting them back: every kind of index NumPy has.

The gradient of taking is placing: zeros everywhere, `g` at the places taken, added up where a place was taken
more than once. The gradient of placing is taking.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..op import Op, op


def _advanced(index: Any) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(part, np.ndarray) and part.dtype != bool for part in parts)


def _take(x: np.ndarray, index: Any) -> Any:
    taken = x[index]
    if isinstance(taken, np.ndarray):
        return taken
    return x[(*index, ...) if isinstance(index, tuple) else (index, ...)]  # one element: as a view of its memory


def _place(g: np.ndarray, index: Any, shape: tuple[int, ...]) -> np.ndarray:
    placed = np.zeros(shape, g.dtype)
    if isinstance(index, np.ndarray) and index.dtype != bool and placed.size and len(shape) > 1:
        # whole rows, as in an embedding: element by element in flat memory is more than twice as fast
        width = placed[0].size
        flat = (index.reshape(-1, 1) % shape[0]) * width + np.arange(width)
        np.add.at(placed.reshape(-1), flat.reshape(-1), g.reshape(-1))
    elif _advanced(index):
        np.add.at(placed, index, g)  # repeated places add up
    else:
        placed[index] = g
    return placed


def _put(x: np.ndarray, values: np.ndarray, index: Any) -> np.ndarray:
    changed = x.copy()
    changed[index] = values
    return changed


def _kept(g: Any, y: Any, x: Any, values: Any, index: Any) -> Any:
    covered = np.zeros(x.shape, bool)
    covered[index] = True
    return np.where(covered, 0, g)


def _last_written(g: Any, y: Any, x: Any, values: Any, index: Any) -> Any:
    """The gradient at the places written; of values written to one place only the last one stayed."""
    taken = g[index]
    if _advanced(index):
        order = np.arange(math.prod(taken.shape)).reshape(taken.shape)
        last = np.zeros(x.shape, order.dtype)
        last[index] = order
        taken = np.where(last[index] == order, taken, 0)
    return taken


# fmt: off
getitem = op("getitem", _take,                      lambda g, y, x, index: place(g, index=index, shape=x.shape), view=True)
place: Op = op("place", _place,                       lambda g, y, x, index, shape: g[index])
put     = op("put", _put,                           _kept, _last_written, broadcasts=True, promotes=False)
# fmt: on
