"""Between a tensor and its array, for what has no gradient: indices, counts, orders."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Variable, wrap


def plain(x: Any) -> Any:
    """The array of a Tensor; anything else as it is."""
    return x._array if isinstance(x, Variable) else x


def constant(array: Any, like: Any) -> Any:
    """What was computed of `like`: a Tensor if that is one. There is no gradient through it."""
    return wrap(np.asarray(array)) if isinstance(like, Variable) else np.asarray(array)
