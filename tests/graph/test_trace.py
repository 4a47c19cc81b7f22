"""`trace`: what was recorded, as an immutable value."""

import dataclasses
import math

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import memory
from tinygrad_edu.graph import summary, trace


def leaf(data):
    return tg.tensor(data, requires_grad=True)


class Pair:
    """Anything with named_parameters() is a module."""

    def __init__(self):
        self.weight, self.bias = leaf([[1.0, 2.0]]), leaf([0.5])

    def named_parameters(self):
        yield "weight", self.weight
        yield "bias", self.bias


def test_a_square_has_two_edges_and_their_derivatives():
    x = leaf(3.0)
    graph = trace(x * x + x, names={"x": x})
    assert [(node.id, node.kind, node.output) for node in graph] == [
        ("x", "leaf", False),
        ("mul_0", "op", False),
        ("add_0", "op", True),
    ]
    assert [(e.source, e.target, e.slot, e.local.number) for e in graph.edges] == [
        ("x", "mul_0", 0, 3.0),
        ("x", "mul_0", 1, 3.0),
        ("mul_0", "add_0", 0, 1.0),
        ("x", "add_0", 1, 1.0),
    ]
    assert graph["add_0"].value.number == 12.0
    assert graph.outputs == (graph["add_0"],)


def test_traces_of_the_same_program_are_equal_and_frozen():
    def program():
        x = leaf([1.0, -2.0])
        return trace((x.exp() * x)[:1].sum(dim=0), names={"x": x})

    graph = program()
    assert graph == program()
    assert hash(graph) == hash(program())
    with pytest.raises(dataclasses.FrozenInstanceError):
        graph.nodes = ()


def test_names_come_from_the_caller_then_from_the_module_then_from_counting():
    model, x = Pair(), tg.tensor([[3.0, 4.0]])
    hidden = x @ model.weight.T
    graph = trace((hidden + model.bias) * 2, names={"x": x, "hidden": hidden, "b": model.bias}, module=model)
    assert [(node.id, node.kind, node.name) for node in graph if node.kind != "op"] == [
        ("weight", "parameter", "weight"),
        ("b", "parameter", "b"),
        ("x", "input", "x"),
        ("x_0", "input", None),
    ]
    assert graph["matmul_0"].name == "hidden"


def test_ids_stay_unique_whatever_the_names():
    a, b, c = leaf(1.0), leaf(2.0), leaf(3.0)
    graph = trace(a * b * c, names={"mul_0": a, "x_0": b})
    assert [node.id for node in graph] == ["mul_0", "x_0", "x_1", "mul_1", "mul_2"]
    model = Pair()
    other = leaf(1.0)
    graph = trace((model.weight * other).sum(), names={"weight": other}, module=model)
    assert sorted(node.id for node in graph if node.kind != "op") == ["weight", "weight_0"]


def test_a_constant_used_twice_is_one_node_and_gets_no_gradient():
    x, c = leaf([1.0, 2.0]), np.array([3.0, 4.0], "float32")
    graph = trace(x * c + c, names={"c": c})
    assert [node.id for node in graph] == ["x_0", "c", "mul_0", "add_0"]
    edges = {(e.target, e.slot): e for e in graph.edges}
    assert not edges["mul_0", 1].differentiable
    assert edges["mul_0", 1].local is None
    assert edges["mul_0", 0].local.max == 4.0


def test_gradients_none_yet_is_not_zero():
    x, unused = leaf([1.0, 2.0]), leaf(0.0)
    y = (x * x).sum() + 0 * unused
    assert [n.grad for n in trace(y) if n.kind == "leaf"] == [None, None]
    y.backward(retain_graph=True)
    first, second = (n.grad for n in trace(y) if n.kind == "leaf")
    assert (first.min, first.max) == (2.0, 4.0)
    assert second.number == 0.0


def test_the_gradient_of_an_inner_node_is_there_when_it_was_retained():
    x = leaf(2.0)
    h = x * x
    h.retain_grad()
    y = h * 3
    y.backward(retain_graph=True)
    assert trace(y)["mul_0"].grad.number == 3.0


def test_a_freed_graph_says_what_to_do():
    x = leaf(1.0)
    y = x.exp()
    y.backward()
    with pytest.raises(RuntimeError, match=r"freed by backward\(\) \(at exp\).*retain_graph=True"):
        trace(y)


def test_constants_and_leaves_alone_are_graphs_of_one_node():
    c, x = tg.tensor([1.0, 2.0]), leaf(1.0)
    assert [(n.id, n.kind, n.output) for n in trace(c, names={"c": c})] == [("c", "input", True)]
    assert [(n.id, n.kind, n.output) for n in trace(x, x)] == [("x_0", "leaf", True)]


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="at least one"):
        trace()
    with pytest.raises(TypeError, match="not float"):
        trace(1.0)
    with pytest.raises(TypeError, match=r"names\['x'\]"):
        trace(leaf(1.0), names={"x": 1.0})


