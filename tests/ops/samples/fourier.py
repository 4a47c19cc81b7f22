"""Samples of the rows in `ops/fourier.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.strategies import REAL

from .draw import Drawn, Sample


def transform(complex_numbers: bool) -> Sample:
    """Over one dimension or more, cut off or filled up."""

    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        shape = draw(tgst.shapes(min_dims=1, min_side=1))
        x = draw(tgst.arrays(shape, REAL, dtype))
        if complex_numbers and draw(st.booleans()):
            x = np.asarray(x + 1j * draw(tgst.arrays(shape, REAL, dtype)))
        dims = tuple(draw(st.permutations(range(len(shape)))))[: draw(st.integers(1, len(shape)))]
        sizes = tuple(shape[d] if draw(st.booleans()) else draw(st.integers(1, 4)) for d in dims)
        return [x], {"s": sizes, "dim": dims, "norm": draw(st.sampled_from(["backward", "ortho", "forward"]))}

    return draw_inputs


SAMPLES: dict[str, Sample] = {
    "fftn": transform(complex_numbers=True),
    "ifftn": transform(complex_numbers=True),
    "rfftn": transform(complex_numbers=False),
    "irfftn": transform(complex_numbers=True),
}
