"""Numbers and names as text."""

import numpy as np
import pytest

from tinygrad_edu.graph import summary
from tinygrad_edu.viz.text import alarm, clean, number, numbers


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (3.0, "3"),
        (-0.5, "−0.5"),
        (1 / 3, "0.3333"),
        (-1.23456e-7, "−1.235e−7"),
        (1e30, "1e30"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (float("nan"), "nan"),
        (True, "True"),
        (1234567, "1234567"),
        (12345678901, "1.235e10"),
        (1 + 2j, "(1+2j)"),
    ],
)
def test_number(x, text):
    assert number(x) == text


@pytest.mark.parametrize(
    ("data", "text", "warning"),
    [
        (2.0, "2", ""),
        ([0.0, 0.0], "all 0", ""),
        ([1.0, 2.0], "1 … 2", ""),
        ([np.nan, 1.0], "1 … 1", "⚠ 1 nan"),
        ([np.nan, np.inf], "nothing finite", "⚠ 1 nan, 1 inf"),
        (np.inf, "∞", "⚠"),
        (np.zeros((0, 2)), "empty", ""),
    ],
)
def test_numbers_and_alarm(data, text, warning):
    of = summary(np.asarray(data))
    assert (numbers(of), alarm(of)) == (text, warning)


def test_clean_keeps_what_can_be_read_and_nothing_else():
    assert clean("σ of <x> & שלום") == "σ of <x> & שלום"
    assert clean("a\nb\tc") == "a b c"
    assert clean("a\u202eb\x00") == "a\ufffdb\ufffd"
    assert clean("👩‍🔬") == "👩‍🔬"
    assert clean("x" * 100, 10) == "x" * 9 + "…"
