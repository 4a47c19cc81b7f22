"""Numbers, shapes and names as short text."""

from __future__ import annotations

import math
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal

from tinygrad_edu.graph import GraphNode, Number, Summary

SMALLEST_POWER, LARGEST_POWER = -4, 7  # of ten: numbers beyond have an exponent
WHOLE = 10**LARGEST_POWER

NO_GRADIENT = "none yet"  # which is not 0


def number(x: Number, digits: int = 4) -> str:
    """A number as short text, the same here as in `formatNumber` of explorer/assets/text.js.

    Whole numbers of at most 7 digits are written in full, others with `digits` significant digits, or as many as there
    are before the point. Below 0.0001 and from 10,000,000 there is an exponent. A tie is rounded away from 0.

    >>> number(-1.23456e-7), number(99999.0), number(12345.67), number(1 + 2j)
    ('−1.235e−7', '99999', '12346', '1 + 2i')
    """
    if isinstance(x, bool):
        return str(x)
    if isinstance(x, complex):
        imaginary = number(x.imag, digits)
        sign = "−" if imaginary.startswith("−") else "+"
        return f"{number(x.real, digits)} {sign} {imaginary.removeprefix('−')}i"
    if isinstance(x, float) and not math.isfinite(x):
        return "nan" if math.isnan(x) else "∞" if x > 0 else "−∞"
    exact = Decimal(x)  # each binary number has a finite decimal one
    if abs(exact) < WHOLE and exact == int(exact):
        return str(int(exact)).replace("-", "−")
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).plus(exact)
    power = rounded.adjusted()
    if SMALLEST_POWER <= power < LARGEST_POWER:
        places = max(0, digits - 1 - power)
        text = _without_zeros(f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}")
    else:
        text = f"{_without_zeros(f'{rounded.scaleb(-power):f}')}e{power}"
    return text.replace("-", "−")


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def numbers(summary: Summary) -> str:
    """The element, or the range of the finite elements."""
    if summary.number is not None:
        return number(summary.number)
    if summary.min is None or summary.max is None:
        return "nothing finite" if summary.size else "empty"
    if summary.nan or summary.inf or summary.min != summary.max:
        return f"{number(summary.min, 3)} … {number(summary.max, 3)}"
    return f"all {number(summary.min)}"


def alarm(summary: Summary | None) -> str:
    """How many elements are nan or infinite: "⚠ 3 nan"; "" if none is."""
    if summary is None or not (summary.nan or summary.inf):
        return ""
    if summary.size == 1:
        return "⚠"
    return "⚠ " + ", ".join(f"{count} {what}" for count, what in ((summary.nan, "nan"), (summary.inf, "inf")) if count)


def shape(sizes: tuple[int, ...]) -> str:
    """As NumPy writes it; "scalar" for none."""
    return str(sizes) if sizes else "scalar"


def clean(text: str, length: int = 40) -> str:
    """Text on one line, without characters that XML forbids or that change the direction of the text after them."""
    cut = text if len(text) <= length else text[: length - 1] + "…"
    return "".join(
        " " if c in "\t\n\r\x0b\x0c\x85\u2028\u2029" else c if _printable(c) else "\N{REPLACEMENT CHARACTER}"
        for c in cut
    )


def _printable(c: str) -> bool:
    if c == "\u200d":  # joins two emoji into one
        return True
    return unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn") and ord(c) & 0xFFFE != 0xFFFE


def details(summary: Summary) -> str:
    """Everything that a summary says."""
    if summary.number is not None:
        return " ".join(filter(None, [number(summary.number), alarm(summary)]))
    parts = [
        f"{what} {number(x)}" for what in ("min", "max", "mean", "norm") if (x := getattr(summary, what)) is not None
    ]
    if summary.zero:
        parts.append(f"{summary.zero:,} of {summary.size:,} are 0")
    return ", ".join([*parts, *filter(None, [alarm(summary)])]) or numbers(summary)


def count(n: int, what: str, plural: str = "") -> str:
    """`1 operation`, `2 operations`."""
    return f"{n:,} {what if n == 1 else plural or what + 's'}"


def called(node: GraphNode, length: int = 24) -> str:
    """The name of a node, or its id."""
    return clean(node.name or node.id, length)
