"""Hypothesis strategies for testing anything that is differentiated: shapes, values, memory layouts.

    from hypothesis import given
    from tinygrad_edu.testing import gradcheck, strategies as tgst

    @given(tgst.tensors(domain=tgst.POSITIVE))
    def test_my_function(x):
        gradcheck(my_function, [x])

Values are drawn by seed from a domain, with special points (0, 1, -1) among them and clear of those that it names; what
Hypothesis searches and shrinks are shapes, seeds, layouts, dims, indices and graphs: where engines have had their bugs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

try:
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as hnp
except ImportError as error:
    raise ImportError(
        'tinygrad_edu.testing.strategies needs Hypothesis: pip install "tinygrad_edu[testing]"'
    ) from error

from ..tensor import Tensor, wrap
from .domains import (
    ABOVE_MINUS_ONE,
    ABOVE_ONE,
    BETWEEN_INTEGERS,
    DISTINCT,
    LAYOUTS,
    NONZERO,
    POSITIVE,
    REAL,
    UNIT,
    Domain,
    uniform,
)
from .graphs import Graph, graphs


def shapes(min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 3) -> st.SearchStrategy[Any]:
    """Shapes, with 0-d, size-0 and size-1 axes among them."""
    return hnp.array_shapes(min_dims=max(min_dims, 0), max_dims=max_dims, min_side=min_side, max_side=max_side)


def broadcastable_shapes(count: int, min_side: int = 0) -> st.SearchStrategy[tuple[tuple[int, ...], ...]]:
    """`count` shapes that broadcast against each other in every way there is."""
    found = hnp.mutually_broadcastable_shapes(num_shapes=count, max_dims=3, min_side=min_side, max_side=3)
    return found.map(lambda drawn: drawn.input_shapes)


@st.composite
def arrays(
    draw: st.DrawFn, shape: Any, domain: Domain = REAL, dtype: Any = np.float64, read_only: bool = True
) -> np.ndarray:
    """An array of this shape with values from `domain`, in any memory layout, read-only."""
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    values = np.asarray(domain(rng, tuple(shape))).astype(dtype)
    array = LAYOUTS[draw(st.sampled_from(list(LAYOUTS)))](values)
    array.flags.writeable = not read_only
    return array


@st.composite
def tensors(draw: st.DrawFn, shape: Any = None, domain: Domain = REAL, dtype: Any = np.float64) -> Tensor:
    """A leaf tensor that requires grad, of any shape (or of the one given)."""
    drawn = draw(shapes()) if shape is None else shape
    return wrap(draw(arrays(drawn, domain, dtype))).requires_grad_()


DTYPES = tuple(np.dtype(name) for name in ("bool", "uint8", "int32", "int64", "float16", "float32", "float64"))


def dtypes(kinds: str = "biuf") -> st.SearchStrategy[Any]:
    """Dtypes of these kinds: b boolean, i and u integers, f floating-point."""
    return st.sampled_from([dtype for dtype in DTYPES if dtype.kind in kinds])


@st.composite
def dims(draw: st.DrawFn, ndim: int) -> Any:
    """None, an axis, or a tuple of axes, some of them negative."""
    if not ndim:
        return draw(st.sampled_from([None, ()]))
    axes = draw(st.lists(st.integers(0, ndim - 1), unique=True, min_size=1))
    signed = tuple(axis - ndim if draw(st.booleans()) else axis for axis in axes)
    return draw(st.sampled_from([None, signed, signed[0]]))


@st.composite
def indices(draw: st.DrawFn, shape: tuple[int, ...]) -> Any:
    """Every kind of index: slices with steps, ints, newaxis, ellipsis; integer arrays with repeats; masks; mixtures."""
    kind = draw(st.sampled_from(["basic", "mask", "integers", "mixed"]))
    if kind == "mask":
        return draw(hnp.arrays(np.bool_, shape))
    if kind == "basic" or not shape or shape[0] == 0:
        return draw(hnp.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True, max_dims=5))
    rows = st.lists(st.integers(-shape[0], shape[0] - 1), max_size=4).map(lambda found: np.array(found, np.int64))
    if kind == "integers":
        return draw(rows)
    rest = draw(hnp.basic_indices(shape[1:], allow_newaxis=True, allow_ellipsis=True, max_dims=4))
    return (draw(rows), *(rest if isinstance(rest, tuple) else (rest,)))


__all__ = [
    "ABOVE_MINUS_ONE",
    "ABOVE_ONE",
    "BETWEEN_INTEGERS",
    "DISTINCT",
    "LAYOUTS",
    "NONZERO",
    "POSITIVE",
    "REAL",
    "UNIT",
    "Domain",
    "Graph",
    "arrays",
    "broadcastable_shapes",
    "dims",
    "dtypes",
    "graphs",
    "indices",
    "shapes",
    "tensors",
    "uniform",
]
