"""Convolution: one sum of products g · w · x over all windows, and its three slopes.

    T(x, w, g) = Σ g[n, o, p] · w[o, c, k] · x[n, c, stride · p + dilation · k]

over examples n, channels o and c, places p of the window and places k in it. `conv` is the slope of T in g,
`conv_transpose` in x, `conv_weight` in w; so the rules of each are the other two, and derivatives of any order follow.

All three unroll the windows along every dimension but the first (im2col), and run along that one as slices of the
unrolled array, which needs a fraction of the memory and is no copy at stride 1. What is left are matrix products, of
some examples at a time, so that the columns stay in the processor's cache. Two short cuts at stride 1: with few channels
the products would be too thin, so all dimensions are unrolled, as shifts of the flat array; and `conv_transpose` is a
`conv` of the padded gradient with the kernel turned round.

Sources: K. Chellapilla, S. Puri and P. Simard, "High performance convolutional neural networks for document processing"
(2006); M. Cho and D. Brand, "MEC: memory-efficient convolution for deep neural network" (ICML 2017).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ..op import Op, op
from .linalg import _of_one_dtype
from .sliding import Ints, Widths, every, inside, out_sizes, padded, strided

CACHE = 1_000_000  # bytes of columns at a time
THIN = 16  # products with fewer terms waste the processor's time
MORE = 1.4  # `conv_transpose` as a `conv` multiplies so many times as often, and adds in memory less often


def _in_two_dimensions(forward: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """Inputs of one dtype, and at least two dimensions to slide over: one is added where there is one."""

    @functools.wraps(forward)
    def row(a: np.ndarray, b: np.ndarray, **params: Any) -> np.ndarray:
        if a.dtype is not b.dtype:
            a, b = _of_one_dtype(a, b)
        if a.ndim > 3:
            return forward(a, b, **params)
        more = {"stride": (1,), "dilation": (1,), "widths": ((0, 0),), "size": (1,), "kernel": (1,)}
        params = {name: more.get(name, ()) + value if name in more else value for name, value in params.items()}
        return forward(a[:, :, None], b[:, :, None], **params)[:, :, 0]

    return row


def _blocks(x: np.ndarray, kernel: Ints, out: Ints) -> Iterator[slice]:
    """Some examples at a time."""
    one = x[:1].size // max(math.prod(x.shape[3:]), 1) * math.prod(kernel[1:] + out[1:]) * x.itemsize
    step = max(1, CACHE // max(one, 1))
    return (slice(n, n + step) for n in range(0, len(x), step))


def _columns(x: np.ndarray, kernel: Ints, stride: Ints, dilation: Ints, groups: int) -> np.ndarray:
    """The windows along all dimensions but the first, as (N, groups, C/groups · their places, H, *their number)."""
    view = strided(x, kernel[1:], stride[1:], dilation[1:])  # (N, C, H, *kernel, *out)
    unrolled = np.ascontiguousarray(np.moveaxis(view, 2, len(kernel) + 1))
    return unrolled.reshape(
        len(x), groups, x.shape[1] // groups * math.prod(kernel[1:]), *unrolled.shape[1 - len(kernel) - 1 :]
    )


def _rows(columns: np.ndarray, k: int, stride: int, dilation: int, out: Ints) -> np.ndarray:
    """What place k of the window sees of the columns along the first dimension: one matrix for each group."""
    return columns[:, :, :, every(k * dilation, stride, out[0])].reshape(*columns.shape[:3], math.prod(out))


def _by_first(w: np.ndarray, groups: int) -> np.ndarray:
    """The weight as matrices: (first size of the kernel, groups, O/groups, C/groups · its other sizes)."""
    matrices = np.ascontiguousarray(np.moveaxis(w, 2, 0))
    return matrices.reshape(w.shape[2], groups, w.shape[0] // groups, math.prod(w.shape[1:2] + w.shape[3:]))


def _conv(x: np.ndarray, w: np.ndarray, stride: Ints, widths: Widths, dilation: Ints, groups: int) -> np.ndarray:
    x, kernel = padded(x, widths), w.shape[2:]
    out = out_sizes(x.shape[2:], kernel, stride, dilation)
    if max(stride) == 1 and math.prod(w.shape[1:2] + kernel[1:]) < THIN:
        return _conv_of_few_channels(x, w, out, dilation, groups)
    matrices = _by_first(w, groups)
    y = np.empty((len(x), groups, w.shape[0] // groups, math.prod(out)), x.dtype)
    for block in _blocks(x, kernel, out):
        columns = _columns(x[block], kernel, stride, dilation, groups)
        products = np.empty_like(y[block]) if kernel[0] > 1 else None
        for k, matrix in enumerate(matrices):
            seen = _rows(columns, k, stride[0], dilation[0], out)
            if k == 0:
                np.matmul(matrix, seen, out=y[block])
            else:
                y[block] += np.matmul(matrix, seen, out=products)
    return y.reshape(len(x), w.shape[0], *out)


def _conv_of_few_channels(x: np.ndarray, w: np.ndarray, out: Ints, dilation: Ints, groups: int) -> np.ndarray:
    """At stride 1: in the flat array each place of the window sees one slice, from its offset on.

    Where a row of windows ends the slices run on into the next; what comes of that is cut away.
    """
    kernel, size = w.shape[2:], x.shape[2:]
    x = np.ascontiguousarray(x).reshape(len(x), groups, x.shape[1] // groups, math.prod(size))
    steps = [math.prod(size[i + 1 :]) for i in range(len(size))]
    length = sum((n - 1) * step for n, step in zip(out, steps, strict=True)) + 1
    offsets = [d * step * x.itemsize for d, step in zip(dilation, steps, strict=True)]
    seen = as_strided(x, (*x.shape[:3], *kernel, length), (*x.strides[:3], *offsets, x.itemsize), writeable=False)
    features = w.shape[0] // groups
    matrices = w.reshape(groups, features, math.prod(w.shape[1:]))
    y = np.empty((len(x), groups, features, out[0] * steps[0]), x.dtype)
    one = math.prod(seen.shape[1:]) * x.itemsize
    step = max(1, CACHE // max(one, 1))
    for n in range(0, len(x), step):
        columns = np.ascontiguousarray(seen[n : n + step])
        columns = columns.reshape(len(columns), groups, matrices.shape[2], length)
        np.matmul(matrices, columns, out=y[n : n + step, :, :, :length])
    rows = y.reshape(len(x), w.shape[0], out[0], *size[1:])
    places: Any = (..., *map(slice, out))
    return np.ascontiguousarray(rows[places])


def _conv_weight(
    x: np.ndarray, z: np.ndarray, kernel: Ints, stride: Ints, widths: Widths, dilation: Ints, groups: int
) -> np.ndarray:
    x, out = padded(x, widths), z.shape[2:]
    sliding = zip(dilation, kernel, stride, out, strict=True)
    seen_at_all: Any = (..., *(slice(d * (k - 1) + s * (n - 1) + 1) for d, k, s, n in sliding))
    x = x[seen_at_all]
    channels, features = x.shape[1] // groups, z.shape[1] // groups
    z = z.reshape(len(z), groups, features, math.prod(out))
    w = np.zeros((kernel[0], groups, features, channels * math.prod(kernel[1:])), x.dtype)
    for block in _blocks(x, kernel, out):
        columns = _columns(x[block], kernel, stride, dilation, groups)
        for k in range(kernel[0]):
            seen = _rows(columns, k, stride[0], dilation[0], out)
            w[k] += np.matmul(z[block], seen.swapaxes(-1, -2)).sum(0)
    return np.moveaxis(w.reshape(kernel[0], groups * features, channels, *kernel[1:]), 0, 2)


def _conv_transpose(
    z: np.ndarray, w: np.ndarray, size: Ints, stride: Ints, widths: Widths, dilation: Ints, groups: int
) -> Any:
    kernel, out, channels = w.shape[2:], z.shape[2:], w.shape[1] * groups
    if max(stride) == 1 and math.prod(size) < MORE * math.prod(out):
        # the windows that see an element lie before it as what is seen by it, as a window, lies behind
        sides = zip(size, widths, dilation, kernel, out, strict=True)
        around = tuple((d * (k - 1) - lo, n + lo - m) for n, (lo, _), d, k, m in sides)
        if min(map(min, around)) >= 0:
            return _conv(z, _turned(w, groups), stride, around, dilation, groups)
    z = z.reshape(len(z), groups, w.shape[0] // groups, math.prod(out))
    matrices = np.ascontiguousarray(_by_first(w, groups).swapaxes(-1, -2))
    x = np.zeros((len(z), channels, *(n + lo + hi for n, (lo, hi) in zip(size, widths, strict=True))), z.dtype)
    for block in _blocks(x, kernel, out):
        some = z[block]
        columns = np.zeros((len(some), groups, matrices.shape[2], x.shape[2], math.prod(out[1:])), z.dtype)
        for k, matrix in enumerate(matrices):
            rows = np.matmul(matrix, some).reshape(*columns.shape[:3], out[0], columns.shape[4])
            columns[:, :, :, every(k * dilation[0], stride[0], out[0])] += rows
        unrolled = columns.reshape(len(some), channels, *kernel[1:], x.shape[2], *out[1:])
        for offset in np.ndindex(*kernel[1:]):
            where = (every(k * d, s, n) for k, d, s, n in zip(offset, dilation[1:], stride[1:], out[1:], strict=True))
            x[(block, slice(None), slice(None), *where)] += unrolled[(slice(None), slice(None), *offset)]
    return x[inside(widths, size)]


def _turned(w: np.ndarray, groups: int) -> np.ndarray:
    """The weight with its kernel turned round and its two kinds of channels exchanged, group by group."""
    w = np.flip(w.reshape(groups, w.shape[0] // groups, *w.shape[1:]), tuple(range(3, w.ndim + 1)))
    w = np.ascontiguousarray(w.swapaxes(1, 2))
    return w.reshape(groups * w.shape[1], *w.shape[2:])


def _cut(y: Any, shape: Ints) -> Any:
    """Without the places of the window that `shape` does not have."""
    return y if tuple(y.shape) == tuple(shape) else y[tuple(map(slice, shape))]


# fmt: off
conv: Op = op("conv", _in_two_dimensions(_conv),
    lambda g, y, x, w, **sliding: conv_transpose(g, w, size=tuple(x.shape[2:]), **sliding),
    lambda g, y, x, w, **sliding: conv_weight(x, g, kernel=tuple(w.shape[2:]), **sliding))
conv_transpose: Op = op("conv_transpose", _in_two_dimensions(_conv_transpose),
    lambda g, y, z, w, size, **sliding: _cut(conv(g, w, **sliding), z.shape),
    lambda g, y, z, w, size, **sliding: conv_weight(g, z, kernel=tuple(w.shape[2:]), **sliding))
conv_weight: Op = op("conv_weight", _in_two_dimensions(_conv_weight),
    lambda g, y, x, z, kernel, **sliding: conv_transpose(z, g, size=tuple(x.shape[2:]), **sliding),
    lambda g, y, x, z, kernel, **sliding: _cut(conv(x, g, **sliding), z.shape))
# fmt: on
