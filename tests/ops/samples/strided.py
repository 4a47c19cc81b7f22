"""Samples of the rows in `ops/strided.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.strategies import REAL

from .draw import Drawn, Sample


@st.composite
def diagonal(draw: st.DrawFn, dtype: Any) -> Drawn:
    """Also such as lie outside of the matrix."""
    shape = draw(tgst.shapes(min_dims=2))
    first, second = draw(st.permutations(range(len(shape))))[:2]
    params = {"offset": draw(st.integers(-3, 3)), "dim1": first, "dim2": second - len(shape)}
    return [draw(tgst.arrays(shape, REAL, dtype))], draw(st.sampled_from([params, {}]))


@st.composite
def unfold(draw: st.DrawFn, dtype: Any) -> Drawn:
    """Windows with gaps between them, side by side, and overlapping."""
    shape = draw(tgst.shapes())
    dim = draw(st.integers(-max(len(shape), 1), max(len(shape), 1) - 1))
    size = draw(st.integers(0, shape[dim] if shape else 1))
    params = {"dimension": dim, "size": size, "step": draw(st.integers(1, 3))}
    return [draw(tgst.arrays(shape, REAL, dtype))], params


@st.composite
def as_strided(draw: st.DrawFn, dtype: Any) -> Drawn:
    """Any steps that stay inside, a step of 0 among them."""
    shape = draw(tgst.shapes(min_side=1))
    rest = int(np.prod(shape)) - 1
    offset = draw(st.integers(0, rest))
    rest -= offset
    size, stride = [], []
    for _ in range(draw(st.integers(0, 3))):
        stride.append(draw(st.integers(0, max(rest, 1))))
        size.append(draw(st.integers(0, min(3, rest // stride[-1] + 1 if stride[-1] else 3))))
        rest -= max(size[-1] - 1, 0) * stride[-1]
    params = {"size": tuple(size), "stride": tuple(stride), "offset": offset}
    return [draw(tgst.arrays(shape, REAL, dtype))], params


SAMPLES: dict[str, Sample] = {
    "diagonal": diagonal,
    "unfold": unfold,
    "as_strided": as_strided,
}
