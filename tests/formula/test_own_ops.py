# ruff: noqa: E501 - a table is read across
"""An op of a user's own has a formula, documentation and a place in pictures with no further line written."""

import functools
import html
import re

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import formula
from tinygrad_edu.viz import draw, explore
from tinygrad_edu.viz.symbols import derived

from .own_ops import own

SOFTMAX = (
    lambda x: np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True),
    lambda g, y, x: y * (g - np.sum(g * y, axis=-1, keepdims=True)),
)


@pytest.mark.parametrize(
    ("forward", "rule", "written", "local"),
    [
        (lambda x: x**3, lambda g, y, x: g * 3 * x**2, "t³", "3 · t²"),
        (lambda x: x**3, lambda grad, out, a: 3 * a * grad * a, "t³", "3 · t²"),
        (lambda x: 1 / (x * x), lambda g, y, x: -2 * g * y / x, "1 / t²", "−2 · r / t"),
        (lambda x: x * tg.sigmoid(x), lambda g, y, x: g * (y + tg.sigmoid(x) * (1 - y)), "t · σ(t)", "r + σ(t) · (1 − r)"),
        (lambda x: np.where(x > 0, x, 0.1 * x), lambda g, y, x: np.where(x > 0, g, 0.1 * g), "t if t > 0 else 0.1 · t", "1 if t > 0 else 0.1"),
        (lambda x: np.log1p(np.abs(x)), lambda g, y, x: g * np.sign(x) / (1 + abs(x)), "ln(1 + |t|)", "sgn(t) / (1 + |t|)"),
        (lambda x: x.clip(-1, 1), lambda g, y, x: np.where((x >= -1) & (x <= 1), g, 0), "clip(t, −1, 1)", "1 if −1 ≤ t ≤ 1 else 0"),
        (lambda x: np.exp(-x * x / 2), lambda g, y, x: -g * x * y, "exp(−t² / 2)", "−t · r"),
        (lambda x: np.sqrt(2 / np.pi) * x, lambda g, y, x: g * np.sqrt(2 / np.pi), "√(2 / π) · t", "√(2 / π)"),
        (lambda x: ~(x > 0) | (x == 0), lambda g, y, x: np.zeros_like(g), "not t > 0 or t = 0", "0"),
    ],
)  # fmt: skip
def test_elementwise(forward, rule, written, local):
    with own("test_own", forward, rule):
        assert formula.forward("test_own", ["t"], {}) == written
        assert formula.slope("test_own", 0, ["t"], "r", {}) == local
        assert formula.rule("test_own", 0, ["t"], {}) is None


@pytest.mark.parametrize(
    ("forward", "rules", "written", "back"),
    [
        (lambda x: np.sum(x * x), [lambda g, y, x: g * 2 * x], "Σ a²", ["da = 2 · dY · a"]),
        (lambda x: np.sqrt(np.sum(x * x)), [lambda g, y, x: g * x / y], "√(Σ a²)", ["da = dY · a / Y"]),
        (SOFTMAX[0], SOFTMAX[1:], "eᵃ / (Σ eᵃ over dim −1)", ["da = Y · (dY − (Σ (dY · Y) over dim −1))"]),
        (lambda u, v: u.swapaxes(0, 1) @ v, [lambda g, y, u, v: v @ g.T, lambda g, y, u, v: u @ g], "aᵀ b", ["da = b dYᵀ", "db = a dY"]),
    ],
)  # fmt: skip
def test_of_whole_arrays(forward, rules, written, back):
    names = ["a", "b"][: len(rules)]
    with own("test_own", forward, *rules):
        assert formula.forward("test_own", names, {}) == written
        assert [formula.rule("test_own", slot, names, {}) for slot in range(len(names))] == back
        assert formula.slope("test_own", 0, names, "y", {}) is None


