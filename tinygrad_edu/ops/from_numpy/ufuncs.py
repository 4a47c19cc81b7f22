"""Ufuncs that are no row but composed of rows; and the methods of all: `np.add.reduce`, `np.maximum.outer` ..."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...op import OPS, Op
from .. import complex_numbers, composed, elementwise, linalg, reduce, shape
from ..dims import axes as all_axes
from ..dims import axis as one_axis
from .computing import _tensor

KNOWN = {"add": reduce.sum, "mul": reduce.prod, "maximum": reduce.amax, "minimum": reduce.amin}
OPTIONS = {"reduce": {"axis", "keepdims"}, "accumulate": {"axis"}, "outer": set()}


def _slices(x: Any, along: int) -> list[Any]:
    return [x[(slice(None),) * along + (i,)] for i in range(x._array.shape[along])]


def _reduce(row: Op, array: Any, axis: Any = 0, keepdims: bool = False) -> Any:
    """The elements along an axis combined one after the other, from the first."""
    array = _tensor(array)
    if axis is None and array._array.ndim == 0:
        return array
    over = all_axes(axis, array._array.ndim)
    if row.name in KNOWN and over:
        return KNOWN[row.name](array, dim=over, keepdim=keepdims)
    for along in sorted(over, reverse=True):
        parts = _slices(array, along)
        if not parts:
            raise ValueError(f"np.{row.name}.reduce: no elements along axis {along} of shape {array._array.shape}")
        total = parts[0]
        for part in parts[1:]:
            total = row(total, part)
        array = shape.unsqueeze(total, dim=along) if keepdims else total
    return array


def _accumulate(row: Op, array: Any, axis: int = 0) -> Any:
    """What `reduce` has come to at each element."""
    array = _tensor(array)
    along = one_axis(axis, array._array.ndim)
    if row.name == "add":
        return OPS["cumsum"](array, dim=along)
    found: list[Any] = []
    for part in _slices(array, along):
        found.append(row(found[-1], part) if found else part)
    return composed.stack(found, along) if found else array


def _outer(row: Op, a: Any, b: Any) -> Any:
    """Each element of `a` with each of `b`."""
    a, b = _tensor(a, b), _tensor(b, a)
    return row(shape.reshape(a, shape=(*a._array.shape, *(1,) * b._array.ndim)), b)


_METHODS: dict[str, Callable[..., Any]] = {"reduce": _reduce, "accumulate": _accumulate, "outer": _outer}


def ufunc_method(row: Any, method: str, inputs: Any, kwargs: dict[str, Any]) -> Any:
    """The result of a method of the ufunc whose row this is; NotImplemented where there is none (`at`, `out=` ...)."""
    given = {key: value for key, value in kwargs.items() if value is not None or key == "axis"}
    if not isinstance(row, Op) or method not in _METHODS or not given.keys() <= OPTIONS[method] or len(row.rules) != 2:
        return NotImplemented
    return _METHODS[method](row, *inputs, **given)


def _divmod(a: Any, b: Any) -> tuple[Any, Any]:
    return elementwise.floor_divide(a, b), elementwise.remainder(a, b)


def _modf(x: Any) -> tuple[Any, Any]:
    whole = elementwise.trunc(x)
    return x - whole, whole


def _vecdot(a: Any, b: Any) -> Any:
    a = _tensor(a, b)
    return reduce.sum((complex_numbers.conj(a) if a._array.dtype.kind == "c" else a) * b, dim=-1)


COMPOSED_UFUNCS: dict[Any, Callable[..., Any]] = {
    np.fabs: elementwise.abs,
    np.divmod: _divmod,
    np.modf: _modf,
    np.vecdot: _vecdot,
}
if hasattr(np, "matvec"):  # new in NumPy 2.2
    COMPOSED_UFUNCS |= {
        np.matvec: lambda a, x: linalg.matmul(a, _tensor(x, a)[..., None])[..., 0],
        np.vecmat: lambda x, a: _vecdot(_tensor(x, a)[..., None, :], shape.transpose(_tensor(a, x), dim0=-1, dim1=-2)),
    }
