"""Expressions as text: the signs, the parentheses, and that the text still means what the expression meant."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_edu.formula.typeset import SUPERSCRIPT, as_number, typeset

SIGNS = [
    ("1 - y**2", "1 − y²"),
    ("a * b", "a · b"),
    ("a / b", "a / b"),
    ("x**n", "xⁿ"),
    ("x**-3", "x⁻³"),
    ("x**0.5", "x^0.5"),
    ("x**-0.5", "x^(−0.5)"),
    ("x**count", "x^count"),
    ("x**(a * b)", "x^(a · b)"),
    ("b * a**(b - 1)", "b · aᵇ⁻¹"),
    ("sqrt(x)", "√x"),
    ("sqrt(x + 1)", "√(x + 1)"),
    ("exp(x)", "eˣ"),
    ("exp(-x)", "e⁻ˣ"),
    ("exp(x + 1)", "exp(x + 1)"),
    ("exp(loss)", "exp(loss)"),
    ("log(x)", "ln(x)"),
    ("log10(x)", "log₁₀(x)"),
    ("abs(x)", "|x|"),
    ("abs(abs(x))", "abs(|x|)"),
    ("floor(a / b)", "⌊a / b⌋"),
    ("a // b", "⌊a / b⌋"),
    ("ceil(x)", "⌈x⌉"),
    ("where(x > 0, 1, 0)", "1 if x > 0 else 0"),
    ("where(a > b, 1, where(a == b, 0.5, 0))", "1 if a > b else 0.5 if a = b else 0"),
    ("where(c, 1, 0) * x", "(1 if c else 0) · x"),
    ("a <= b", "a ≤ b"),
    ("a >= b", "a ≥ b"),
    ("a != b", "a ≠ b"),
    ("between(0, x, 1)", "0 ≤ x ≤ 1"),
    ("between(-inf, x, 1)", "x ≤ 1"),
    ("logical_and(a, logical_or(b, c))", "a and (b or c)"),
    ("logical_not(a == b)", "not a = b"),
    ("inf", "∞"),
    ("2 / sqrt(pi) * exp(-x**2)", "2 / √π · exp(−x²)"),
    ("x - log(sum(exp(x)))", "x − ln(Σ eˣ)"),
    ("dY - softmax(x) * sum(dY)", "dY − softmax(x) · Σ dY"),
    ("sum(a * b)", "Σ (a · b)"),
    ("dY.T @ x", "dYᵀ x"),
    ("(a + b) @ w.mT", "(a + b) wᵀ"),
    ("atan2(a, b)", "atan2(a, b)"),
    ("unless(b == 0, 0, a / b)", "a / b, 0 where b = 0"),
]
PARENTHESES = [
    ("(a + b) + c", "a + b + c"),
    ("a + (b + c)", "a + b + c"),
    ("a + (b - c)", "a + b − c"),
    ("a - (b + c)", "a − (b + c)"),
    ("a - (b - c)", "a − (b − c)"),
    ("a * (b * c)", "a · b · c"),
    ("a * (b + c)", "a · (b + c)"),
    ("a / (b * c)", "a / (b · c)"),
    ("a / b / c", "a / b / c"),
    ("a / (b / c)", "a / (b / c)"),
    ("1 / (2 * sqrt(x))", "1 / (2 · √x)"),
    ("-(a + b)", "−(a + b)"),
    ("-a * b", "−a · b"),
    ("-(-a)", "−(−a)"),
    ("a - -b", "a − (−b)"),
    ("a * -b", "a · (−b)"),
    ("-x**2", "−x²"),
    ("(-x)**2", "(−x)²"),
    ("(x**2)**3", "(x²)³"),
    ("x**2**3", "x^(2³)"),
    ("x**y**z", "x^(yᶻ)"),
    ("sqrt(x)**2", "(√x)²"),
    ("sqrt(x**2)", "√(x²)"),
    ("tanh(x)**2", "tanh(x)²"),
    ("abs(x)**2", "|x|²"),
    ("(a % b) * c", "(a mod b) · c"),
    ("max(a + b, c)", "max(a + b, c)"),
]
FILLED_IN = [
    ("a * b", {"a": "2", "b": "−3"}, "2 · (−3)"),
    ("a * b", {"a": "-2", "b": "3"}, "−2 · 3"),
    ("a - b", {"a": "1", "b": "-3"}, "1 − (−3)"),
    ("y**2", {"y": "−0.5"}, "(−0.5)²"),
    ("x**2", {"x": "1e-07"}, "(1e−7)²"),
    ("2 * x", {"x": "1e+30"}, "2 · 1e30"),
    ("exp(-x)", {"x": "−2"}, "e²"),
    ("exp(x)", {"x": "2.5"}, "exp(2.5)"),
    ("exp(x)", {"x": "1e30"}, "exp(1e30)"),
    ("b * a**(b - 1)", {"b": "2"}, "2 · a"),
    ("b * a**(b - 1)", {"a": "−3", "b": "3"}, "3 · (−3)²"),
    ("b * a**(b - 1)", {"b": "0.5"}, "0.5 · a^(−0.5)"),
    ("a + b", {"a": "x₁ w₁", "b": "x₂ w₂"}, "x₁ w₁ + x₂ w₂"),
    ("a - b", {"a": "x + y", "b": "p − q"}, "x + y − (p − q)"),
    ("a * b", {"a": "x₁ + w₁", "b": "f(x + 1)"}, "(x₁ + w₁) · f(x + 1)"),
    ("a / b", {"a": "x w", "b": "x w"}, "x w / (x w)"),
    ("a**2", {"a": "x w"}, "(x w)²"),
    ("a**2", {"a": "2x"}, "(2x)²"),
    ("a**2", {"a": "x²"}, "(x²)²"),
    ("a**2", {"a": "(x)(y)"}, "((x)(y))²"),
    ("a**2", {"a": "layer.weight[0]"}, "layer.weight[0]²"),
    ("tanh(x)", {"x": "x₁ w₁ + b"}, "tanh(x₁ w₁ + b)"),
    ("max(a, b)", {"a": "p, q", "b": "c"}, "max((p, q), c)"),
    ("a * b", {"a": "b", "b": "a"}, "b · a"),
    ("2 * a", {"a": "p if c else q"}, "2 · (p if c else q)"),
    ("2 * a", {"a": "x > 0"}, "2 · (x > 0)"),
    ("2 * a", {"a": "∞"}, "2 · ∞"),
    ("a + b", {"a": "−∞", "b": "nan"}, "−∞ + nan"),
    ("unless(b == 0, 0, 1 / b)", {"b": "2"}, "1 / 2"),
    ("unless(b == 0, 0, 1 / b)", {"b": "-0.0"}, "0"),
    ("unless(logical_and(a == 0, b >= 0), 0, y)", {"a": "1"}, "y"),
    ("between(low, x, high)", {"low": "-inf", "high": "-0.5"}, "x ≤ −0.5"),
]


@pytest.mark.parametrize(("expression", "text"), SIGNS + PARENTHESES)
def test_expressions(expression, text):
    assert typeset(expression) == text


@pytest.mark.parametrize(("expression", "substitute", "text"), FILLED_IN)
def test_names_filled_in(expression, substitute, text):
    assert typeset(expression, substitute) == text


@pytest.mark.parametrize("expression", ["lambda x: x", "[x]", "x[0]", "'a'", "f(a=1)", "a.b", "+a", "a in b", "2j"])
def test_what_has_no_text_is_named(expression):
    with pytest.raises(ValueError, match=r"typeset: no text for the \w+ in "):
        typeset(expression)


@pytest.mark.parametrize("expression", ["", "a +", "a = b", "a\0b"])
def test_what_is_no_expression_is_refused(expression):
    with pytest.raises(ValueError, match="is not a Python expression"):
        typeset(expression)


NAMES = st.sampled_from(["a", "b", "c", "d"])
EXPRESSIONS = st.recursive(
    NAMES | st.integers(0, 12).map(str),
    lambda inner: (
        st.builds("({}) {} ({})".format, inner, st.sampled_from("+-*/"), inner)
        | st.builds("-({})".format, inner)
        | st.builds("({})**({})".format, inner, st.integers(-2, 3))
        | st.builds("({})**({} - 1)".format, inner, st.sampled_from("cd"))
        | st.builds("abs({})".format, inner)
    ),
    max_leaves=8,
)
FILLINGS = st.fixed_dictionaries(
    {
        "a": st.sampled_from(["−3", "0.5", "x y", "x + y", "−x", "x − 2"]),
        "b": st.sampled_from(["2", "-0.25", "y / x", "(x + 1)", "(x)(y)", "x²"]),
        "c": st.integers(-2, 3).map(str),
        "d": st.just("d"),
    }
)
VALUES = {"x": Fraction(7, 3), "y": Fraction(-5, 4), "d": 2}


def read(text: str) -> Fraction:
    """The value of a text, read as a mathematician reads it."""
    small = {raised: plain for plain, raised in SUPERSCRIPT.items()}
    text = re.sub(f"[{''.join(small)}]+", lambda run: f"**({''.join(small[c] for c in run[0])})", text)
    text = re.sub(r"(?<=[xy)]) ?(?=[xy(])", "·", text.replace("abs(", "abs ("))
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text)
    text = re.sub(r"\d+(\.\d+)?", lambda digits: f"Fraction('{digits[0]}')", text)
    return eval(text.replace("−", "-").replace("·", "*").replace("^", "**"), {"Fraction": Fraction, **VALUES})


def meant(expression: str, filling: dict[str, str]) -> Fraction:
    named = {name: read(text) for name, text in filling.items()}
    exact = re.sub(r"\d+", lambda digits: f"Fraction({digits[0]})", expression)
    return eval(exact, {"Fraction": Fraction, **named})


@given(expression=EXPRESSIONS, filling=FILLINGS)
def test_the_text_means_what_the_expression_means(expression, filling):
    """Enough parentheses: read back by the rules of mathematics, the text has the expression's value."""
    try:
        value = meant(expression, filling)
    except (ZeroDivisionError, OverflowError):
        return
    assert read(typeset(expression, filling)) == value


@given(st.text() | st.floats().map(str))
def test_any_text_is_a_number_or_is_not(text):
    number = as_number(text)
    assert number is None or isinstance(number, float)
    assert isinstance(typeset("-a * (a + exp(a))**a", {"a": text}), str)
