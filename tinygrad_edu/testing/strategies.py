"""Hypothesis strategies for testing anything that is differentiated: shapes, values, memory layouts.

    from hypothesis import given
    from tinygrad_edu.testing import gradcheck, strategies as tgst

    @given(tgst.tensors(domain=tgst.POSITIVE))
    def test_my_function(x):
        gradcheck(my_function, [x])

Values are drawn by seed from a domain that keeps clear of the points without a derivative; what Hypothesis
searches and shrinks are shapes, seeds and layouts: the places where engines have had their bugs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ..tensor import Tensor, wrap

Domain = Callable[[np.random.Generator, tuple[int, ...]], Any]


def uniform(low: float, high: float) -> Domain:
    """Evenly distributed between two bounds."""
    return lambda rng, shape: rng.uniform(low, high, shape)


def _away_from_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.uniform(0.3, 2.5, shape) * rng.choice([-1.0, 1.0], shape)


def _distinct(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    n = int(np.prod(shape, dtype=int))
    return ((rng.permutation(n) - n / 2 + rng.uniform(0.2, 0.4)) * 0.37).reshape(shape)


def _between_integers(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.integers(-3, 3, shape) + rng.uniform(0.1, 0.4, shape)


REAL = uniform(-2.5, 2.5)
POSITIVE = uniform(0.3, 2.5)
UNIT = uniform(-0.85, 0.85)  # inside (-1, 1)
ABOVE_ONE = uniform(1.2, 3.0)
ABOVE_MINUS_ONE = uniform(-0.7, 2.0)
NONZERO: Domain = _away_from_zero
DISTINCT: Domain = _distinct  # no two equal, so no ties
BETWEEN_INTEGERS: Domain = _between_integers  # away from steps, halves included


def shapes(min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 3) -> st.SearchStrategy[Any]:
    """Shapes, with 0-d, size-0 and size-1 axes among them."""
    return hnp.array_shapes(min_dims=max(min_dims, 0), max_dims=max_dims, min_side=min_side, max_side=max_side)


def broadcastable_shapes(count: int, min_side: int = 0) -> st.SearchStrategy[tuple[tuple[int, ...], ...]]:
    """`count` shapes that broadcast against each other in every way there is."""
    found = hnp.mutually_broadcastable_shapes(num_shapes=count, max_dims=3, min_side=min_side, max_side=3)
    return found.map(lambda drawn: drawn.input_shapes)


def _reversed_memory(x: np.ndarray) -> np.ndarray:
    back = (slice(None, None, -1),) * x.ndim
    return np.ascontiguousarray(x[back])[back].reshape(x.shape)


def _strided(x: np.ndarray) -> np.ndarray:
    if not x.ndim:
        return x
    wide = np.empty((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
    wide[..., ::2] = x
    return wide[..., ::2]


LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "contiguous": lambda x: x,
    "Fortran order": lambda x: np.copy(x, order="F"),
    "negative strides": _reversed_memory,
    "every second element": _strided,
}


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
