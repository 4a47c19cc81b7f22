"""What the reference says of each op and of each function that is composed of ops, by family."""

from __future__ import annotations

import importlib
import inspect
import re
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
    """One op: its name, the first sentence of its help, the rest, and its names elsewhere, its other names here."""

    name: str
    function: Any
    formula: str
    derivatives: tuple[str, ...]
    domain: str | None
    names: tuple[str, ...]
    others: tuple[str, ...]
    details: str


@dataclass(frozen=True)
class Family:
    """A file of ops: a page of the reference."""

    name: str
    title: str
    entries: tuple[Entry, ...]


def families() -> list[Family]:
    """Every file that defines an op or a composition, that with the most first."""
    by_module: dict[str, list[Entry]] = {}
    for function, names in called().items():
        by_module.setdefault(function.__module__, []).append(entry(function, names))
    found = []
    for module, entries in by_module.items():
        title = inspect.cleandoc(importlib.import_module(module).__doc__ or "").partition("\n\n")[0].replace("\n", " ")
        name = module.removeprefix(f"{ops.__name__}.").replace("tinygrad_edu.", "tg.").replace("composed.", "")
        found.append(Family(name.replace(".", "_"), title, tuple(sorted(entries, key=lambda e: e.name))))
    return sorted(found, key=lambda family: (-len(family.entries), family.name))


def called() -> dict[Any, list[str]]:
    """Every op and every composition, with the names it has, that under which it is defined first."""
    names: dict[Any, list[str]] = {}
    for prefix, place in (("", ops), ("linalg.", tg.linalg), ("fft.", tg.fft), ("special.", tg.special)):
        for name in vars(place)["__all__"]:
            function = getattr(place, name)
            if isinstance(function, Op) or (inspect.isfunction(function) and function.__module__ != "numpy.linalg"):
                names.setdefault(function, []).append(prefix + name)
    composed = {name for all_names in names.values() for name in all_names}
    for row in OPS.values():
        if row not in names and row.name not in BEHIND | composed and row.__module__.startswith(f"{ops.__name__}."):
            names[row] = [row.name]
    return {
        f: sorted(given, key=lambda name: (name != f.__name__, name.count("."), name)) for f, given in names.items()
    }


def entry(function: Any, called: list[str]) -> Entry:
    """What is said of one."""
    name, *others = called
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
        names=(*pytorch(called, function), *numpy(name, function)),
        others=tuple(others),
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