def test_a_gradient_is_a_graph_too():
    x = leaf(0.5)
    (g,) = tg.grad(x.tanh(), x, create_graph=True)
    graph = trace(g, names={"x": x})
    assert [node.op for node in graph if node.op] == ["tanh", "mul", "sub", "mul"]
    assert math.isclose(graph.outputs[0].value.number, 1 - math.tanh(0.5) ** 2, rel_tol=1e-6)


@pytest.mark.parametrize(
    ("function", "derivative"),
    [
        (lambda x: x.exp(), np.exp),
        (lambda x: x**3, lambda x: 3 * x**2),
        (lambda x: 1 / x, lambda x: -1 / x**2),
        (lambda x: x.reshape(1, 1) @ tg.tensor([[5.0]]), lambda x: 5.0),
        (lambda x: x.relu(), lambda x: 1.0),
    ],
)
def test_local_derivatives_are_the_calculus_book_s(function, derivative):
    x = leaf(1.5)
    edge = [e for e in trace(function(x)).edges if e.differentiable][-1]
    assert math.isclose(edge.local.number, derivative(1.5), rel_tol=1e-6)


def test_no_local_derivative_is_made_up_where_it_is_a_matrix():
    square = leaf([[1.0, 2.0], [3.0, 4.0]])
    for y in (square @ square, square.cumsum(0), square.T, square.flip(0), square.sum(), tg.cat([square])):
        assert {edge.local for edge in trace(y).edges} == {None}


def test_a_broadcast_argument_has_a_derivative_at_every_element():
    a, b = leaf(2.0), leaf([1.0, 2.0, 3.0])
    first, second = trace(a * b).edges
    assert (first.local.min, first.local.max) == (1.0, 3.0)
    assert (second.local.min, second.local.max) == (2.0, 2.0)


def test_no_local_derivative_of_numbers_that_have_changed():
    x, c = leaf(1.0), tg.tensor(2.0)
    y = x * c
    assert trace(y).edges[0].local.number == 2.0
    with tg.no_grad():
        c += 1
    assert trace(y).edges[0].local is None


def test_tracing_neither_warns_nor_shares_memory():
    x = leaf([1.0, 0.0])
    y = x.sqrt()
    shared = set(memory.shared)
    edge = trace(y, names={"x": x}).edges[0]  # sqrt'(0) = inf
    assert edge.local.inf == 1
    assert memory.shared == shared


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "bool"])
def test_summaries_agree_with_numpy(dtype):
    array = np.array([[-100, 0, 7], [0, 1, 100]]).astype(dtype)
    s, wide = summary(array), array.astype("float64")
    assert (s.size, s.number, s.nan, s.inf, s.zero) == (6, None, 0, 0, 2)
    assert (s.min, s.max) == (wide.min(), wide.max())
    assert math.isclose(s.mean, wide.mean())
    assert math.isclose(s.norm, np.linalg.norm(wide))


def test_summaries_count_what_is_not_finite():
    s = summary(np.array([np.nan, np.inf, -np.inf, 3.0]))
    assert (s.nan, s.inf, s.min, s.max, s.mean, s.norm) == (1, 2, 3.0, 3.0, 3.0, 3.0)
    assert summary(np.array([np.nan, np.inf])).min is None
    assert summary(np.zeros((0, 3))).size == 0
    assert (summary(np.array(np.nan)).nan, summary(np.array(-np.inf)).inf) == (1, 1)
    assert math.isclose(summary(np.array([3e300, 4e300])).norm, 5e300)


def test_sixty_doublings_are_sixty_one_nodes():
    x = y = leaf(1.0)
    for _ in range(60):
        y = y + y
    graph = trace(y, names={"x": x})
    assert (len(graph), len(graph.edges)) == (61, 120)


def test_depth_is_no_matter():
    y = leaf(1.0)
    for _ in range(20_000):
        y = -y
    assert trace(y).outputs[0].id == "neg_19999"
    with pytest.raises(ValueError, match="20,001 nodes"):
        trace(y, limit=100)


def test_parameters_of_ops_are_text_without_addresses():
    x = leaf(np.arange(12.0).reshape(3, 4))
    picked = trace(x[np.array([0, 2]), 1:3].sum(dim=1))
    assert picked["getitem_0"].params == (("index", "(int64[2], 1:3)"),)
    assert dict(picked["sum_0"].params)["dim"] == "1"
