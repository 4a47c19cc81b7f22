"""Differences, slopes and areas of functions that are known at points."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import elementwise as ew
from .. import reduce, scan, shape
from ..dims import axis, listed
from . import choosing
from .joining import cat


def _part(x: Any, along: int, start: int | None, stop: int | None) -> Any:
    return x[(slice(None),) * along + (slice(start, stop),)]


def diff(x: Any, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """x_{i+1} - x_i along `dim`, n times over. Of booleans: whether they differ.

    prepend, append: what to put before and behind x along `dim` first.
    >>> tg.diff(tg.tensor([1.0, 2.0, 4.0]))
    tensor([1., 2.])
    >>> tg.diff(tg.tensor([1, 2, 4]), n=2)
    tensor([1])
    """
    choosing.array("diff", x)
    n = choosing.whole("diff", "n", n)
    along = axis(dim, x.ndim)
    if not x.ndim:
        raise ValueError("diff: expected at least one dimension, got a 0-d tensor")
    if n < 0:
        raise ValueError(f"diff: n must be 0 or more, got {n}")
    parts = [part for part in (prepend, x, append) if part is not None]
    y = cat(parts, along) if len(parts) > 1 else x
    if n == 0:
        return ew.clone(x)
    minus = ew.logical_xor if y.dtype == bool else ew.sub
    for _ in range(np.minimum(n, y.shape[along])):
        y = minus(_part(y, along, 1, None), _part(y, along, None, -1))
    return y


def trapezoid(y: Any, x: Any = None, *, dx: Any = None, dim: int = -1) -> Any:
    """The integral of y over x along `dim` by the trapezoidal rule: sum of (x_{i+1} - x_i) (y_i + y_{i+1}) / 2.

    x: the points, a vector for `dim` or a tensor that broadcasts with y; without it they are `dx` apart, by default 1.
    >>> tg.trapezoid(tg.tensor([1.0, 2.0, 4.0]))
    tensor(4.5000)
    >>> tg.trapezoid(tg.tensor([1.0, 2.0, 4.0]), tg.tensor([0.0, 1.0, 3.0]))
    tensor(7.5000)
    """
    strips, along = _strips("trapezoid", y, x, dx, dim)
    return ew.div(reduce.sum(strips, dim=along), 2)


def trapz(y: Any, x: Any = None, *, dx: Any = None, dim: int = -1) -> Any:
    """The older name of `trapezoid`.

    >>> tg.trapz(tg.tensor([1.0, 2.0, 4.0]), dx=2)
    tensor(9.)
    """
    return trapezoid(y, x, dx=dx, dim=dim)


def cumulative_trapezoid(y: Any, x: Any = None, *, dx: Any = None, dim: int = -1) -> Any:
    """The integral of y over x from the first point to the second, the third ..., by `trapezoid`'s rule.

    >>> tg.cumulative_trapezoid(tg.tensor([1.0, 2.0, 4.0]))
    tensor([1.5000, 4.5000])
    """
    strips, along = _strips("cumulative_trapezoid", y, x, dx, dim)
    return ew.div(scan.cumsum(strips, dim=along), 2)


def _strips(name: str, y: Any, x: Any, dx: Any, dim: int) -> tuple[Any, int]:
    """Twice the area between each two neighbours, and the axis along which they are."""
    choosing.array(name, y)
    along = axis(dim, y.ndim)
    if not y.ndim:
        raise ValueError(f"{name}: expected at least one dimension, got a 0-d tensor")
    if x is not None and dx is not None:
        raise TypeError(f"{name}: expected x or dx, got both")
    for letter, t in (("y", y), ("x", x)):
        if t is not None and t.dtype == bool:
            raise TypeError(f"{name}: expected numbers, got booleans as {letter}; use {letter}.float()")
    y, x = _whole(y), _whole(x)
    heights = ew.add(_part(y, along, None, -1), _part(y, along, 1, None))
    if x is None:
        return heights if dx is None else ew.mul(heights, dx), along
    if x.ndim == 1 and x.shape[0] != y.shape[along]:
        raise ValueError(
            f"{name}: expected one x for each of the {y.shape[along]} elements of dim {dim}, got {x.shape[0]}"
        )
    points = shape.reshape(x, shape=(-1, *(1,) * (y.ndim - 1 - along))) if x.ndim == 1 else x
    points = shape.reshape(points, shape=(1,) * (y.ndim - points.ndim) + tuple(points.shape))
    axis_of_x = along + points.ndim - y.ndim
    widths = ew.sub(_part(points, axis_of_x, 1, None), _part(points, axis_of_x, None, -1))
    return ew.mul(widths, heights), axis_of_x


def gradient(x: Any, *, spacing: Any = 1, dim: Any = None, edge_order: int = 1) -> tuple[Any, ...]:
    """The slopes of a function from its values x at points, a tensor for each dimension of `dim`, by default for all.

    Inside, the parabola through a point and its two neighbours gives the slope; at the ends the line through two points,
    or with `edge_order` 2 the parabola through three.
    spacing: how far points are apart, a number for all dimensions or one for each; or for each a vector of the points.
    Source: B. Fornberg, "Generation of finite difference formulas on arbitrarily spaced grids", Math. Comp. 51 (1988).
    >>> tg.gradient(tg.tensor([1.0, 4.0, 9.0, 16.0]))
    (tensor([3., 4., 6., 7.]),)
    """
    choosing.array("gradient", x)
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order must be 1 or 2, got {edge_order!r}")
    dims = tuple(range(x.ndim)) if dim is None else listed(dim, x.ndim)
    x = ew.cast(x, dtype=np.float32) if x.dtype == bool else _whole(x)
    spacing = 1 if spacing is None else spacing
    spacings = list(spacing) if isinstance(spacing, (list, tuple)) else [spacing] * len(dims)
    if len(spacings) != len(dims):
        raise ValueError(f"gradient: expected one spacing for each of {len(dims)} dimensions, got {len(spacings)}")
    return tuple(_slope(x, h, d, edge_order) for h, d in zip(spacings, dims, strict=True))


def _whole(x: Any) -> Any:
    """Integers as int64, in which differences of bytes do not wrap around."""
    return x if x is None or x.dtype.kind not in "iu" else ew.cast(x, dtype=np.int64)


def _slope(x: Any, spacing: Any, along: int, edge_order: int) -> Any:
    n = x.shape[along]
    if n <= edge_order:
        raise ValueError(f"gradient: edge_order {edge_order} needs {edge_order + 1} points in dim {along}, got {n}")
    uniform = not getattr(spacing, "ndim", 0)
    if uniform:
        steps = before = after = spacing
    else:
        if tuple(spacing.shape) != (n,):
            raise ValueError(f"gradient: expected a vector of {n} points as spacing, got shape {tuple(spacing.shape)}")
        steps = shape.reshape(diff(_whole(spacing)), shape=(n - 1, *(1,) * (x.ndim - 1 - along)))
        before, after = steps[:-1], steps[1:]
    lines = ew.div(diff(x, dim=along), steps)  # the slopes from each point to the next
    first, last = _part(lines, along, None, 1), _part(lines, along, -1, None)
    if n == 2:
        return cat([first, last], along)
    u, v = _part(lines, along, None, -1), _part(lines, along, 1, None)
    bend = ew.div(ew.sub(v, u), ew.add(before, after))  # of the parabola: half its second derivative
    if uniform:  # without the point in the middle
        inside = ew.div(ew.sub(_part(x, along, 2, None), _part(x, along, None, -2)), ew.mul(2, spacing))
    else:
        inside = ew.add(u, ew.mul(bend, before))
    if edge_order == 2:
        first = ew.sub(first, ew.mul(_part(bend, along, None, 1), before if uniform else before[:1]))
        last = ew.add(last, ew.mul(_part(bend, along, -1, None), after if uniform else after[-1:]))
    return cat([first, inside, last], along)
