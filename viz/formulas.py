"""Every op of the engine as a formula: what it computes, and how the gradient comes back through it.

    forward("mul", ["2", "−3"], {})                  # 2 · (−3)
    slope("tanh", 0, ["n"], "y", {})                 # 1 − y²
    rule("linear", 1, ["x", "W"], {})                # dW = dYᵀ x

Two tables say it, `formulas_elementwise.py` and `formulas_structural.py`; this file fills names and numbers in. All
texts are plain: nothing that comes in is read as markup, and whoever puts the result into HTML escapes it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from .formulas_elementwise import ELEMENTWISE, Elementwise
from .formulas_structural import STRUCTURAL, Structural, Words, einsum_gradient
from .typeset import call, operand, typeset

Formula = Elementwise | Structural

FORMULAS: dict[str, Formula] = {**ELEMENTWISE, **STRUCTURAL}

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXZ"  # not Y, which is the output
_MAX_NAME = 4  # of longer names a product of matrices could not be read


def forward(op: str, arguments: Sequence[str], params: Mapping[str, str]) -> str:
    """What an op computes: `2 · (−3)`, `tanh(n)`, `x Wᵀ`, `Σ x over dim 0`.

    arguments: the inputs in order, as names or numbers.
    params: the parameters as text, as in `GraphNode.params`.

    An op that is not the engine's own, or that has other arguments than its formula, is `name(a, b, key=value)`.
    """
    formula = FORMULAS.get(op)
    if formula is None or not _fits(formula, len(arguments)):
        return call(op, [*arguments, *(f"{key}={value}" for key, value in params.items())])
    known = _params(formula, params)
    if isinstance(formula.forward, Words):
        named = dict(zip(formula.inputs, map(operand, arguments), strict=False))
        return _filled(formula.forward, {**known, **named, "inputs": ", ".join(arguments)})
    text = typeset(formula.forward, {**known, **dict(zip(formula.inputs, arguments, strict=True))})
    over = isinstance(formula, Structural) and formula.over and "dim" in known
    return f"{text} over {known['which']}" if over else text


def slope(op: str, slot: int, arguments: Sequence[str], result: str, params: Mapping[str, str]) -> str | None:
    """The local derivative d result / d input `slot` of an elementwise op; None if it has none, or is another op.

    >>> slope("mul", 0, ["2", "−3"], "−6", {})
    '−3'
    """
    formula = FORMULAS.get(op)
    if not isinstance(formula, Elementwise) or not _fits(formula, len(arguments)) or not 0 <= slot < len(arguments):
        return None
    expression = formula.slopes[slot]
    if expression is None:
        return None
    named = dict(zip(formula.inputs, arguments, strict=True))
    return typeset(expression, {**_params(formula, params), **named, "y": result})


def rule(op: str, slot: int, names: Sequence[str], params: Mapping[str, str]) -> str | None:
    """How dY, the gradient of the output, becomes that of input `slot`; None if it does not, or of another op.

    names: what the inputs are called. Unless all are short words, letters stand for them: `dW = dYᵀ X`. A vector in a
    product of matrices counts as a row on its left, as a column on its right; a stack as its matrices, one by one.

    >>> rule("matmul", 0, ["layers.0.out", "layers.1.weight"], {})
    'dA = dY Bᵀ'
    """
    formula = FORMULAS.get(op)
    if not isinstance(formula, Structural) or slot < 0 or slot >= (len(names) if formula.many else len(formula.inputs)):
        return None
    found = formula.rules[0 if formula.many else slot]
    if found is None:
        return None
    letters = _letters(formula, names)
    known = _params(formula, params)
    if op == "einsum":
        text = einsum_gradient(known.get("equation", ""), slot, letters)
        return None if text is None else f"d{letters[slot]} = {text}"
    named = {formula.inputs[0]: letters[slot]} if formula.many else dict(zip(formula.inputs, letters, strict=True))
    text = _filled(found, {**known, **named}) if isinstance(found, Words) else typeset(found, named)
    return f"d{letters[slot]} = {text}"


def with_shapes(op: str, slot: int, shapes: Sequence[tuple[int, ...]], output: tuple[int, ...]) -> str | None:
    """The rule of a product of matrices in shapes, the input's first; None of other ops.

    A vector is shown as the row or the column that it is in the product.

    >>> with_shapes("linear", 1, [(50, 784), (8, 784)], (50, 8))
    '(8, 784) = (50, 8)ᵀ (50, 784)'
    """
    if op not in ("linear", "matmul") or len(shapes) != 2 or slot not in (0, 1):
        return None
    left, right = shapes
    if op == "linear":
        if slot == 0:
            return f"{left} = {output} {right}"
        rows = math.prod(left[:-1])
        return f"{right} = {(rows, output[-1])}ᵀ {(rows, left[-1])}"
    matrix = output
    if len(right) == 1:
        right, matrix = (*right, 1), (*matrix, 1)
    if len(left) == 1:
        left, matrix = (1, *left), (*matrix[:-1], 1, *matrix[-1:])
    text = f"{left} = {matrix} {right}ᵀ" if slot == 0 else f"{right} = {left}ᵀ {matrix}"
    stacked = (left if slot == 0 else right)[:-2] != matrix[:-2]
    return f"{text}, summed over the stack" if stacked else text


def _fits(formula: Formula, count: int) -> bool:
    return count == len(formula.inputs) or (isinstance(formula, Structural) and formula.many and count > 0)


def _params(formula: Formula, params: Mapping[str, str]) -> dict[str, str]:
    """The parameters that are not None, with real minus signs; and in words, which dims they name."""
    given = {key: _plain(value) for key, value in params.items() if value not in ("None", "()")}
    known = {**formula.defaults, **given}
    dims = known.get("dim", known.get("dims"))
    if dims is not None:
        known["which"] = f"{'dims' if dims.startswith('(') else 'dim'} {dims}"
    return {"which": "all dims", **known}


def _plain(text: str) -> str:
    """A parameter as one would write it in a sentence: without a string's quotes, with real minus signs."""
    quoted = re.fullmatch(r"(['\"])(.*)\1", text, re.DOTALL)
    if quoted:
        return quoted[2]
    return text.replace("-", "−") if re.fullmatch(r"[-\d\s.,:()]*", text) else text


def _letters(formula: Structural, names: Sequence[str]) -> list[str]:
    """The names, if all are short words; else letters."""
    count = len(names) if formula.many else len(formula.inputs)
    if len(names) == count and all(_is_short(name) for name in names):
        return list(names)
    if not formula.many:
        return [name.upper() for name in formula.inputs]
    return list(_LETTERS[:count]) if count <= len(_LETTERS) else [f"X{i}" for i in range(count)]


def _is_short(name: str) -> bool:
    return len(name) <= _MAX_NAME and name.isidentifier() and name not in ("Y", "dY", "n")


class _Sentence(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"  # a parameter that the caller does not know


def _filled(words: Words, known: Mapping[str, str]) -> str:
    index = known.get("index", "…")
    inner = index[1:-1] if index.startswith("(") and index.endswith(")") else index
    return words.text.format_map(_Sentence({**known, "index": inner}))
