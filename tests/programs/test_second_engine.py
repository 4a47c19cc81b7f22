"""Random graphs of tens of ops, in the engine and in one of scalars: values, gradients and Hessian-vector products."""

import numpy as np
import pytest
from hypothesis import given, settings

import tinygrad_edu as tg
from tinygrad_edu.op import OPS
from tinygrad_edu.testing import graphs as drawn
from tinygrad_edu.testing.strategies import graphs

from . import second_engine


def tensors(graph):
    return [tg.tensor(leaf, requires_grad=True) for leaf in graph.leaves]


def near(a, b):
    return np.allclose(a, b, rtol=1e-8, atol=1e-9)


def check(graph):
    """Values, gradients, Hessian-vector products of both engines."""
    rng = np.random.default_rng(0)
    v = [rng.standard_normal(leaf.shape) for leaf in graph.leaves]
    xs = tensors(graph)
    ours = graph.run(xs)
    theirs = second_engine.along(graph, v, v)
    for step, mine, other in zip((*graph.leaves, *graph.steps), ours, theirs, strict=True):
        expected = np.array([x.a for x in np.asarray(other, object).ravel()]).reshape(np.shape(other))
        assert mine.shape == expected.shape, step
        assert near(mine.detach().numpy(), expected), step
    first = tg.grad(graph(*xs), xs, create_graph=True, allow_unused=True)
    slope = sum((g * tg.tensor(d)).sum() for g, d in zip(first, v, strict=True) if g is not None)
    found = tg.grad(slope, xs, allow_unused=True) if slope.requires_grad else [None] * len(xs)
    second = [np.zeros(x.shape) if h is None else h.numpy() for x, h in zip(xs, found, strict=True)]
    for k, leaf in enumerate(graph.leaves):
        for position in np.ndindex(leaf.shape):
            u = [np.zeros(other.shape) for other in graph.leaves]
            u[k][position] = 1.0
            total = second_engine.total(graph, second_engine.along(graph, u, v))
            assert near(first[k].detach().numpy()[position], total.b), f"gradient of v{k} at {position}"
            assert near(second[k][position], total.d), f"Hessian-vector product of v{k} at {position}"


@given(graphs(max_ops=15))
@settings(max_examples=max(settings().max_examples * 3, 60))
def test_small_graphs(graph):
    check(graph)


@given(graphs(min_ops=30, max_ops=50))
def test_graphs_of_tens_of_ops(graph):
    check(graph)


def test_the_second_engine_has_every_op_that_is_drawn():
    names = {*drawn.UNARY, *drawn.BINARY, *drawn.REDUCTIONS, *drawn.MOVES, "matmul"}
    assert names == set(second_engine.TABLE)


@pytest.mark.parametrize("name", ["sigmoid", "mul", "sum", "matmul"])
def test_a_wrong_rule_is_found(name, monkeypatch):
    """Each of the four occurs in most graphs; if its rule were wrong by one per cent, this search would see it."""
    row = OPS[name]
    spoiled = [lambda g, *a, rule=rule, **k: rule(g, *a, **k) * 1.01 for rule in row.rules]
    monkeypatch.setattr(row, "rules", tuple(spoiled))

    @settings(max_examples=300, derandomize=True, database=None, print_blob=False, report_multiple_bugs=False)
    @given(graphs(max_ops=15))
    def search(graph):
        check(graph)

    with pytest.raises(AssertionError):
        search()


def test_a_hyper_dual_number_by_hand():
    x = second_engine.HyperDual(3.0, 1.0, 1.0)
    y = x * x * x
    assert (y.a, y.b, y.c, y.d) == (27.0, 27.0, 27.0, 18.0)
