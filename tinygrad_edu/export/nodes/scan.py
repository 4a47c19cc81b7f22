"""Running totals. ONNX has that of sums; others take log2(n) steps, each of which reaches twice as far as the last."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ...ops.dims import axis
from .elementwise import logaddexp
from .shape import part

W: TypeAlias = Any  # the writer
X: TypeAlias = Any  # an input: an Item, a number, a name


def _cumsum(w: W, x: X, dim: int, dtype: Any = None) -> Any:
    found = w.step.results[0].dtype
    y = x if x.dtype == found else w.cast(x, found)
    return w.CumSum(y, np.array(axis(dim, x.ndim))) if x.ndim else w.name(y)


def _by_doubling(combine: Callable[..., Any], start: float) -> Callable[..., Any]:
    def row(w: W, x: X, dim: int, dtype: Any = None) -> Any:
        w.kind = found = w.step.results[0].dtype
        y: Any = x if x.dtype == found else w.cast(x, found)
        if not x.ndim:
            return w.name(y)
        along = axis(dim, x.ndim)
        size, reach = w.fixed(x.shape[along], "the number of steps"), 1
        while reach < size:
            widths = [0] * (2 * x.ndim)
            widths[along] = reach
            before = w.Pad(part(w, y, along, 0, size - reach), widths, np.asarray(start, found))
            y = combine(w, y, before)
            reach *= 2
        return w.name(y) if y is x else y

    return row


NODES = {
    "cumsum": _cumsum,
    "cumprod": _by_doubling(lambda w, a, b: w.Mul(a, b), 1),
    "logcumsumexp": _by_doubling(logaddexp, -math.inf),
}
