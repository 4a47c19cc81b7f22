"""What the samples of several families are drawn with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.domains import Exceptions
from tinygrad_edu.testing.strategies import Domain, dims, indices  # noqa: F401 (dims and indices: for the families)

Drawn = tuple[list[np.ndarray], dict[str, Any]]
Sample = Callable[[Any], st.SearchStrategy[Drawn]]


def unary(domain: Domain, except_at: Exceptions | None = None, points: Sequence[float] = ()) -> Sample:
    """One input from a domain. `except_at` names further points that are left out, each with its reason."""
    inside = _without(domain, except_at, points)

    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        return [draw(tgst.arrays(draw(tgst.shapes()), inside, dtype))], {}

    return elementwise(draw_inputs, [inside], except_at)


def binary(first: Domain, second: Domain, except_at: Exceptions | None = None) -> Sample:
    """Two inputs that broadcast. "ties" in `except_at`: the two are never equal."""
    domains = [_without(domain, except_at) for domain in (first, second)]

    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        a, b = (
            draw(tgst.arrays(shape, domain, dtype))
            for shape, domain in zip(draw(tgst.broadcastable_shapes(2)), domains, strict=True)
        )
        assume("ties" not in (except_at or {}) or not np.any(a == b))
        return [a, b], {}

    return elementwise(draw_inputs, domains, except_at)


def elementwise(
    sample: Sample, domains: Sequence[Domain], except_at: Exceptions | None = None, params: Any = None
) -> Sample:
    """A strategy that also says from which domains it draws: `test_points.py` tries their special points."""
    sample.domains, sample.except_at, sample.params = list(domains), except_at or {}, params or {}
    return sample


def _without(domain: Domain, except_at: Exceptions | None, points: Sequence[float] = ()) -> Domain:
    numbers = {point: why for point, why in (except_at or {}).items() if point != "ties"}
    return domain.but(numbers, points) if isinstance(domain, tgst.Domain) else domain


def complexes(domain: Domain) -> Sample:
    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        shape = draw(tgst.shapes())
        x = draw(tgst.arrays(shape, domain, dtype)) + 1j * draw(tgst.arrays(shape, domain, dtype))
        return [np.asarray(x)], {}

    return draw_inputs


def booleans(count: int) -> Sample:
    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        drawn = draw(tgst.broadcastable_shapes(count))
        return [draw(hnp.arrays(np.bool_, shape)) for shape in drawn], {}

    return draw_inputs
