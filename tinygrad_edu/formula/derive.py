"""What an op computes, and its derivatives, as expressions that are read off its row.

    ast.unparse(slope(OPS["tanh"], 0))               # 1 - y ** 2
    ast.unparse(rule(OPS["linear"], 1))              # dY.mT @ x

The forward function and the rules are run on symbols. So that no number of a particular shape slips into a formula,
they are run on several shapes, and the formula counts only if it is the same for all that the op accepts. None means
that there is no such formula; the callers then use other words.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ..op import NOT_DIFFERENTIABLE, OPS, Op
from .notation import NOTATION, call, same
from .simplify import simplify
from .symbol import Symbol, expression, symbol

LONGEST = 200  # a longer expression says less than the op's name
# Elementwise ops take all of them; the square ones fit products of matrices; the last has a dimension to squeeze.
SHAPES: tuple[tuple[int, ...], ...] = ((), (2,), (3,), (2, 2), (3, 3), (2, 3), (2, 1, 3))
ELEMENTWISE = {"where", "unless", "between", "clip", "abs", "log", "exp", "sqrt", "astype"}  # besides ufuncs and ops

Given = frozenset[str]


@functools.cache
def forward(row: Op, given: Given = frozenset()) -> ast.expr | None:
    """What the op computes, over `names(row)` and the parameters in `given`."""
    if isinstance(row.forward, np.ufunc) or row.name in NOTATION:
        return called(row)
    found = _agreed(row, given, lambda run: run.y())
    return None if found is None or same(found, ast.Name(names(row)[0])) else found


def called(row: Op) -> ast.expr:
    """The op as a call by its name; of an elementwise op with the parameters that it cannot do without."""
    name = row.forward.__name__ if isinstance(row.forward, np.ufunc) else row.name
    inputs: list[ast.expr] = [ast.Name(formal) for formal in names(row)]
    needed = [p for p, given in parameters(row).items() if given.default is given.empty and row.elementwise]
    return (
        ast.Call(ast.Name(name), inputs, [ast.keyword(p, ast.Name(p)) for p in needed])
        if needed
        else call(name, inputs)
    )


@functools.cache
def rule(row: Op, slot: int, given: Given = frozenset()) -> ast.expr | None:
    """The gradient of input `slot`, over `dY`, the output `y`, `names(row)` and the parameters in `given`."""
    if not _has_rule(row, slot):
        return None
    return _agreed(row, given, lambda run: run.gradient(slot, symbol("dY", run.output.shape)))


@functools.cache
def slope(row: Op, slot: int, given: Given = frozenset()) -> ast.expr | None:
    """The local derivative of an elementwise op in input `slot`: what its rule makes of the gradient 1."""
    if not (row.elementwise or acts_elementwise(row, given)) or not _has_rule(row, slot):
        return None
    return _agreed(row, given, lambda run: run.gradient(slot, Symbol(ast.Constant(1), np.ones(run.output.shape))))


@functools.cache
def acts_elementwise(row: Op, given: Given = frozenset()) -> bool:
    """Whether an op that does not say so is elementwise: its formulas name nothing but elementwise functions."""
    if row.each is not None or not row.rules:
        return False
    found = [_agreed(row, given, lambda run: run.y())]
    found += [rule(row, i, given) for i in range(len(row.rules)) if _has_rule(row, i)]
    return all(formula is not None and _is_elementwise(formula) for formula in found)


@functools.cache
def names(row: Op) -> tuple[str, ...]:
    """What the inputs are called: as in the rules, or in the forward function, or x; a and b. Of any number: x."""
    if row.each is not None:
        return ("x",)
    own = _positional(row.forward)
    count = len(row.rules) or len([p for p in own if p.default is p.empty]) or getattr(row.forward, "nin", 1)
    rules = [_positional(one)[2:] for one in row.rules if callable(one)]
    for function in (*rules, own):
        found = tuple(p.name for p in function[:count])
        if len(found) == count and not {"y", "dY"} & set(found):
            return found
    return ("x",) if count == 1 else tuple("abcdefgh"[:count])


def _arguments(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The arguments of a function; none if it does not tell, or has other names for them than we, as a ufunc."""
    try:
        return [] if isinstance(function, np.ufunc) else list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def _positional(function: Callable[..., Any]) -> list[inspect.Parameter]:
    return [p for p in _arguments(function) if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


@functools.cache
def parameters(row: Op) -> dict[str, inspect.Parameter]:
    """What an op takes besides its inputs; of a forward function that is not its own, as much as its rules take."""
    inputs = 0 if row.each is not None else len(names(row))
    found = [p for p in _arguments(row.forward) if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)][inputs:]
    rules = [_arguments(one) for one in row.rules if callable(one)]
    return {p.name: p for p in found if all(_takes(rule, p.name) for rule in rules)}


def _takes(rule: list[inspect.Parameter], name: str) -> bool:
    return any(p.name == name or p.kind is p.VAR_KEYWORD for p in rule)


class _Run:
    """One row, run on symbols of one shape."""

    def __init__(self, row: Op, shape: tuple[int, ...], given: Given) -> None:
        self.row = row
        self.inputs = [symbol(name, shape) for name in names(row)]
        self.params = {name: symbol(name, ()) for name in sorted(given)}
        if row.elementwise:
            self.output = np.ones(shape)
        else:
            plain = {name: value.array for name, value in self.params.items()}
            self.output = np.asarray(row.forward(*(x.array for x in self.inputs), **plain))

    def y(self) -> Any:
        return self.row.forward(*self.inputs, **self.params)

    def gradient(self, slot: int, g: Symbol) -> Any:
        return self.row.rule(slot)(g, Symbol(ast.Name("y"), self.output), *self.inputs, **self.params)


def _agreed(row: Op, given: Given, asked: Callable[[_Run], Any]) -> ast.expr | None:
    """The one expression that comes of all shapes which the op accepts, simplified; None if they differ or fail."""
    found: dict[str, ast.expr] = {}
    accepted = 0
    for shape in SHAPES:
        with np.errstate(all="ignore"):
            try:
                run = _Run(row, shape, given)
            except Exception:  # the op may raise anything: it does not take this shape
                continue
            try:
                formula = simplify(expression(asked(run)))
            except Exception:  # it does something with a symbol that only an array can do
                return None
        accepted += 1
        found[ast.unparse(formula)] = formula
    if accepted < 2 or len(found) != 1:
        return None
    ((text, formula),) = found.items()
    return formula if len(text) <= LONGEST else None


def _has_rule(row: Op, slot: int) -> bool:
    return 0 <= slot < len(row.rules) and row.rules[slot] is not NOT_DIFFERENTIABLE


def _is_elementwise(formula: ast.expr) -> bool:
    return all(_acts_on_elements(node) for node in ast.walk(formula))


def _acts_on_elements(node: ast.AST) -> bool:
    match node:
        case ast.Attribute() | ast.MatMult():
            return False
        case ast.Call(func=ast.Name(id=name)):
            ufunc = getattr(np, name, None)
            is_ufunc = isinstance(ufunc, np.ufunc) and ufunc.signature is None
            return is_ufunc or name in ELEMENTWISE or (name in OPS and OPS[name].elementwise)
    return True
