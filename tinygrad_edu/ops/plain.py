"""Between a tensor and its array, for what has no gradient: indices, counts, orders."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Variable, numbers, wrap


def plain(x: Any) -> Any:
    """The array of a Tensor; anything else as it is."""
    return numbers(x) if isinstance(x, (Variable, np.ndarray)) else x


def constant(array: Any, like: Any) -> Any:
    """What was computed of `like`: a Tensor if that is one. There is no gradient through it."""
    if isinstance(array, Variable):
        return array if isinstance(like, Variable) else array._array
    return wrap(np.asarray(array)) if isinstance(like, Variable) else np.asarray(array)
