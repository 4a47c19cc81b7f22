"""Convolution and pooling; windows taken out and added back."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

from ...ops.sliding import out_sizes
from ..sizes import Size, combined, product

W: TypeAlias = Any  # the writer
X: TypeAlias = Any  # an input: an Item, a number, a name
INT64 = np.dtype(np.int64)


def _pads(widths: Any) -> list[int]:
    return [lo for lo, _ in widths] + [hi for _, hi in widths]


def conv(w: W, x: X, k: X, stride: Any, widths: Any, dilation: Any, groups: int, bias: Any = None) -> Any:
    """Conv has the same parameters."""
    w.fixed(widths, "the padding")
    sliding = {"strides": stride, "dilations": dilation, "pads": _pads(widths), "group": groups}
    return w.Conv(x, k, bias, kernel_shape=list(k.shape[2:]), **sliding)


def conv_transpose(
    w: W, z: X, k: X, size: Any, stride: Any, widths: Any, dilation: Any, groups: int, bias: Any = None
) -> Any:
    """ConvTranspose finds its size from that of the input; where ours is another one, it is cut off or filled up."""
    kernel, out = k.shape[2:], z.shape[2:]
    more = [
        combined(lambda n, m, s=s, d=d, q=q, lo=lo, hi=hi: n - (s * (m - 1) + d * (q - 1) + 1 - lo - hi), n, m)
        for n, m, s, d, q, (lo, hi) in zip(size, out, stride, dilation, kernel, widths, strict=True)
    ]
    w.fixed(more, "the size of the result")
    sliding = {"strides": stride, "dilations": dilation, "group": groups, "kernel_shape": list(kernel)}
    if all(0 <= m < max(s, 1) for m, s in zip(more, stride, strict=True)):
        return w.ConvTranspose(z, k, bias, pads=_pads(widths), output_padding=more if any(more) else None, **sliding)
    y = w.ConvTranspose(z, k, bias, **sliding)  # bias: only where nothing is filled up
    lows = [-lo for lo, _ in widths]
    highs = [m - hi for m, (_, hi) in zip(more, widths, strict=True)]
    if bias is not None and max(highs) > 0:
        raise w.refuse("output_padding of at least the stride, with a bias; use a smaller one")
    return w.Pad(y, [0, 0, *lows, 0, 0, *highs], np.zeros((), z.dtype))


def _is_batch(x: X, d: int) -> bool:
    """Whether two dimensions stand before the d to slide over, as ONNX wants; of channels at least one."""
    return bool(x.ndim == d + 2 and x.shape[1] != 0)


def _lead(w: W, x: X, d: int) -> Any:
    """x as a batch, of one channel if it is none."""
    return x if _is_batch(x, d) else w.reshape(x, (product(x.shape[:-d]), 1, *x.shape[-d:]))


def _back(w: W, y: Any, x: X, d: int) -> Any:
    return y if _is_batch(x, d) else w.reshape(y, w.step.results[0].shape)


def _padded(w: W, x: Any, widths: Any, value: Any) -> Any:
    """What two dimensions before those to slide over have around them."""
    if not any(map(any, widths)):
        return x
    ends = [0, 0, *(lo for lo, _ in widths), 0, 0, *(hi for _, hi in widths)]
    return w.Pad(x, ends, value)


def _fits(kernel: Any, widths: Any) -> bool:
    """ONNX's pooling wants less padding than the kernel is long."""
    return all(max(pair) < k for k, pair in zip(kernel, widths, strict=True))


def _is_whole(x: X, kernel: Any, widths: Any) -> bool:
    """Whether there is one window, over everything."""
    return tuple(x.shape[-len(kernel) :]) == tuple(kernel) and not any(map(any, widths))


