"""Without kernels a compiled step gives the same bits as the step itself, so that is what most tests ask for."""

import pytest

from tinygrad_edu import kernels


@pytest.fixture(autouse=True)
def with_kernels(monkeypatch):
    """Overridden in test_kernels.py."""
    monkeypatch.setattr(kernels, "enabled", False)
