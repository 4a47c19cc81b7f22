"""Normalisations as functions: mean 0 and variance 1, then a learned scale w and shift b.

    y = (x - mean) / √(var + ε) · w + b

They differ in the dimensions that mean and variance are computed over: of inputs (N, C, L), batch norm takes N and L,
layer norm the last dimensions, group norm some of the channels and L. All are written in ops, so that derivatives of
any order follow.

Sources: S. Ioffe and C. Szegedy, "Batch normalization" (ICML 2015); J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer
normalization" (arXiv:1607.06450); Y. Wu and K. He, "Group normalization" (ECCV 2018); B. Zhang and R. Sennrich, "Root
mean square layer normalization" (NeurIPS 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ... import ops
from ...ops.sliding import sum_pool
from ...recording import no_grad
from ...tensor import wrap
from ..checks import wrong_shape

__all__ = [
    "batch_norm",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "local_response_norm",
    "rms_norm",
]


def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """(x - mean) / √(var + ε) · w + b for each channel of an input (N, C) or (N, C, ...), over examples and positions.

    training: use the mean and variance of this batch, and move the running ones (C,), where given, towards them by
        `momentum`, in place (the variance unbiased); otherwise use the running ones.
    weight, bias: w and b, (C,).
    ValueError: an input of fewer dimensions; training with one value for each channel, whose variance is always 0; not
    training, without running values.
    """
    if input.ndim < 2 and (input.ndim == 0 or input.numel()):
        raise wrong_shape("batch_norm", "(N, C) or (N, C, ...)", input)
    per_channel = (1, -1) + (1,) * (input.ndim - 2)
    if not input.numel():
        from_mean, scale = input, 1.0  # nothing to normalise, nothing to move the running values towards
    elif training:
        dims = (0, *range(2, input.ndim))
        count = input.numel() // input.shape[1]
        if count == 1:
            raise ValueError(
                f"batch_norm: expected more than one value for each channel in training, got shape {tuple(input.shape)}"
            )
        mean = ops.mean(input, dim=dims, keepdim=True)
        from_mean = input - mean
        var = ops.mean(ops.square(from_mean), dim=dims, keepdim=True)
        _move(running_mean, mean, momentum)
        _move(running_var, var, momentum, count / (count - 1))
        scale = ops.rsqrt(var + eps)
    elif running_mean is None or running_var is None:
        raise ValueError("batch_norm: expected running_mean and running_var when not training, got None")
    else:
        from_mean, var = input - running_mean.reshape(per_channel), running_var.reshape(per_channel)
        scale = ops.rsqrt(var + eps)
    if weight is not None:
        scale = scale * weight.reshape(per_channel)
    y = from_mean * scale
    return y if bias is None else y + bias.reshape(per_channel)


def _move(running: Any, value: Any, momentum: Any, factor: float = 1.0) -> None:
    """running ← (1 - momentum) · running + momentum · factor · value."""
    if running is not None:
        with no_grad():
            running.mul_(1 - momentum if isinstance(momentum, float) else ops.sub(1, wrap(momentum)))
            value = value.detach().reshape(running.shape)
            if isinstance(momentum, float):
                running.add_(value, alpha=momentum * factor)
            else:  # an array, in a compiled step
                running.add_(value * (wrap(momentum) * factor))


def layer_norm(
    input: Any, normalized_shape: Sequence[int], weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """(x - mean) / √(var + ε) · w + b over the last dimensions, of sizes `normalized_shape`, the shape of w and b.

    ValueError: the last sizes of the input differ from it.
    """
    y = _standardised(input, _last("layer_norm", input, normalized_shape), eps)
    return _affine(y, weight, bias)


def rms_norm(input: Any, normalized_shape: Sequence[int], weight: Any = None, eps: float | None = None) -> Any:
    """x / √(mean(x²) + ε) · w over the last dimensions, of sizes `normalized_shape`, the shape of w.

    eps: by default the distance from 1 to the next larger number of the input's dtype.
    ValueError: the last sizes of the input differ from it.
    """
    dims = _last("rms_norm", input, normalized_shape)
    eps = float(np.finfo(input.dtype).eps) if eps is None else eps
    return _affine(input * ops.rsqrt(ops.mean(ops.square(input), dim=dims, keepdim=True) + eps), weight, None)


def group_norm(input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """(x - mean) / √(var + ε) · w + b over each group of C / num_groups channels of each example of (N, C, ...).

    weight, bias: w and b, (C,). ValueError: `num_groups` does not divide C.
    """
    if input.ndim < 2 or input.shape[1] % num_groups:
        raise wrong_shape("group_norm", f"(N, C, ...), with C a multiple of {num_groups}", input)
    groups = input.reshape((input.shape[0], num_groups, input.numel() // max(input.shape[0] * num_groups, 1)))
    y = _standardised(groups, (2,), eps).reshape(input.shape)
    per_channel = (1, -1) + (1,) * (input.ndim - 2)
    return _affine(y, *(None if t is None else t.reshape(per_channel) for t in (weight, bias)))


def instance_norm(
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """(x - mean) / √(var + ε) · w + b for each channel of each example of an input (N, C, ...), over positions.

    use_input_stats: use the mean and variance of this input, and move the running ones (C,), where given, towards their
        means over the examples by `momentum`, in place (the variance unbiased); otherwise use the running ones.
    weight, bias: w and b, (C,).
    ValueError: an input of fewer than three dimensions, or of one position; running values missing.

    Source: D. Ulyanov, A. Vedaldi and V. Lempitsky, "Instance normalization" (arXiv:1607.08022).
    """
    if input.ndim < 3:
        raise wrong_shape("instance_norm", "(N, C, ...)", input)
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    dims = tuple(range(2, input.ndim))
    count = input.numel() // max(input.shape[0] * input.shape[1], 1)
    if count == 1:
        raise ValueError(f"instance_norm: expected more than one position, got shape {tuple(input.shape)}")
    mean = ops.mean(input, dim=dims, keepdim=True)
    from_mean = input - mean
    var = ops.mean(ops.square(from_mean), dim=dims, keepdim=True)
    if input.numel():
        _move(running_mean, ops.mean(mean, dim=0), momentum)
        _move(running_var, ops.mean(var, dim=0), momentum, count / (count - 1))
    per_channel = (1, -1) + (1,) * len(dims)
    return _affine(
        from_mean * ops.rsqrt(var + eps), *(None if t is None else t.reshape(per_channel) for t in (weight, bias))
    )


def local_response_norm(input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Any:
    """x / (k + α · mean of x² over `size` neighbouring channels)ᵝ for each element of an input (N, C, ...).

    Beyond the first and the last channel there are zeros, which count.
    ValueError: an input of fewer than three dimensions; size < 1.

    Source: A. Krizhevsky, I. Sutskever and G. Hinton, "ImageNet classification with deep convolutional neural networks"
    (NIPS 2012).
    """
    if input.ndim < 3:
        raise wrong_shape("local_response_norm", "(N, C, ...)", input)
    if size < 1:
        raise ValueError(f"local_response_norm: size must be at least 1, got {size}")
    if not input.numel():
        return input
    rows = ops.square(input).reshape((input.shape[0], input.shape[1], -1))
    widths = ((size // 2, (size - 1) // 2), (0, 0))
    total = sum_pool(rows, kernel=(size, 1), stride=(1, 1), widths=widths).reshape(input.shape)
    return input / ops.pow(total * (alpha / size) + k, beta)


def _standardised(x: Any, dims: tuple[int, ...], eps: float) -> Any:
    from_mean = x - ops.mean(x, dim=dims, keepdim=True)
    return from_mean * ops.rsqrt(ops.mean(ops.square(from_mean), dim=dims, keepdim=True) + eps)


def _affine(y: Any, weight: Any, bias: Any) -> Any:
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def _last(name: str, x: Any, shape: Sequence[int]) -> tuple[int, ...]:
    """The last dimensions of x. ValueError: they do not have this shape."""
    shape = tuple(shape)
    if not shape or tuple(x.shape[-len(shape) :]) != shape:
        raise wrong_shape(name, f"(..., {', '.join(map(str, shape))})", x)
    return tuple(range(-len(shape), 0))
