"""Pooling: one number for each window, its largest element or its mean; and back.

Kernel, stride (by default the kernel), padding and dilation are ints, or one for each dimension. Padding counts as
zeros in means, and never as a maximum. The result has ⌊(size + 2 · padding - reach) / stride⌋ + 1 elements along a
dimension, where the kernel reaches over dilation · (kernel - 1) + 1; with `ceil_mode` rounded up: a last window may
reach beyond the input.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ... import ops
from ...ops.checks import numbers
from ...ops.sliding import max_pool, sum_pool, take_at_max
from ...recording import again, decided
from ...tensor import Tensor, wrap
from .sliding import Ints, each, spatial

__all__ = [
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "max_pool1d",
    "max_pool1d_with_indices",
    "max_pool2d",
    "max_pool2d_with_indices",
    "max_pool3d",
    "max_pool3d_with_indices",
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
]

_MAX = """The largest element of each window over the last {d} of an input (N, C, ...) or (C, ...).

    Of equal elements the first gets the gradient, and nan is larger than everything.
    return_indices: {values}, each one's place in the flattened last {d}.
    ValueError: another number of dimensions; a kernel that does not fit; padding of more than half of its reach.
    """


def _max_pools(d: int) -> tuple[Any, Any]:
    """`max_pool` over d dimensions, and the same with indices."""
    name = f"max_pool{d}d"

    def pool(
        input: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Any:
        size = spatial(name, input, d)
        kernel, stride, widths, dilation = _sliding(name, size, kernel_size, stride, padding, dilation, ceil_mode)
        sliding = {"kernel": kernel, "stride": stride, "dilation": dilation, "widths": widths}
        y = max_pool(input, **sliding)
        if not return_indices:
            return y
        return y, places_of_max(numbers(input), np.arange(math.prod(size)).reshape(size), sliding)

    def with_indices(
        input: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = True,
    ) -> Any:
        return pool(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)

    last = "dimension" if d == 1 else f"{d} dimensions"
    pool.__doc__ = _MAX.format(d=last, values="return two tensors, the elements and their indices")
    with_indices.__doc__ = _MAX.format(d=last, values="the result is two tensors, the elements and their indices")
    for function, suffix in ((pool, ""), (with_indices, "_with_indices")):
        function.__name__ = function.__qualname__ = name + suffix
    return pool, with_indices


max_pool1d, max_pool1d_with_indices = _max_pools(1)
max_pool2d, max_pool2d_with_indices = _max_pools(2)
max_pool3d, max_pool3d_with_indices = _max_pools(3)


def places_of_max(x: Any, places: np.ndarray, sliding: Any) -> Any:
    """Which of the numbers `places` stands where the largest element of each window does."""
    found = take_at_max(np.broadcast_to(places, x.shape), x, **sliding)
    return found if isinstance(found, Tensor) else wrap(found)


def _sliding(
    name: str, size: Ints, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool
) -> tuple[Ints, Ints, tuple[tuple[int, int], ...], Ints]:
    """Kernel, stride, padding before and behind, and dilation of each dimension."""
    d = len(size)
    kernel = each(name, "kernel_size", kernel, d, 1)
    stride = kernel if stride is None or stride == () or stride == [] else each(name, "stride", stride, d, 1)
    padding, dilation = each(name, "padding", padding, d), each(name, "dilation", dilation, d, 1)
    widths = []
    for n, k, s, p, q in zip(size, kernel, stride, padding, dilation, strict=True):
        reach = q * (k - 1) + 1
        if 2 * p > reach:
            raise ValueError(f"{name}: padding must be at most half of what the kernel reaches over, {reach}, got {p}")
        if n + 2 * p < reach and not (ceil and n + 2 * p + s > reach):
            raise ValueError(
                f"{name}: a kernel that reaches over {reach} elements does not fit into {n} with padding {p}"
            )
        out = (n + 2 * p - reach + (s - 1 if ceil else 0)) // s + 1
        if ceil and (out - 1) * s >= n + p:  # the last window must start inside the input, or in the padding before it
            out -= 1
        widths.append((p, max((out - 1) * s + reach - n - p, 0)))
    return kernel, stride, tuple(widths), dilation


def avg_pool1d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """The mean of each window over the last dimension of an input (N, C, L) or (C, L).

    count_include_pad: whether the zeros of the padding count; what `ceil_mode` adds never does.
    ValueError: another number of dimensions; a kernel that does not fit; padding of more than half of it.
    """
    return _avg_pool("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """The mean of each window over the last two dimensions of an input (N, C, H, W) or (C, H, W).

    count_include_pad: whether the zeros of the padding count; what `ceil_mode` adds never does.
    divisor_override: divide each sum by this instead.
    ValueError: another number of dimensions; a kernel that does not fit; padding of more than half of it.
    """
    override = divisor_override
    return _avg_pool("avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, override)


def avg_pool3d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """The mean of each window over the last three dimensions of an input (N, C, D, H, W) or (C, D, H, W).

    The other arguments are those of `avg_pool2d`.
    """
    override = divisor_override
    return _avg_pool("avg_pool3d", 3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, override)


def _avg_pool(
    name: str, d: int, x: Any, kernel: Any, stride: Any, padding: Any, ceil: bool, with_pad: bool, divisor: int | None
) -> Any:
    size = spatial(name, x, d)
    if divisor == 0:
        raise ValueError(f"{name}: divisor_override must not be 0")
    if x.dtype.kind not in "fc":
        raise TypeError(f"{name}: expected floating-point numbers, got {x.dtype}; use t.float()")
    kernel, stride, widths, _ = _sliding(name, size, kernel, stride, padding, 1, ceil)
    total = sum_pool(x, kernel=kernel, stride=stride, widths=widths)
    if divisor is not None:
        return total / divisor
    counts = np.ones(())
    for n, k, s, p, (_, hi) in zip(size, kernel, stride, each(name, "padding", padding, d), widths, strict=True):
        start = np.arange(0, p + n + hi - k + 1, s)  # counted from the beginning of the padding
        end = np.minimum(start + k, n + 2 * p)
        counts = counts[..., None] * (end - start if with_pad else np.minimum(end, n + p) - np.maximum(start, p))
    same = counts.size and (counts == counts.flat[0]).all()
    return total / (float(counts.flat[0]) if same else counts.astype(x.dtype))


def lp_pool1d(input: Any, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Any:
    """(Σ xᵖ)^(1/p) over each window of the last dimension, with p = `norm_type`: 1 for the sum, large for the maximum.

    input (N, C, L) or (C, L). Where the sum is negative, or 0, the result and its gradient are 0.
    """
    return _lp_pool("lp_pool1d", 1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(input: Any, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Any:
    """`lp_pool1d` over two dimensions: input (N, C, H, W) or (C, H, W)."""
    return _lp_pool("lp_pool2d", 2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(input: Any, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Any:
    """`lp_pool1d` over three dimensions: input (N, C, D, H, W) or (C, D, H, W)."""
    return _lp_pool("lp_pool3d", 3, input, norm_type, kernel_size, stride, ceil_mode)


def _lp_pool(name: str, d: int, x: Any, p: float, kernel: Any, stride: Any, ceil: bool) -> Any:
    count = math.prod(each(name, "kernel_size", kernel, d, 1))
    mean = _avg_pool(name, d, ops.pow(x, float(p)), kernel, stride, 0, ceil, True, None)
    total = ops.sign(mean) * ops.relu(ops.abs(mean)) * count
    return ops.pow(total, 1.0 / p)


def max_unpool1d(
    input: Any, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Any:
    """The elements that `max_pool1d(..., return_indices=True)` gave, at the places they came from; 0 elsewhere.

    input and indices (N, C, L) or (C, L). The length is (L - 1) · stride + kernel - 2 · padding, or `output_size`,
    which may differ from that by less than the stride.
    Where windows overlapped, an element may come back several times; each time gets the whole gradient, as in PyTorch.
    IndexError: indices beyond it. ValueError: shapes that differ; another output_size.
    """
    return _max_unpool("max_unpool1d", 1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Any, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Any:
    """`max_unpool1d` for the results of `max_pool2d`: input and indices (N, C, H, W) or (C, H, W)."""
    return _max_unpool("max_unpool2d", 2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Any, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Any:
    """`max_unpool1d` for the results of `max_pool3d`: input and indices (N, C, D, H, W) or (C, D, H, W)."""
    return _max_unpool("max_unpool3d", 3, input, indices, kernel_size, stride, padding, output_size)


def _max_unpool(name: str, d: int, x: Any, indices: Any, kernel: Any, stride: Any, padding: Any, wanted: Any) -> Any:
    size = spatial(name, x, d)
    kernel = each(name, "kernel_size", kernel, d, 1)
    stride = kernel if stride is None or stride == () or stride == [] else each(name, "stride", stride, d, 1)
    padding = each(name, "padding", padding, d)
    usual = tuple((n - 1) * s + k - 2 * p for n, k, s, p in zip(size, kernel, stride, padding, strict=True))
    out = usual if wanted is None else tuple(int(n) for n in wanted)[-d:]
    if len(out) != d or any(abs(n - u) >= s for n, u, s in zip(out, usual, stride, strict=True) if n != u):
        raise ValueError(
            f"{name}: output_size must differ from {usual} by less than the stride, {stride}, got {wanted}"
        )
    places: np.ndarray = indices._array if isinstance(indices, Tensor) else np.asarray(indices)
    if places.shape != tuple(x.shape) or places.dtype.kind not in "iu":
        raise ValueError(f"{name}: expected integer indices of the input's shape {tuple(x.shape)}, got {places.shape}")
    lead, count = x.shape[:-d], math.prod(out)
    rows, width = math.prod(lead), math.prod(size)
    flat, over = again(functools.partial(_unpooled, name, rows, width, count), places)
    x = x.reshape((rows * width,))
    if decided(np.any, over, otherwise=True):  # written over: their values do not count, their gradients do
        nothing = ops.where(ops.isfinite(x), x - (x.detach() if isinstance(x, Tensor) else x), 0)
        x = ops.where(over, nothing, x)
    y = ops.place(x, index=flat, shape=(rows * count,))
    return y.reshape((*lead, *out))


def _unpooled(name: str, rows: int, width: int, count: int, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each element goes in all rows together, and whether another is written over it."""
    if places.size and not 0 <= places.min() <= places.max() < count:
        raise IndexError(f"{name}: expected indices from 0 to {count - 1}, got {places.min()} to {places.max()}")
    flat = (places.reshape(rows, width) + np.arange(rows)[:, None] * count).reshape(-1)
    last = np.zeros(rows * count, np.int64)
    last[flat] = np.arange(flat.size)
    return flat, last[flat] != np.arange(flat.size)
