"""Samples of the rows in `ops/linalg.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.strategies import REAL

from .draw import Drawn, Sample


@st.composite
def matmul(draw: st.DrawFn, dtype: Any) -> Drawn:
    found = hnp.mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, min_side=0, max_side=3)
    a, b = draw(found).input_shapes
    return [draw(tgst.arrays(a, REAL, dtype)), draw(tgst.arrays(b, REAL, dtype))], {}


@st.composite
def linear(draw: st.DrawFn, dtype: Any) -> Drawn:
    *batch, n, m = draw(tgst.shapes(min_dims=2, max_dims=4, min_side=1))
    return [draw(tgst.arrays((*batch, n), REAL, dtype)), draw(tgst.arrays((m, n), REAL, dtype))], {}


EQUATIONS = [
    "i->i", "i->", "ij->ji", "ij->j", "ij->", "ii->i", "ii->", "iij->ij", "iii->i", "ij,jk->ik", "ij,jk", "ij,ij->ij",
    "i,i->", "i,j->ij", "ij,k->ik", "ii,ij->j", "bij,bjk->bik", "...ij,...jk->...ik", "...i,i->...", "i...->...",
    "ij,jk,kl->il", "i,i,i->i", ",i->i", "a,ab,b->",
]  # fmt: skip


@st.composite
def einsum(draw: st.DrawFn, dtype: Any) -> Drawn:
    equation = draw(st.sampled_from(EQUATIONS))
    side = {c: draw(st.integers(0, 3)) for c in sorted(set(equation)) if c.isalpha()}
    hidden = draw(st.lists(st.integers(0, 3), max_size=2))
    arrays = []
    for name in equation.split("->")[0].split(","):
        # a letter may have size 1 in one operand and another size elsewhere; a repeated letter has one size
        ones = {c for c in name if name.count(c) == 1 and draw(st.booleans()) and equation.split("->")[0].count(c) > 1}
        sizes: list[int] = []
        for part in name.replace("...", ".").strip():
            sizes += hidden if part == "." else [1 if part in ones and side[part] else side[part]]
        arrays.append(draw(tgst.arrays(sizes, REAL, dtype)))
    return arrays, {"equation": equation}


SAMPLES: dict[str, Sample] = {
    "linear": linear,
    "matmul": matmul,
    "einsum": einsum,
}
