"""Every row of every table: one test for all, over shapes, dtypes and memory layouts, to the third order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_edu.op import OPS
from tinygrad_edu.testing import opcheck
from tinygrad_edu.testing.opcheck import drawn_from

from .samples import SAMPLES

DIFFERENTIABLE = [name for name, row in OPS.items() if row.differentiable]


def test_the_samples_are_the_tables():
    assert sorted(SAMPLES) == sorted(OPS)


@pytest.mark.parametrize("name", OPS)
@given(data=st.data())
def test_float64_first_and_second_order(name, data):
    arrays, params = data.draw(SAMPLES[name](np.float64))
    opcheck(OPS[name], arrays, params, order=2)


@pytest.mark.parametrize("name", OPS)
@given(data=st.data())
def test_float32_stays_float32(name, data):
    arrays, params = data.draw(SAMPLES[name](np.float32))
    opcheck(OPS[name], arrays, params, order=1)


@pytest.mark.parametrize("name", OPS)
def test_the_whole_battery(name):
    """Memory layouts, precisions, adjoint pairs, recorded backward: the checks that one sample alone does not get."""
    opcheck(OPS[name], drawn_from(SAMPLES[name](np.float64), 5), order=1)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@given(data=st.data())
def test_third_derivatives_to_1e_9(name, data):
    arrays, params = data.draw(SAMPLES[name](np.float64))
    opcheck(OPS[name], arrays, params, order=3, rtol=1e-9)
