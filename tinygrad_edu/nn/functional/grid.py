"""An image seen through a grid of places: grid_sample, affine_grid.

Source: M. Jaderberg, K. Simonyan, A. Zisserman and K. Kavukcuoglu, "Spatial transformer networks" (NIPS 2015).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ... import ops
from ...ops.checks import array_in, numbers
from ...recording import decided
from ..checks import check_tensor

__all__ = [
    "affine_grid",
    "grid_sample",
]

PADDING = ("zeros", "border", "reflection")
A = -0.75  # of the cubic kernel


def affine_grid(theta: Any, size: Sequence[int], align_corners: bool | None = None) -> Any:
    """The grid of places that an affine map makes of those of an image's pixels: for `grid_sample`.

    theta: (N, 2, 3) for images of size (N, C, H, W), with result (N, H, W, 2); or (N, 3, 4) for (N, C, D, H, W), with
        result (N, D, H, W, 3). Places are (x, y) or (x, y, z) from -1 to 1.
    align_corners: -1 and 1 are the centres of the first and the last pixel; otherwise (the default) their outer edges.
    ValueError: shapes that do not fit.
    """
    check_tensor("affine_grid", theta)
    d = len(size) - 2
    if d not in (2, 3) or theta.ndim != 3 or tuple(theta.shape) != (size[0], d, d + 1):
        raise ValueError(
            f"affine_grid: expected theta (N, 2, 3) and size (N, C, H, W), or (N, 3, 4) and (N, C, D, H, W), got "
            f"{tuple(theta.shape)} and {tuple(size)}"
        )
    axes = []
    for n in size[:1:-1]:
        ends = np.linspace(-1, 1, n) if n > 1 else np.zeros(n)
        axes.append(ends if align_corners else ends * ((n - 1) / max(n, 1)))
    mesh = np.meshgrid(*reversed(axes), indexing="ij")
    base = np.stack([*reversed(mesh), np.ones_like(mesh[0])], axis=-1).astype(theta.dtype)
    flat = base.reshape(-1, d + 1)
    return ops.matmul(flat, ops.transpose(theta, dim0=1, dim1=2)).reshape((size[0], *size[2:], d))


def grid_sample(
    input: Any, grid: Any, mode: str = "bilinear", padding_mode: str = "zeros", align_corners: bool | None = None
) -> Any:
    """The values of an image at any places, between its pixels too, with gradients of the image and of the places.

    input (N, C, H, W), grid (N, P, Q, 2), result (N, C, P, Q); or (N, C, D, H, W), (N, P, Q, R, 3), (N, C, P, Q, R).
    Places are (x, y) or (x, y, z) from -1 to 1.
    mode: "bilinear", between the two nearest pixels of each dimension; "nearest"; "bicubic", a cubic polynomial through
        the four nearest (of images of two dimensions).
    padding_mode: what is outside: "zeros"; "border", the nearest pixel of the border; "reflection", a mirror image.
    align_corners: -1 and 1 are the centres of the first and the last pixel; otherwise (the default) their outer edges.
    ValueError: shapes that do not fit; an unknown mode.
    """
    check_tensor("grid_sample", input)
    check_tensor("grid_sample", grid)
    d = input.ndim - 2
    if d not in (2, 3) or grid.ndim != input.ndim or grid.shape[-1] != d or grid.shape[0] != input.shape[0]:
        raise ValueError(
            f"grid_sample: expected an input (N, C, H, W) and a grid (N, P, Q, 2), or (N, C, D, H, W) and "
            f"(N, P, Q, R, 3), got {tuple(input.shape)} and {tuple(grid.shape)}"
        )
    if mode not in ("bilinear", "nearest", "bicubic") or (mode == "bicubic" and d == 3):
        raise ValueError(f"grid_sample: mode must be 'bilinear', 'nearest' or (in 2-D) 'bicubic', got {mode!r}")
    if padding_mode not in PADDING:
        raise ValueError(f"grid_sample: padding_mode must be one of {', '.join(PADDING)}, got {padding_mode!r}")
    size, align = tuple(input.shape[2:]), bool(align_corners)
    if not all(size):
        raise ValueError(f"grid_sample: expected an input with pixels, got shape {tuple(input.shape)}")
    taps = []  # for each dimension its taps: (place, weight), both (N, P, Q)
    for dim, n in enumerate(size):
        at = grid[..., d - 1 - dim]
        at = (at + 1) * ((n - 1) / 2) if align else ((at + 1) * n - 1) * 0.5
        if mode == "bicubic":
            taps.append([(_inside(place, n, padding_mode, align), w) for place, w in _cubic(at)])
        else:
            at = _moved_inside(at, n, padding_mode, align)
            taps.append(_linear(at) if mode == "bilinear" else [(np.rint(numbers(at)), None)])
    total: Any = None
    for corner in itertools.product(*taps):
        part = _gathered(input, [place for place, _ in corner])
        for _, weight in corner:
            part = part if weight is None else part * ops.unsqueeze(weight, dim=1)
        total = part if total is None else total + part
    return total


def _gathered(x: Any, places: list[np.ndarray]) -> Any:
    """The pixels of x at these places, 0 outside: (N, C, P, Q)."""
    n, c, *size = x.shape
    shape = places[0].shape
    valid: Any = np.ones(shape, bool)
    flat: Any = np.zeros(shape, np.int64)
    for place, length in zip(places, size, strict=True):
        good = (place >= 0) & (place < length)  # nan is outside
        valid = valid & good
        flat = flat * length + np.where(good, place, 0).astype(np.int64)
    width = math.prod(shape[1:])
    index = np.broadcast_to(flat.reshape((n, 1, width)), (n, c, width))
    taken = ops.gather(x.reshape((n, c, math.prod(size))), 2, index).reshape((n, c, *shape[1:]))
    return taken if decided(np.all, array_in(valid), otherwise=False) else ops.where(valid[:, None], taken, 0)


def _linear(at: Any) -> list[tuple[np.ndarray, Any]]:
    first = np.floor(numbers(at))
    with np.errstate(invalid="ignore"):  # infinite places have no neighbours: nan
        return [(first, (first + 1) - at), (first + 1, at - first)]


def _cubic(at: Any) -> list[tuple[np.ndarray, Any]]:
    first = np.floor(numbers(at))
    with np.errstate(invalid="ignore"):
        t = at - first

    def far(u: Any) -> Any:
        return ((A * u - 5 * A) * u + 8 * A) * u - 4 * A

    def near(u: Any) -> Any:
        return ((A + 2) * u - (A + 3)) * u * u + 1

    return [(first - 1, far(t + 1)), (first, near(t)), (first + 1, near(1 - t)), (first + 2, far(2 - t))]


def _inside(at: np.ndarray, n: int, padding_mode: str, align: bool) -> np.ndarray:
    """Places moved into the image, as the mode says."""
    if padding_mode == "zeros":
        return at
    if padding_mode == "reflection":
        low, span = (0.0, n - 1.0) if align else (-0.5, float(n))
        beyond = np.abs(at - low)
        if span:
            with np.errstate(invalid="ignore"):  # of infinite places
                turns, rest = np.floor(beyond / span), np.fmod(beyond, span)
                at = np.where(turns % 2 == 0, rest, span - rest) + low
        else:
            at = np.zeros_like(at)
    return np.clip(np.where(np.isnan(at), 0, at), 0, n - 1)


def _moved_inside(at: Any, n: int, padding_mode: str, align: bool) -> Any:
    """The same, with the slope that it has: 1 or -1, and 0 where the border is reached."""
    raw = numbers(at)
    if padding_mode != "zeros":
        moved = _inside(raw, n, padding_mode, align)
        slope = ((moved > 0) & (moved < n - 1)).astype(raw.dtype)
        finite = np.where(np.isfinite(raw), raw, 0)
        if padding_mode == "reflection":
            low, span = (0.0, n - 1.0) if align else (-0.5, float(n))
            turned = np.floor(np.abs(finite - low) / span) % 2 == 1 if span else np.zeros(raw.shape, bool)
            slope = slope * np.where(turned != (finite < low), -1, 1).astype(raw.dtype)
        at = ops.where(slope != 0, ops.where(slope != 0, at, 0) * slope + (moved - finite * slope), moved)
    return at
