"""Taking elements out of an array and putting them back: every kind of index NumPy has.

The gradient of taking is placing: zeros everywhere, `g` at the places taken, added up where a place was taken
more than once. The gradient of placing is taking. `resolve` turns what PyTorch takes as an index into NumPy's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..op import Op, Variable, op
from ..tracing import again, decided, same, sized


def resolve(index: Any, shape: tuple[int, ...]) -> Any:
    """PyTorch's index of a tensor of this shape as an index that NumPy understands in the same way.

    Tensors and lists become arrays (copies: the graph keeps them), and uint8 arrays masks. Ints, and 0-d tensors of
    ints, are taken first; so in `x[0, :, [1, 2]]` the list's dimension comes last, where NumPy puts it first.
    """
    if type(index) is int or type(index) is slice:  # the usual case first
        return index
    if isinstance(index, list) and any(isinstance(part, (list, tuple, slice, np.ndarray, Variable)) for part in index):
        index = tuple(index)  # PyTorch reads x[[[0, 1], [1, 2]]] as x[[0, 1], [1, 2]]
    if not isinstance(index, tuple):
        return _part(index)
    parts = tuple(_part(part) for part in index)
    arrays = [k for k, part in enumerate(parts) if isinstance(part, np.ndarray)]
    both = sorted(arrays + [k for k, part in enumerate(parts) if _is_int(part)])
    if arrays and len(both) > len(arrays) and both[-1] - both[0] >= len(both):
        first, then = _in_two_steps(parts)
        at = [k for k, part in enumerate(then) if isinstance(part, np.ndarray)]

        def places(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
            known = list(then)
            for k, array in zip(at, arrays, strict=True):
                known[k] = array
            return np.unravel_index(np.arange(math.prod(shape)).reshape(shape)[first][tuple(known)], shape)

        return sized(places, *(then[k] for k in at))
    return parts


def _part(part: Any) -> Any:
    if isinstance(part, Variable):
        part = part._array
    elif isinstance(part, (list, tuple)):
        part = np.array(part)
        part = part if part.size else part.astype(np.int64)
    elif not isinstance(part, np.ndarray):
        return part
    if part.dtype.kind not in "biu":
        raise IndexError(f"expected integers or booleans as an index, got {part.dtype}; use t.long()")
    if part.ndim == 0 and part.dtype != bool and part.dtype != np.uint8:
        return decided(int, part)
    if part.dtype == np.uint8:
        return again(lambda part: part.astype(bool), part)
    kept = part.copy()
    same(kept, part)
    return kept


def _is_int(part: Any) -> bool:
    return isinstance(part, (int, np.integer)) and not isinstance(part, bool)


def _in_two_steps(parts: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """An index with ints and arrays as one of its ints and slices, and then one of its arrays."""
    first: list[Any] = []
    then: list[Any] = []
    for part in parts:
        if isinstance(part, np.ndarray):
            first += [slice(None)] * (part.ndim if part.dtype == bool else 1)
            then.append(part)
        else:
            first.append(part)
            if not _is_int(part):
                then.append(Ellipsis if part is Ellipsis else slice(None))
    return tuple(first), tuple(then)


def _parts(index: Any) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else (index,)


def _advanced(index: Any) -> bool:
    return any(isinstance(part, np.ndarray) and part.dtype.char != "?" for part in _parts(index))


def _one_array(index: Any, ndim: int) -> int | None:
    """The axis of an index that has one array of integers and is `:` otherwise, from the end behind a `...`."""
    parts = _parts(index)
    along, behind = None, 0
    for k, part in enumerate(parts):
        if isinstance(part, np.ndarray) and part.dtype != bool and along is None:
            along = k - behind
        elif part is Ellipsis:
            behind = len(parts)
        elif not isinstance(part, slice) or part != slice(None):
            return None
    return along if len(parts) - bool(behind) <= ndim else None


def _take(x: np.ndarray, index: Any) -> Any:
    if type(index) is slice or (type(index) is int and x.ndim > 1):  # the usual case first
        return x[index]
    along = _one_array(index, x.ndim)
    if along:  # along the first axis x[index] is as fast
        return np.take(x, next(part for part in index if isinstance(part, np.ndarray)), axis=along)
    taken = x[index]
    if isinstance(taken, np.ndarray):
        copied = not taken.flags.c_contiguous and any(isinstance(part, np.ndarray) for part in _parts(index))
        return np.ascontiguousarray(taken) if copied else taken  # NumPy puts the axes of arrays first in memory
    return x[(*index, ...) if isinstance(index, tuple) else (index, ...)]  # one element: as a view of its memory


FEW = 500  # elements for which working out the flat places takes longer than it saves


def _placed(g: Any, index: Any, shape: tuple[int, ...]) -> Any:
    return _place(g, index, shape) if type(g) is np.ndarray else place(g, index=index, shape=shape)


def _place(g: np.ndarray, index: Any, shape: tuple[int, ...]) -> np.ndarray:
    placed = np.zeros(shape, g.dtype)
    if not _advanced(index):
        placed[index] = g
    elif g.size < FEW:
        np.add.at(placed, index, g)  # repeated places add up
    else:  # in flat memory, several times as fast
        np.add.at(placed.reshape(-1), flat(index, placed.shape).reshape(-1), g.reshape(-1))
    return placed


def flat(index: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Where the elements that an index names stand in the flattened array of this shape."""
    parts = _parts(index)
    arrays = [part for part in parts if isinstance(part, np.ndarray) and part.dtype != bool]
    if len(arrays) == len(parts) == len(shape):  # element by element, as in gather
        known = [np.arange(size)[part] for part, size in zip(arrays, shape, strict=True)]
        return np.asarray(np.ravel_multi_index(np.broadcast_arrays(*known), shape)) if known[0].size else known[0]
    if len(arrays) == len(parts) == 1 and shape:  # whole rows, as in an embedding
        width = math.prod(shape[1:])
        return np.asarray(np.arange(shape[0])[arrays[0]].reshape(-1, 1) * width + np.arange(width))
    return np.asarray(np.arange(math.prod(shape)).reshape(shape)[index])


