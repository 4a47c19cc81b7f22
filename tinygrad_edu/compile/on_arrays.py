"""A derivative rule of which what it does depends on the numbers: called on arrays, at each run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..op import Variable
from ..tensor import wrap
from ..tracing import again


def on_arrays(function: Callable[..., Any], given: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """What a rule gives for these Tensors, called on their arrays at each run."""
    arrays: list[np.ndarray] = []

    def place(x: Any) -> Any:
        if isinstance(x, (tuple, list)):
            return tuple(map(place, x))
        if isinstance(x, (Variable, np.ndarray)):
            arrays.append(x._array if isinstance(x, Variable) else x)
            return _Place(len(arrays) - 1)
        return x

    places, named = place(given), {key: place(x) for key, x in params.items()}

    def rule(*arrays: np.ndarray) -> Any:
        found = function(*_placed(places, arrays), **{key: _placed(x, arrays) for key, x in named.items()})
        return tuple(map(np.asarray, found)) if isinstance(found, tuple) else np.asarray(found)

    rule.__name__ = f"rule_of_{getattr(function, '__name__', 'op').strip('_<>')}"
    found = again(rule, *arrays)
    return tuple(map(wrap, found)) if isinstance(found, tuple) else wrap(found)


class _Place(int):
    """The number of an array."""


def _placed(x: Any, arrays: Sequence[np.ndarray]) -> Any:
    if isinstance(x, tuple):
        return tuple(_placed(y, arrays) for y in x)
    return arrays[x] if isinstance(x, _Place) else x
