"""Numbers as they are typed: reading `x=2` and `w=[[1,2],[3,4]]`, and the parser that expressions share with them.

Nothing is computed here: a literal is a number, text, None, True, False, or a list or tuple of these. Each error is
one line: the text, what is wrong with it, what to write instead.
"""

from __future__ import annotations

import ast
import keyword
import math
import unicodedata
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor, wrap
from .errors import USAGE, Failure

LONGEST = 100_000  # characters
NUMBERS = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan}
A_NUMBER = "give a number or a list of numbers, as in x=2, b=-1e-3 or x=[[1,2],[3,4]]"
TOO_LARGE = "larger than float32 can hold, 3.4e38; give a smaller number, or inf"


def parsed(text: str) -> ast.Module:
    """The text as Python's parser understands it, at least one statement. Raises `Failure`."""
    if not text:
        raise Failure('the expression is empty; write one, as in "tanh(x*w + b)" x=2 w=-3 b=6.88', USAGE)
    too_much = "too long or nested too deep; give inner results names, as in n = x*w; tanh(n), or draw a part of it"
    if len(text) > LONGEST:
        raise Failure(f"{quoted(text)}: {len(text):,} characters, {too_much}", USAGE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the parser, about style
            tree = ast.parse(text)
    except (RecursionError, MemoryError):
        raise Failure(f"{quoted(text)}: {too_much}", USAGE) from None
    except SyntaxError as error:
        if "nested" in error.msg:
            raise Failure(f"{quoted(text)}: {too_much}", USAGE) from None
        before = sum(len(line) + 1 for line in text.split("\n")[: (error.lineno or 1) - 1])
        at = before + max(error.offset or 1, 1)
        near = f"near {quoted(text[at - 1 :], 12)}" if at <= len(text) else "at the end"
        problem = TOO_LARGE if "digits" in error.msg else error.msg  # Python reads 4,300 at most
        raise Failure(f"{quoted(text)}: {problem}, at character {at}, {near}", USAGE) from None
    except ValueError as error:
        raise Failure(f"{quoted(text)}: {error}", USAGE) from None
    if not tree.body:
        raise Failure(f"{quoted(text)}: there is no formula in it; write one, as in tanh(x)", USAGE)
    return tree


def leaves(values: Sequence[str]) -> dict[str, Tensor]:
    """The values as leaves that require a gradient, by name. Raises `Failure`."""
    found: dict[str, Tensor] = {}
    for value in values:
        name, equals, number = (part.strip() for part in value.partition("="))
        name = unicodedata.normalize("NFKC", name)  # as Python's parser does with the names in the expression
        if not equals or not name.isidentifier() or keyword.iskeyword(name):
            form = "a value is written name=number, as in x=2, and the whole expression goes in one pair of quotes"
            raise Failure(f"{quoted(value)}: {form}", USAGE)
        if name in found:
            raise Failure(f"{quoted(value)}: {name} is given twice; give it once", USAGE)
        try:
            found[name] = constant(_number(number)).requires_grad_()
        except ValueError as error:
            raise Failure(f"{quoted(value)}: {error}", USAGE) from None
    return found


def _number(text: str) -> Any:
    try:
        statements = parsed(text).body
    except Failure:
        raise ValueError(A_NUMBER) from None
    return literal(statements[0] if len(statements) == 1 else statements)


def literal(node: object) -> Any:
    """A number, text, None, True or False, or a list or tuple of these, as Python writes it. Raises `ValueError`."""
    match node:
        case ast.Expr(value=inner):
            return literal(inner)
        case ast.Constant(value=float() as value) if math.isinf(value):  # as Python reads 1e999
            raise ValueError(TOO_LARGE)
        case ast.Constant(value=None | bool() | int() | float() | str() as value):
            return value
        case ast.Name(id=name) if name in NUMBERS:
            return NUMBERS[name]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=ast.Constant() | ast.Name() as operand):
            number = literal(operand)
            if type(number) in (int, float):
                return -number if isinstance(sign, ast.USub) else number
        case ast.List(elts=parts):
            return [literal(part) for part in parts]
        case ast.Tuple(elts=parts):
            return tuple(literal(part) for part in parts)
    raise ValueError(A_NUMBER)


def constant(data: Any) -> Tensor:
    """Numbers as float32. Raises `ValueError` for anything else, for ragged lists, and for numbers out of range."""
    _shape(data)
    try:
        exact = np.array(data, np.float64)
    except OverflowError:
        raise ValueError(TOO_LARGE) from None
    with np.errstate(over="ignore"):
        result = wrap(exact.astype(np.float32))
    if np.any(np.isinf(result.array) & np.isfinite(exact)):
        raise ValueError(TOO_LARGE)
    return result


def _shape(data: Any) -> tuple[int, ...]:
    if type(data) in (int, float):
        return ()
    if not isinstance(data, (list, tuple)):
        raise ValueError(A_NUMBER)
    shapes = tuple(dict.fromkeys(map(_shape, data)))
    if not shapes:
        raise ValueError("an empty list has nothing to draw; put numbers into it")
    if len(shapes) > 1:
        raise ValueError(f"its rows differ in shape, {shapes[0]} and {shapes[1]}; make them equally long")
    return (len(data), *shapes[0])


def quoted(text: str, most: int = 60) -> str:
    """A text in quotes on one line, cut if it is long."""
    line = " ".join(text.split())
    return repr(line if len(line) <= most else f"{line[: most - 1]}…")
