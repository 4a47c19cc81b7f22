"""Samples of the rows in `ops/shape.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.strategies import REAL

from .draw import Drawn, Sample


@st.composite
def reshape(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    size = int(np.prod(shape))
    to = draw(st.sampled_from([(size,), (*shape, 1), (1, *shape), tuple(reversed(shape))] + [(-1,)] * (size > 0)))
    return [draw(tgst.arrays(shape, REAL, dtype))], {"shape": to}


@st.composite
def permute(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    order = draw(st.permutations(range(len(shape))))
    return [draw(tgst.arrays(shape, REAL, dtype))], {"dims": tuple(order)}


@st.composite
def transpose(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_dims=1))
    axis = st.integers(-len(shape), len(shape) - 1)
    return [draw(tgst.arrays(shape, REAL, dtype))], {"dim0": draw(axis), "dim1": draw(axis)}


@st.composite
def squeeze(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(st.lists(st.sampled_from([1, 1, 2, 0]), max_size=4))
    params = {} if not shape or draw(st.booleans()) else {"dim": draw(st.integers(-len(shape), len(shape) - 1))}
    return [draw(tgst.arrays(shape, REAL, dtype))], params


@st.composite
def unsqueeze(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    return [draw(tgst.arrays(shape, REAL, dtype))], {"dim": draw(st.integers(-len(shape) - 1, len(shape)))}


@st.composite
def expand(draw: st.DrawFn, dtype: Any) -> Drawn:
    a, b = draw(tgst.broadcastable_shapes(2))
    return [draw(tgst.arrays(a, REAL, dtype))], {"shape": np.broadcast_shapes(a, b)}


@st.composite
def flip(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_dims=1))
    axes = draw(st.lists(st.integers(0, len(shape) - 1), unique=True, min_size=1))
    return [draw(tgst.arrays(shape, REAL, dtype))], {"dims": draw(st.sampled_from([tuple(axes), axes[0] - len(shape)]))}


@st.composite
def roll(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_dims=1))
    shifts = draw(st.integers(-4, 4))
    choices = [{"shifts": shifts}, {"shifts": shifts, "dims": -1}, {"shifts": (shifts, 1), "dims": (0, -1)}]
    return [draw(tgst.arrays(shape, REAL, dtype))], draw(st.sampled_from(choices))


@st.composite
def pad(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    width = st.integers(0, 2)
    widths = tuple((draw(width), draw(width)) for _ in shape)
    return [draw(tgst.arrays(shape, REAL, dtype))], {"widths": widths, "value": 1.5}


@st.composite
def cat(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_dims=1))
    dim = draw(st.integers(-len(shape), len(shape) - 1))
    arrays = []
    for _ in range(draw(st.integers(1, 3))):
        sides = list(shape)
        sides[dim] = draw(st.integers(0, 3))
        arrays.append(draw(tgst.arrays(sides, REAL, dtype)))
    return arrays, {"dim": dim}


SAMPLES: dict[str, Sample] = {
    "reshape": reshape,
    "permute": permute,
    "transpose": transpose,
    "squeeze": squeeze,
    "unsqueeze": unsqueeze,
    "expand": expand,
    "flip": flip,
    "roll": roll,
    "pad": pad,
    "cat": cat,
}
