"""Every entry of PyTorch's database agrees, or is absent for a reason that is written down."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("expecttest", reason="PyTorch's samples need expecttest")

from .absent import ABSENT
from .compare import outcome
from .entries import entries

pytestmark = pytest.mark.oracle


@pytest.mark.parametrize("name", entries())
def test_entry(name):
    found = outcome(entries()[name])
    if name in ABSENT:
        assert found.kind != "agrees", f"{name} agrees, and is listed as absent: {ABSENT[name]}"
    else:
        assert found.kind == "agrees", found.message
        assert found.samples > 0


def test_absent_names_entries():
    assert set(ABSENT) <= set(entries())
