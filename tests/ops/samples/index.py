"""Samples of the rows in `ops/index.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.strategies import REAL

from .draw import Drawn, Sample, indices


@st.composite
def getitem(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    return [draw(tgst.arrays(shape, REAL, dtype))], {"index": draw(indices(shape))}


@st.composite
def place(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    index = draw(indices(shape))
    taken = np.asarray(np.zeros(shape)[index]).shape
    return [draw(tgst.arrays(taken, REAL, dtype))], {"index": index, "shape": shape}


@st.composite
def setitem(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    index = draw(indices(shape))
    taken = np.asarray(np.zeros(shape)[index]).shape
    values = draw(st.sampled_from([taken, ()] + [taken[1:]] * bool(taken)))
    return [draw(tgst.arrays(shape, REAL, dtype)), draw(tgst.arrays(values, REAL, dtype))], {"index": index}


SAMPLES: dict[str, Sample] = {
    "getitem": getitem,
    "place": place,
    "setitem": setitem,
}
