"""The formulas of what slides: with the op's own parameters, what is shown is what the engine computes."""

import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_edu.formula import derive
from tinygrad_edu.formula.overrides import RULES
from tinygrad_edu.op import NOT_DIFFERENTIABLE, OPS

from ..ops.samples import SAMPLES
from ..ops.samples.conv import SAMPLES as SLIDING


def kernel(name, x, params):
    """The kernel, from the input whose gradient is wanted where that knows it."""
    d = len(params["stride"])
    if name.startswith("conv"):
        return x.shape[2:]
    return x.shape[-2 * d : -d] if name == "overlap_add" else params.get("kernel")


@pytest.mark.parametrize("name", SLIDING)
@given(data=st.data())
def test_each_is_the_transpose_that_it_says(name, data):
    row = OPS[name]
    arrays, params = data.draw(SAMPLES[name](np.float64))
    y = row.forward(*arrays, **params)
    dY = np.random.default_rng(0).standard_normal(y.shape)
    for slot, (x, rule) in enumerate(zip(arrays, row.rules, strict=True)):
        if rule is NOT_DIFFERENTIABLE:
            continue
        found = params | {"size": x.shape[-len(params["stride"]) :], "kernel": kernel(name, x, params)}
        known = {
            other: functools.partial(
                OPS[other].forward, **{p: found[p] for p in derive.parameters(OPS[other]) if p in found}
            )
            for other in SLIDING
        }
        shown = eval(RULES[name, slot], {**known, **dict(zip(derive.names(row), arrays, strict=True)), "dY": dY})
        expected = rule(dY, y, *arrays, **params)
        np.testing.assert_allclose(shown[tuple(map(slice, expected.shape))], expected, rtol=1e-12, atol=1e-12)
