"""The formula sheet of the elementwise ops: what each computes, and its derivative in each input.

Python expressions over the inputs, the parameters and the output `y`, in NumPy's names and the two of `typeset`
(`between`, `unless`). They are data: `typeset` writes them out, and a test evaluates each and compares it with the
engine. None stands where an input has no derivative.
"""

# ruff: noqa: E501 - a table of formulas is read across

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Elementwise:
    """`forward` and a slope an input; `defaults` has the values that parameters have when they are None or not given."""

    inputs: tuple[str, ...]
    forward: str
    slopes: tuple[str | None, ...]
    defaults: dict[str, str] = field(default_factory=dict)


def _of_x(forward: str, slope: str | None, **defaults: str) -> Elementwise:
    return Elementwise(("x",), forward, (slope,), defaults)


def _of_a_b(forward: str, in_a: str | None = None, in_b: str | None = None) -> Elementwise:
    return Elementwise(("a", "b"), forward, (in_a, in_b))


# fmt: off
ELEMENTWISE: dict[str, Elementwise] = {
    #                        forward               derivative in a                          in b
    "add":          _of_a_b("a + b",               "1",                                     "1"),
    "sub":          _of_a_b("a - b",               "1",                                     "-1"),
    "mul":          _of_a_b("a * b",               "b",                                     "a"),
    "div":          _of_a_b("a / b",               "1 / b",                                 "-a / b**2"),
    "remainder":    _of_a_b("a % b",               "1",                                     "-floor(a / b)"),
    "pow":          _of_a_b("a ** b",              "unless(b == 0, 0, b * a**(b - 1))",     "unless(logical_and(a == 0, b >= 0), 0, y * log(a))"),
    "maximum":      _of_a_b("maximum(a, b)",       "where(a > b, 1, where(a == b, 0.5, 0))", "where(a < b, 1, where(a == b, 0.5, 0))"),
    "minimum":      _of_a_b("minimum(a, b)",       "where(a < b, 1, where(a == b, 0.5, 0))", "where(a > b, 1, where(a == b, 0.5, 0))"),
    "atan2":        _of_a_b("arctan2(a, b)",       "b / (a**2 + b**2)",                     "-a / (a**2 + b**2)"),
    "hypot":        _of_a_b("sqrt(a**2 + b**2)",   "unless(y == 0, 0, a / y)",              "unless(y == 0, 0, b / y)"),
    "logaddexp":    _of_a_b("log(exp(a) + exp(b))", "sigmoid(a - b)",                       "sigmoid(b - a)"),

    #                        forward               derivative in x
    "neg":          _of_x("-x",                    "-1"),
    "square":       _of_x("x**2",                  "2 * x"),
    "sqrt":         _of_x("sqrt(x)",               "1 / (2 * y)"),
    "rsqrt":        _of_x("1 / sqrt(x)",           "-y / (2 * x)"),
    "reciprocal":   _of_x("1 / x",                 "-1 / x**2"),

    "exp":          _of_x("exp(x)",                "y"),
    "exp2":         _of_x("2**x",                  "y * log(2)"),
    "expm1":        _of_x("exp(x) - 1",            "y + 1"),
    "log":          _of_x("log(x)",                "1 / x"),
    "log2":         _of_x("log2(x)",               "1 / (x * log(2))"),
    "log10":        _of_x("log10(x)",              "1 / (x * log(10))"),
    "log1p":        _of_x("log(1 + x)",            "1 / (1 + x)"),

    "sin":          _of_x("sin(x)",                "cos(x)"),
    "cos":          _of_x("cos(x)",                "-sin(x)"),
    "tan":          _of_x("tan(x)",                "1 + y**2"),
    "asin":         _of_x("arcsin(x)",             "1 / sqrt(1 - x**2)"),
    "acos":         _of_x("arccos(x)",             "-1 / sqrt(1 - x**2)"),
    "atan":         _of_x("arctan(x)",             "1 / (1 + x**2)"),
    "sinh":         _of_x("sinh(x)",               "cosh(x)"),
    "cosh":         _of_x("cosh(x)",               "sinh(x)"),
    "tanh":         _of_x("tanh(x)",               "1 - y**2"),
    "asinh":        _of_x("arcsinh(x)",            "1 / sqrt(x**2 + 1)"),
    "acosh":        _of_x("arccosh(x)",            "1 / sqrt(x**2 - 1)"),
    "atanh":        _of_x("arctanh(x)",            "1 / (1 - x**2)"),

    "relu":         _of_x("maximum(x, 0)",         "where(x > 0, 1, 0)"),
    "sigmoid":      _of_x("1 / (1 + exp(-x))",     "y * (1 - y)"),
    "softplus":     _of_x("log(1 + exp(x))",       "sigmoid(x)"),
    "erf":          _of_x("erf(x)",                "2 / sqrt(pi) * exp(-x**2)"),
    "abs":          _of_x("abs(x)",                "sign(x)"),
    "clip":         _of_x("clip(x, min, max)",     "where(between(min, x, max), 1, 0)", min="-inf", max="inf"),

    # steps: the derivative is 0 wherever there is one
    "sign":         _of_x("sign(x)",               "0"),
    "floor":        _of_x("floor(x)",              "0"),
    "ceil":         _of_x("ceil(x)",               "0"),
    "round":        _of_x("rint(x)",               "0"),
    "trunc":        _of_x("trunc(x)",              "0"),

    "where":        Elementwise(("condition", "a", "b"), "where(condition, a, b)",
                                (None, "where(condition, 1, 0)", "where(condition, 0, 1)")),
    "clone":        _of_x("copy(x)",               "1"),
    "cast":         _of_x("astype(x, dtype)",      "1"),

    "eq":           _of_a_b("a == b"),
    "ne":           _of_a_b("a != b"),
    "lt":           _of_a_b("a < b"),
    "le":           _of_a_b("a <= b"),
    "gt":           _of_a_b("a > b"),
    "ge":           _of_a_b("a >= b"),
    "logical_and":  _of_a_b("logical_and(a, b)"),
    "logical_or":   _of_a_b("logical_or(a, b)"),
    "logical_xor":  _of_a_b("logical_xor(a, b)"),
    "logical_not":  _of_x("logical_not(x)",        None),
    "bitwise_and":  _of_a_b("a & b"),
    "bitwise_or":   _of_a_b("a | b"),
    "bitwise_xor":  _of_a_b("a ^ b"),
    "bitwise_not":  _of_x("~x",                    None),
    "floor_divide": _of_a_b("a // b", "0", "0"),
    "isnan":        _of_x("isnan(x)",              None),
    "isinf":        _of_x("isinf(x)",              None),
    "isfinite":     _of_x("isfinite(x)",           None),
}
# fmt: on
