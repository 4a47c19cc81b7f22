"""Numbers, names and steps as text."""

import json
from pathlib import Path

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import viz
from tinygrad_edu.graph import summary
from tinygrad_edu.viz.explorer.page import asset
from tinygrad_edu.viz.text import alarm, clean, count, details, number, numbers

CASES = json.loads((Path(__file__).parent / "number_cases.json").read_text(encoding="utf-8"))  # number, digits, text


def python(x):
    """The number that stands in JSON: nan, infinities and complex numbers have a form of their own there."""
    if isinstance(x, dict):
        return complex(float(x["re"]), float(x["im"]))
    return float(x) if isinstance(x, str) else x


@pytest.mark.parametrize(("x", "digits", "text"), CASES)
def test_number(x, digits, text):
    assert number(python(x), digits) == text


@pytest.mark.browser
def test_the_page_writes_numbers_as_the_pictures_do(page):
    script = f"(cases) => {{ {asset('text.js')}; return cases.map(([x, digits]) => formatNumber(x, digits)); }}"
    assert page.evaluate(script, [case[:2] for case in CASES]) == [text for _, _, text in CASES]
    rng = np.random.default_rng(0)
    values = [float(x) for x in rng.normal(size=2000) * 10.0 ** rng.integers(-9, 12, 2000)]
    values += [round(x, 2) for x in values] + [float(np.float32(x)) for x in values] + [x / 16 for x in range(200)]
    for digits in (3, 4):
        assert page.evaluate(script, [[x, digits] for x in values]) == [number(x, digits) for x in values]


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


def test_the_steps_as_a_table():
    x, w = tg.tensor(2.0, requires_grad=True), tg.tensor(-3.0, requires_grad=True)
    drawing = viz.draw((x * w).square(), names={"x": x, "w": w}, title="One product", backward=True)
    assert drawing.text == (
        "One product\n"
        "\n"
        "Forward\n"
        "step  result    shape   formula           value\n"
        "1     x         scalar  leaf              2\n"
        "2     w         scalar  leaf              −3\n"
        "3     mul_0     scalar  x · w = 2 · (−3)  −6\n"
        "4     square_0  scalar  mul_0² = (−6)²    36\n"
        "\n"
        "Backward: upstream × local = contribution\n"
        "step  from      to        upstream  × local, or the rule  = contribution  gradient so far\n"
        "0               square_0                                                  1\n"
        "1     square_0  mul_0     1         × −12                 = −12           −12\n"
        "2     mul_0     x         −12       × −3                  = 36            36\n"
        "3     mul_0     w         −12       × 2                   = −24           −24\n"
    )


def test_the_steps_of_arrays_have_rules_norms_and_marks():
    x = tg.tensor([[1.0, -1.0]], requires_grad=True)
    with np.errstate(all="ignore"):
        text = viz.draw((x.log() @ tg.tensor([[0.0], [0.0]])).sum(), names={"x": x}, backward=True).text
    assert "log_0     (1, 2)  ln(x)" in text
    assert "0 … 0 ⚠ nan" in text
    assert "dA = dY Bᵀ" in text
    assert "= 0 all zero" in text
    assert "Backward" not in viz.draw(x.exp()).text


def test_what_is_told_is_told_briefly():
    assert count(1, "node") == "1 node"
    assert count(2000, "leaf", "leaves") == "2,000 leaves"
    of = summary(np.array([0.0, 2.0, np.nan]))
    assert details(of) == "min 0, max 2, mean 1, norm 2, 1 of 3 are 0, ⚠ 1 nan"
