"""How mathematicians write each op: one short sign for the middle of its node.

The sign follows from the op's formula: `+` of `a + b`, `ln` of `ln(x)`, `√x` of itself. The table has the others.
"""

from __future__ import annotations

import re

from tinygrad_edu import formula
from tinygrad_edu.op import OPS

LONGEST = 4  # a longer formula is no sign; then the op's name is

# fmt: off
SYMBOLS: dict[str, str] = {
    # signs as one writes them alone
    "mul": "×",             "div": "÷",             "pow": "xʸ",            "floor_divide": "⌊÷⌋",
    "matmul": "@",          "linear": "x Wᵀ",       "permute": "xᵀ",        "transpose": "xᵀ",
    "sum": "Σ",             "prod": "Π",            "any": "∃",             "all": "∀",
    "logical_and": "∧",     "logical_or": "∨",      "logical_xor": "⊻",     "logical_not": "¬",

    # formulas in few characters
    "rsqrt": "1/√x",        "reciprocal": "1/x",    "expm1": "eˣ−1",        "log1p": "ln(1+x)",
    "hypot": "√(x²+y²)",    "logaddexp": "ln(eˣ+eʸ)", "logsumexp": "ln Σ eˣ", "log_softmax": "log softmax",

    # known by a name, or by a sign of ours
    "relu": "ReLU",         "sigmoid": "σ",         "where": "if",
    "isnan": "nan?",        "isinf": "∞?",          "isfinite": "finite?",
    "getitem": "x[i]",      "place": "→[i]",        "setitem": "x[i]←",
    "diagonal": "diag",     "unfold": "windows",    "as_strided": "strides", "scatter_extreme": "→ max",
}
# fmt: on


def symbol(op: str) -> str:
    """The sign of an op; an op whose formula gives none goes by its name."""
    return SYMBOLS.get(op) or derived(op)


def derived(op: str) -> str:
    """The sign that an op's formula gives."""
    if op not in OPS:
        return op
    names = formula.names(OPS[op])
    text = formula.forward(op, names, {})
    name = text.removesuffix(f"({', '.join(names)})")
    if name != text:
        return name
    if len(names) == 2 and (found := re.fullmatch(rf"{names[0]} (\S+) {names[1]}", text)):
        return found[1]
    return text if " " not in text and "…" not in text and len(text) <= LONGEST else op
