"""How mathematicians write each op: one short sign for the middle of its node."""

from __future__ import annotations

# fmt: off
SYMBOLS: dict[str, str] = {
    "add": "+",             "sub": "−",             "mul": "×",             "div": "÷",
    "remainder": "mod",     "floor_divide": "⌊÷⌋",  "pow": "xʸ",            "neg": "−x",
    "maximum": "max",       "minimum": "min",       "atan2": "atan2",       "hypot": "√(x²+y²)",
    "square": "x²",         "sqrt": "√x",           "rsqrt": "1/√x",        "reciprocal": "1/x",
    "exp": "eˣ",            "exp2": "2ˣ",           "expm1": "eˣ−1",        "logaddexp": "ln(eˣ+eʸ)",
    "log": "ln",            "log2": "log₂",         "log10": "log₁₀",       "log1p": "ln(1+x)",
    "sin": "sin",           "cos": "cos",           "tan": "tan",
    "asin": "arcsin",       "acos": "arccos",       "atan": "arctan",
    "sinh": "sinh",         "cosh": "cosh",         "tanh": "tanh",
    "asinh": "arsinh",      "acosh": "arcosh",      "atanh": "artanh",
    "relu": "ReLU",         "sigmoid": "σ",         "softplus": "softplus", "abs": "|x|",
    "clip": "clip",         "sign": "sgn",          "floor": "⌊x⌋",         "ceil": "⌈x⌉",
    "round": "round",       "trunc": "trunc",       "where": "if",
    "clone": "copy",        "cast": "cast",         "erf": "erf",
    "eq": "=",              "ne": "≠",              "lt": "<",              "le": "≤",
    "gt": ">",              "ge": "≥",              "isnan": "nan?",        "isinf": "∞?",
    "isfinite": "finite?",
    "logical_and": "∧",     "logical_or": "∨",      "logical_xor": "⊻",     "logical_not": "¬",
    "bitwise_and": "&",     "bitwise_or": "|",      "bitwise_xor": "^",     "bitwise_not": "~",
    "getitem": "x[i]",      "place": "→[i]",        "put": "x[i]←",
    "reshape": "reshape",   "permute": "xᵀ",        "transpose": "xᵀ",      "squeeze": "squeeze",
    "unsqueeze": "unsqueeze", "expand": "expand",   "flip": "flip",         "roll": "roll",
    "pad": "pad",           "cat": "cat",
    "sum": "Σ",             "mean": "mean",         "prod": "Π",            "amax": "max",
    "amin": "min",          "logsumexp": "ln Σ eˣ", "cumsum": "cumsum",     "argmax": "argmax",
    "argmin": "argmin",     "any": "∃",             "all": "∀",
    "linear": "x Wᵀ",       "matmul": "@",          "einsum": "einsum",     "log_softmax": "log softmax",  "top": "max",
}
# fmt: on


def symbol(op: str) -> str:
    """The sign of an op; an op from elsewhere goes by its name."""
    return SYMBOLS.get(op, op)
