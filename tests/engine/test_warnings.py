"""What overflows warns, at the user's line where an op did it, and never stops a computation."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.warn import IN_OPS


@pytest.fixture
def seen():
    """The warnings given, each time, beside the filter that the package sets up when it is imported."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        warnings.filterwarnings("error", category=RuntimeWarning, module=IN_OPS)
        yield found


def leaf(dtype=tg.float32):
    return tg.tensor([1.0], dtype=dtype).requires_grad_()


def cast_to_half():
    x = leaf(tg.float16)
    (x.float() * 1e6).sum().backward()
    return x.grad


def two_uses():
    x = leaf()
    (x * 3e38 + x * 3e38).sum().backward()
    return x.grad


def two_backward_passes():
    x = leaf()
    for _ in range(2):
        (x * 3e38).sum().backward()
    return x.grad


def broadcast():
    x = leaf()
    (x + tg.zeros(3)).backward(tg.tensor([3e38] * 3))
    return x.grad


def assignment():
    t = tg.zeros(1)
    t[0] = tg.tensor(1e300, dtype=tg.float64)
    return t


def in_place():
    t = tg.ones(1)
    t *= 3e38
    t *= 3e38
    return t


@pytest.mark.parametrize("f", [cast_to_half, two_uses, two_backward_passes, broadcast, assignment, in_place])
def test_an_overflow_warns_and_goes_on(f, seen):
    assert f().tolist() == [np.inf]
    assert {warning.category for warning in seen} == {RuntimeWarning}
    assert all("overflow" in str(warning.message) for warning in seen)


def test_an_op_warns_at_the_users_line(seen):
    tg.log(tg.zeros(2))
    tg.zeros(2, requires_grad=True).sqrt().sum().backward()
    assert [str(warning.message) for warning in seen] == [
        "divide by zero encountered in log",
        "divide by zero encountered in divide, in the derivative of sqrt",
    ]
    assert {warning.filename for warning in seen} == {__file__}


PROGRAM = """
import tinygrad_edu as tg
tg.log(tg.zeros(2))
x = tg.tensor([1.0], requires_grad=True)
(x * 3e38 + x * 3e38).sum().backward()
print(x.grad)
"""


def test_a_plain_program(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    root = str(Path(tg.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, path], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": root}, check=True
    )
    assert done.stdout == "tensor([inf])\n"
    assert "program.py:3: RuntimeWarning: divide by zero encountered in log" in done.stderr
    assert "program.py:5: RuntimeWarning: overflow encountered in add" in done.stderr
