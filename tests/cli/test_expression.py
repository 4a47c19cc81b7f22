"""Expressions as they are typed: the same numbers as Python and NumPy give, and one clear line for everything else."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.cli.errors import USAGE, Failure
from tinygrad_edu.cli.expression import NO_METHODS, TENSORS, evaluate
from tinygrad_edu.nn import functional as F

X, W = np.array([[1.5, -2.0], [0.25, 3.0]]), np.array([[0.5, 1.0], [-1.0, 2.0]])
GIVEN = [f"x={X.tolist()}", f"w={W.tolist()}", "a=0.75", "b=-1e-3"]


def value(text, *values):
    result, _ = evaluate(text, values)
    assert result.dtype == np.float32
    assert result.requires_grad
    return result.detach().numpy()


def error(text, *values):
    with pytest.raises(Failure) as caught:
        evaluate(text, values)
    assert caught.value.exit_code == USAGE
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
    return str(caught.value)


# --- arithmetic, against Python itself -------------------------------------------------------------------------------

NUMBERS = {"x": 1.5, "w": -3.0, "b": 0.1, "n": 7.0}
STEP = 2.0**-23  # what one rounding to float32 may change, and a little more


def exact(text):
    """A number or a name, as Python reads it, and how far off it may be in float32."""
    number = eval(text, {}, NUMBERS)
    return text, number, abs(number) * STEP


def negative(part):
    text, number, bound = part
    return f"-({text})", -number, bound


def together(parts):
    """Two pieces with an operator between them, and how far rounding may have carried the result."""
    (a, x, dx), sign, (b, y, dy) = parts
    if sign == "/" and abs(y) < 1e-3 + 2 * dy:
        sign = "*"
    text = f"({a}) {sign} ({b})"
    number = eval(text, {}, NUMBERS)
    bound = dx + dy
    if sign == "*":
        bound = abs(x) * dy + abs(y) * dx + dx * dy
    elif sign == "/":
        bound = (dx + abs(number) * dy) / (abs(y) - dy)
    return text, number, bound + (abs(number) + bound) * STEP


atoms = st.sampled_from(["x", "w", "b", "n", "2", "0.5", "3.25", "1e-2"]).map(exact)
formulas = st.recursive(
    atoms,
    lambda inner: st.one_of(inner.map(negative), st.tuples(inner, st.sampled_from("+-*/"), inner).map(together)),
    max_leaves=12,
)


@given(formulas)
def test_arithmetic_is_python_s(formula):
    text, number, bound = together((exact("x"), "+", formula))  # so that there is a name in it
    found = value(text, *(f"{name}={number}" for name, number in NUMBERS.items() if name in text))
    assert abs(found - number) <= bound


@pytest.mark.parametrize(
    "text",
    ["a + b - a*b", "a - b - 2", "a / b / 2", "2**a**2 + b", "-a**2 + b", "(-a)**2 + b", "a % 0.5 + b", "+a + -b",
     "a*-b", "2*(a + b)*(a - b)", "a*pi + b*e", "1e3*a + .5*b", "0x10*a + b"],
)  # fmt: skip
def test_precedence_is_python_s(text):
    expected = eval(text, {}, {"a": 0.75, "b": -1e-3, "pi": math.pi, "e": math.e})
    assert value(text, "a=0.75", "b=-1e-3") == pytest.approx(expected, rel=1e-5)


# --- functions, methods, subscripts, against NumPy ------------------------------------------------------------------

NUMPY = {
    "x * w + a": lambda x, w, a: x * w + a,
    "x @ w * a": lambda x, w, a: x @ w * a,
    "x.T @ w - a": lambda x, w, a: x.T @ w - a,
    "(x*w).sum() + a": lambda x, w, a: (x * w).sum() + a,
    "sum(x, dim=0) * mean(w, dim=1, keepdim=True) - a": lambda x, w, a: x.sum(0) * w.mean(1, keepdims=True) - a,
    "x.sum(0) + w.sum(dim=1) + a": lambda x, w, a: x.sum(0) + w.sum(1) + a,
    "exp(x) + sin(w) * log(a)": lambda x, w, a: np.exp(x) + np.sin(w) * np.log(a),
    "tanh(x).relu() + w.abs().sqrt() + a": lambda x, w, a: np.maximum(np.tanh(x), 0) + np.sqrt(np.abs(w)) + a,
    "where(x > w, x, w) * a": lambda x, w, a: np.maximum(x, w) * a,
    "maximum(x, 0) + minimum(w, 1) + a": lambda x, w, a: np.maximum(x, 0) + np.minimum(w, 1) + a,
    "x[0] + w[:, 1] + a": lambda x, w, a: x[0] + w[:, 1] + a,
    "x[0, 1:] * w[-1, ::-1] * a": lambda x, w, a: x[0, 1:] * w[-1, ::-1] * a,
    "x[..., 0] + w[None, [0, 1]].sum() + a": lambda x, w, a: x[..., 0] + w.sum() + a,
    "x.reshape(4)[1:3] + reshape(w, (4,))[0:2] + a": lambda x, w, a: x.reshape(4)[1:3] + w.reshape(4)[:2] + a,
    "x.permute(1, 0) + w.flatten()[0] + a": lambda x, w, a: x.T + w[0, 0] + a,
    "cat([x, w], dim=1) + a": lambda x, w, a: np.concatenate([x, w], axis=1) + a,
    "stack((x, w)).sum(0) + a": lambda x, w, a: x + w + a,
    "einsum('ij,jk->ik', x, w) + a": lambda x, w, a: x @ w + a,
    "softmax(x, dim=1) @ w + a": lambda x, w, a: np.exp(x) / np.exp(x).sum(1, keepdims=True) @ w + a,
    "clamp(x, -1, max=1) + w*a": lambda x, w, a: np.clip(x, -1, 1) + w * a,
    "leaky_relu(x, 0.1) + w*a": lambda x, w, a: np.where(x > 0, x, 0.1 * x) + w * a,
    "mse_loss(x, w, reduction='sum') + a": lambda x, w, a: ((x - w) ** 2).sum() + a,
    "x * [1, 2] @ [[1, 0], [0, 2]] + w*a": lambda x, w, a: x * [1, 2] @ [[1, 0], [0, 2]] + w * a,
    "cross_entropy(x, [0, 1]) + w.sum()*a": lambda x, w, a: (
        np.log(np.exp(x).sum(1)).mean() - (x[0, 0] + x[1, 1]) / 2 + w.sum() * a
    ),
    "(x == w)*x + (x != w)*w*a": lambda x, w, a: (x == w) * x + (x != w) * w * a,
    "x.detach() * w + a": lambda x, w, a: x * w + a,
    "n = x*w; m = n.sum(); n / m + a": lambda x, w, a: x * w / (x * w).sum() + a,
}


@pytest.mark.parametrize("text", NUMPY)
def test_functions_are_numpy_s(text):
    expected = NUMPY[text](X, W, 0.75)
    found = value(text, *GIVEN[:3])
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_every_function_of_the_table_exists():
    assert [name for name in TENSORS if not any(hasattr(place, name) for place in (F, tg, tg.Tensor))] == []
    assert set(NO_METHODS) <= TENSORS.keys()


def test_every_op_with_a_derivative_can_be_written():
    by_another_name = {"cast", "getitem", "place", "setitem"}  # dtypes, x[0], and what comes of x[0] on the way back
    rows = {name for name, row in vars(tg.ops).items() if isinstance(row, tg.Op) and row.differentiable}
    aliases = {"join": "cat", "contract": "einsum"}
    of_complex_numbers = {"angle", "complex", "conj", "imag", "real"}  # which a formula cannot contain
    assert {aliases.get(name, name) for name in rows} - TENSORS.keys() == by_another_name | of_complex_numbers


# --- names ----------------------------------------------------------------------------------------------------------


def test_gradients_go_to_the_values():
    result, names = evaluate("n = x1*w1 + x2*w2 + b; out = tanh(n)", ["x1=2", "x2=0", "w1=-3", "w2=1", "b=6.8813736"])
    assert list(names) == ["x1", "x2", "w1", "w2", "b", "n", "out"]
    assert names["out"] is result
    result.backward()
    grads = {name: names[name].grad.item() for name in ("x1", "w1", "x2", "w2", "b")}
    assert grads == pytest.approx({"x1": -1.5, "w1": 1.0, "x2": 0.5, "w2": 0.0, "b": 0.5}, abs=1e-5)


def test_the_result_is_called_out_unless_it_has_a_name():
    assert list(evaluate("x*2", ["x=1"])[1]) == ["x", "out"]
    assert list(evaluate("y = x*2", ["x=1"])[1]) == ["x", "y"]
    assert list(evaluate("x", ["x=1"])[1]) == ["x"]
    assert list(evaluate("out*2", ["out=1"])[1]) == ["out", "out_"]


def test_a_number_with_a_name_has_no_gradient():
    result, names = evaluate("y = 1; (x - y)**2", ["x=3"])
    result.backward()
    assert names["x"].grad.item() == 4
    assert not names["y"].requires_grad


@pytest.mark.parametrize(
    ("text", "number"),
    [("2", 2), ("-1e-3", -1e-3), ("+.5", 0.5), ("inf", math.inf), ("-inf", -math.inf), ("nan", math.nan),
     ("pi", math.pi), ("1_000", 1000), ("[1, 2]", [1, 2]), ("[[1,-2],[nan,4]]", [[1, -2], [math.nan, 4]]),
     (" (1, 2) ", [1, 2])],
)  # fmt: skip
def test_values(text, number):
    np.testing.assert_array_equal(value("x", f"x={text}"), np.array(number, np.float32))


def test_a_value_goes_before_a_constant():
    assert value("e*2", "e=3") == 6


def test_names_are_compared_as_python_compares_them():
    assert value("\N{MICRO SIGN}*2", "\N{GREEK SMALL LETTER MU}=2") == 4


@pytest.mark.parametrize(
    ("text", "number"), [("log(x)", math.nan), ("1/(x + 1)", math.inf), ("x*2**10**10", -math.inf)]
)
def test_nan_and_infinity_are_results(text, number):
    np.testing.assert_equal(float(value(text, "x=-1")), number)


def test_a_long_sum_is_not_deep():
    assert value(" + ".join(["x"] * 500), "x=1") == 500


# --- what cannot be ---------------------------------------------------------------------------------------------------

WRONG = {
    # the text of the expression
    "": ["empty", "tanh(x*w + b)"],
    "   ": ["empty"],
    "# x": ["no formula"],
    "x*": ["'x*'", "at character 3, at the end"],
    "tanh(x*2": ["'tanh(x*2'", "never closed", "at character 5", "near '(x*2'"],
    "x $ 2": ["at character 3", "near '$ 2'"],
    "x*2\nx*": ["at character 7"],
    "x\n  + 2": ["indent"],
    "x\0": ["null bytes"],
    "x\udcff": ["'x\\udcff'"],
    "(" * 10_000 + "x" + ")" * 10_000: ["nested too deep", "give inner results names"],
    "-" * 10_000 + "x": ["nested too deep"],
    "x" + ".sin()" * 10_000: ["nested too deep"],
    "sin(" * 120 + "x" + ")" * 120: ["nested more than 100 deep"],
    "**".join(["x"] * 150): ["nested more than 100 deep"],
    "+".join(["x"] * 40_000): ["too long"],
    "x" * 200_000: ["200,000 characters, too long"],
    "9" * 5000 + "*x": ["float32"],
    # names
    "x*c": ["'x*c': c has no value", "c=1"],
    "tanh*x": ["'tanh': tanh is a function", "tanh(x)"],
    "tnh(x)": ["'tnh(x)'", "no function tnh", "did you mean tanh?"],
    "tahn(x)": ["no function tahn", "did you mean tanh?"],
    "sigmiod(x)": ["did you mean sigmoid?"],
    "rleu(x)": ["did you mean relu?"],
    "qwertz(x)": ["use PyTorch's, such as exp, tanh"],
    "cross_entropy(x, None)": ["'None': cross_entropy needs the classes here, as in cross_entropy(x, [0, 2])"],
    "nll_loss(x, [1, 'a'])": ["nll_loss needs the classes here"],
    "mse_loss(x, None)": ["'None'", "give a number"],
    "qqqq(x)": ["no function qqqq", "such as exp"],
    "__import__('os')": ["no function __import__"],
    "x.item()": ["no function item"],
    "x.backward()": ["no function backward"],
    "x.relu": ["no .relu here", "x.relu()"],
    "x.__class__": ["no .__class__ here"],
    "n = x*2; x": ["n is computed but not used"],
    "x*2; x": ["'x*2': its result is not used", "n = ..."],
    "x = x*2": ["x has a value already", "another name"],
    "n = x; n = x*n": ["n has a value already"],
    # forms
    "x^2": ["'x^2'", "x**2"],
    "x // 2": ["floor(a / b)"],
    "x & x": ["logical_and"],
    "x | x": ["logical_or"],
    "~x": ["logical_not"],
    "not x": ["logical_not"],
    "x and x": ["logical_and"],
    "x if x else 1": ["where(condition, a, b)"],
    "0 < x < 1": ["logical_and(0 < x, x < 1)"],
    "(n := x)": ["semicolon"],
    "x += 1": ["a name of its own"],
    "n = m = x": ["name = formula"],
    "n, m = x": ["name = formula"],
    "import os": ["name = formula"],
    "x is x": ["cannot be drawn; use numbers"],
    "x << 2": ["cannot be drawn"],
    "[i for i in x]": ["cannot be drawn"],
    "f'{x}'": ["cannot be drawn"],
    "(lambda: x)()": ["only a function"],
    "'a' * x": ["give a number"],
    "2j * x": ["give a number"],
    "True * x": ["give a number"],
    "[x, x] * 2": ["stack([a, b])"],
    "[[1, 2], [3]] * x": ["rows differ", "(2,) and (1,)"],
    "1e39 * x": ["'1e39'", "float32", "inf"],
    "1e999 * x": ["float32"],
    "1" + "0" * 400 + " * x": ["float32"],
    # calls
    "sin()": ["'sin()'", "0 positional"],
    "sin(x, 1)": ["2 positional"],
    "sin(x, x)": ["here sin takes a plain number"],
    "sum(x, dim=x)": ["'x': here sum takes a plain number", "dim=0"],
    "sum(x, dim=3)": ["'sum(x, dim=3)'", "out of range"],
    "sum(x, dims=0)": ["dims"],
    "sum(*x)": ["without stars"],
    "sum(x, **x)": ["without stars"],
    "softmax(x)": ["dim"],
    "max(x, x)": ["maximum(a, b)"],
    "min(x, x)": ["minimum(a, b)"],
    "max(x, 0)": ["amax(x, dim)", "maximum(a, b)"],
    "x.where(x > 0, x)": ["write where(...) as a function"],
    "x[5]": ["'x[5]'", "index"],
    "x[x]": ["whole numbers"],
    "x[1.5]": ["'x[1.5]'"],
    "x[0:x]": ["whole numbers"],
    "expand(x, 1000, 100000)": ["100,000,000 elements", "smaller"],
    # gradients
    "x > 0": ["no gradient", "comparisons"],
    "x.detach() * 2": ["no gradient"],
    "1 + 2": ["x is given but not used"],
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: repr(text[:30]))
def test_a_bad_expression_is_one_line_that_says_what_to_do(text):
    message = error(text, "x=2")
    assert [part for part in WRONG[text] if part not in message] == []


WRONG_VALUES = {
    "x": ["'x'", "name=number", "x=2", "quotes"],
    "+": ["quotes"],
    "=2": ["name=number"],
    "2=x": ["name=number"],
    "lambda=2": ["name=number"],
    "x=": ["'x='", "give a number"],
    "x==2": ["give a number"],
    "x=hello": ["'x=hello'", "give a number", "x=[[1,2],[3,4]]"],
    "x=1/3": ["give a number"],
    "x='2'": ["give a number"],
    "x=True": ["give a number"],
    "x=None": ["give a number"],
    "x=2j": ["give a number"],
    "x=2;3": ["give a number"],
    "x={1: 2}": ["give a number"],
    "x=[]": ["empty list"],
    "x=[[1,2],[3]]": ["'x=[[1,2],[3]]'", "rows differ"],
    "x=[1,[2]]": ["rows differ"],
    "x=1e39": ["float32"],
    "x=-1e999": ["float32"],
    "x=" + "[" * 70 + "1" + "]" * 70: ["dimension"],
    "x=" + "[" * 10_000: ["give a number"],
    "x=" + "-" * 10_000 + "1": ["give a number"],
}


@pytest.mark.parametrize("given_value", WRONG_VALUES, ids=lambda text: repr(text[:30]))
def test_a_bad_value_is_one_line_that_says_what_to_do(given_value):
    message = error("x*2", given_value)
    assert [part for part in WRONG_VALUES[given_value] if part not in message] == []


def test_errors_that_need_other_values():
    assert "x is given twice" in error("x*2", "x=1", "x=2")
    assert "y is given but not used; leave it out" in error("x*2", "x=1", "y=2")
    assert "no name in it has a value" in error("1 + 2")
    assert "shapes (2,) and (3,) do not broadcast" in error("x*w", "x=[1,2]", "w=[1,2,3]")
    assert error("1 + x@w", "x=[1,2]", "w=[1,2,3]").startswith("'x@w': matmul(")


def test_deep_nesting_is_allowed_up_to_a_point():
    assert value("sin(" * 99 + "x" + ")" * 99, "x=1").shape == ()
