"""Numbers, shapes and names as short text."""

from __future__ import annotations

import math
import unicodedata

from tinygrad_edu.graph import GraphNode, Number, Summary

NO_GRADIENT = "none yet"  # which is not 0


def number(x: Number, digits: int = 4) -> str:
    """A few digits, a real minus sign, ∞.

    >>> number(-1.23456e-7)
    '−1.235e−7'
    """
    if isinstance(x, (bool, complex)):
        return str(x)
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    text = str(x) if isinstance(x, int) and abs(x) < 10**7 else f"{x:.{digits}g}"
    mantissa, e, exponent = text.partition("e")
    return (mantissa + (f"e{int(exponent)}" if e else "")).replace("-", "−")


def numbers(summary: Summary) -> str:
    """The element, or the range that the finite elements lie in."""
    if summary.number is not None:
        return number(summary.number)
    if summary.min is None or summary.max is None:
        return "nothing finite" if summary.size else "empty"
    if summary.nan or summary.inf or summary.min != summary.max:
        return f"{number(summary.min, 3)} … {number(summary.max, 3)}"
    return f"all {number(summary.min)}"


def alarm(summary: Summary | None) -> str:
    """What is wrong with the numbers, if anything is: "⚠ 3 nan"."""
    if summary is None or not (summary.nan or summary.inf):
        return ""
    if summary.size == 1:
        return "⚠"
    return "⚠ " + ", ".join(f"{count} {what}" for count, what in ((summary.nan, "nan"), (summary.inf, "inf")) if count)


def shape(sizes: tuple[int, ...]) -> str:
    """As NumPy writes it; "scalar" for none."""
    return str(sizes) if sizes else "scalar"


def clean(text: str, length: int = 40) -> str:
    """Any text on one line, without what XML forbids or what turns the writing direction of the text after it."""
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
    """What a node is called where it is spoken of."""
    return clean(node.name or node.id, length)
