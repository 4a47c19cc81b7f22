"""Copying a state dict into the tensors of a module: all of it or nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..recording import no_grad
from ..tensor import Tensor, wrap


class LoadResult(NamedTuple):
    """What `load_state_dict` returns."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"LoadResult(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def load(owner: str, targets: Mapping[str, Tensor], values: Mapping[str, Any], strict: bool) -> LoadResult:
    """Copy `values` into `targets` in place; if anything does not fit, say everything that does not and copy nothing.

    TypeError: `values` is not a mapping. RuntimeError: it does not fit.
    """
    if not isinstance(values, Mapping):
        raise TypeError(f"load_state_dict: expected a dict of name to Tensor, got {_given(values)}")
    missing = [key for key in targets if key not in values]
    unexpected = [key for key in values if key not in targets]
    given = {key: _array(values[key]) for key in targets if key in values}
    wrong = [f"{key}: {why}" for key, array in given.items() if (why := _misfit(targets[key], array, values[key]))]
    problems = wrong
    if strict:
        problems = [f"missing: {', '.join(missing)}"] * bool(missing)
        problems += [f"unexpected: {', '.join(map(str, unexpected))}"] * bool(unexpected)
        problems += wrong
    if problems:
        listed = "\n  ".join(problems)
        raise RuntimeError(f"load_state_dict: the state does not fit this {owner}, nothing was loaded\n  {listed}")
    with no_grad():
        for key, array in given.items():
            targets[key].copy_(wrap(np.asarray(array)))
    return LoadResult(missing, unexpected)


def _given(values: Any) -> str:
    """What was given instead of a mapping, and what to do about it."""
    if isinstance(values, (str, bytes, os.PathLike)):
        path = os.fsdecode(values)
        numpy = path.endswith(".npz")
        read = f"dict(numpy.load({path!r}))" if numpy else f"safetensors.numpy.load_file({path!r})"
        return f"the path {path!r}; read the file first: load_state_dict({read})"
    if callable(getattr(values, "state_dict", None)):
        return f"{type(values).__name__}; pass its state_dict()"
    return type(values).__name__


def _array(value: Any) -> np.ndarray | None:
    if isinstance(value, Tensor):
        return value._array
    return np.asarray(value) if hasattr(value, "__array__") else None


def _misfit(target: Tensor, array: np.ndarray | None, value: Any) -> str | None:
    """Why this value cannot be copied into `target`, if it cannot."""
    if array is None:
        return f"expected a Tensor or an array, got {type(value).__name__}"
    if array.shape != target.shape:
        return f"shape {target.shape} here, {array.shape} in the state"
    if array.dtype.kind not in "bifu" and array.dtype.kind != target.dtype.kind:
        return f"dtype {target.dtype} here, {array.dtype} in the state"
    return None
