"""Samples of the rows in `ops/reduce.py`."""

from __future__ import annotations

from typing import Any

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


@st.composite
def cumsum(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_dims=1))
    return [draw(tgst.arrays(shape, REAL, dtype))], {"dim": draw(st.integers(-len(shape), len(shape) - 1))}


SAMPLES: dict[str, Sample] = {
    "sum": reduction(REAL),
    "mean": reduction(REAL, min_side=1),
    "prod": reduction(NONZERO),
    "amax": reduction(DISTINCT, min_side=1),
    "amin": reduction(DISTINCT, min_side=1),
    "logsumexp": reduction(REAL, min_side=1),
    "log_softmax": cumsum,
    "cumsum": cumsum,
    "top": top,
    "argmax": one_dim,
    "argmin": one_dim,
    "any": reduction(REAL),
    "all": reduction(REAL),
}
