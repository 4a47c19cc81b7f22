"""Damaged ops: each rule is spoiled in every way we can think of, to see whether the checks would notice.

A check that cannot fail proves nothing. `survivors` damages an op and tells which damage its samples let through:
the samples of a `prod` without a 0 among them would let through a rule that fails at 0.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..op import NOT_DIFFERENTIABLE, Op
from .gradcheck import GradcheckError
from .opcheck import Sample, opcheck

Rule = Callable[..., Any]


def scaled(rule: Rule) -> Rule:
    """One per cent too large."""
    return lambda g, *a, **k: rule(g, *a, **k) * 1.01


def negated(rule: Rule) -> Rule:
    """Of the wrong sign."""
    return lambda g, *a, **k: -rule(g, *a, **k)


def zeroed(rule: Rule) -> Rule:
    """Zero everywhere."""
    return lambda g, *a, **k: np.zeros_like(rule(g, *a, **k))


def dropped(rule: Rule) -> Rule:
    """One element of the gradient is lost."""

    def mutant(g: Any, *a: Any, **k: Any) -> Any:
        dx = np.array(rule(g, *a, **k))
        if dx.size:
            dx[(0,) * dx.ndim] = 0
        return dx

    return mutant


def transposed(rule: Rule) -> Rule:
    """The right numbers in the wrong places, where the shape allows."""

    def mutant(g: Any, *a: Any, **k: Any) -> Any:
        dx = rule(g, *a, **k)
        return dx.T if dx.ndim > 1 and dx.T.shape == dx.shape else dx

    return mutant


def misshaped(rule: Rule) -> Rule:
    """With an axis too many."""
    return lambda g, *a, **k: rule(g, *a, **k)[..., None]


def blind_to_g(rule: Rule) -> Rule:
    """As if every cotangent were one."""

    def ones(g: Any) -> Any:
        return tuple(np.ones_like(part) for part in g) if isinstance(g, tuple) else np.ones_like(g)

    return lambda g, *a, **k: rule(ones(g), *a, **k)


def overwriting(rule: Rule) -> Rule:
    """Right numbers, but written into the gradient that it was given."""

    def mutant(g: Any, *a: Any, **k: Any) -> Any:
        dx = rule(g, *a, **k)
        for part in g if isinstance(g, tuple) else (g,):
            if isinstance(part, np.ndarray):
                part *= 1.0
        return dx

    return mutant


def nothing(rule: Rule) -> Rule:
    """None in place of a gradient."""
    return lambda g, *a, **k: None


MUTATIONS = (scaled, negated, zeroed, dropped, transposed, misshaped, blind_to_g, overwriting, nothing)


def mutants(op: Op, samples: Iterable[Sample]) -> list[tuple[str, Op]]:
    """The damaged copies of an op, each with a word on what is wrong with it.

    A mutation that changes nothing at any sample (swapping the two equal rules of `add`, transposing a vector) is no
    mutation and is left out. `samples` are pairs of arrays and parameters, as `opcheck` takes them.
    """
    kept = list(samples)
    tried = []
    for i, rule in enumerate(op.rules or (op.each,)):
        if rule is not NOT_DIFFERENTIABLE:
            tried += [(f"{mutation.__name__} rule {i}", _mutated(op, i, mutation)) for mutation in MUTATIONS]
    if len([rule for rule in op.rules if rule is not NOT_DIFFERENTIABLE]) > 1:
        tried.append(("swapped rules", _with_rules_swapped(op)))
    complex_ones = any(np.iscomplexobj(part) for arrays, params in kept for part in _outputs(op, arrays, params))
    found = []
    for what, mutant in tried:
        if not complex_ones if what.startswith("overwriting") else _is_a_change(op, mutant, kept):  # g may be a copy
            found.append((what, mutant))
    return found


def survivors(op: Op, samples: Iterable[Sample]) -> list[str]:
    """The damage that `opcheck` does not see at these samples; an empty list is what one wants."""
    kept = list(samples)
    return [what for what, mutant in mutants(op, kept) if not is_caught(mutant, kept)]


def is_caught(mutant: Op, samples: Sequence[Sample]) -> bool:
    """Whether a first-order check at some sample refuses this op."""
    for arrays, params in samples:
        try:
            opcheck(mutant, arrays, params, order=1)
        except (GradcheckError, ValueError, TypeError, AttributeError, IndexError, RuntimeError):
            return True
    return False


def _with_rules(row: Op, rules: Iterable[Any], each: Rule | None = None) -> Op:
    """The same row with other rules."""
    mutant = copy.copy(row)
    mutant.rules, mutant.each = tuple(rules), each
    return mutant


def _mutated(row: Op, i: int, mutation: Callable[[Rule], Rule]) -> Op:
    """The row with rule `i` (of all inputs, for rows of any number of inputs) damaged."""
    each = row.each
    if each is not None:
        return _with_rules(row, (), lambda k, *a, **kw: mutation(lambda *b, **kwb: each(k, *b, **kwb))(*a, **kw))
    rules = list(row.rules)
    rules[i] = mutation(rules[i])
    return _with_rules(row, rules)


def _with_rules_swapped(row: Op) -> Op:
    others = reversed([rule for rule in row.rules if rule is not NOT_DIFFERENTIABLE])
    return _with_rules(row, [rule if rule is NOT_DIFFERENTIABLE else next(others) for rule in row.rules])


def _outputs(row: Op, arrays: list[Any], params: dict[str, Any]) -> tuple[Any, ...]:
    found = row.forward(*arrays, **params)
    return found if type(found) is tuple else (found,)


def _first_order(row: Op, arrays: list[Any], params: dict[str, Any], seed: int = 0) -> list[Any]:
    """The gradients of an op, from rules called on plain arrays."""
    y = row.forward(*arrays, **params)
    rng = np.random.default_rng(seed)
    if type(y) is tuple:
        y = tuple(map(np.asarray, y))
        g: Any = tuple(rng.standard_normal(part.shape) for part in y)
    else:
        y = np.asarray(y)
        g = rng.standard_normal(y.shape)
    return [
        None if row.each is None and row.rules[i] is NOT_DIFFERENTIABLE else row.rule(i)(g, y, *arrays, **params)
        for i in range(len(arrays))
    ]


def _is_a_change(row: Op, mutant: Op, samples: Iterable[Sample]) -> bool:
    """Whether the mutant gives another gradient than the row at some sample."""
    for arrays, params in samples:
        try:
            ours, theirs = _first_order(row, arrays, params), _first_order(mutant, arrays, params)
        except (ValueError, TypeError, IndexError):
            return True
        for a, b in zip(ours, theirs, strict=True):
            if a is not None and (b is None or np.shape(a) != np.shape(b) or not np.array_equal(a, b, equal_nan=True)):
                return True
    return False
