"""What the reference says of each op and of each function that is composed of ops, by family."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu import ops
from tinygrad_edu.formula import document
from tinygrad_edu.op import OPS, Op

from .domain import domain
from .names import numpy, pytorch

BEHIND = {"item", "top"}  # rows that only other ops use


@dataclass(frozen=True)
class Entry:
    """One op: its name, the first sentence of its help, the rest, and its names elsewhere."""

    name: str
    function: Any
    formula: str
    derivatives: tuple[str, ...]
    domain: str | None
    names: tuple[str, ...]
    details: str


@dataclass(frozen=True)
class Family:
    """A file of ops: a page of the reference."""

    name: str
    title: str
    entries: tuple[Entry, ...]


def families() -> list[Family]:
    """Every file of `tinygrad_edu/ops` that defines an op or a composition, that with the most first."""
    found = []
    for info in pkgutil.walk_packages(ops.__path__, f"{ops.__name__}."):
        module = importlib.import_module(info.name)
        entries = tuple(entry(name, function) for name, function in _defined_in(module))
        if entries:
            name = info.name.removeprefix(f"{ops.__name__}.").replace("composed.", "")
            title = inspect.cleandoc(module.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
            found.append(Family(name, title, tuple(sorted(entries, key=lambda e: e.name))))
    return sorted(found, key=lambda family: (-len(family.entries), family.name))


def _defined_in(module: Any) -> Iterator[tuple[str, Any]]:
    public = {name: getattr(ops, name) for name in vars(ops)["__all__"]}
    composed = {name: function for name, function in public.items() if inspect.isfunction(function)}
    rows = {row.name: row for row in OPS.values() if row.name not in BEHIND | composed.keys()}
    for name, function in {**rows, **composed}.items():
        if function.__module__ == module.__name__:
            yield name, function


def entry(name: str, function: Any) -> Entry:
    """What is said of one."""
    text = document(function) if isinstance(function, Op) else inspect.cleandoc(function.__doc__ or "")
    formula, *rest = text.split("\n\n")
    of_row = document(OPS[name]).split("\n") if name in OPS else []  # a composition may stand before a row of its name
    derivatives = tuple(line for line in of_row if re.match(r"dy?/?d?\w* = ", line))
    return Entry(
        name=name,
        function=function,
        formula=formula.replace("\n", " "),
        derivatives=derivatives,
        domain=domain(lambda x: evaluated(function, x)) if is_curve(function) else None,
        names=(*pytorch(name, function), *numpy(name, function)),
        details="\n\n".join(rest).strip(),
    )


def is_curve(function: Any) -> bool:
    """Whether it is a function of one real variable, which can be drawn."""
    if not isinstance(function, Op) or not function.elementwise or len(function.rules) != 1:
        return False
    if function.name in ("cast", "clone", "conj", "real", "imag", "angle"):
        return False
    try:
        return evaluated(function, np.array([0.5])).dtype.kind == "f"
    except (TypeError, ValueError):
        return False  # of booleans, or with a parameter that must be given


def evaluated(function: Any, x: np.ndarray) -> np.ndarray:
    """Its values at these points."""
    with np.errstate(all="ignore"):
        return np.asarray(function.forward(x))


def slope(function: Op, x: np.ndarray) -> np.ndarray | None:
    """Its derivative at these points; None if it has none."""
    if not function.differentiable:
        return None
    t = tg.tensor(x, requires_grad=True)
    with np.errstate(all="ignore"):
        function(t).sum().backward()
    return None if t.grad is None else t.grad.array
