"""Tensors with elements of another dtype: `t.to(...)`, in PyTorch's three ways to call it, and its kin."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import devices, ops
from .literals import default_array
from .op import Variable, wrap
from .tracing import again, is_traced, same


class Conversions(Variable):
    """What `Tensor` inherits of methods that change the dtype."""

    __slots__ = ()

    def astype(self, dtype: Any) -> Any:
        """With elements of another dtype: a copy. Integers and booleans have no gradient."""
        if self.node is not None and np.dtype(dtype).kind not in "fc":
            return ops.cast(wrap(self._array), dtype=dtype)  # integers and booleans have no gradient
        return ops.cast(self, dtype=dtype)

    def to(self, *args: Any, **options: Any) -> Any:
        """With elements of another dtype: `to(dtype)`, `to(device, dtype)`, or `to(other)` for the dtype of a tensor.

        device: there is one, "cpu".
        non_blocking, memory_format: accepted as in PyTorch; the numbers are the same.
        copy: a copy even if the dtype is this one already; by default this tensor itself is returned.
        """
        target, copy = requested(args, options)
        if target is None or target == self._array.dtype:
            return ops.clone(self) if copy else self
        return self.astype(target)

    def type_as(self, other: Variable) -> Any:
        """In the dtype of another tensor."""
        return self.to(other._array.dtype)

    def float(self, memory_format: Any = None) -> Any:
        """In float32."""
        return self.to(np.float32)

    def double(self, memory_format: Any = None) -> Any:
        """In float64."""
        return self.to(np.float64)

    def half(self, memory_format: Any = None) -> Any:
        """In float16."""
        return self.to(np.float16)

    def cfloat(self, memory_format: Any = None) -> Any:
        """In complex64."""
        return self.to(np.complex64)

    def cdouble(self, memory_format: Any = None) -> Any:
        """In complex128."""
        return self.to(np.complex128)

    def long(self, memory_format: Any = None) -> Any:
        """In int64."""
        return self.to(np.int64)

    def int(self, memory_format: Any = None) -> Any:
        """In int32."""
        return self.to(np.int32)

    def short(self, memory_format: Any = None) -> Any:
        """In int16."""
        return self.to(np.int16)

    def char(self, memory_format: Any = None) -> Any:
        """In int8."""
        return self.to(np.int8)

    def byte(self, memory_format: Any = None) -> Any:
        """In uint8."""
        return self.to(np.uint8)

    def bool(self, memory_format: Any = None) -> Any:
        """As booleans: whether each element is not zero."""
        return self.to(np.bool_)

    def cpu(self) -> Any:
        """This tensor: there is no other device."""
        return self


def requested(args: tuple[Any, ...], options: dict[str, Any]) -> tuple[np.dtype | None, bool]:
    """The dtype (None for that which is there) and whether a copy is wanted."""
    first = args[0] if args else None
    names: tuple[str, ...]
    if isinstance(first, Variable):
        names = ("other", "non_blocking", "copy")
    elif args and not _is_device(first):
        names = ("dtype", "non_blocking", "copy")
    else:
        names = ("device", "dtype", "non_blocking", "copy")
    given = dict(zip(names, args, strict=False))
    unknown = options.keys() - {"device", "dtype", "non_blocking", "copy", "memory_format"}
    if len(args) > len(names) or unknown or given.keys() & options.keys():
        wrong = ", ".join([*map(repr, args), *options])
        raise TypeError(f"to({wrong}): expected to(dtype), to(device, dtype) or to(other), then non_blocking and copy")
    given |= options
    if given.get("device") is not None and not _is_device(given["device"]):
        devices.check("to", given["device"])
    found = given["other"].dtype if "other" in given else given.get("dtype")
    return None if found is None else _dtype(found), bool(given.get("copy", False))


def _is_device(x: Any) -> bool:
    return x is None or str(x) in ("cpu", "cpu:0")


def _dtype(x: Any) -> np.dtype:
    try:
        dtype: np.dtype = np.dtype(x)
        return dtype
    except TypeError:
        why = f"; {devices.NO_GPU}" if str(x).split(":")[0] in ("cuda", "mps", "xpu") else ""
        raise ValueError(f"to({x!r}): not a dtype, and the only device is 'cpu'{why}") from None


def to_array(data: Any, dtype: Any) -> np.ndarray:
    """A new array with this data."""
    if isinstance(data, Variable):
        converted = data._array.astype(data._array.dtype if dtype is None else dtype)
        if is_traced():
            same(converted, ops.cast(wrap(data._array), dtype=converted.dtype)._array)
        return converted
    if isinstance(data, np.ndarray) and data.dtype.kind in "bifuc" and is_traced():
        copied: np.ndarray = again(lambda data: np.array(default_array(data, dtype)), data)
        return copied
    try:
        array = np.array(default_array(data, dtype))
    except (ValueError, TypeError) as error:
        raise type(error)(f"tensor: cannot make an array of this {type(data).__name__}: {error}") from None
    if array.dtype.kind not in "bifuc":
        raise TypeError(f"tensor: cannot hold elements of type {array.dtype}; pass numbers or booleans")
    return array
