"""The checker can fail: every rule of every row is damaged in every way we can think of, and each must be caught."""

import numpy as np
import pytest

from tinygrad_edu.op import OPS
from tinygrad_edu.testing import mutants
from tinygrad_edu.testing.mutants import is_caught
from tinygrad_edu.testing.opcheck import drawn_from

from .samples import SAMPLES

EXAMPLES = 25


@pytest.mark.parametrize("name", [name for name, row in OPS.items() if row.differentiable])
def test_every_mutation_of_every_rule_is_caught(name):
    row = OPS[name]
    samples = drawn_from(SAMPLES[name](np.float64), EXAMPLES)
    assert not is_caught(row, samples), "the row itself is right"
    damaged = mutants(row, samples)
    assert [what for what, mutant in damaged if not is_caught(mutant, samples)] == []
    assert len(damaged) >= (3 if name in ("sign", "floor", "ceil", "round", "trunc", "floor_divide") else 6)