def average(w: W, x: X, kernel: Any, stride: Any, widths: Any) -> Any:
    """The mean of each window, in which padding counts as zeros."""
    d = len(kernel)
    if _is_whole(x, kernel, widths):
        return _back(w, w.GlobalAveragePool(_lead(w, x, d)), x, d)
    w.fixed(widths, "the padding")
    if not _fits(kernel, widths):
        return w.Div(_sum_pool(w, x, kernel, stride, widths), math.prod(kernel))
    counted = {"count_include_pad": 1} if any(map(any, widths)) else {}
    y = w.AveragePool(_lead(w, x, d), kernel_shape=kernel, strides=stride, pads=_pads(widths), **counted)
    return _back(w, y, x, d)


def _sum_pool(w: W, x: X, kernel: Any, stride: Any, widths: Any) -> Any:
    if _is_whole(x, kernel, widths):
        return w.ReduceSum(x, list(range(x.ndim - len(kernel), x.ndim)), keepdims=1)
    w.fixed(kernel, "the size of the windows")
    if _fits(kernel, widths):
        return w.Mul(average(w, x, kernel, stride, widths), math.prod(kernel))
    d = len(kernel)  # a convolution takes any padding
    y = w.reshape(x, (product(x.shape[:-d]), 1, *x.shape[-d:]))
    y = w.Conv(y, np.ones((1, 1, *kernel), x.dtype), strides=stride, pads=_pads(widths))
    return w.reshape(y, w.step.results[0].shape)


def _spread_pool(w: W, x: X, size: Any, kernel: Any, stride: Any, widths: Any) -> Any:
    """The transposed convolution with a kernel of ones."""
    d = len(kernel)
    out = x.shape[-d:]
    w.fixed((size, out, widths), "the size of the result")
    y = w.reshape(x, (product(x.shape[:-d]), 1, *out))
    y = w.ConvTranspose(y, np.ones((1, 1, *kernel), x.dtype), strides=stride)
    whole = [s * (m - 1) + k for s, m, k in zip(stride, out, kernel, strict=True)]
    lows = [-lo for lo, _ in widths]
    highs = [n + lo - f for n, f, (lo, _) in zip(size, whole, widths, strict=True)]
    return w.reshape(w.Pad(y, [0, 0, *lows, 0, 0, *highs], np.zeros((), x.dtype)), w.step.results[0].shape)


def _for_max(w: W, x: X, kernel: Any, dilation: Any, widths: Any) -> tuple[Any, Any]:
    """x as ONNX's MaxPool takes it, and how much that is to pad: all, or nothing where it has been done."""
    w.fixed(widths, "the padding")
    y = _lead(w, x, len(kernel))
    y = y if x.dtype.kind == "f" else w.cast(y, np.float64)
    if _fits(kernel, widths) and max(dilation) == 1:  # what counts as too much with dilation is not said
        return y, widths
    lowest = np.asarray(-np.inf, x.dtype if x.dtype.kind == "f" else np.float64)
    # the maximum changes nothing, but onnxruntime would make padding and pooling one node, which it then refuses
    return w.Max(_padded(w, y, widths, lowest), lowest), ((0, 0),) * len(kernel)


def _max_pool(w: W, x: X, kernel: Any, stride: Any, dilation: Any, widths: Any) -> Any:
    if _is_whole(x, kernel, widths) and x.dtype.kind in "fi":
        return w.ReduceMax(x, list(range(x.ndim - len(kernel), x.ndim)), keepdims=1)
    w.fixed(kernel, "the size of the windows")
    y, left = _for_max(w, x, kernel, dilation, widths)
    y = w.MaxPool(y, kernel_shape=kernel, strides=stride, dilations=dilation, pads=_pads(left))
    y = y if x.dtype.kind == "f" else w.cast(y, x.dtype)
    return _back(w, y, x, len(kernel))


