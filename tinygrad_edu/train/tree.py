"""Trees of values as JSON and arrays: how the state of a training run becomes a file without pickle.

    encode({"lr": 0.1, "m": tensor([1.0])}, arrays)   ->   {"lr": 0.1, "m": {"$array": "m"}}, and arrays["m"]

Exactly what went in comes out: floats bit for bit, nan and inf too, tuples as tuples, keys that are whole numbers as
such. Only numbers, strings, None, lists, tuples, dicts and arrays can come out, so reading a file runs no code.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np

from ..tensor import Tensor

Arrays = dict[str, np.ndarray]
KINDS = "biuf"  # bool, integers, floats: what safetensors and NumPy have in common


def encode(value: Any, arrays: Arrays, path: str = "") -> Any:
    """`value` as JSON can hold it; its arrays and Tensors are put into `arrays`, named by their paths in the tree.

    Arrays are not copied. Raises `TypeError`, naming the path, for anything else.
    """
    if value is None or isinstance(value, str | bool) or type(value) is int:
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if isinstance(value, Tensor):
        value = value._array
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in KINDS:
        while path in arrays:  # {"a": {"b": x}, "a.b": y}
            path += "'"
        array = np.asarray(value)
        arrays[path] = array.astype(array.dtype.newbyteorder("<"), copy=False)
        return {"$array" if isinstance(value, np.ndarray) else "$scalar": path}
    if isinstance(value, list | tuple):
        items = [encode(item, arrays, f"{path}.{i}") for i, item in enumerate(value)]
        return items if isinstance(value, list) else {"$tuple": items}
    if isinstance(value, dict) and all(type(key) in (str, int) for key in value):
        pairs = [[key, encode(item, arrays, f"{path}.{key}" if path else str(key))] for key, item in value.items()]
        if isinstance(value, Counter):  # MultiStepLR has one, of its milestones
            return {"$counter": pairs}
        plain = all(isinstance(key, str) and not key.startswith("$") for key in value)
        return dict(pairs) if plain else {"$dict": pairs}
    given = type(value).__name__
    if isinstance(value, dict):
        given += " with other keys than strings and ints"
    elif isinstance(value, np.ndarray | np.generic):
        given = f"an array of {value.dtype}"
    raise TypeError(f"{path}: a checkpoint holds numbers, strings, arrays of numbers, lists and dicts; got {given}")


def decode(value: Any, arrays: Arrays) -> Any:
    """The inverse of `encode`. Raises `ValueError` or `KeyError` for anything that `encode` does not produce."""
    if isinstance(value, list):
        return [decode(item, arrays) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((tag, content),) = value.items()
        if tag == "$array":
            return arrays[content]
        if tag == "$scalar":
            return arrays[content][()]
        if tag == "$tuple":
            return tuple(decode(content, arrays))
        if tag == "$dict":
            return {_key(key): decode(item, arrays) for key, item in content}
        if tag == "$counter":
            return Counter(decode({"$dict": content}, arrays))
        if tag == "$float":
            return float(content)
    if any(key.startswith("$") for key in value):
        raise ValueError(f"unknown entry {', '.join(value)}"[:80])
    return {key: decode(item, arrays) for key, item in value.items()}


def _key(key: Any) -> Any:
    if type(key) not in (str, int):
        raise ValueError("a key is neither a string nor a whole number")
    return key
