"""Elementwise rows at the points that random numbers never hit: 0, 1, -1, ties, bounds, nan.

A row that is excused from one says so in its samples, with the reason. At a kink its gradient must all the same lie
between the slopes on both sides.
"""

import pytest

from tinygrad_edu.op import OPS
from tinygrad_edu.testing import Domain, opcheck
from tinygrad_edu.testing.domains import SPECIAL

from .samples import SAMPLES

ELEMENTWISE = [name for name, sample in SAMPLES.items() if hasattr(sample, "domains")]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_special_points(name):
    sample = SAMPLES[name]
    report = opcheck(
        OPS[name], params=sample.params, domain=sample.domains, except_at=sample.except_at, order=3, rtol=1e-8
    )
    for domain in sample.domains:
        if isinstance(domain, Domain):
            assert all(point in domain.points or report.excused[point] for point in SPECIAL)


def test_most_rows_say_where_they_are_tried():
    domains = [domain for name in ELEMENTWISE for domain in SAMPLES[name].domains]
    assert sum(isinstance(domain, Domain) for domain in domains) > 0.8 * len(domains)
