"""Every op as a formula: what it computes, and how the gradient comes back, in the names or numbers of the caller.

    forward("mul", ["2", "−3"], {})                  # 2 · (−3)
    slope("tanh", 0, ["n"], "y", {})                 # 1 − y²
    rule("linear", 1, ["x", "W"], {})                # dW = dYᵀ x

The formulas are derived from the op's row (`derive.py`) unless `overrides.py` has a better text; this file fills in
names and numbers. All texts are plain: nothing that comes in is read as markup; escape the result before it
goes into HTML.
"""

from __future__ import annotations

import ast
import inspect
import math
import re
from collections.abc import Mapping, Sequence

from ..op import OPS, Op
from . import derive
from .einsum import einsum_gradient
from .overrides import FORWARD, RULES, SLOPES, WHICH, Words
from .typeset import call, operand, typeset

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXZ"  # not Y, which is the output
_MAX_NAME = 4  # of longer names a product of matrices could not be read
_REDUCED = {"dim", "keepdim"}  # said by "over dim 0"


def forward(op: str, arguments: Sequence[str], params: Mapping[str, str]) -> str:
    """What an op computes: `2 · (−3)`, `tanh(n)`, `x Wᵀ`, `Σ x over dim 0`.

    arguments: the inputs in order, as names or numbers.
    params: the parameters as text, as in `GraphNode.params`.

    An op without a formula, or with other arguments than its formula has, is `name(a, b, key=value)`.
    """
    row = OPS.get(op)
    plain = call(op, [*arguments, *(f"{key}={value}" for key, value in params.items())])
    if row is None or not _fits(row, len(arguments)):
        return plain
    known = _params(row, params)
    found = FORWARD.get(op)
    if isinstance(found, Words):
        named = dict(zip(derive.names(row), map(operand, arguments), strict=False))
        return _filled(found, {**known, **named, "inputs": ", ".join(arguments)})
    given = _given(row, params)
    reduces = not row.elementwise and "dim" in derive.parameters(row)
    formula = found or derive.forward(row, given - _REDUCED if reduces else given)
    if formula is None:
        if row.each is not None or (not reduces and given):
            return plain
        formula = derive.called(row)
    text = typeset(formula, {**known, **_named(row, arguments)})
    return f"{text} over {known['which']}" if reduces and "dim" in known else text


def slope(op: str, slot: int, arguments: Sequence[str], result: str, params: Mapping[str, str]) -> str | None:
    """The local derivative d result / d input `slot` of an elementwise op; None if it has none, or is another op.

    >>> slope("mul", 0, ["2", "−3"], "−6", {})
    '−3'
    """
    row = OPS.get(op)
    if row is None or not _fits(row, len(arguments)):
        return None
    formula = slope_of(row, slot, _given(row, params))
    return (
        None if formula is None else typeset(formula, {**_params(row, params), **_named(row, arguments), "y": result})
    )


def rule(op: str, slot: int, names: Sequence[str], params: Mapping[str, str]) -> str | None:
    """How dY, the gradient of the output, becomes that of input `slot`; None if it does not, or where a slope says it.

    names: what the inputs are called. Unless all are short words, letters stand for them: `dW = dYᵀ X`. A vector in a
    product of matrices counts as a row on its left, as a column on its right; a stack as its matrices, one by one.

    >>> rule("matmul", 0, ["layers.0.out", "layers.1.weight"], {})
    'dA = dY Bᵀ'
    """
    row = OPS.get(op)
    if row is None or not 0 <= slot < (len(row.rules) if row.each is None else len(names)):
        return None
    found = rule_of(row, slot, _given(row, params))
    if found is None:
        return None
    letters = _letters(row, names)
    known = _params(row, params)
    if op == "einsum":
        text = einsum_gradient(known.get("equation", ""), slot, letters)
        return None if text is None else f"d{letters[slot]} = {text}"
    formal = derive.names(row)
    named = {formal[0]: letters[slot]} if row.each is not None else dict(zip(formal, letters, strict=True))
    if isinstance(found, Words):
        return f"d{letters[slot]} = {_filled(found, {**known, **named})}"
    return f"d{letters[slot]} = {typeset(found, {**known, **named, 'y': 'Y'})}"


def slope_of(row: Op, slot: int, given: derive.Given = frozenset()) -> str | ast.expr | None:
    """The local derivative as an expression: the override, or what is derived."""
    return SLOPES.get((row.name, slot)) or derive.slope(row, slot, given)


def rule_of(row: Op, slot: int, given: derive.Given = frozenset()) -> str | Words | ast.expr | None:
    """The rule of an op that is not elementwise: the override, or what is derived."""
    found = RULES.get((row.name, slot if row.each is None else 0))
    if found is not None or row.elementwise or derive.acts_elementwise(row, given):
        return found
    return derive.rule(row, slot, given)


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


def _fits(row: Op, count: int) -> bool:
    return count > 0 if row.each is not None else count == len(derive.names(row))


def _named(row: Op, arguments: Sequence[str]) -> dict[str, str]:
    return dict(zip(derive.names(row), arguments, strict=False))


def _given(row: Op, params: Mapping[str, str]) -> frozenset[str]:
    """The parameters that a formula speaks of: those with a value of their own, and those without a default."""
    found = {
        name
        for name, parameter in derive.parameters(row).items()
        if (name in params and params[name] not in ("None", "()", repr(parameter.default)))
        or parameter.default is inspect.Parameter.empty
    }
    return frozenset(found)


def _params(row: Op, params: Mapping[str, str]) -> dict[str, str]:
    """The parameters that are not None, with real minus signs; and in words, which dims they name."""
    defaults = {name: repr(p.default) for name, p in derive.parameters(row).items() if p.default is not p.empty}
    known = {key: _plain(text) for key, text in {**defaults, **params}.items() if text not in ("None", "()")}
    dims = known.get("dim", known.get("dims"))
    if dims is not None:
        known["which"] = dims if dims in ("dim", "dims") else f"{'dims' if dims.startswith('(') else 'dim'} {dims}"
    return {"which": WHICH.get(row.name, "all dims"), **known}


def _plain(text: str) -> str:
    """A parameter as one would write it in a sentence: without a string's quotes, with real minus signs."""
    quoted = re.fullmatch(r"(['\"])(.*)\1", text, re.DOTALL)
    if quoted:
        return quoted[2]
    return text.replace("-", "−") if re.fullmatch(r"[-\d\s.,:()]*", text) else text


def _letters(row: Op, names: Sequence[str]) -> list[str]:
    """The names, if all are short words; else letters."""
    formal = derive.names(row)
    count = len(names) if row.each is not None else len(formal)
    if len(names) == count and all(_is_short(name) for name in names):
        return list(names)
    initials = [name[0].upper() if len(name) > _MAX_NAME else name.upper() for name in formal]
    if row.each is None and len(set(initials)) == count and "Y" not in initials:
        return initials
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
