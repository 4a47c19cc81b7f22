"""Samples of the rows in `ops/elementwise.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.strategies import (
    ABOVE_MINUS_ONE,
    ABOVE_ONE,
    BETWEEN_INTEGERS,
    NONZERO,
    POSITIVE,
    REAL,
    UNIT,
    Domain,
    uniform,
)

from .draw import Drawn, Sample, binary, booleans, elementwise, unary


@st.composite
def powers(draw: st.DrawFn, dtype: Any) -> Drawn:
    """Positive bases with any exponents."""
    a, b = draw(tgst.broadcastable_shapes(2))
    return [draw(tgst.arrays(a, POSITIVE, dtype)), draw(tgst.arrays(b, REAL, dtype))], {}


@st.composite
def where(draw: st.DrawFn, dtype: Any) -> Drawn:
    c, a, b = draw(tgst.broadcastable_shapes(3))
    return [draw(hnp.arrays(np.bool_, c)), draw(tgst.arrays(a, REAL, dtype)), draw(tgst.arrays(b, REAL, dtype))], {}


AROUND_THE_BOUNDS = Domain(
    lambda rng, shape: rng.choice([-1.3, -0.2, 0.3, 1.1], shape) + rng.uniform(-0.1, 0.1, shape),
    except_at=dict.fromkeys((-0.5, 0.5), "a kink, at the bound"),
)
ONES = Domain(lambda rng, shape: rng.choice([-1.0, 1.0], shape), except_at={0: "division by 0"})


@st.composite
def clip(draw: st.DrawFn, dtype: Any) -> Drawn:
    bounds = draw(st.sampled_from([{"min": -0.5}, {"max": 0.5}, {"min": -0.5, "max": 0.5}]))
    return [draw(tgst.arrays(draw(tgst.shapes()), AROUND_THE_BOUNDS, dtype))], bounds


@st.composite
def cast(draw: st.DrawFn, dtype: Any) -> Drawn:
    return [draw(tgst.arrays(draw(tgst.shapes()), REAL, dtype))], {"dtype": np.float64}


@st.composite
def integers(draw: st.DrawFn, dtype: Any) -> Drawn:
    a, b = draw(tgst.broadcastable_shapes(2))
    return [draw(hnp.arrays(np.int64, shape, elements=st.integers(0, 12))) for shape in (a, b)], {}


ALGEBRAIC = {np.nan: "the derivative is an algebraic function and has values, as PyTorch's, where the op has none"}
SAMPLES: dict[str, Sample] = {
    "add": binary(REAL, REAL),
    "sub": binary(REAL, REAL),
    "mul": binary(REAL, REAL),
    "div": binary(REAL, NONZERO),
    "remainder": binary(BETWEEN_INTEGERS, ONES),
    "pow": powers,
    "maximum": binary(REAL, REAL, except_at={"ties": "a kink"}),
    "minimum": binary(REAL, REAL, except_at={"ties": "a kink"}),
    "atan2": binary(NONZERO, REAL),
    "hypot": binary(NONZERO, REAL),
    "logaddexp": binary(REAL, REAL),
    "logaddexp2": binary(REAL, REAL),
    "fmod": binary(BETWEEN_INTEGERS, lambda rng, shape: rng.choice([-1.0, 1.0], shape)),
    "copysign": binary(NONZERO, NONZERO),
    "nextafter": binary(REAL, lambda rng, shape: rng.uniform(3.0, 4.0, shape)),
    "heaviside": binary(NONZERO, REAL),
    "neg": unary(REAL),
    "square": unary(REAL),
    "sqrt": unary(POSITIVE),
    "rsqrt": unary(POSITIVE),
    "reciprocal": unary(NONZERO),
    "exp": unary(REAL),
    "exp2": unary(REAL),
    "expm1": unary(REAL),
    "log": unary(POSITIVE, except_at=ALGEBRAIC),
    "log2": unary(POSITIVE, except_at=ALGEBRAIC),
    "log10": unary(POSITIVE, except_at=ALGEBRAIC),
    "log1p": unary(ABOVE_MINUS_ONE, except_at=ALGEBRAIC),
    "sin": unary(REAL),
    "cos": unary(REAL),
    "tan": unary(uniform(-1.2, 1.2)),
    "asin": unary(UNIT),
    "acos": unary(UNIT),
    "atan": unary(REAL),
    "sinh": unary(REAL),
    "cosh": unary(REAL),
    "tanh": unary(REAL),
    "asinh": unary(REAL),
    "acosh": unary(ABOVE_ONE, except_at=ALGEBRAIC),
    "atanh": unary(UNIT, except_at=ALGEBRAIC),
    "relu": unary(NONZERO),
    "sigmoid": unary(REAL),
    "softplus": unary(REAL),
    "abs": unary(NONZERO),
    "clip": elementwise(clip, [AROUND_THE_BOUNDS], AROUND_THE_BOUNDS.except_at, {"min": -0.5, "max": 0.5}),
    "sign": unary(NONZERO),
    "floor": unary(BETWEEN_INTEGERS),
    "ceil": unary(BETWEEN_INTEGERS),
    "round": unary(BETWEEN_INTEGERS),
    "trunc": unary(BETWEEN_INTEGERS),
    "floor_divide": binary(BETWEEN_INTEGERS, ONES),
    "where": where,
    "clone": unary(REAL),
    "cast": cast,
    "eq": binary(REAL, REAL),
    "ne": binary(REAL, REAL),
    "lt": binary(REAL, REAL),
    "le": binary(REAL, REAL),
    "gt": binary(REAL, REAL),
    "ge": binary(REAL, REAL),
    "logical_and": booleans(2),
    "logical_or": booleans(2),
    "logical_xor": booleans(2),
    "logical_not": booleans(1),
    "bitwise_and": booleans(2),
    "bitwise_or": booleans(2),
    "bitwise_xor": booleans(2),
    "bitwise_not": booleans(1),
    "bitwise_left_shift": integers,
    "bitwise_right_shift": integers,
    "gcd": integers,
    "lcm": integers,
    "signbit": unary(REAL),
    "isnan": unary(REAL),
    "isinf": unary(REAL),
    "isfinite": unary(REAL),
}
