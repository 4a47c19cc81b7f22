"""Between a tensor and its array, for what has no gradient: indices, counts, orders."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Variable, wrap
from ..recording import thread


def numbers(x: Any) -> Any:
    """The array of a Tensor, to compute with in NumPy, without a gradient; of anything else, an array.

    While `compile` traces a step it is a Tensor, as a constant: then NumPy's functions are ops, and noted.
    """
    if not isinstance(x, Variable):
        x = np.asarray(x)
        return x if thread.mode.trace is None else wrap(x)
    return x._array if thread.mode.trace is None else wrap(x._array)


def array_in(x: Any) -> Any:
    """The array itself of what `numbers` gave, for a parameter of an op."""
    return x._array if isinstance(x, Variable) else x


def plain(x: Any) -> Any:
    """The array of a Tensor; anything else as it is."""
    return numbers(x) if isinstance(x, (Variable, np.ndarray)) else x


def constant(array: Any, like: Any) -> Any:
    """What was computed of `like`: a Tensor if that is one. There is no gradient through it."""
    if isinstance(array, Variable):
        return array if isinstance(like, Variable) else array._array
    return wrap(np.asarray(array)) if isinstance(like, Variable) else np.asarray(array)
