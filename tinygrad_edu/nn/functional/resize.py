"""Another number of pixels: interpolate, upsample; pixels to channels and back: pixel_shuffle, channel_shuffle.

Interpolation goes along one dimension after the other. Along each, an output is a weighted sum of a few inputs.

Source of the cubic kernel (a = -3/4): R. Keys, "Cubic convolution interpolation for digital image processing" (IEEE
Transactions on Acoustics, Speech, and Signal Processing 29, 1981).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ... import ops
from ..checks import check_tensor, wrong_shape
from .adaptive import adaptive_mean

__all__ = [
    "channel_shuffle",
    "interpolate",
    "pixel_shuffle",
    "pixel_unshuffle",
    "upsample",
    "upsample_bilinear",
    "upsample_nearest",
]

LINEAR = {"linear": 1, "bilinear": 2, "trilinear": 3}
MODES = ("nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic", "area")


def interpolate(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Any:
    """An input (N, C, ...), of one to three dimensions "...", at another resolution.

    size: the new sizes, or scale_factor: by how much to multiply the old ones (rounded down); an int or float for all
        dimensions, or one each.
    mode: "nearest" (and "nearest-exact", which takes the centres of the pixels), the nearest element; "linear",
        "bilinear", "trilinear", between the two nearest of one, two, three dimensions; "bicubic", a cubic polynomial
        through the four nearest; "area", the mean of the area that a pixel covers.
    align_corners: in the linear modes and "bicubic", the centres of the corner pixels stay where they are; otherwise
        (the default) their outer edges do.
    recompute_scale_factor: compute the scale from the two sizes, not from scale_factor.
    antialias: widen the kernel when shrinking, so that no pixel is passed over; in "bilinear" and "bicubic".
    ValueError: an unknown mode, or one for another number of dimensions; neither or both of size and scale_factor;
    align_corners or antialias in a mode that has no use for it.
    """
    check_tensor("interpolate", input)
    d = input.ndim - 2
    if mode not in MODES:
        raise ValueError(f"interpolate: mode must be one of {', '.join(MODES)}, got {mode!r}")
    wanted = {"bicubic": 2, **LINEAR}.get(mode)
    if not 1 <= d <= 3 or wanted not in (None, d):
        raise wrong_shape("interpolate", f"(N, C, {', '.join('DHW'[-(wanted or 3) :])}) in mode {mode!r}", input)
    smooth = mode == "bicubic" or mode in LINEAR
    if align_corners is not None and not smooth:
        raise ValueError(f"interpolate: align_corners has no meaning in mode {mode!r}; leave it out")
    if antialias and mode not in ("bilinear", "bicubic"):
        raise ValueError(f"interpolate: antialias needs mode 'bilinear' or 'bicubic', got {mode!r}")
    out, scales = _target(tuple(input.shape[2:]), size, scale_factor, recompute_scale_factor)
    if mode == "area":
        return adaptive_mean("interpolate", d, input, out)
    y = input
    for dim, (m, scale) in enumerate(zip(out, scales, strict=True), 2):
        n = input.shape[dim]
        if not smooth:
            y = _take(y, dim, _nearest(n, m, scale, 0.5 if mode == "nearest-exact" else 0.0))
        elif n != m or (scale is not None and scale != 1):
            y = _weighted(y, dim, *_taps(n, m, scale, mode == "bicubic", bool(align_corners), antialias))
    return y


def upsample(
    input: Any, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: bool | None = None
) -> Any:
    """The same as `interpolate`, its older name."""
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Any, size: Any = None, scale_factor: Any = None) -> Any:
    """`interpolate` in the mode "nearest"."""
    return interpolate(input, size, scale_factor, "nearest")


def upsample_bilinear(input: Any, size: Any = None, scale_factor: Any = None) -> Any:
    """`interpolate` in the mode "bilinear", with align_corners=True."""
    return interpolate(input, size, scale_factor, "bilinear", True)


def _target(
    old: tuple[int, ...], size: Any, scale_factor: Any, recompute: bool | None
) -> tuple[tuple[int, ...], list[float | None]]:
    """The new sizes, and the scale of each dimension where it is not to be computed from the sizes."""
    if (size is None) == (scale_factor is None):
        raise ValueError("interpolate: expected one of size and scale_factor")
    d = len(old)
    given = scale_factor if size is None else size
    each = list(given) if isinstance(given, (tuple, list)) else [given] * d
    if len(each) != d:
        raise ValueError(f"interpolate: expected a number or {d} of them, got {given!r}")
    if size is not None:
        if recompute:
            raise ValueError("interpolate: recompute_scale_factor needs a scale_factor")
        new = tuple(int(n) for n in each)
        scales: list[float | None] = [None] * d
    else:
        new = tuple(math.floor(n * float(s)) for n, s in zip(old, each, strict=True))
        scales = [None if recompute or s <= 0 else float(s) for s in each]
    if not all(old) or min(new) < 1:
        raise ValueError(f"interpolate: expected sizes of at least 1, got {old} and {new}")
    return new, scales


def _nearest(n: int, m: int, scale: float | None, shift: float) -> Any:
    """The input of each of m outputs; in float32, as in PyTorch, which decides where an output lies between two."""
    step = np.float32(n / m if scale is None else 1 / scale)
    places = np.floor((np.arange(m, dtype=np.float32) + np.float32(shift)) * step)
    return np.minimum(places.astype(np.int64), n - 1)


def _take(x: Any, dim: int, index: np.ndarray) -> Any:
    """The elements along one dimension; where each is taken f times in a row, without an index."""
    n, m = x.shape[dim], len(index)
    if m == n and (index == np.arange(n)).all():
        return x
    if m % n == 0 and (index == np.repeat(np.arange(n), m // n)).all():
        before, behind = tuple(x.shape[: dim + 1]), tuple(x.shape[dim + 1 :])
        wide = ops.expand(x.reshape((*before, 1, *behind)), shape=(*before, m // n, *behind))
        return wide.reshape((*before[:-1], m, *behind))
    return ops.index_select(x, dim, index)


def _weighted(x: Any, dim: int, index: np.ndarray, weights: np.ndarray) -> Any:
    """Output i is the sum of weights[i, t] · x[index[i, t]] over t, along one dimension."""
    taken = ops.index_select(x, dim, index.reshape(-1))
    taken = taken.reshape((*x.shape[:dim], *index.shape, *x.shape[dim + 1 :]))
    return ops.sum(taken * weights.astype(x.dtype).reshape(*index.shape, *[1] * (x.ndim - dim - 1)), dim=dim + 1)


def _taps(
    n: int, m: int, scale: float | None, cubic: bool, align: bool, antialias: bool
) -> tuple[np.ndarray, np.ndarray]:
    """For each of m outputs the inputs, of n, that it is made of, and their weights."""
    kernel, reach = (_cubic, 2) if cubic else (_triangle, 1)
    step = (n - 1) / (m - 1) if align and m > 1 else 0.0 if align else n / m if scale is None else 1 / scale
    i = np.arange(m)
    if antialias:
        return _wide_taps(n, step, (i + 0.5) * step, kernel, reach)
    places = i * step if align else (i + 0.5) * step - 0.5
    places = places if cubic else np.maximum(places, 0)
    first = np.floor(places).astype(np.int64)
    index = first[:, None] + np.arange(1 - reach, reach + 1)
    distance = places[:, None] - index
    if not cubic:  # beyond the last element there is no second
        distance = np.where(first[:, None] >= n - 1, [[0.0, 1.0]], distance)
    return np.clip(index, 0, n - 1), kernel(distance, -0.75)


def _wide_taps(
    n: int, step: float, centres: np.ndarray, kernel: Callable[..., Any], reach: int
) -> tuple[np.ndarray, np.ndarray]:
    """The same with a kernel as wide as the step, whose weights add up to 1 within the input."""
    wide = max(step, 1.0)
    low = np.maximum((centres - reach * wide + 0.5).astype(np.int64), 0)
    high = np.minimum((centres + reach * wide + 0.5).astype(np.int64), n)
    index = low[:, None] + np.arange(np.max(high - low))
    weights = np.where(index < high[:, None], kernel((index - centres[:, None] + 0.5) / wide, -0.5), 0)
    return np.minimum(index, high[:, None] - 1), weights / weights.sum(1, keepdims=True)


def _triangle(distance: np.ndarray, a: float) -> Any:
    return np.maximum(1 - np.abs(distance), 0)


def _cubic(distance: np.ndarray, a: float) -> Any:
    t = np.abs(distance)
    near, far = ((a + 2) * t - (a + 3)) * t * t + 1, ((a * t - 5 * a) * t + 8 * a) * t - 4 * a
    return np.where(t <= 1, near, np.where(t < 2, far, 0))


def pixel_shuffle(input: Any, upscale_factor: int) -> Any:
    """(..., C · r², H, W) to (..., C, H · r, W · r): r² channels become the pixels of a square.

    ValueError: r < 1, or a number of channels that r² does not divide.

    Source: W. Shi et al., "Real-time single image and video super-resolution using an efficient sub-pixel convolutional
    neural network" (CVPR 2016).
    """
    r = upscale_factor
    check_tensor("pixel_shuffle", input)
    if r < 1 or input.ndim < 3 or input.shape[-3] % (r * r):
        raise wrong_shape("pixel_shuffle", f"(..., C · {r}², H, W)", input)
    *lead, c, h, w = input.shape
    k = len(lead)
    squares = input.reshape((*lead, c // (r * r), r, r, h, w))
    order = (*range(k + 1), k + 3, k + 1, k + 4, k + 2)
    return ops.permute(squares, dims=order).reshape((*lead, c // (r * r), h * r, w * r))


def pixel_unshuffle(input: Any, downscale_factor: int) -> Any:
    """(..., C, H · r, W · r) to (..., C · r², H, W): the opposite of `pixel_shuffle`.

    ValueError: r < 1, or a height or width that r does not divide.
    """
    r = downscale_factor
    check_tensor("pixel_unshuffle", input)
    if r < 1 or input.ndim < 3 or input.shape[-2] % r or input.shape[-1] % r:
        raise wrong_shape("pixel_unshuffle", f"(..., C, H · {r}, W · {r})", input)
    *lead, c, h, w = input.shape
    k = len(lead)
    squares = input.reshape((*lead, c, h // r, r, w // r, r))
    order = (*range(k + 1), k + 2, k + 4, k + 1, k + 3)
    return ops.permute(squares, dims=order).reshape((*lead, c * r * r, h // r, w // r))


def channel_shuffle(input: Any, groups: int) -> Any:
    """The channels of an input (N, C, ...) in another order: the first of each group, then the second of each ...

    ValueError: `groups` does not divide C.

    Source: X. Zhang, X. Zhou, M. Lin and J. Sun, "ShuffleNet" (CVPR 2018).
    """
    check_tensor("channel_shuffle", input)
    if input.ndim < 3 or groups < 1 or input.shape[1] % groups:
        raise wrong_shape("channel_shuffle", f"(N, C, ...), with C a multiple of {groups}", input)
    n, c, *rest = input.shape
    grouped = input.reshape((n, groups, c // groups, *rest))
    return ops.transpose(grouped, dim0=1, dim1=2).reshape((n, c, *rest))