def _setitem(x: np.ndarray, values: np.ndarray, index: Any) -> np.ndarray:
    changed = x.copy()
    assign(changed, index, values)
    return changed


def assign(x: np.ndarray, index: Any, values: Any) -> None:
    """x[index] = values; of values with leading dimensions of size 1 too many, without those."""
    x = x if x.size else x.copy()  # where nothing is written, it may be read-only
    try:
        x[index] = values
    except (ValueError, TypeError):
        if not isinstance(values, np.ndarray) or values.ndim == 0 or values.shape[0] != 1:
            raise
        assign(x, index, values[0])


def _kept(g: Any, y: Any, x: Any, values: Any, index: Any) -> Any:
    return np.where(of_index(_named, index, tuple(x.shape)), 0, g)


def of_index(function: Callable[..., np.ndarray], index: Any, shape: tuple[int, ...]) -> np.ndarray:
    """function(index, shape), which a compiled step calls again at each run, for the arrays in the index are data."""
    parts = _parts(index)
    at = [i for i, part in enumerate(parts) if isinstance(part, np.ndarray)]

    def called(*arrays: np.ndarray) -> np.ndarray:
        now = list(parts)
        for i, array in zip(at, arrays, strict=True):
            now[i] = array
        return function(tuple(now), shape)

    found: np.ndarray = again(called, *(parts[i] for i in at))
    return found


def _named(index: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Which elements an index names."""
    named = np.zeros(shape, bool)
    named[index] = True
    return named


def unnamed(index: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Which elements an index does not name."""
    return np.asarray(~_named(index, shape))


def _is_last(index: Any, shape: tuple[int, ...]) -> np.ndarray:
    """For each element that an index names, whether it is the last to name its place."""
    order = np.zeros(shape, bool)[index]
    order = np.arange(order.size).reshape(order.shape)
    last = np.zeros(shape, order.dtype)
    last[index] = order
    return np.asarray(last[index] == order)


def _last_written(g: Any, y: Any, x: Any, values: Any, index: Any) -> Any:
    """The gradient at the places written; of values written to one place only the last one stayed."""
    taken = g[index]
    if _advanced(index):
        taken = np.where(of_index(_is_last, index, tuple(x.shape)), taken, 0)
    return taken.reshape((1,) * (values.ndim - taken.ndim) + taken.shape)


# fmt: off
getitem = op("getitem", _take,                      lambda g, y, x, index: _placed(g, index, x.shape), view=True)
place: Op = op("place", _place,                       lambda g, y, x, index, shape: g[index])
setitem = op("setitem", _setitem,                 _kept, _last_written, broadcasts=True, promotes=False)
# fmt: on
