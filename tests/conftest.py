"""Every test starts from the same seeds; Hypothesis profiles: quick by default, repeatable on CI, thorough at night
(HYPOTHESIS_PROFILE=nightly)."""

import os
import sys

from hypothesis import HealthCheck, settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # several tests run at once: their threads would wait for each other

import tinygrad_edu

common = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
settings.register_profile("default", max_examples=20, **common)
settings.register_profile("ci", max_examples=40, derandomize=True, print_blob=True, **common)
settings.register_profile("nightly", max_examples=2000, **common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))


def pytest_runtest_setup() -> None:
    """Seed before each test, so that none passes or fails by luck and none depends on the tests before it."""
    tinygrad_edu.manual_seed(0)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)
