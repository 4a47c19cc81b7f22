"""Samples of the rows in `ops/scattered.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.strategies import DISTINCT

from .draw import Drawn, Sample, indices


@st.composite
def scatter_extreme(draw: st.DrawFn, dtype: Any) -> Drawn:
    """Repeated places, and none twice the same number: at ties an extreme has no derivative."""
    shape = draw(tgst.shapes())
    index = draw(indices(shape))
    taken = np.asarray(np.zeros(shape)[index]).shape
    both = draw(tgst.arrays((int(np.prod(shape) + np.prod(taken)),), DISTINCT, dtype))
    x, src = both[: int(np.prod(shape))].reshape(shape), both[int(np.prod(shape)) :].reshape(taken)
    how = {"reduce": draw(st.sampled_from(["amax", "amin"])), "include_self": draw(st.booleans())}
    return [x.copy(), src.copy()], {"index": index, **how}


SAMPLES: dict[str, Sample] = {
    "scatter_extreme": scatter_extreme,
}
