"""The tensors among a model's arguments, and the names of inputs and outputs."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..op import Variable
from ..tensor import wrap


def tensors_in(x: Any) -> Iterator[Any]:
    if isinstance(x, (Variable, np.ndarray)):
        yield x
    elif isinstance(x, (tuple, list)):
        for y in x:
            yield from tensors_in(y)
    elif isinstance(x, dict):
        for y in x.values():
            yield from tensors_in(y)


def replaced(x: Any, arrays: Iterator[np.ndarray]) -> Any:
    """The same arguments, of these arrays."""
    if isinstance(x, (Variable, np.ndarray)):
        return wrap(next(arrays))
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return type(x)(*(replaced(y, arrays) for y in x))
    if isinstance(x, (tuple, list)):
        return type(x)(replaced(y, arrays) for y in x)
    return {key: replaced(y, arrays) for key, y in x.items()} if isinstance(x, dict) else x


def input_names_of(model: Any, args: Any, kwargs: Any, wanted: Sequence[str], count: int) -> list[str]:
    """Those that were given; then those of the parameters of `forward`, numbered where a parameter holds several."""
    if len(wanted) > count:
        raise ValueError(f"onnx.export: {len(wanted)} input_names for {count} tensors: {', '.join(wanted)}")
    function = getattr(model, "forward", model)
    try:
        signature = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        signature = []
    positional = [p.name for p in signature if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    found: list[str] = []
    for k, x in enumerate(args):
        own = len(list(tensors_in(x)))
        stem = positional[k] if k < len(positional) else f"input_{k}"
        found += [stem] if own == 1 else [f"{stem}_{i}" for i in range(own)]
    for key, x in kwargs.items():
        own = len(list(tensors_in(x)))
        found += [key] if own == 1 else [f"{key}_{i}" for i in range(own)]
    names = [*wanted, *found[len(wanted) :]]
    if len(set(names)) != len(names):
        raise ValueError(f"onnx.export: expected different input_names, got {', '.join(names)}")
    return names


def output_names_of(wanted: Sequence[str], count: int, inputs: list[str]) -> list[str]:
    if len(wanted) > count:
        raise ValueError(f"onnx.export: {len(wanted)} output_names for {count} results: {', '.join(wanted)}")
    names = list(wanted)
    for k in range(len(names), count):
        name = "output" if count == 1 else f"output_{k}"
        while name in inputs or name in names:
            name += "_"
        names.append(name)
    if len({*names, *inputs}) != len(names) + len(inputs):
        raise ValueError(f"onnx.export: expected different names of inputs and outputs, got {', '.join(names)}")
    return names


def check_names(open_dims: Mapping[str, Any], known: list[str]) -> None:
    for name in open_dims:
        if name not in known:
            raise ValueError(f"onnx.export: dynamic_axes names {name!r}; expected one of {', '.join(known)}")
