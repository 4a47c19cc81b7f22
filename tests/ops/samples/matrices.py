"""Samples of the rows in `ops/solving.py` and `ops/factors.py`: matrices whose singular values differ."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from tinygrad_edu.op import OPS
from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.strategies import REAL

from .draw import Drawn, Sample

BATCHES: list[tuple[int, ...]] = [(), (2,), (0,), (1, 2)]


def _drawn(draw: st.DrawFn, shape: tuple[int, ...], dtype: Any, complex_numbers: bool) -> np.ndarray:
    x = draw(tgst.arrays(shape, REAL, dtype)) / 2.5
    return np.asarray(x + 1j * draw(tgst.arrays(shape, REAL, dtype)) / 2.5 if complex_numbers else x)


def _spread(x: np.ndarray) -> np.ndarray:
    """With 2, 4, 6 ... on the diagonal, and little else: no two singular values are close, and none is small."""
    m, n = x.shape[-2:]
    return np.asarray(x * 0.3 + np.eye(m, n) * 2 * np.arange(1, n + 1), x.dtype)


def well_conditioned(shapes: list[tuple[int, int]], complex_too: bool = True, **parameters: Any) -> Sample:
    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        shape = (*draw(st.sampled_from(BATCHES)), *draw(st.sampled_from(shapes)))
        x = _spread(_drawn(draw, shape, dtype, complex_too and draw(st.booleans())))
        return [x], {name: draw(st.sampled_from(values)) for name, values in parameters.items()}

    return draw_inputs


SQUARE = [(3, 3), (2, 2), (1, 1), (0, 0)]
ANY = [*SQUARE, (3, 2), (2, 3), (3, 1), (0, 2), (2, 0)]


@st.composite
def positive_definite(draw: st.DrawFn, dtype: Any) -> Drawn:
    (x,), _ = draw(well_conditioned(SQUARE)(dtype))
    return [np.asarray(x @ np.conj(x).mT / 4 + np.eye(x.shape[-1]), x.dtype)], {}


@st.composite
def det(draw: st.DrawFn, dtype: Any) -> Drawn:
    """Small singular ones among them; larger ones are differentiated otherwise."""
    (x,), _ = draw(well_conditioned([*SQUARE, (4, 4)])(dtype))
    if x.shape[-1] in (1, 2, 3) and draw(st.booleans()):
        x = x.copy()
        x[..., 0, :] = 0
    return [x], {}


def _right_side(draw: st.DrawFn, a: np.ndarray, dtype: Any) -> np.ndarray:
    batch = a.shape[:-2]
    batch = draw(st.sampled_from([batch, batch[1:], tuple(1 for _ in batch), (2, *batch) if batch != (0,) else batch]))
    shape = (*batch, a.shape[-1], draw(st.integers(0, 2)))
    return _drawn(draw, shape, dtype, a.dtype.kind == "c")


@st.composite
def solve(draw: st.DrawFn, dtype: Any) -> Drawn:
    (a,), _ = draw(well_conditioned(SQUARE)(dtype))
    return [a, _right_side(draw, a, dtype)], {}


@st.composite
def solve_triangular(draw: st.DrawFn, dtype: Any) -> Drawn:
    arrays, _ = draw(solve(dtype))
    return arrays, {"upper": draw(st.booleans()), "unitriangular": draw(st.booleans())}


@st.composite
def qr(draw: st.DrawFn, dtype: Any) -> Drawn:
    """What completes the basis is determined, but for its sign, if it is one column of real numbers."""
    complete = draw(st.booleans())
    shapes = [(3, 2), (3, 3), (2, 3), (0, 2)] if complete else ANY
    arrays, _ = draw(well_conditioned(shapes, complex_too=not complete)(dtype))
    return arrays, {"complete": complete}


@st.composite
def svd(draw: st.DrawFn, dtype: Any) -> Drawn:
    full = draw(st.booleans())
    shapes = [(3, 2), (3, 3), (2, 3)] if full else ANY
    arrays, _ = draw(well_conditioned(shapes, complex_too=not full)(dtype))
    return arrays, {"full_matrices": full}


def steady(sample: Sample, name: str) -> Sample:
    """Without matrices near which LAPACK gives vectors another sign, or eigenvalues another order."""

    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        (x,), params = draw(sample(dtype))
        rng = np.random.default_rng(0)
        wide = x.astype(np.complex128 if x.dtype.kind == "c" else np.float64)
        found = OPS[name].forward(wide, **params)
        each = np.eye(x.size).reshape(x.size, *x.shape)  # one element at a time, as gradcheck goes
        directions = [*rng.standard_normal((4, *x.shape)), *each, *-each]
        for direction in (step * d for step in (1e-6, 1e-4, 1e-3, 1e-2) for d in directions):
            near = OPS[name].forward(wide + (direction if x.dtype.kind != "c" else direction * (1 + 1j)), **params)
            assume(all(np.allclose(a, b, atol=0.1) for a, b in zip(found, near, strict=True)))
        return [x], params

    return draw_inputs


SAMPLES: dict[str, Sample] = {
    "inv": well_conditioned(SQUARE),
    "solve": solve,
    "solve_triangular": solve_triangular,
    "det": det,
    "slogdet": well_conditioned(SQUARE),
    "pinv": well_conditioned(ANY),
    "matrix_exp": well_conditioned(SQUARE),
    "cholesky": positive_definite,
    "qr": steady(qr, "qr"),
    "lu_factor": well_conditioned(ANY),
    "eigh": steady(well_conditioned(SQUARE), "eigh"),
    "eig": steady(well_conditioned(SQUARE), "eig"),
    "svd": steady(svd, "svd"),
}
