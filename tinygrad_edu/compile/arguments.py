"""What a step is called with: tensors, whose shapes and dtypes count, and everything else, which counts as it is."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..op import Variable
from ..tensor import Tensor, wrap
from .code_reads import is_plain


def signature(x: Any, arrays: list[np.ndarray]) -> Any:
    """The shapes and dtypes of the tensors among the arguments, whose arrays are collected, and everything else."""
    if isinstance(x, Variable):
        arrays.append(array := x._array)
        return array.shape, array.dtype.char, array.strides, x._node is not None
    if isinstance(x, np.ndarray):
        arrays.append(x)
        return x.shape, x.dtype.char, x.strides
    if isinstance(x, (tuple, list)):
        return type(x), *[signature(y, arrays) for y in x]
    if isinstance(x, dict):
        return type(x), *[(key, signature(y, arrays)) for key, y in x.items()]
    if isinstance(x, float):
        return type(x), x.hex()  # which tells 0.0 from -0.0, and has one text for nan
    if isinstance(x, slice):
        return slice, x.start, x.stop, x.step
    return type(x), x


def named_tensors(step: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[tuple[str, Tensor]]:
    """The tensors among the arguments, in the order of `_signature`, with the names of the parameters."""
    found: list[tuple[str, Tensor]] = []

    def visit(name: str, x: Any) -> None:
        if isinstance(x, Tensor):
            found.append((name, x))
        elif isinstance(x, np.ndarray):
            found.append((name, wrap(x)))
        elif isinstance(x, (tuple, list)):
            for i, y in enumerate(x):
                visit(f"{name}_{i}", y)
        elif isinstance(x, dict):
            for key, y in x.items():
                visit(f"{name}_{key}", y)

    names = [p.name for p in inspect.signature(step).parameters.values() if p.kind is not p.VAR_POSITIONAL]
    for i, x in enumerate(args):
        visit(names[i] if i < len(names) else f"x{i}", x)
    for key, x in kwargs.items():
        visit(key, x)
    return found


def objects_in(x: Any) -> Iterator[Any]:
    """What is neither a tensor nor a number among the arguments: objects, and functions."""
    if isinstance(x, (tuple, list, dict)):
        for y in x.values() if isinstance(x, dict) else x:
            yield from objects_in(y)
    elif not is_plain(x):
        yield x


def repeated(arrays: list[np.ndarray]) -> tuple[int, ...] | None:
    """Which arguments are the same array, if any are."""
    numbers = {id(array): i for i, array in enumerate(arrays)}
    return None if len(numbers) == len(arrays) else tuple(numbers[id(array)] for array in arrays)


def arrays_in(x: Any) -> Iterator[np.ndarray]:
    """The NumPy arrays among the arguments."""
    if isinstance(x, np.ndarray):
        yield x
    elif isinstance(x, (tuple, list, dict)):
        for y in x.values() if isinstance(x, dict) else x:
            yield from arrays_in(y)


def tensors_in(x: Any) -> Iterator[Tensor]:
    if isinstance(x, Tensor):
        yield x
    elif isinstance(x, (tuple, list, dict)):
        for y in x.values() if isinstance(x, dict) else x:
            yield from tensors_in(y)


def not_hashable(args: tuple[Any, ...], kwargs: dict[str, Any]) -> TypeError:
    for x in (*args, *kwargs.values()):
        try:
            hash(signature(x, []))
        except TypeError:
            return TypeError(
                f"compile: expected Tensors, numbers, or tuples, lists and dicts of them as arguments, got "
                f"{type(x).__name__}, whose contents may change unseen; pass what is in it"
            )
    return TypeError("compile: expected Tensors, numbers, or tuples, lists and dicts of them as arguments")