def _at_max(w: W, x: X, kernel: Any, stride: Any, dilation: Any, widths: Any) -> tuple[Any, Any]:
    """The places of the largest elements in the flattened array, and what padding that has."""
    y, left = _for_max(w, x, kernel, dilation, widths)
    sliding = {"kernel_shape": kernel, "strides": stride, "dilations": dilation, "pads": _pads(left)}
    return w.add("MaxPool", (y,), sliding, 2)[1], ((0, 0),) * len(kernel) if left == widths else widths


def _take_at_max(w: W, v: X, x: X, **sliding: Any) -> Any:
    d = len(sliding["kernel"])
    at, around = _at_max(w, x, **sliding)
    flat = w.Reshape(_padded(w, _lead(w, v, d), around, np.zeros((), v.dtype)), [-1])
    return _back(w, w.Gather(flat, at, axis=0), x, d)


def _put_at_max(w: W, v: X, x: X, **sliding: Any) -> Any:
    d = len(sliding["kernel"])
    at, around = _at_max(w, x, **sliding)
    spatial = tuple(n + lo + hi for n, (lo, hi) in zip(w.fixed(x.shape[-d:], "the size"), around, strict=True))
    shape = (product(x.shape[:-d]), 1, *spatial)
    zeros = w.Expand(w.constant(np.zeros((), v.dtype)), w.name([product(shape)]))
    added = w.ScatterElements(zeros, w.Reshape(at, [-1]), w.Reshape(v, [-1]), axis=0, reduction="add")
    starts, stops = [lo for lo, _ in around], [lo + n for n, (lo, _) in zip(x.shape[-d:], around, strict=True)]
    y = w.Slice(w.reshape(added, shape), starts, stops, list(range(2, d + 2)))
    return w.reshape(y, w.step.results[0].shape)


def _windows(w: W, x: X, kernel: Any, stride: Any, dilation: Any) -> Any:
    """Taken along each dimension: (k, m) in place of n."""
    d = len(kernel)
    lead = x.ndim - d
    out = out_sizes(w.fixed(x.shape[lead:], "the number of windows"), kernel, stride, dilation)
    y: Any = x
    for dim in reversed(range(d)):
        at = np.arange(kernel[dim])[:, None] * dilation[dim] + np.arange(out[dim]) * stride[dim]
        y = w.Gather(y, np.array(at, INT64), axis=lead + dim)
    perm = [*range(lead), *range(lead, lead + 2 * d, 2), *range(lead + 1, lead + 2 * d, 2)]
    return w.Transpose(y, perm=perm) if d > 1 else y


def _overlap_add(w: W, x: X, size: Any, stride: Any, dilation: Any) -> Any:
    """Each element added where its window was."""
    d = len(size)
    kernel, out = w.fixed((x.shape[-2 * d : -d], x.shape[-d:]), "the number of windows")
    at: Any = np.zeros((), INT64)
    for n, k, m, s, q in zip(size, kernel, out, stride, dilation, strict=True):
        at = at[..., None, None] * n + np.arange(k)[:, None] * q + np.arange(m) * s
    at = at.transpose(*range(0, 2 * d, 2), *range(1, 2 * d, 2)).reshape(1, -1)
    rows = product(x.shape[: -2 * d])
    zeros = w.Expand(w.constant(np.zeros((), x.dtype)), w.name([rows, math.prod(size)]))
    columns = w.reshape(x, (rows, at.size))
    everywhere = w.Expand(np.array(at, INT64), w.name([rows, at.size])) if isinstance(rows, Size) or rows != 1 else at
    y = w.ScatterElements(zeros, everywhere, columns, axis=1, reduction="add")
    return w.reshape(y, w.step.results[0].shape)


NODES = {
    "conv": conv,
    "conv_transpose": conv_transpose,
    "sum_pool": _sum_pool,
    "spread_pool": _spread_pool,
    "max_pool": _max_pool,
    "take_at_max": _take_at_max,
    "put_at_max": _put_at_max,
    "windows": _windows,
    "overlap_add": _overlap_add,
}
