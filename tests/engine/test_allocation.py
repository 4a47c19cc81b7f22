"""Freed memory stays with the process, where glibc's `malloc` is and nobody said otherwise."""

import os
import subprocess
import sys

import pytest

from tinygrad_edu import allocation

PROGRAM = """
import numpy as np, resource, sys
import tinygrad_edu
x = np.ones(1_000_000, np.float32)
faults = []
for _ in range(20):
    y, z = x + x, x * x
    del y, z
    faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
print(faults[-1] - faults[3])
"""


def page_faults(**environment):
    """How many pages of 4 KiB a program fetches that makes and drops arrays of 4 MB sixteen times."""
    clean = {name: value for name, value in os.environ.items() if name not in allocation.OTHERS}
    clean |= {"TINYGRAD_EDU_MALLOC": "1"} | environment
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=clean, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's malloc")
def test_arrays_of_the_same_size_reuse_memory():
    assert page_faults() < 200


@pytest.mark.parametrize("name", ["TINYGRAD_EDU_MALLOC", *allocation.OTHERS])
def test_the_environment_decides(monkeypatch, name):
    for other in ("TINYGRAD_EDU_MALLOC", *allocation.OTHERS):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, "0" if name == "TINYGRAD_EDU_MALLOC" else "1000000")
    assert allocation.keep_freed_memory() is False


def test_another_platform_is_left_alone(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert allocation.keep_freed_memory() is False
