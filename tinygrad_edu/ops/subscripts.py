"""Einsum's equations, written out: every dimension gets a letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SPARE = _ALPHABET.swapcase()


def letters(equation: str, ndims: Sequence[int]) -> tuple[list[str], str]:
    """The letters of each input and of the output, with `...` replaced and an implicit output made explicit.

    ndims: how many dimensions each input has. A ValueError says where equation and inputs do not fit.

    >>> letters("...ij,jk", [3, 2])
    (['Aij', 'jk'], 'Aik')
    """
    left, arrow, right = equation.replace(" ", "").partition("->")
    inputs = left.split(",")
    if len(inputs) != len(ndims):
        raise ValueError(f"{equation!r} names {len(inputs)} operands, but {len(ndims)} were given")
    spare = [c for c in _SPARE if c not in equation]
    hidden = []
    for i, (name, ndim) in enumerate(zip(inputs, ndims, strict=True)):
        _check(name, equation)
        named = len(name.replace("...", ""))
        if ndim < named or (ndim > named and "..." not in name):
            raise ValueError(f"operand {i} has {ndim} dimensions, but {name!r} in {equation!r} names {named}")
        hidden.append(ndim - named)
    ellipsis = "".join(spare[: max(hidden)])
    full = [name.replace("...", ellipsis[len(ellipsis) - n :]) for name, n in zip(inputs, hidden, strict=True)]
    used = left.replace("...", "").replace(",", "")
    if not arrow:
        return full, ellipsis + "".join(sorted(c for c in set(used) if used.count(c) == 1))
    _check(right, equation)
    output = right.replace("...", "")
    if len(set(output)) != len(output) or not set(output) <= set(used):
        raise ValueError(f"the output of {equation!r} must have letters of the inputs, each once, got {right!r}")
    return full, right.replace("...", ellipsis)


def _check(name: str, equation: str) -> None:
    if not set(name.replace("...", "", 1)) <= set(_ALPHABET):
        raise ValueError(f"expected letters and at most one '...' in each part of {equation!r}, got {name!r}")


def sublists(arguments: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    """The equation and the operands of `einsum(a, [0, 1], b, [1, 2], [0, 2])`; `...` may stand in a list."""
    operands, lists = tuple(arguments[: len(arguments) // 2 * 2 : 2]), list(arguments[1::2])
    if len(arguments) % 2:
        lists.append(arguments[-1])
    parts = []
    for given in lists:
        if not isinstance(given, (list, tuple)):
            raise TypeError(f"einsum: expected an equation, or a list of dimensions after each operand, got {given!r}")
        parts.append("".join("..." if d is Ellipsis else _ALPHABET[d] for d in given))
    if len(arguments) % 2:
        return f"{','.join(parts[:-1])}->{parts[-1]}", operands
    return ",".join(parts), operands
