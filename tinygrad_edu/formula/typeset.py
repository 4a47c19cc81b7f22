"""Python expressions as a mathematician writes them: `1 - y**2` is `1 − y²`.

    typeset("a * b", {"a": "2", "b": "−3"})     # 2 · (−3)

The expression is a text, which is parsed and never run, or an `ast` tree. Parentheses are written where the precedence
of a part requires them, and nowhere else. This module knows no op.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

# How tightly a text holds together, from "a, b" and "p if c else q" to a single word.
LIST, IF, OR, AND, NOT, COMPARE, MOD, ADD, NEG, MUL, ROOT, POWER, ATOM = range(13)

FUNCTIONS = {  # called otherwise in mathematics than in NumPy
    "digamma": "ψ",      "hurwitz_zeta": "ζ",         "lgamma": "lnΓ",
    "log": "ln",         "log2": "log₂",      "log10": "log₁₀",    "sigmoid": "σ",     "sign": "sgn",
    "arcsinh": "arsinh", "arccosh": "arcosh", "arctanh": "artanh", "arctan2": "atan2",
    "maximum": "max",    "minimum": "min",    "amax": "max",       "amin": "min",      "rint": "round",
}  # fmt: skip
BRACKETS = {"floor": "⌊⌋", "ceil": "⌈⌉"}
PREFIXES = {"sum": "Σ ", "prod": "Π "}
OF_AN_ORDER = {  # functions whose parameters belong to the formula
    "bessel_j", "bessel_y", "bessel_i", "bessel_k", "bessel_ie", "bessel_ke", "spherical_bessel", "hurwitz_zeta",
}  # fmt: skip
INFIX = {"logical_and": (" and ", AND), "logical_or": (" or ", OR), "logical_xor": (" xor ", OR)}
NAMES = {"inf": "∞", "pi": "π"}

COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[[float, float], bool]]] = {
    ast.Eq: ("=", operator.eq),
    ast.NotEq: ("≠", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("≤", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: ("≥", operator.ge),
}

# Of each operator: its sign, what the result binds as, and what the left and the right side must bind as at least.
BINARY: dict[type[ast.operator], tuple[str, int, int, int]] = {
    ast.Add: (" + ", ADD, ADD, ADD),  # a + (b − c) is a + b − c
    ast.Sub: (" − ", ADD, ADD, MUL),
    ast.Mult: (" · ", MUL, NEG, MUL),
    ast.Div: (" / ", MUL, NEG, ROOT),
    ast.MatMult: (" ", MUL, MUL, MUL),
    ast.Mod: (" mod ", MOD, NEG, ROOT),
    ast.BitAnd: (" & ", MOD, ROOT, ROOT),
    ast.BitOr: (" | ", MOD, ROOT, ROOT),
    ast.BitXor: (" ⊕ ", MOD, ROOT, ROOT),
}

SUPERSCRIPT = dict(zip("0123456789+−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", strict=True)) | dict(
    zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)
)


class Text(NamedTuple):
    """A text, and what it binds as."""

    text: str
    binds: int


def typeset(expression: str | ast.expr, substitute: Mapping[str, str] = {}) -> str:
    """The expression as text, its names replaced by the texts given.

    A text that is put in for a name stays as it is, but for the minus sign of a number; it gets parentheses where it
    needs them: `y**2` with y="−0.5" is `(−0.5)²`, `a + b` with a="x₁ w₁" is `x₁ w₁ + b`. It is plain text,
    which must be escaped before it goes into HTML.

    Two functions are not NumPy's. `between(low, x, high)` is `low ≤ x ≤ high`, without infinite bounds.
    `unless(c, s, p)` is p, but s where c holds; if c compares numbers only, the one of the two that is meant.

    ValueError: not a Python expression, or one that has no text here (a lambda, a list ...).

    >>> typeset("1 / (2 * sqrt(x + 1))")
    '1 / (2 · √(x + 1))'
    """
    if isinstance(expression, str):
        try:
            expression = ast.parse(expression, mode="eval").body
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"typeset: {expression!r} is not a Python expression") from error
    return _Writer(expression, substitute).write(expression).text


def call(name: str, arguments: list[str]) -> str:
    """`name(a, b)`."""
    return f"{name}({', '.join(arguments)})"


def operand(text: str) -> str:
    """The text, in parentheses if it is not one word, number or call."""
    return text if binding(text) >= POWER else f"({text})"


def as_number(text: str) -> float | None:
    """The number that a text is: "−0.5", "1e-7", "∞"; None if it is something else."""
    plain = text.replace("−", "-").replace("∞", "inf")
    return float(plain) if _NUMBER.fullmatch(plain) else None


def binding(text: str) -> int:
    """How tightly any text holds together; what cannot be read counts as loose, and so gets parentheses."""
    if as_number(text) is not None:
        return NEG if text[0] in "-−" else ROOT if "e" in text else ATOM
    if len(text) > 200:  # no name, and not worth reading
        return LIST
    while (bare := _GROUP.sub(_without_group, text)) != text:
        text = bare
    text = text.strip()
    if not text or re.search(r"[,()\[\]]", text):
        return LIST
    if re.search(r"[=≠<>≤≥&|⊕~]|\b(if|else|and|or|xor|not|mod|as|is|where)\b", text):
        return IF
    if re.search(r"\S\s*[+−-]", text):
        return ADD
    if text[0] in "+−-":
        return NEG
    if re.search(r"[\s·×*/÷]|^\d", text):  # 2x is a product
        return MUL
    return ROOT if "√" in text or "Σ" in text else POWER if _RAISED & set(text) else ATOM


_NUMBER = re.compile(r"-?(\d+\.?\d*(e[+-]?\d+)?|inf|nan)", re.ASCII)
_GROUP = re.compile(r"\([^()\[\]]*\)|\[[^()\[\]]*\]")  # innermost
_RAISED = {"^", "ᵀ", *SUPERSCRIPT.values()}


def _without_group(found: re.Match[str]) -> str:
    """`f(x)` and `x[0]` are words; any other group stands beside its neighbours."""
    before = found.string[: found.start()][-1:]
    return "p" if before == "_" or (before.isalnum() and not before.isdecimal()) else " p "


class _Writer:
    """One expression on its way to text; one method for each kind of part."""

    def __init__(self, expression: ast.expr, substitute: Mapping[str, str]) -> None:
        self.expression = expression
        self.substitute = substitute

    def write(self, node: ast.expr) -> Text:
        match node:
            case ast.Constant(value=int() | float() as value):
                return _number(str(value))
            case ast.Constant(value=complex(real=0, imag=1)):
                return Text("i", ATOM)
            case ast.Name(id=name):
                return self._name(name)
            case ast.Attribute(value=value, attr="T" | "mT"):
                return Text(self._at_least(ATOM, value) + "ᵀ", POWER)
            case ast.UnaryOp(op=ast.USub(), operand=value):
                return Text("−" + self._unsigned(MUL, value), NEG)
            case ast.UnaryOp(op=ast.Invert(), operand=value):
                return Text("~" + self._at_least(ATOM, value), ROOT)
            case ast.BinOp(op=ast.Pow(), left=base, right=exponent):
                return self._power(base, exponent)
            case ast.BinOp(op=ast.FloorDiv(), left=left, right=right):
                return Text(f"⌊{self.write(ast.BinOp(left, ast.Div(), right)).text}⌋", ATOM)
            case ast.BinOp(op=op, left=left, right=right) if type(op) in BINARY:
                sign, binds, first, second = BINARY[type(op)]
                return Text(self._at_least(first, left) + sign + self._unsigned(second, right), binds)
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(one) in COMPARISONS for one in ops):
                parts = [self._at_least(MOD, left)]
                for relation, other in zip(ops, others, strict=True):
                    parts += [COMPARISONS[type(relation)][0], self._at_least(MOD, other)]
                return Text(" ".join(parts), COMPARE)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, arguments)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
                params = {
                    k.arg: ast.unparse(k.value).replace("-", "−") for k in keywords if k.arg and k.arg != "keepdim"
                }
                text = self._call(name, arguments)
                if params.keys() <= {"dim"}:
                    dim = params.get("dim")
                    return Text(f"{text.text} over {'dims' if '(' in dim else 'dim'} {dim}", LIST) if dim else text
                if name in OF_AN_ORDER:
                    more = [f"{k.arg}={self.write(k.value).text}" for k in keywords]
                    return Text(
                        call(FUNCTIONS.get(name, name), [*(self.write(x).text for x in arguments), *more]), ATOM
                    )
        raise ValueError(
            f"typeset: no text for the {type(node).__name__} in {ast.unparse(self.expression)!r}; use names, numbers, "
            "arithmetic, comparisons and calls by position"
        )

    def _at_least(self, least: int, node: ast.expr) -> str:
        """In parentheses, if the text binds less than that."""
        text, binds = self.write(node)
        return text if binds >= least else f"({text})"

    def _unsigned(self, least: int, node: ast.expr) -> str:
        """The same after an operator, where no sign may follow: 2 · (−3)."""
        text = self._at_least(least, node)
        return f"({text})" if text.startswith("−") else text

    def _name(self, name: str) -> Text:
        if name not in self.substitute:
            return Text(NAMES.get(name, name), ATOM)
        text = self.substitute[name]
        return _number(text) if as_number(text) is not None else Text(text, binding(text))

    def _power(self, base: ast.expr, exponent: ast.expr) -> Text:
        value = self._value(exponent)
        if value == 1:
            return self.write(base)
        text, binds = self.write(exponent) if value is None else _number(f"{value:.10g}")
        foot = self._at_least(ATOM, base)
        if (small := _small(text)) is not None:
            return Text(foot + small, POWER)
        return Text(f"{foot}^{text}" if binds == ATOM else f"{foot}^({text})", POWER)

    def _call(self, name: str, nodes: list[ast.expr]) -> Text:
        match name, nodes:
            case "sqrt", [x]:
                return Text("√" + self._at_least(ATOM, x), ROOT)
            case "exp", [x]:
                value = self._value(x)
                exponent = self.write(x).text if value is None else _number(f"{value:.10g}").text
                if " " not in exponent and (small := _small(exponent)) is not None:
                    return Text("e" + small, POWER)
            case "abs", [x] if "|" not in (inside := self.write(x).text):
                return Text(f"|{inside}|", ATOM)
            case "where", [condition, yes, no]:
                condition_text, yes_text = self._at_least(OR, condition), self._at_least(OR, yes)
                return Text(f"{yes_text} if {condition_text} else {self._at_least(IF, no)}", IF)
            case "unless", [condition, special, usual]:
                known = self._truth(condition)
                if known is not None:
                    return self.write(special if known else usual)
                parts = [self._at_least(IF, part) for part in (usual, special, condition)]
                return Text("{}, {} where {}".format(*parts), LIST)
            case "between", [low, x, high]:
                bounds = [self._at_least(MOD, bound) for bound in (low, high)]
                left = "" if bounds[0] == "−∞" else f"{bounds[0]} ≤ "
                right = "" if bounds[1] == "∞" else f" ≤ {bounds[1]}"
                return Text(left + self._at_least(MOD, x) + right, COMPARE)
            case "astype", [x, dtype]:
                return Text(f"{self._at_least(POWER, x)} as {self.write(dtype).text}", IF)
            case "logical_not", [x]:
                return Text("not " + self._at_least(COMPARE, x), NOT)
            case _, [x] if name in BRACKETS:
                return Text(self.write(x).text.join(BRACKETS[name]), ATOM)
            case _, [x] if name in PREFIXES:
                return Text(PREFIXES[name] + self._at_least(POWER, x), ROOT)
            case _, [left, right] if name in INFIX:
                sign, binds = INFIX[name]
                return Text(self._at_least(binds + 1, left) + sign + self._at_least(binds + 1, right), binds)
        return Text(call(FUNCTIONS.get(name, name), [self._at_least(IF, x) for x in nodes]), ATOM)

    def _value(self, node: ast.expr) -> float | None:
        """The number that an exponent is, if it is one: b − 1 for b="3" is 2."""
        match node:
            case ast.Name(id=name):
                return as_number(self.substitute.get(name, ""))
            case ast.Constant(value=int() | float() as value):
                return float(value)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                positive = self._value(inner)
                return None if positive is None else -positive
            case ast.BinOp(op=ast.Sub(), left=left, right=right):
                a, b = self._value(left), self._value(right)
                return None if a is None or b is None else a - b
        return None

    def _truth(self, condition: ast.expr) -> bool | None:
        """Whether a condition on numbers holds; None if it is on names."""
        match condition:
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISONS:
                a, b = self._value(left), self._value(right)
                return None if a is None or b is None else COMPARISONS[type(op)][1](a, b)
            case ast.Call(func=ast.Name(id="logical_and"), args=parts):
                known = [self._truth(part) for part in parts]
                return False if False in known else None if None in known else True
        return None


def _small(text: str) -> str | None:
    """The text in small print, if it is short: x, −2, b − 1; None for a word of several letters, 2.5, 1e30."""
    if len(text) > 6 or not re.fullmatch(r"−?(\d+|[^\W\d])( [+−] (\d+|[^\W\d]))*", text):
        return None
    raised = [SUPERSCRIPT.get(c) for c in text if c != " "]
    return None if None in raised else "".join(map(str, raised))


def _number(text: str) -> Text:
    """With a real minus sign."""
    plain = re.sub(r"e([+−-]?)0*(?=\d)", lambda found: "e" + found[1].replace("+", ""), text)  # 1e-07 is 1e−7
    return Text(plain.replace("-", "−").replace("inf", "∞"), binding(text))