def test_parameters_stand_in_the_formula():
    leaky = (
        lambda x, slope=0.01: np.where(x > 0, x, slope * x),
        lambda g, y, x, slope=0.01: np.where(x > 0, g, slope * g),
    )
    with own("test_own", *leaky):
        assert formula.forward("test_own", ["t"], {"slope": "0.01"}) == "t if t > 0 else 0.01 · t"
        assert formula.slope("test_own", 0, ["t"], "y", {"slope": "0.2"}) == "1 if t > 0 else 0.2"


WITHOUT = {
    "a size that differs from shape to shape": (
        lambda x: np.mean(x),
        lambda g, y, x: g / x.size * np.ones_like(x),
        "mean(t)",
    ),
    "a branch on values": (lambda x: np.exp(x), lambda g, y, x: g * y if np.all(x > 0) else g * np.exp(x), "eᵗ"),
    "numbers cut off": (lambda x: np.sqrt(x), lambda g, y, x: g * x.astype(int) / y, "√t"),
    "an array of numbers": (lambda x: x * np.arange(2), lambda g, y, x: g * np.arange(2), "test_own(t)"),
    "single elements": (lambda x: x + 0, lambda g, y, x: g[..., ::-1], "test_own(t)"),
    "a rule that fails": (lambda x: x + 0, lambda g, y, x: g.no_such_method(), "test_own(t)"),
    "one rule for vectors, another for matrices": (
        lambda x: np.sum(x) * 1.0,
        lambda g, y, x: g * np.ones_like(x) if x.ndim == 1 else 2 * g * np.ones_like(x),
        "Σ t",
    ),
}


@pytest.mark.parametrize("why", WITHOUT)
def test_no_formula_rather_than_a_wrong_one(why):
    forward, rule, written = WITHOUT[why]
    with own("test_own", forward, rule):
        assert formula.slope("test_own", 0, ["t"], "y", {}) is formula.rule("test_own", 0, ["t"], {}) is None
        assert formula.forward("test_own", ["t"], {}) == written


def test_a_forward_function_that_cannot_be_written_out_goes_by_its_name():
    with own("test_own", lambda x: np.array([float(v) for v in x.flat]), lambda g, y, x: g):
        assert formula.forward("test_own", ["t"], {}) == "test_own(t)"
        assert formula.forward("test_own", ["t"], {"k": "2"}) == "test_own(t)"


class Rule:
    def __call__(self, g, y, x):
        return g * y

    def method(self, g, y, x):
        return g * y


@pytest.mark.parametrize(
    "rule",
    [Rule(), Rule().method, functools.partial(lambda k, g, y, x: k * g * y, 1), lambda *all: all[0] * all[1], None],
    ids=["callable", "method", "partial", "*all", "none"],
)
def test_every_kind_of_rule_is_documented(rule):
    with own("test_own", np.exp, *([] if rule is None else [rule])) as row:
        assert "eˣ" in row.__doc__
        assert ("dy/dx = y" in row.__doc__) == (rule is not None)
        assert (">>> x.grad" in row.__doc__) == (rule is not None)


def test_pictures_of_it(tmp_path):
    with own("test_cube", lambda x: x**3, lambda g, y, x: g * 3 * x**2) as cube:
        x = tg.tensor(2.0, requires_grad=True)
        assert derived("test_cube") == "x³"
        draw(cube(x), tmp_path / "cube.svg", names={"x": x})
        picture = html.unescape((tmp_path / "cube.svg").read_text())
        assert {"x³", "∂ 12"} <= {word.strip() for word in re.findall(r">([^<>]+)<", picture)}
        assert "x³ = 2³" in picture
        assert "local derivative: ∂test_cube_0/∂x = 3 · x² = 12" in picture
        explore(cube(x), tmp_path / "cube.html", names={"x": x})
        page = html.unescape((tmp_path / "cube.html").read_text())
        assert '"formula": "x³"' in page.replace('":"', '": "')
        assert "3 · x²" in page
