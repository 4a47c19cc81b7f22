"""The checker can fail: every rule of every row is damaged in every way we can think of, and each must be caught.

A mutation that changes nothing at any sample (swapping the two equal rules of `add`, transposing a vector) is no
mutation and is left out; the count at the end says how many were real.
"""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinygrad_edu.op import NOT_DIFFERENTIABLE, OPS
from tinygrad_edu.testing import GradcheckError, opcheck

from .samples import SAMPLES

EXAMPLES = 25


def scaled(rule):
    return lambda g, *a, **k: rule(g, *a, **k) * 1.01


def negated(rule):
    return lambda g, *a, **k: -rule(g, *a, **k)


def zeroed(rule):
    return lambda g, *a, **k: np.zeros_like(rule(g, *a, **k))


def dropped(rule):
    """One element of the gradient is lost."""

    def mutant(g, *a, **k):
        dx = np.array(rule(g, *a, **k))
        if dx.size:
            dx[(0,) * dx.ndim] = 0
        return dx

    return mutant


def transposed(rule):
    """The right numbers in the wrong places, where the shape allows."""

    def mutant(g, *a, **k):
        dx = rule(g, *a, **k)
        return dx.T if dx.ndim > 1 and dx.T.shape == dx.shape else dx

    return mutant


def misshaped(rule):
    return lambda g, *a, **k: rule(g, *a, **k)[..., None]


def blind_to_g(rule):
    """As if every cotangent were one."""
    return lambda g, *a, **k: rule(tuple(map(np.ones_like, g)) if isinstance(g, tuple) else np.ones_like(g), *a, **k)


def overwriting(rule):
    """Right numbers, but written into the gradient that it was given."""

    def mutant(g, *a, **k):
        dx = rule(g, *a, **k)
        for part in g if isinstance(g, tuple) else (g,):
            if isinstance(part, np.ndarray) and part.dtype.kind in "fc":
                part *= 1.0
        return dx

    return mutant


def nothing(rule):
    return lambda g, *a, **k: None


MUTATIONS = [scaled, negated, zeroed, dropped, transposed, misshaped, blind_to_g, overwriting, nothing]


def with_rules(row, rules, each=None):
    """The same row with other rules."""
    mutant = copy.copy(row)
    mutant.rules, mutant.each = tuple(rules), each
    return mutant


def mutated(row, i, mutation):
    """The row with rule `i` (of all inputs, for rows of any number of inputs) damaged."""
    if row.each is not None:
        return with_rules(row, (), lambda k, *a, **kw: mutation(lambda *b, **kwb: row.each(k, *b, **kwb))(*a, **kw))
    rules = list(row.rules)
    rules[i] = mutation(rules[i])
    return with_rules(row, rules)


def with_rules_swapped(row):
    others = reversed([rule for rule in row.rules if rule is not NOT_DIFFERENTIABLE])
    return with_rules(row, [rule if rule is NOT_DIFFERENTIABLE else next(others) for rule in row.rules])


def draws(name):
    """A number of samples of an op: the same ones each time."""
    found = []

    @settings(max_examples=EXAMPLES, derandomize=True, database=None)
    @given(data=st.data())
    def collect(data):
        found.append(data.draw(SAMPLES[name](np.float64)))

    collect()
    return found


def first_order(row, arrays, params, seed=0):
    """The gradients of an op, from rules called on plain arrays; None where a rule fails."""
    y, rng = row.forward(*arrays, **params), np.random.default_rng(seed)
    if isinstance(y, tuple):
        g = tuple(rng.standard_normal(np.shape(part)) for part in y)
    else:
        y = np.asarray(y)
        g = rng.standard_normal(y.shape)
    return [
        None if row.each is None and row.rules[i] is NOT_DIFFERENTIABLE else row.rule(i)(g, y, *arrays, **params)
        for i in range(len(arrays))
    ]


def is_a_change(row, mutant, samples):
    """Whether the mutant gives another gradient than the row at some sample."""
    for arrays, params in samples:
        try:
            ours, theirs = first_order(row, arrays, params), first_order(mutant, arrays, params)
        except (ValueError, TypeError, IndexError):
            return True
        for a, b in zip(ours, theirs, strict=True):
            if a is not None and (b is None or np.shape(a) != np.shape(b) or not np.array_equal(a, b, equal_nan=True)):
                return True
    return False


def is_caught(mutant, samples):
    for arrays, params in samples:
        try:
            opcheck(mutant, arrays, params, order=1)
        except (GradcheckError, ValueError, TypeError, AttributeError, IndexError, RuntimeError):
            return True
    return False


@pytest.mark.parametrize("name", [name for name, row in OPS.items() if row.differentiable])
def test_every_mutation_of_every_rule_is_caught(name):
    row = OPS[name]
    samples = draws(name)
    assert not is_caught(row, samples), "the row itself is right"
    tried = []
    for i, rule in enumerate(row.rules or (row.each,)):
        if rule is not NOT_DIFFERENTIABLE:
            tried += [(f"{mutation.__name__} rule {i}", mutated(row, i, mutation)) for mutation in MUTATIONS]
    if len([rule for rule in row.rules if rule is not NOT_DIFFERENTIABLE]) > 1:
        tried.append(("swapped", with_rules_swapped(row)))
    outputs = [row.forward(*arrays, **params) for arrays, params in samples]
    if any(np.iscomplexobj(y) for found in outputs for y in (found if isinstance(found, tuple) else (found,))):
        tried = [(what, mutant) for what, mutant in tried if not what.startswith("overwriting")]  # g is a copy there
    real = [
        (what, mutant) for what, mutant in tried if what.startswith("overwriting") or is_a_change(row, mutant, samples)
    ]
    missed = [what for what, mutant in real if not is_caught(mutant, samples)]
    assert missed == []
    assert len(real) >= (3 if name in ("sign", "floor", "ceil", "round", "trunc", "floor_divide") else 6)
