"""Convolutions, and the windows they slide over: conv1d ... conv_transpose3d, unfold, fold."""

from __future__ import annotations

import math
from typing import Any

from ... import ops
from ...ops.conv import conv, conv_transpose
from ...ops.sliding import overlap_add, windows
from ..checks import wrong_shape
from .sliding import each, spatial

__all__ = [
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "fold",
    "unfold",
]


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """y[n, o, p] = b[o] + Σ w[o, c, k] · x[n, c, stride · p + dilation · k], over channels c and places k.

    input (N, C, L) or (C, L), weight (O, C / groups, K), bias (O,); result (N, O, M) or (O, M), with
    M = ⌊(L + 2 · padding - dilation · (K - 1) - 1) / stride⌋ + 1.
    padding: zeros at both ends; "valid" for none, "same" for as many as keep the length (at stride 1).
    groups: the channels are cut into this many groups, and output group i sees input group i only.
    ValueError: shapes that do not fit, a kernel larger than the padded input. TypeError: two floating dtypes.

    Source: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition"
    (Proceedings of the IEEE 86, 1998).
    """
    return _conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """`conv1d` over two dimensions: input (N, C, H, W) or (C, H, W), weight (O, C / groups, K, L), bias (O,).

    stride, padding, dilation: an int, or one for each of the two dimensions.
    """
    return _conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """`conv1d` over three dimensions: input (N, C, D, H, W) or (C, D, H, W), weight (O, C / groups, J, K, L).

    stride, padding, dilation: an int, or one for each of the three dimensions.
    """
    return _conv("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """The transpose of `conv1d`: w[c, o, k] · x[n, c, p] is added to y[n, o, stride · p + dilation · k].

    input (N, C, L) or (C, L), weight (C, O / groups, K), bias (O,); result (N, O, M) or (O, M), with
    M = (L - 1) · stride - 2 · padding + dilation · (K - 1) + output_padding + 1.
    output_padding: of the lengths that `conv1d` makes L of, how much longer than the shortest the result is; less than
        stride or dilation.

    Source: M. D. Zeiler, D. Krishnan, G. W. Taylor and R. Fergus, "Deconvolutional networks" (CVPR 2010).
    """
    return _transposed("conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """`conv_transpose1d` over two dimensions: input (N, C, H, W) or (C, H, W), weight (C, O / groups, K, L)."""
    return _transposed("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """`conv_transpose1d` over three dimensions: input (N, C, D, H, W), weight (C, O / groups, J, K, L)."""
    return _transposed("conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups, dilation)


def unfold(input: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """The windows that a 2-D convolution sees, as columns.

    input (N, C, H, W) or (C, H, W); result (N, C · K · L, M) or (C · K · L, M), for a kernel (K, L) that fits M times.
    """
    size = spatial("unfold", input, 2)
    kernel, dilation, padding, stride = _square("unfold", kernel_size, dilation, padding, stride)
    x = ops.pad(input, widths=((0, 0),) * (input.ndim - 2) + tuple((p, p) for p in padding)) if any(padding) else input
    columns = windows(x, kernel=kernel, stride=stride, dilation=dilation)
    rows = math.prod(input.shape[-3:-2] + kernel)
    return columns.reshape((*input.shape[: input.ndim - len(size) - 1], rows, math.prod(columns.shape[-2:])))


def fold(input: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """The transpose of `unfold`: each column is added where the window was that it came from.

    input (N, C · K · L, M) or (C · K · L, M); result (N, C, H, W) or (C, H, W), with (H, W) = `output_size`.
    ValueError: a number of rows that is no multiple of K · L, or of columns that is not how often the kernel fits.
    """
    kernel, dilation, padding, stride = _square("fold", kernel_size, dilation, padding, stride)
    size = each("fold", "output_size", output_size, 2, 1)
    whole = tuple(n + 2 * p for n, p in zip(size, padding, strict=True))
    out = tuple((n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(whole, kernel, stride, dilation, strict=True))
    rows, count = math.prod(kernel), math.prod(out) if min(out) > 0 else 0
    if input.ndim not in (2, 3) or input.shape[-2] % rows or input.shape[-1] != count:
        raise wrong_shape("fold", f"(N, C · {rows}, {count}) or (C · {rows}, {count})", input)
    columns = input.reshape((*input.shape[:-2], input.shape[-2] // rows, *kernel, *out))
    y = overlap_add(columns, size=whole, stride=stride, dilation=dilation)
    return y[(..., *(slice(p, p + n) for p, n in zip(padding, size, strict=True)))] if any(padding) else y


def _square(name: str, kernel: Any, dilation: Any, padding: Any, stride: Any) -> tuple[tuple[int, ...], ...]:
    return (
        each(name, "kernel_size", kernel, 2, 1),
        each(name, "dilation", dilation, 2, 1),
        each(name, "padding", padding, 2),
        each(name, "stride", stride, 2, 1),
    )


def _conv(name: str, d: int, x: Any, w: Any, b: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    spatial(name, x, d)
    stride, dilation = each(name, "stride", stride, d, 1), each(name, "dilation", dilation, d, 1)
    channels = x.shape[-d - 1]
    _check_weight(name, d, w, groups)
    if w.shape[1] * groups != channels or w.shape[0] % groups:
        raise ValueError(
            f"{name}: expected a weight (O, {channels} / groups, ...) with O a multiple of groups={groups} for an "
            f"input of {channels} channels, got {tuple(w.shape)}"
        )
    widths = _widths(name, padding, w.shape[2:], stride, dilation)
    y = conv(_batch(x, d), w, stride=stride, widths=widths, dilation=dilation, groups=groups)
    return _with_bias(name, y, b, x.ndim == d + 1)


def _transposed(
    name: str, d: int, x: Any, w: Any, b: Any, stride: Any, padding: Any, more: Any, groups: int, dilation: Any
) -> Any:
    size = spatial(name, x, d)
    stride, dilation = each(name, "stride", stride, d, 1), each(name, "dilation", dilation, d, 1)
    padding, more = each(name, "padding", padding, d), each(name, "output_padding", more, d)
    channels = x.shape[-d - 1]
    _check_weight(name, d, w, groups)
    if w.shape[0] != channels or channels % groups:
        raise ValueError(
            f"{name}: expected a weight ({channels}, O / groups, ...), with {channels}, the input's channels, a "
            f"multiple of groups={groups}, got {tuple(w.shape)}"
        )
    if any(m >= max(s, k) for m, s, k in zip(more, stride, dilation, strict=True)):
        raise ValueError(f"{name}: output_padding must be less than stride or dilation, got {more}")
    out = tuple(
        (n - 1) * s - 2 * p + q * (k - 1) + m + 1
        for n, s, p, q, k, m in zip(size, stride, padding, dilation, w.shape[2:], more, strict=True)
    )
    if min(out) < 1:
        raise ValueError(f"{name}: an input of shape {tuple(x.shape)} would give an output of size {out}; pad less")
    widths = tuple((p, p) for p in padding)
    y = conv_transpose(_batch(x, d), w, size=out, stride=stride, widths=widths, dilation=dilation, groups=groups)
    return _with_bias(name, y, b, x.ndim == d + 1)


def _check_weight(name: str, d: int, w: Any, groups: int) -> None:
    if w.ndim != d + 2 or min(w.shape[2:]) < 1:
        raise ValueError(
            f"{name}: expected a weight of {d + 2} dimensions, the last {d} the kernel's, got {tuple(w.shape)}"
        )
    each(name, "groups", groups, 1, 1)


def _widths(name: str, padding: Any, kernel: Any, stride: Any, dilation: Any) -> tuple[tuple[int, int], ...]:
    """How much to pad each dimension, before and behind."""
    if not isinstance(padding, str):
        return tuple((p, p) for p in each(name, "padding", padding, len(kernel)))
    if padding not in ("valid", "same"):
        raise ValueError(f"{name}: padding must be ints, 'valid' or 'same', got {padding!r}")
    if padding == "same" and max(stride) > 1:
        raise ValueError(f"{name}: padding='same' needs stride 1, got {stride}; pad with ints")
    totals = [d * (k - 1) if padding == "same" else 0 for d, k in zip(dilation, kernel, strict=True)]
    return tuple((total // 2, total - total // 2) for total in totals)


def _batch(x: Any, d: int) -> Any:
    return x if x.ndim == d + 2 else x.reshape((1, *x.shape))


def _with_bias(name: str, y: Any, b: Any, single: bool) -> Any:
    if b is not None:
        if tuple(b.shape) != (y.shape[1],):
            raise ValueError(f"{name}: expected a bias of shape ({y.shape[1]},), got {tuple(b.shape)}")
        y = ops.add(y, b.reshape((-1,) + (1,) * (y.ndim - 2)))
    return y[0] if single else y
