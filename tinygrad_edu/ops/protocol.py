"""NumPy's functions on Tensors: what `np.exp(t)` and `np.sum(t, axis=0)` call.

A ufunc finds the op whose forward function it is. The other functions stand in `FUNCTIONS`, one row each, with NumPy's
names for the arguments (`axis`, `keepdims`) turned into the ops' (`dim`, `keepdim`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..op import OPS, Op, wrap
from . import complex_numbers, composed, elementwise, linalg, reduce, shape


def _reduction(row: Any) -> Callable[..., Any]:
    def function(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return row(a, dim=axis, keepdim=keepdims)

    return function


def _deviation(row: Any) -> Callable[..., Any]:
    def function(a: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
        return row(a, dim=axis, correction=ddof, keepdim=keepdims)

    return function


def _filled(value: float) -> Callable[..., Any]:
    def function(a: Any, dtype: Any = None) -> Any:
        return wrap(np.full(a.shape, value, a.dtype if dtype is None else dtype))

    return function


def _cumsum(a: Any, axis: int | None = None) -> Any:
    return reduce.cumsum(composed.flatten(a) if axis is None else a, dim=0 if axis is None else axis)


def _flip(m: Any, axis: Any = None) -> Any:
    return shape.flip(m, dims=tuple(range(m.ndim)) if axis is None else axis)


def _transpose(a: Any, axes: Any = None) -> Any:
    return shape.permute(a, dims=tuple(reversed(range(a.ndim))) if axes is None else axes)


def _expand_dims(a: Any, axis: int) -> Any:
    return shape.unsqueeze(a, dim=axis)


def _pad(array: Any, pad_width: Any, mode: str = "constant", constant_values: float = 0.0) -> Any:
    if mode != "constant":
        raise NotImplementedError(f"np.pad of a Tensor: mode {mode!r} is not recorded; only 'constant' is")
    widths = np.broadcast_to(pad_width, (array.ndim, 2))
    return shape.pad(array, widths=tuple((int(lo), int(hi)) for lo, hi in widths), value=constant_values)


def _split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    length = ary.shape[axis]
    if isinstance(indices_or_sections, int):
        if length % indices_or_sections:
            raise ValueError(f"np.split: {length} elements do not make {indices_or_sections} equal parts")
        return list(composed.split(ary, length // indices_or_sections, axis))
    cuts = [0, *indices_or_sections, length]
    return list(composed.split(ary, [int(n) for n in np.diff(cuts)], axis))


# fmt: off
FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.sum: _reduction(reduce.sum),
    np.mean: _reduction(reduce.mean),
    np.prod: _reduction(reduce.prod),
    np.max: _reduction(reduce.amax),
    np.min: _reduction(reduce.amin),
    np.any: _reduction(reduce.any),
    np.all: _reduction(reduce.all),
    np.argmax: _reduction(reduce.argmax),
    np.argmin: _reduction(reduce.argmin),
    np.var: _deviation(composed.var),
    np.std: _deviation(composed.std),
    np.cumsum: _cumsum,
    np.linalg.norm: lambda x, ord=None, axis=None, keepdims=False: composed.norm(x, 2 if ord is None else ord, axis, keepdims),
    np.reshape: lambda a, shape_or=None, *, shape=None, order="C": _reshape(a, shape_or if shape is None else shape),
    np.ravel: lambda a: composed.flatten(a),
    np.transpose: _transpose,
    np.swapaxes: lambda a, axis1, axis2: shape.transpose(a, dim0=axis1, dim1=axis2),
    np.moveaxis: lambda a, source, destination: composed.movedim(a, source, destination),
    np.squeeze: lambda a, axis=None: shape.squeeze(a, dim=axis),
    np.expand_dims: _expand_dims,
    np.broadcast_to: lambda array, shape_to=None, *, shape=None: _broadcast_to(array, shape_to if shape is None else shape),
    np.flip: _flip,
    np.roll: lambda a, shift, axis=None: shape.roll(a, shifts=shift, dims=axis),
    np.pad: _pad,
    np.concatenate: lambda arrays, axis=0: composed.cat(arrays, axis),
    np.stack: lambda arrays, axis=0: composed.stack(arrays, axis),
    np.split: _split,
    np.where: elementwise.where,
    np.clip: lambda a, a_min=None, a_max=None, *, min=None, max=None: composed.clamp(a, a_min if min is None else min, a_max if max is None else max),
    np.round: lambda a, decimals=0: elementwise.round(a) if decimals == 0 else elementwise.round(a * 10**decimals) / 10**decimals,
    np.copy: elementwise.clone,
    np.real: complex_numbers.real,
    np.imag: complex_numbers.imag,
    np.angle: complex_numbers.angle,
    np.take_along_axis: lambda arr, indices, axis=-1: composed.take_along_dim(arr, indices, axis),
    np.tril: lambda m, k=0: composed.tril(m, k),
    np.triu: lambda m, k=0: composed.triu(m, k),
    np.outer: composed.outer,
    np.dot: lambda a, b: linalg.matmul(a, b) if a.ndim and b.ndim else elementwise.mul(a, b),
    np.einsum: lambda equation, *operands: linalg.einsum(equation, *operands),
    np.zeros_like: _filled(0),
    np.ones_like: _filled(1),
    np.shape: lambda a: a.shape,
    np.ndim: lambda a: a.ndim,
    np.size: lambda a: a.numel(),
}
# fmt: on


def _reshape(a: Any, new: Any) -> Any:
    return shape.reshape(a, shape=new)


def _broadcast_to(a: Any, new: Any) -> Any:
    return shape.expand(a, shape=tuple(new))


def ufuncs() -> dict[Any, Op]:
    """The op of each NumPy ufunc."""
    by_forward = {row.forward: row for row in OPS.values() if isinstance(row.forward, np.ufunc)}
    return by_forward | {np.power: elementwise.pow, np.divide: elementwise.div}
