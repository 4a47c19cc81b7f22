"""NumPy's functions that are ops under another name: what `np.exp(t)` and `np.sum(t, axis=0)` call.

A ufunc finds the op whose forward function it is. The other functions stand in `BASIC`, one row each, with NumPy's
names for the arguments (`axis`, `keepdims`) turned into the ops' (`dim`, `keepdim`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...op import OPS, Variable, wrap
from .. import complex_numbers, composed, elementwise, linalg, reduce, scan, shape, special
from ..dims import axis as one_axis


def _reduction(row: Any) -> Callable[..., Any]:
    def function(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
        given = {} if dtype is None else {"dtype": dtype}
        if axis == ():  # over no axis: each element for itself
            return row(shape.unsqueeze(a, dim=-1), dim=-1, **given)
        return row(a, dim=axis, keepdim=keepdims, **given)

    return function


def _extreme(row: Any) -> Callable[..., Any]:
    function = _reduction(row)
    return lambda a, axis=None, keepdims=False: function(a, axis, None, keepdims)


def _mean(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """NumPy takes the mean of integers too."""
    wanted = np.float32 if dtype is None and a.dtype.kind in "bui" else dtype
    return _reduction(reduce.mean)(a, axis, wanted, keepdims)


def _deviation(row: Any) -> Callable[..., Any]:
    def function(a: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
        a = a.float() if a.dtype.kind in "bui" else a
        if axis == ():
            return row(shape.unsqueeze(a, dim=-1), dim=-1, correction=ddof)
        return row(a, dim=axis, correction=ddof, keepdim=keepdims)

    return function


def _filled(value: float) -> Callable[..., Any]:
    def function(a: Any, dtype: Any = None) -> Any:
        return wrap(np.full(a.shape, value, a.dtype if dtype is None else dtype))

    return function


def _cumsum(a: Any, axis: int | None = None) -> Any:
    return scan.cumsum(composed.flatten(a) if axis is None else a, dim=0 if axis is None else axis)


def _flip(m: Any, axis: Any = None) -> Any:
    return shape.flip(m, dims=tuple(range(m.ndim)) if axis is None else axis)


def _roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """NumPy pairs shifts and axes by broadcasting."""
    if axis is None:
        return shape.roll(a, shifts=int(np.sum(shift)))
    pairs = [(int(s), int(d)) for s, d in np.broadcast(shift, axis)]
    for s, d in pairs:
        a = shape.roll(a, shifts=s, dims=d)
    return a


def _reshape(a: Any, new: Any, order: str = "C") -> Any:
    if order not in ("C", "F"):
        raise ValueError(f"np.reshape of a Tensor: order must be 'C' or 'F', got {order!r}")
    if order == "C":
        return shape.reshape(a, shape=new)
    sizes = tuple(new) if isinstance(new, (tuple, list)) else (new,)
    return _transpose(shape.reshape(_transpose(a), shape=sizes[::-1]))


def _broadcast_to(a: Any, new: Any) -> Any:
    return shape.expand(a, shape=tuple(new) if isinstance(new, (tuple, list)) else (new,))


def _squeeze(a: Any, axis: Any = None) -> Any:
    """NumPy refuses what PyTorch leaves: an axis named that has another size than 1."""
    for d in () if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,):
        if a.ndim and a.shape[one_axis(d, a.ndim)] != 1:
            raise ValueError(f"np.squeeze: expected size 1 in axis {d}, got shape {tuple(a.shape)}")
    return shape.squeeze(a, dim=axis)


def _concatenate(arrays: Any, axis: int | None = 0) -> Any:
    if axis is None:
        return composed.cat([shape.reshape(a, shape=(-1,)) for a in arrays], 0)
    return composed.cat(arrays, axis)


def _dot(a: Any, b: Any) -> Any:
    """Sums over the last axis of `a` and the last but one of `b`: the matrix product up to two dimensions only."""
    if not np.ndim(a) or not np.ndim(b):
        return elementwise.mul(a, b)
    a, b = (x if isinstance(x, (Variable, np.ndarray)) else np.asarray(x, like.dtype) for x, like in ((a, b), (b, a)))
    if b.ndim <= 2:
        return linalg.matmul(a, b)
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"np.dot: shapes {tuple(a.shape)} and {tuple(b.shape)} do not fit in axes -1 and -2")
    matrix = shape.reshape(
        composed.movedim(b, -2, 0), shape=(b.shape[-2], reduce.count(b.shape, None) // (b.shape[-2] or 1))
    )
    return shape.reshape(linalg.matmul(a, matrix), shape=(*a.shape[:-1], *b.shape[:-2], b.shape[-1]))


def _round(a: Any, decimals: int = 0) -> Any:
    return elementwise.round(a, decimals=decimals)


def _transpose(a: Any, axes: Any = None) -> Any:
    return shape.permute(a, dims=tuple(reversed(range(a.ndim))) if axes is None else tuple(axes))


def _expand_dims(a: Any, axis: int) -> Any:
    return shape.unsqueeze(a, dim=axis)


def _split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    length = ary.shape[axis]
    if isinstance(indices_or_sections, int):
        if indices_or_sections < 1:
            raise ValueError(f"np.split: expected 1 section or more, got {indices_or_sections}")
        if length % indices_or_sections:
            raise ValueError(f"np.split: {length} elements do not make {indices_or_sections} equal parts")
        return list(composed.split(ary, length // indices_or_sections, axis))
    cuts = [0, *indices_or_sections, length]
    return list(composed.split(ary, [int(n) for n in np.diff(cuts)], axis))


# fmt: off
BASIC: dict[Any, Callable[..., Any]] = {
    np.sum: _reduction(reduce.sum),
    np.mean: _mean,
    np.prod: _reduction(reduce.prod),
    np.max: _extreme(reduce.amax),
    np.min: _extreme(reduce.amin),
    np.any: _extreme(reduce.any),
    np.all: _extreme(reduce.all),
    np.argmax: _extreme(reduce.argmax),
    np.argmin: _extreme(reduce.argmin),
    np.var: _deviation(composed.var),
    np.std: _deviation(composed.std),
    np.cumsum: _cumsum,
    np.reshape: lambda a, shape_or=None, order="C", *, shape=None: _reshape(a, shape_or if shape is None else shape, order),
    np.ravel: lambda a, order="C": _reshape(a, -1, order),
    np.transpose: _transpose,
    np.swapaxes: lambda a, axis1, axis2: shape.transpose(a, dim0=axis1, dim1=axis2),
    np.moveaxis: lambda a, source, destination: composed.movedim(a, source, destination),
    np.squeeze: _squeeze,
    np.expand_dims: _expand_dims,
    np.broadcast_to: lambda array, shape_to=None, *, shape=None: _broadcast_to(array, shape_to if shape is None else shape),
    np.flip: _flip,
    np.roll: _roll,
    np.concatenate: _concatenate,
    np.stack: lambda arrays, axis=0: composed.stack(arrays, axis),
    np.split: _split,
    np.where: elementwise.where,
    np.clip: lambda a, a_min=None, a_max=None, *, min=None, max=None: composed.clamp(a, a_min if min is None else min, a_max if max is None else max),
    np.round: _round,
    np.copy: elementwise.clone,
    np.sinc: special.sinc,
    np.i0: composed.i0,
    np.nan_to_num: lambda x, copy=True, nan=0.0, posinf=None, neginf=None: composed.nan_to_num(x, nan, posinf, neginf),
    np.fix: elementwise.trunc,
    np.isreal: composed.isreal,
    np.isposinf: composed.isposinf,
    np.isneginf: composed.isneginf,
    np.isclose: composed.isclose,
    np.allclose: composed.allclose,
    np.array_equal: lambda a1, a2: composed.equal(a1, a2),
    np.real: complex_numbers.real,
    np.imag: complex_numbers.imag,
    np.angle: complex_numbers.angle,
    np.take_along_axis: lambda arr, indices, axis=-1: composed.take_along_dim(arr, indices, axis),
    np.tril: lambda m, k=0: composed.tril(m, k),
    np.triu: lambda m, k=0: composed.triu(m, k),
    np.outer: composed.outer,
    np.dot: _dot,
    np.einsum: lambda *operands, optimize=True: linalg.einsum(*operands),
    np.zeros_like: _filled(0),
    np.ones_like: _filled(1),
    np.shape: lambda a: a.shape,
    np.ndim: lambda a: a.ndim,
    np.size: lambda a: a.numel(),
}
# fmt: on

# the op, or the composition, of each ufunc
ROWS: dict[Any, Callable[..., Any]] = {row.forward: row for row in OPS.values() if isinstance(row.forward, np.ufunc)}
BASIC_UFUNCS: dict[Any, Callable[..., Any]] = ROWS | {
    np.power: elementwise.pow,
    np.divide: elementwise.div,
    np.remainder: elementwise.remainder,
    np.floor_divide: elementwise.floor_divide,
    np.sign: elementwise.sign,
    np.rint: elementwise.round,
    np.matmul: linalg.matmul,
    np.fmod: elementwise.fmod,
    np.heaviside: elementwise.heaviside,
    np.fmax: composed.fmax,
    np.fmin: composed.fmin,
    np.signbit: elementwise.signbit,
    np.float_power: composed.float_power,
    np.positive: composed.positive,
    np.ldexp: composed.ldexp,
    np.frexp: lambda x: tuple(composed.frexp(x)),
    np.deg2rad: composed.deg2rad,
    np.radians: composed.deg2rad,
    np.rad2deg: composed.rad2deg,
    np.degrees: composed.rad2deg,
}
