"""Windows that slide over the last dimensions: taken out, added back, summed, and their largest elements.

Parameters have one entry for each of these dimensions: `kernel`, how many elements a window takes; `stride`, by how much
it moves; `dilation`, how far apart its elements are; `widths`, how much padding the dimension has before and behind it.
Summing and finding the largest go along one dimension after the other, which takes k + k steps in place of k · k.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ..op import NOT_DIFFERENTIABLE, Op, op
from .masks import zeroed

Ints = tuple[int, ...]
Widths = tuple[tuple[int, int], ...]


def out_sizes(size: Ints, kernel: Ints, stride: Ints, dilation: Ints) -> Ints:
    """How many windows there are along each dimension. ValueError: not one fits."""
    reach = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    if any(r > n for r, n in zip(reach, size, strict=True)):
        raise ValueError(f"a kernel that reaches over {reach} elements does not fit into {size}, padding included")
    return tuple((n - r) // s + 1 for n, r, s in zip(size, reach, stride, strict=True))


def padded(x: np.ndarray, widths: Widths, value: Any = 0) -> np.ndarray:
    """x with these widths added to its last dimensions; x itself if they are 0."""
    if not any(map(any, widths)):
        return x
    lead = x.ndim - len(widths)
    sizes = tuple(lo + n + hi for n, (lo, hi) in zip(x.shape[lead:], widths, strict=True))
    y = np.full(x.shape[:lead] + sizes, value, x.dtype)
    y[inside(widths, x.shape[lead:])] = x
    return y


def inside(widths: Widths, size: Ints) -> Any:
    """The index that takes the padding away again."""
    return (..., *(slice(lo, lo + n) for (lo, _), n in zip(widths, size, strict=True)))


def strided(x: np.ndarray, kernel: Ints, stride: Ints, dilation: Ints) -> np.ndarray:
    """The windows over the last dimensions, (..., *kernel, *out): a view of x, not to be written to."""
    lead = x.ndim - len(kernel)
    out = out_sizes(x.shape[lead:], kernel, stride, dilation)
    steps = x.strides[lead:]
    within = tuple(t * d for t, d in zip(steps, dilation, strict=True))
    between = tuple(t * s for t, s in zip(steps, stride, strict=True))
    shape = (*x.shape[:lead], *kernel, *out)
    return as_strided(x, shape, (*x.strides[:lead], *within, *between), writeable=False)


def every(start: int, step: int, count: int) -> slice:
    """`count` elements from `start`, each `step` behind the last."""
    return slice(start, start + step * (count - 1) + 1, step)


def _windows(x: np.ndarray, kernel: Ints, stride: Ints, dilation: Ints) -> np.ndarray:
    return np.array(strided(x, kernel, stride, dilation), order="C")


def _overlap_add(x: np.ndarray, size: Ints, stride: Ints, dilation: Ints) -> np.ndarray:
    """The adjoint of `windows`: each element back to where it was taken, added to what is there."""
    d = len(size)
    lead, kernel, out = x.shape[: -2 * d], x.shape[-2 * d : -d], x.shape[-d:]
    if out_sizes(size, kernel, stride, dilation) != out:
        raise ValueError(f"expected {out_sizes(size, kernel, stride, dilation)} windows for size {size}, got {out}")
    y = np.zeros((math.prod(lead), *size), x.dtype)
    x = x.reshape((math.prod(lead), *x.shape[-2 * d :]))
    for offset in itertools.product(*map(range, kernel)):
        where: Any = (..., *map(every, _times(offset, dilation), stride, out))
        what: Any = (slice(None), *offset)
        y[where] += x[what]
    return y.reshape(lead + size)


def _times(a: Ints, b: Ints) -> Ints:
    return tuple(m * n for m, n in zip(a, b, strict=True))


# --- along one dimension -----------------------------------------------------------------------------------------------


def _dims(kernel: Ints) -> range:
    """The dimensions to go along, the last one first, which is fastest and makes the first of equal elements count."""
    return range(-1, -len(kernel) - 1, -1)


def _parts(x: np.ndarray, dim: int, kernel: int, stride: int, dilation: int) -> Iterator[tuple[Any, np.ndarray]]:
    """For each place in the window, the index of the elements there, one for each window, and these elements."""
    (out,) = out_sizes((x.shape[dim],), (kernel,), (stride,), (dilation,))
    for start in range(0, kernel * dilation, dilation):
        index: Any = (..., every(start, stride, out), *[slice(None)] * (-1 - dim))
        yield index, x[index]


def _sum_pool(x: np.ndarray, kernel: Ints, stride: Ints, widths: Widths) -> np.ndarray:
    y = padded(x, widths)
    for dim in _dims(kernel):
        (_, first), *others = _parts(y, dim, kernel[dim], stride[dim], 1)
        y = first.copy()
        for _, part in others:
            y += part
    return y


def _spread_pool(x: np.ndarray, size: Ints, kernel: Ints, stride: Ints, widths: Widths) -> Any:
    """The adjoint of `sum_pool`: each element added to all elements of its window."""
    y = x
    for dim in reversed(_dims(kernel)):
        shape = list(y.shape)
        shape[dim] = size[dim] + sum(widths[dim])
        wide = np.zeros(shape, x.dtype)
        for _, part in _parts(wide, dim, kernel[dim], stride[dim], 1):
            part += y
        y = wide
    return y[inside(widths, size)]


def _lowest(dtype: Any) -> Any:
    return -np.inf if dtype.kind == "f" else False if dtype.kind == "b" else np.iinfo(dtype).min


def _max_pool(x: np.ndarray, kernel: Ints, stride: Ints, dilation: Ints, widths: Widths) -> np.ndarray:
    y = padded(x, widths, _lowest(x.dtype))
    for dim in _dims(kernel):
        (_, first), *others = _parts(y, dim, kernel[dim], stride[dim], dilation[dim])
        y = np.maximum(first, others[0][1]) if others else first.copy()
        for _, part in others[1:]:
            np.maximum(y, part, out=y)
    return y


def _winners(
    x: np.ndarray, dim: int, kernel: int, stride: int, dilation: int, widths: Any, nans: bool
) -> tuple[Any, np.ndarray]:
    """The largest element of each window along one dimension, and its place in the window.

    Of equal elements the first, as in PyTorch; but the last nan wins over everything, and an element over the padding
    before it.
    """
    real = np.zeros(x.shape[dim], bool)
    real[widths[0] : x.shape[dim] - widths[1]] = True
    real = real.reshape((-1,) + (1,) * (-1 - dim))
    top: Any = None
    for number, (index, part) in enumerate(_parts(x, dim, kernel, stride, dilation)):
        now = real[(..., *index[1:])]
        if top is None:
            top, seen, place = part, now, np.zeros(part.shape, np.int32 if kernel > 127 else np.int8)
            continue
        better = part > top
        if nans:
            better |= part != part
        if any(widths):
            better |= now & ~seen
            seen = seen | now
        top = np.maximum(top, part)
        np.maximum(place, np.multiply(better, number, dtype=place.dtype), out=place)
    return top, place


def _stages(x: np.ndarray, kernel: Ints, stride: Ints, dilation: Ints, widths: Widths) -> list[tuple[int, Any, Any]]:
    """For each dimension gone along, the last one first: it, the shape before it, the places in the windows."""
    y = padded(x, widths, _lowest(x.dtype))
    nans = x.dtype.kind == "f" and bool(np.isnan(np.max(x, initial=-np.inf)))
    found = []
    for dim in _dims(kernel):
        shape = y.shape
        y, place = _winners(y, dim, kernel[dim], stride[dim], dilation[dim], widths[dim], nans)
        found.append((dim, shape, place))
    return found


def _take_at_max(
    v: np.ndarray, x: np.ndarray, kernel: Ints, stride: Ints, dilation: Ints, widths: Widths
) -> np.ndarray:
    y = padded(v, widths)
    for dim, _, place in _stages(x, kernel, stride, dilation, widths):
        parts = [part for _, part in _parts(y, dim, kernel[dim], stride[dim], dilation[dim])]
        y = parts[0].copy()
        for number, part in enumerate(parts[1:], 1):
            won = place == number
            y = zeroed(~won, part) + zeroed(won, y)
    return y


def _put_at_max(v: np.ndarray, x: np.ndarray, kernel: Ints, stride: Ints, dilation: Ints, widths: Widths) -> Any:
    """The adjoint of `take_at_max`."""
    if kernel == stride and x.dtype.kind == "f" and set(dilation) == {1} and not any(map(any, widths)):
        top = _max_pool(x, kernel, stride, dilation, widths)
        if not np.isnan(np.max(top, initial=-np.inf)):
            return _put_apart(v, x, top, kernel)
    y = v
    for dim, shape, place in reversed(_stages(x, kernel, stride, dilation, widths)):
        wide = np.zeros(shape, v.dtype)
        for number, (_, part) in enumerate(_parts(wide, dim, kernel[dim], stride[dim], dilation[dim])):
            part += zeroed(place != number, y)
        y = wide
    return y[inside(widths, x.shape[-len(kernel) :])]


def _put_apart(v: np.ndarray, x: np.ndarray, top: np.ndarray, kernel: Ints) -> np.ndarray:
    """`put_at_max` where windows lie side by side: place by place, until the largest element of a window was seen."""
    wide = np.zeros(x.shape, v.dtype)
    left = np.ones(top.shape, bool)
    for offset in itertools.product(*map(range, kernel)):
        where: Any = (..., *map(every, offset, kernel, top.shape[-len(kernel) :]))
        won = x[where] == top
        won &= left
        left ^= won
        wide[where] = zeroed(~won, v)
    return wide


def _size(x: Any, kernel: Ints) -> Ints:
    return tuple(x.shape[-len(kernel) :])


# fmt: off
windows = op("windows", _windows,                   lambda g, y, x, kernel, stride, dilation: overlap_add(g, size=_size(x, kernel), stride=stride, dilation=dilation))
overlap_add: Op = op("overlap_add", _overlap_add,   lambda g, y, x, size, stride, dilation: windows(g, kernel=tuple(x.shape[-2 * len(size):-len(size)]), stride=stride, dilation=dilation))
sum_pool = op("sum_pool", _sum_pool,                lambda g, y, x, kernel, stride, widths: spread_pool(g, size=_size(x, kernel), kernel=kernel, stride=stride, widths=widths))
spread_pool: Op = op("spread_pool", _spread_pool,   lambda g, y, x, size, kernel, stride, widths: sum_pool(g, kernel=kernel, stride=stride, widths=widths))
max_pool = op("max_pool", _max_pool,                lambda g, y, x, **sliding: put_at_max(g, x, **sliding))
# the derivative of the maximum: v where x is largest, and back. Both are linear in v; where x is largest does not move
take_at_max: Op = op("take_at_max", _take_at_max,   lambda g, y, v, x, **sliding: put_at_max(g, x, **sliding), NOT_DIFFERENTIABLE)
put_at_max: Op = op("put_at_max", _put_at_max,      lambda g, y, v, x, **sliding: take_at_max(g, x, **sliding), NOT_DIFFERENTIABLE)
# fmt: on
