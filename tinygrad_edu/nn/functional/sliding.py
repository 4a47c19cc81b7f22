"""Arguments of what slides over an input: one number for each dimension, or one for all of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..checks import check_tensor, wrong_shape

Ints = tuple[int, ...]


def each(name: str, argument: str, value: Any, d: int, least: int = 0) -> Ints:
    """An int, or a sequence of 1 or d of them, as d ints. TypeError, ValueError: anything else, less than `least`."""
    found = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    for number in found:
        if not isinstance(number, (int, np.integer)) or isinstance(number, bool):
            raise TypeError(f"{name}: {argument} must be an int or {d} of them, got {value!r}")
    if len(found) not in (1, d):
        raise ValueError(f"{name}: {argument} must be an int or {d} of them, got {value!r}")
    if min(found) < least:
        raise ValueError(f"{name}: {argument} must be at least {least}, got {value!r}")
    return tuple(int(number) for number in found * (d if len(found) == 1 else 1))


def spatial(name: str, x: Any, d: int) -> Ints:
    """The sizes of the last d dimensions of an input (N, C, ...) or (C, ...)."""
    check_tensor(name, x)
    if x.ndim not in (d + 1, d + 2):
        dims = ", ".join("DHW"[-d:] if d > 1 else "L")
        raise wrong_shape(name, f"(N, C, {dims}) or (C, {dims})", x)
    return tuple(x.shape[-d:])
