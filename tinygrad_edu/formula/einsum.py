"""The gradient of an operand of an einsum, written as an einsum."""

from __future__ import annotations

import re
from collections.abc import Sequence


def einsum_gradient(equation: str, slot: int, letters: Sequence[str]) -> str | None:
    """The gradient of operand `slot` of an einsum, as an einsum of dY and the other operands.

    A letter that only this operand has was summed over: the gradient is repeated over it. A letter that occurs twice
    was a diagonal. (Where a size 1 met a larger one, the gradient is summed back, as everywhere.)

    >>> einsum_gradient("ij,jk->ik", 0, ["A", "B"])
    "einsum('ik,jk->ij', dY, B)"
    """
    left, arrow, output = equation.replace(" ", "").partition("->")
    inputs = left.split(",")
    if slot >= len(inputs) or len(letters) != len(inputs):
        return None
    if not arrow:
        output = "..." * ("..." in left) + "".join(sorted(c for c in set(left) - set(",.") if left.count(c) == 1))
    others = [k for k in range(len(inputs)) if k != slot]
    names = [output, *(inputs[k] for k in others)]
    own = _indices(inputs[slot])
    found = {index for name in names for index in _indices(name)}
    kept = "".join(index for index in dict.fromkeys(own) if index in found)
    lonely = [index for index in dict.fromkeys(own) if index not in found]
    summed = "..." in found and "..." not in own
    target = "..." * summed + kept
    text = (
        "dY"
        if names == [target]
        else f"einsum('{','.join(names)}->{target}', {', '.join(['dY', *(letters[k] for k in others)])})"
    )
    if summed:
        text += ", summed over ..."
    if lonely:
        text += f", repeated over {', '.join(lonely)}"
    return text + f", on the diagonal of {inputs[slot]}" * (len(set(own)) < len(own))


def _indices(name: str) -> list[str]:
    return re.findall(r"\.\.\.|\w", name)
