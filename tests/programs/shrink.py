"""The shortest program that still disagrees in the same way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import torch

from .program import Disagreement, Line, Run, compare, is_tensor

LEAF = re.compile(r"(?P<name>\w+) = t\(torch\.(?P<dtype>\w+), (?P<shape>\([^)]*\))(?P<rest>.*)\)$")


def shrink(lines: list[Line], found: Disagreement) -> tuple[list[Line], Disagreement]:
    """Lines are dropped or become leaves, then leaves become smaller and plainer, while the kind stays."""
    lines = lines[: found.line + 1]
    going = True
    while going:
        going = False
        for shorter in _simpler(lines):
            again = compare(shorter)
            if again is not None and (
                again.kind == found.kind or (len(shorter) < len(lines) and _may_move(found, again))
            ):
                lines, found, going = shorter[: again.line + 1], again, True
                break
    return lines, found


def _may_move(old: Disagreement, new: Disagreement) -> bool:
    """A wrong gradient is noticed at the last line; fewer lines may show that another op made it."""
    return old.nature == new.nature and "gradient" in old.nature


def _simpler(lines: list[Line]) -> Iterator[list[Line]]:
    for i in reversed(range(len(lines))):  # without a line
        rest = lines[:i] + lines[i + 1 :]
        target = lines[i].target
        if rest and not (target and any(re.search(rf"\b{target}\b", line.text) for line in lines[i + 1 :])):
            yield rest
    for i, line in enumerate(lines[:-1]):  # a result as a leaf
        if line.name != "leaf" and line.target and (literal := _literal(lines[: i + 1], line.target)):
            yield [*lines[:i], Line("leaf", literal), *lines[i + 1 :]]
    for i, line in enumerate(lines):  # plainer leaves
        if match := LEAF.match(line.text):
            for text in _plainer(match):
                yield [*lines[:i], Line("leaf", text), *lines[i + 1 :]]


def _plainer(leaf: re.Match[str]) -> Iterator[str]:
    name, dtype, rest = leaf["name"], leaf["dtype"], leaf["rest"]
    shape: tuple[int, ...] = eval(leaf["shape"])
    grad = ", grad=False" if "grad=False" in rest else ""
    narrower = [(*shape[:i], n, *shape[i + 1 :]) for i, size in enumerate(shape) for n in range(1, size)]
    for smaller in [shape[1:], shape[:-1], *narrower]:
        if smaller != shape:
            yield f"{name} = t(torch.{dtype}, {smaller}{rest})"
    if dtype not in ("float32", "int64", "bool"):
        for plain in ("float32", "int64"):
            yield f"{name} = t(torch.{plain}, {shape}{rest})"
    if rest != f', "ones"{grad}':
        yield f'{name} = t(torch.{dtype}, {shape}, "ones"{grad})'
    if grad:
        yield f"{name} = t(torch.{dtype}, {shape}{rest.replace(grad, '')})"


def _literal(lines: list[Line], name: str) -> str:
    """PyTorch's value of a variable, as a line that makes a leaf of it."""
    run = Run(torch)
    if any(run.execute(line) is not None for line in lines):
        return ""
    x = run.names[name]
    if not is_tensor(x) or x.numel() > 30:
        return ""
    data = re.sub(r"\b(nan|inf)\b", r"float('\1')", repr(x.tolist()))
    grad = ", grad=True" if x.requires_grad else ""
    return f"{name} = v({x.dtype}, {data}, shape={tuple(x.shape)}{grad})"
