"""The name that a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def closest(name: str, names: Iterable[str]) -> str | None:
    """The name with the fewest typing errors between it and `name`; None if they exceed a third of its letters.

    One error is a letter too many, too few or wrong, or two neighbours exchanged: the distance of F. J. Damerau, "A
    technique for computer detection and correction of spelling errors", Communications of the ACM 7 (3), 1964. Of
    equals, the one with the most letters in common wins, then the first.
    """
    scored = [(distance(name, other), -len(set(name) & set(other)), other) for other in names]
    best = min(scored, default=None, key=lambda entry: entry[:2])
    return best[2] if best is not None and best[0] <= max(1, len(name) // 3) else None


def distance(a: str, b: str) -> int:
    """How many letters must be inserted, removed, replaced or exchanged with a neighbour to make `b` of `a`."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        earlier, before = before, row
        row = [i]
        for j, y in enumerate(b, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
    return row[-1]
