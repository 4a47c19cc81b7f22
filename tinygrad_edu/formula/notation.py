"""How the call of an op, or of a NumPy function, is written inside an expression.

Expressions are `ast` trees: `typeset` turns them into mathematics, `ast.unparse` into Python that can be run. A name
that is not in the table stands for itself: `np.arctan(x)` is `arctan(x)`.
"""

from __future__ import annotations

import ast
import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

# By the name of the ufunc, or of the op if its forward function is not a ufunc. The arguments are a, b, or x.
# fmt: off
NOTATION: dict[str, str] = {
    "add": "a + b",           "subtract": "a - b",       "multiply": "a * b",        "divide": "a / b",
    "power": "a ** b",        "float_power": "a ** b",   "pow": "a ** b",            "matmul": "a @ b",
    "remainder": "a % b",     "fmod": "fmod(a, b)",      "floor_divide": "a // b",
    "negative": "-x",         "positive": "x",           "square": "x ** 2",         "absolute": "abs(x)",
    "equal": "a == b",        "not_equal": "a != b",     "less": "a < b",            "less_equal": "a <= b",
    "greater": "a > b",       "greater_equal": "a >= b", "invert": "~x",
    "bitwise_and": "a & b",   "bitwise_or": "a | b",     "bitwise_xor": "a ^ b",
    "exp2": "2 ** x",         "expm1": "exp(x) - 1",     "log1p": "log(1 + x)",
    "hypot": "sqrt(a**2 + b**2)",                        "logaddexp": "log(exp(a) + exp(b))",
}
# fmt: on

CONSTANTS = {
    math.pi: "pi",
    math.e: "e",
    math.sqrt(2): "sqrt(2)",
    math.sqrt(math.pi): "sqrt(pi)",
    2 / math.sqrt(math.pi): "2 / sqrt(pi)",
    math.sqrt(2 / math.pi): "sqrt(2 / pi)",
    math.sqrt(2 * math.pi): "sqrt(2 * pi)",
    math.sqrt(math.pi) / 2: "sqrt(pi) / 2",
    math.sqrt(0.5): "1 / sqrt(2)",
    1 / math.sqrt(2 * math.pi): "1 / sqrt(2 * pi)",
    math.log(2): "log(2)",
    math.log(10): "log(10)",
}


class Untraceable(TypeError):
    """What a function does with a symbol has no expression: it branches on values, takes elements out ..."""


@functools.cache
def parsed(expression: str) -> ast.expr:
    """A Python expression as a tree. The tree is cached: do not change it."""
    return ast.parse(expression, mode="eval").body


def call(name: str, arguments: Sequence[ast.expr], params: Mapping[str, Any] = {}) -> ast.expr:
    """`name(*arguments, **params)` as it is written."""
    template = NOTATION.get(name)
    if template is None or params:
        keywords = [ast.keyword(key, _parameter(value)) for key, value in params.items()]
        return ast.Call(ast.Name(name), list(arguments), keywords)
    formal = ("x",) if len(arguments) == 1 else ("a", "b")
    return substituted(parsed(template), dict(zip(formal, arguments, strict=True)))


def _parameter(value: Any) -> ast.expr:
    """A value, or the expression that a symbol stands for."""
    found = getattr(value, "expression", None)
    return found if isinstance(found, ast.expr) else written(value)


class _Substitution(ast.NodeTransformer):
    def __init__(self, named: Mapping[str, ast.expr]) -> None:
        self.named = named

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.named.get(node.id, node)


def substituted(expression: ast.expr, named: Mapping[str, ast.expr]) -> ast.expr:
    """A copy of the expression with other expressions in place of its names."""
    copy = ast.parse(ast.unparse(expression), mode="eval").body
    result: ast.expr = _Substitution(named).visit(copy)
    return result


def written(value: Any) -> ast.expr:
    """A value as an expression: numbers, well-known constants by name, tuples and words; else `Untraceable`."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, np.floating):
        value = float(str(value))  # 0.1 as it was written, also if it was a float32
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return _real(value)
    if isinstance(value, (bool, str)) or value is None:
        return ast.Constant(value)
    if isinstance(value, int):
        return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))
    if isinstance(value, tuple):
        return ast.Tuple([written(part) for part in value])
    raise Untraceable(f"a formula cannot contain a {type(value).__name__}")


def _real(value: float) -> ast.expr:
    if value < 0:
        return ast.UnaryOp(ast.USub(), _real(-value))
    if value in CONSTANTS:
        return parsed(CONSTANTS[value])
    if not math.isfinite(value):
        return ast.Name("inf" if value > 0 else "nan")
    return ast.Constant(int(value) if value.is_integer() and value < 1e6 else value)


def same(a: ast.expr, b: ast.expr) -> bool:
    """Whether two expressions read the same."""
    return ast.unparse(a) == ast.unparse(b)
