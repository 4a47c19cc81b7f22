"""Samples of the rows in `ops/special.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.strategies import ABOVE_MINUS_ONE, NONZERO, POSITIVE, REAL, UNIT, Domain, uniform

from .draw import Drawn, Sample, binary, unary
from .elementwise import ALGEBRAIC


def _with(domain: Domain, points: list[float]) -> Domain:
    """Some of the numbers are these points."""

    def drawn(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
        return np.where(rng.random(shape) < 0.3, rng.choice(points, shape), domain(rng, shape))

    return drawn


INSIDE: Domain = uniform(0.1, 0.9)
AROUND_0 = _with(REAL, [0.0])


def with_params(domain: Domain, **choices: list[Any]) -> Sample:
    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        params = {name: draw(st.sampled_from(values)) for name, values in choices.items()}
        return [draw(tgst.arrays(draw(tgst.shapes()), domain, dtype))], params

    return draw_inputs


ORDERS = [0, 1, 2]

SAMPLES: dict[str, Sample] = {
    "erf": unary(AROUND_0),
    "erfc": unary(AROUND_0),
    "erfinv": unary(_with(UNIT, [0.0])),
    "erfcx": unary(AROUND_0),
    "log_ndtr": unary(AROUND_0),
    "ndtri": unary(_with(INSIDE, [0.5])),
    "lgamma": unary(_with(POSITIVE, [1.0, 2.0, -0.5])),
    "digamma": unary(_with(POSITIVE, [1.0, 2.0, -0.5])),
    "hurwitz_zeta": with_params(_with(POSITIVE, [1.0]), s=[2, 3, 1.5]),
    "lower_gamma": with_params(_with(POSITIVE, [1.0]), a=[1, 0.5, 2.0, 3.5]),
    "upper_gamma": with_params(_with(POSITIVE, [1.0]), a=[1, 0.5, 2.0, 3.5]),
    "xlogy": binary(AROUND_0, _with(POSITIVE, [1.0]), except_at=ALGEBRAIC),
    "xlog1py": binary(AROUND_0, _with(ABOVE_MINUS_ONE, [0.0]), except_at=ALGEBRAIC),
    "entr": unary(_with(POSITIVE, [1.0])),
    "logit": unary(_with(INSIDE, [0.5])),
    "bessel_j": with_params(AROUND_0, order=ORDERS),
    "bessel_y": with_params(POSITIVE, order=ORDERS),
    "bessel_i": with_params(AROUND_0, order=ORDERS),
    "bessel_k": with_params(POSITIVE, order=ORDERS),
    "bessel_ie": with_params(NONZERO, order=ORDERS),
    "bessel_ke": with_params(POSITIVE, order=ORDERS),
    "spherical_bessel": with_params(AROUND_0, order=ORDERS),
    "sinc": unary(_with(REAL, [0.0, 1.0, -1.0])),
}
