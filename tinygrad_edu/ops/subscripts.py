"""Einsum's equations, written out: every dimension gets a letter."""

from __future__ import annotations

from collections.abc import Sequence

_SPARE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def letters(equation: str, ndims: Sequence[int]) -> tuple[list[str], str]:
    """The letters of each input and of the output, with `...` replaced and an implicit output made explicit.

    >>> letters("...ij,jk", [3, 2])
    (['Aij', 'jk'], 'Aik')
    """
    left, arrow, right = equation.replace(" ", "").partition("->")
    inputs = left.split(",")
    spare = [c for c in _SPARE if c not in equation]
    hidden = [
        ndim - len(name.replace("...", "")) if "..." in name else 0 for name, ndim in zip(inputs, ndims, strict=True)
    ]
    ellipsis = "".join(spare[: max(hidden, default=0)])
    full = [name.replace("...", ellipsis[len(ellipsis) - n :]) for name, n in zip(inputs, hidden, strict=True)]
    if arrow:
        return full, right.replace("...", ellipsis)
    named = left.replace("...", "").replace(",", "")
    return full, ellipsis + "".join(sorted(c for c in set(named) if named.count(c) == 1))
