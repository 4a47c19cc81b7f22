"""What `t.to(...)` was asked for: PyTorch's three ways to call it."""

from __future__ import annotations

from typing import Any

import numpy as np

from .op import Variable


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
        raise ValueError(f"to: the only device is 'cpu', got {str(given['device'])!r}")
    found = given["other"].dtype if "other" in given else given.get("dtype")
    return None if found is None else _dtype(found), bool(given.get("copy", False))


def _is_device(x: Any) -> bool:
    return x is None or str(x) in ("cpu", "cpu:0")


def _dtype(x: Any) -> np.dtype:
    try:
        dtype: np.dtype = np.dtype(x)
        return dtype
    except TypeError:
        raise ValueError(f"to({x!r}): not a dtype, and the only device is 'cpu'") from None
