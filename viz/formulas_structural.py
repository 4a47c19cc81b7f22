"""What the other ops compute - sums, products, rearrangements - and how the gradient comes back through each.

A matrix has no single local derivative to multiply by, so each input has a rule instead: how the gradient of the
output, dY, becomes what this input gets. A `str` is a Python expression, which a test evaluates; `Words` is a sentence
in which `{name}` is an input or a parameter, and `{which}` is "dim 0", "dims (0, 1)" or "all dims".
"""

# ruff: noqa: E501 - a table of formulas is read across

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """A sentence for what no expression says."""

    text: str


@dataclass(frozen=True)
class Structural:
    """`forward`, and a rule an input; None where an input has no derivative."""

    inputs: tuple[str, ...]  # of the first alone, if the op takes any number
    forward: str | Words
    rules: tuple[str | Words | None, ...]
    over: bool = False  # whether the forward expression ends in "over dim 0"
    defaults: Mapping[str, str] = field(default_factory=dict)
    many: bool = False  # any number of inputs, all with the one rule


def _reduction(forward: str, rule: str | Words | None) -> Structural:
    return Structural(("x",), forward, (rule,), over=True)


def _arrangement(forward: str, rule: str, **defaults: str) -> Structural:
    return Structural(("x",), Words(forward), (Words(rule),), defaults=defaults)


# fmt: off
STRUCTURAL: dict[str, Structural] = {
    "linear":      Structural(("x", "w"), "x @ w.T",  ("dY @ w", "dY.T @ x")),
    "matmul":      Structural(("a", "b"), "a @ b",    ("dY @ b.mT", "a.mT @ dY")),
    "einsum":      Structural(("a",), Words("einsum('{equation}', {inputs})"), (Words("{gradient}"),), many=True),

    "sum":         _reduction("sum(x)",               Words("dY, repeated over {which}")),
    "mean":        _reduction("mean(x)",              Words("dY ÷ n, repeated over {which}")),
    "prod":        _reduction("prod(x)",              Words("dY · the product of the other elements over {which}")),
    "amax":        _reduction("amax(x)",              Words("dY at the largest over {which}, shared evenly by ties; 0 elsewhere")),
    "amin":        _reduction("amin(x)",              Words("dY at the smallest over {which}, shared evenly by ties; 0 elsewhere")),
    "logsumexp":   _reduction("log(sum(exp(x)))",     "dY * softmax(x)"),
    "log_softmax": _reduction("x - log(sum(exp(x)))", "dY - softmax(x) * sum(dY)"),
    "cumsum":      _reduction("cumsum(x)",            Words("dY, summed up from the end over {which}")),
    "top":         _reduction("amax(x)",              None),
    "argmax":      _reduction("argmax(x)",            None),
    "argmin":      _reduction("argmin(x)",            None),
    "any":         _reduction("any(x)",               None),
    "all":         _reduction("all(x)",               None),

    "reshape":     _arrangement("{x} reshaped to {shape}",                   "dY, reshaped back"),
    "permute":     _arrangement("{x} with its dims in the order {dims}",     "dY with its dims back in order"),
    "transpose":   _arrangement("{x} with dims {dim0} and {dim1} swapped",   "dY with dims {dim0} and {dim1} swapped back"),
    "squeeze":     _arrangement("{x} without {which}",                       "dY, reshaped back", which="its dims of size 1"),
    "unsqueeze":   _arrangement("{x} with a new dim {dim}",                  "dY, reshaped back"),
    "expand":      _arrangement("{x} repeated to {shape}",                   "dY, summed over what was repeated"),
    "flip":        _arrangement("{x} reversed over {which}",                 "dY, reversed over {which}"),
    "roll":        _arrangement("{x} rolled by {shifts} over {which}",       "dY, rolled back by {shifts} over {which}", which="all dims, read as one row"),
    "pad":         _arrangement("{x} padded by {widths} with {value}",       "dY without the padding", value="0"),
    "cat":         Structural(("x",), Words("[{inputs}] joined over {which}"), (Words("the part of dY over {which} that {x} became"),),
                              defaults={"dim": "0"}, many=True),

    "getitem":     _arrangement("{x}[{index}]",                              "dY at the places that were read, 0 elsewhere"),
    "place":       _arrangement("0 in shape {shape}, with {x} added at [{index}]", "dY at the places that were written"),
    "put":         Structural(("x", "v"), Words("{x} with {v} written at [{index}]"),
                              (Words("dY, 0 where something was written"), Words("dY at the places that were written"))),
}
# fmt: on


def einsum_gradient(equation: str, slot: int, letters: Sequence[str]) -> str | None:
    """The gradient of operand `slot` of an einsum, as an einsum of dY and the other operands.

    A letter that only this operand has was summed over: the gradient is repeated over it. A letter that stands twice
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
    wanted = _indices(inputs[slot])
    found = {index for name in names for index in _indices(name)}
    kept = "".join(index for index in dict.fromkeys(wanted) if index in found)
    lonely = [index for index in dict.fromkeys(wanted) if index not in found]
    summed = "..." in found and "..." not in wanted
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
    return text + f", on the diagonal of {inputs[slot]}" * (len(set(wanted)) < len(wanted))


def _indices(name: str) -> list[str]:
    return re.findall(r"\.\.\.|\w", name)
