"""NumPy's functions that only move elements about: `np.tile`, `np.insert`, `np.vstack`, `np.rot90` ...

One function serves them all. NumPy's own is called with arrays of positions in place of the elements, and says where
each element of the result comes from; `getitem` then takes them, and has the right gradient. What NumPy fills with
zeros, as `np.diag` does, is position 0.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ...op import Variable, wrap
from ...tracing import again, sized
from .. import composed, elementwise, index, shape
from .constants import filled, placed


class _Pool:
    """The elements of all arguments in one row, and where those of each begin."""

    def __init__(self) -> None:
        self.parts: list[Any] = []
        self.size = 0

    def positions(self, x: Any) -> Any:
        """What stands in for an argument: of each element its number, from 1."""
        if isinstance(x, (list, tuple)) and _holds_tensors(x):
            return [self.positions(part) for part in x]
        part = x if isinstance(x, Variable) else wrap(np.asarray(x))
        found = np.arange(self.size + 1, self.size + 1 + part._array.size).reshape(part._array.shape)
        self.parts.append(part)
        self.size += part._array.size
        return found

    def taken(self, found: Any) -> Any:
        """The elements at these numbers."""
        if isinstance(found, (list, tuple)):
            return type(found)([self.taken(each) for each in found])
        row, filled = self._row(), found == 0
        if not self.size:
            return wrap(np.zeros(found.shape, row._array.dtype))
        result = index.getitem(row, index=np.maximum(found - 1, 0))
        return elementwise.where(filled, 0, result) if np.any(filled) else result

    def taken_by(self, find: Callable[..., Any], arrays: list[np.ndarray]) -> Any:
        """The elements at the numbers that `find` gives of these arrays; there are such numbers, and none is 0."""
        found = sized(lambda *arrays: _from_zero(find(*arrays)), *arrays)
        if isinstance(found, tuple):
            return [index.getitem(self._row(), index=each) for each in found]
        return index.getitem(self._row(), index=found)

    def _row(self) -> Any:
        rows = [shape.reshape(part, shape=(-1,)) if part._array.ndim != 1 else part for part in self.parts]
        return rows[0] if len(rows) == 1 else composed.cat(rows, 0)


def _from_zero(found: Any) -> Any:
    return tuple(map(_from_zero, found)) if isinstance(found, (list, tuple)) else np.asarray(found - 1)


def _holds_tensors(x: Any) -> bool:
    return isinstance(x, Variable) or (isinstance(x, (list, tuple)) and any(map(_holds_tensors, x)))


def moving(function: Callable[..., Any], *data: str) -> Callable[..., Any]:
    """A NumPy function that moves the elements of the arguments named `data`, on Tensors."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def moved(*args: Any, **kwargs: Any) -> Any:
        pool = _Pool()
        bound = signature.bind(*args, **kwargs)
        for name in data:
            if name in bound.arguments:
                given = bound.arguments[name]
                several = signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
                bound.arguments[name] = tuple(map(pool.positions, given)) if several else pool.positions(given)
        where: list[np.ndarray] = []
        for name, value in bound.arguments.items():
            if name not in data and _holds_tensors(value):
                bound.arguments[name] = _plain(function, name, value, where)
        if not where:
            return pool.taken(function(*bound.args, **bound.kwargs))
        return pool.taken_by(
            lambda *arrays: function(*filled(bound.args, arrays), **filled(bound.kwargs, arrays)), where
        )

    return moved


def _plain(function: Any, name: str, x: Any, arrays: list[np.ndarray]) -> Any:
    """An argument that says where, not what: a mask, numbers of rows. Its arrays are collected, and numbers stand there."""
    if isinstance(x, Variable):
        if x.node is not None:
            raise TypeError(
                f"np.{function.__name__} of a tensor that requires grad is not recorded for {name}=; "
                "use t.detach().numpy() if that is meant"
            )
        return placed(x, arrays)
    return type(x)(_plain(function, name, part, arrays) for part in x) if isinstance(x, (list, tuple)) else x


def _partition(a: Any, kth: Any, axis: int | None = -1, kind: Any = "introselect", order: None = None) -> Any:
    if axis is None:
        a, axis = shape.reshape(a, shape=(-1,)), 0
    return composed.take_along_dim(a, again(lambda a: np.argpartition(a, kth, axis, kind), a._array), axis)


def _pad(array: Any, pad_width: Any, mode: str = "constant", **options: Any) -> Any:
    """With constants, or with elements from elsewhere in the array."""
    if mode == "constant" and options.keys() <= {"constant_values"} and np.ndim(options.get("constant_values", 0)) == 0:
        widths = np.broadcast_to(pad_width, (array.ndim, 2))
        value = options.get("constant_values", 0.0)
        return shape.pad(array, widths=tuple((int(lo), int(hi)) for lo, hi in widths), value=value)
    if mode not in ("edge", "reflect", "symmetric", "wrap") or options:
        raise NotImplementedError(
            f"np.pad of a Tensor: mode {mode!r} {options or ''} is not recorded; 'constant' with one value, "
            "'edge', 'reflect', 'symmetric' and 'wrap' are"
        )
    return moving(np.pad, "array")(array, pad_width, mode=mode)


def _in_the_dtype_of(arr: Any, values: Any) -> Any:
    if isinstance(values, Variable):
        return elementwise.cast(values, dtype=arr.dtype) if values._array.dtype != arr.dtype else values
    return values if _holds_tensors(values) else np.asarray(values, arr.dtype)


_DATA: dict[Any, str] = {
    np.tile: "A", np.repeat: "a", np.rot90: "m", np.fliplr: "m", np.flipud: "m", np.delete: "arr", np.resize: "a",
    np.take: "a", np.compress: "a", np.extract: "arr", np.diagonal: "a", np.diag: "v", np.diagflat: "v",
    np.rollaxis: "a", np.array_split: "ary", np.hsplit: "ary", np.vsplit: "ary",
    np.dsplit: "ary", np.unstack: "x", np.atleast_1d: "arys", np.atleast_2d: "arys", np.atleast_3d: "arys",
    np.broadcast_arrays: "args", np.meshgrid: "xi", np.hstack: "tup", np.vstack: "tup", np.dstack: "tup",
    np.column_stack: "tup", np.block: "arrays", np.append: "arr values",
    np.choose: "choices",
}  # fmt: skip
MOVING: dict[Any, Callable[..., Any]] = {
    function: moving(function, *names.split()) for function, names in _DATA.items()
}
_inserted = moving(np.insert, "arr", "values")
MOVING |= {
    np.insert: lambda arr, obj, values, axis=None: _inserted(arr, obj, _in_the_dtype_of(arr, values), axis),
    np.partition: _partition,
    np.pad: _pad,
}
