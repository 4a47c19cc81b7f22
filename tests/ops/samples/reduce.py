"""Samples of the rows in `ops/reduce.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.strategies import DISTINCT, NONZERO, REAL, Domain

from .draw import Drawn, Sample, dims


def reduction(domain: Domain, min_side: int = 0) -> Sample:
    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        shape = draw(tgst.shapes(min_side=min_side))
        params = {} if draw(st.booleans()) else {"dim": draw(dims(len(shape))), "keepdim": draw(st.booleans())}
        return [draw(tgst.arrays(shape, domain, dtype))], params

    return draw_inputs


@st.composite
def top(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_side=1))
    return [draw(tgst.arrays(shape, DISTINCT, dtype))], {"dim": draw(dims(len(shape)))}


@st.composite
def one_dim(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_side=1))
    params = {} if not shape or draw(st.booleans()) else {"dim": draw(st.integers(-len(shape), len(shape) - 1))}
    return [draw(tgst.arrays(shape, DISTINCT, dtype))], params | {"keepdim": draw(st.booleans())}


def _some_zeros(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return NONZERO(rng, shape) * (rng.random(shape) < 0.6)


@st.composite
def everything(draw: st.DrawFn, dtype: Any) -> Drawn:
    return [draw(tgst.arrays(draw(tgst.shapes(min_side=1)), DISTINCT, dtype))], {}


@st.composite
def all_but_nan(draw: st.DrawFn, dtype: Any) -> Drawn:
    """At least one element is a number."""
    (x,), params = draw(everything(dtype))
    if draw(st.booleans()):
        x = np.where(np.arange(x.size).reshape(x.shape) % 2 == 1, np.nan, x).astype(dtype)
    return [x], params


def scan(domain: Domain, min_dims: int = 0) -> Sample:
    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        shape = draw(tgst.shapes(min_dims=min_dims))
        n = max(len(shape), 1)
        return [draw(tgst.arrays(shape, domain, dtype))], {"dim": draw(st.integers(-n, n - 1))}

    return draw_inputs


def product(sample: Callable[[Domain], Sample]) -> Sample:
    """With none, some and many zeros, each of which the rules treat by itself."""
    return lambda dtype: st.one_of(sample(NONZERO)(dtype), sample(_some_zeros)(dtype))


@st.composite
def cumsum(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_dims=1))
    return [draw(tgst.arrays(shape, REAL, dtype))], {"dim": draw(st.integers(-len(shape), len(shape) - 1))}


SAMPLES: dict[str, Sample] = {
    "sum": reduction(REAL),
    "mean": reduction(REAL, min_side=1),
    "prod": product(reduction),
    "amax": reduction(DISTINCT, min_side=1),
    "amin": reduction(DISTINCT, min_side=1),
    "logsumexp": reduction(REAL, min_side=1),
    "log_softmax": cumsum,
    "cumsum": cumsum,
    "cumprod": product(scan),
    "logcumsumexp": scan(REAL),
    "median": everything,
    "nanmedian": all_but_nan,
    "top": top,
    "argmax": one_dim,
    "argmin": one_dim,
    "any": reduction(REAL),
    "all": reduction(REAL),
}
