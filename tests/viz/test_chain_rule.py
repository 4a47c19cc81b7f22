"""The chain rule in a picture: what stands at the edges and in the nodes once gradients went back."""

from xml.etree import ElementTree

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, viz

SVG = "{http://www.w3.org/2000/svg}"


def leaf(data):
    return tg.tensor(data, requires_grad=True)


def of_class(drawing, name):
    return [g for g in ElementTree.fromstring(drawing.svg).iter(f"{SVG}g") if name in g.get("class", "").split()]


def words(element):
    return [text.strip() for t in element.iter(f"{SVG}text") if (text := "".join(t.itertext()))]


def tip(element):
    return element.find(f"{SVG}title").text


def from_leaves(drawing):
    """The edges of what has a name of one or two letters."""
    edges = {tip(edge).split()[0]: edge for edge in of_class(drawing, "differentiable")}
    return {name: edge for name, edge in edges.items() if len(name) < 3}


def neuron(backward):
    x1, x2, w1, w2, b = map(leaf, (2.0, 0.0, -3.0, 1.0, 6.8813735870195432))
    out = (x1 * w1 + x2 * w2 + b).tanh()
    return viz.draw(out, names={"x1": x1, "x2": x2, "w1": w1, "w2": w2, "b": b}, backward=backward)


def test_upstream_times_local_is_the_contribution():
    edges = from_leaves(neuron(backward=True))
    assert {name: words(edge) for name, edge in edges.items()} == {
        "x1": ["0.5 × (−3) = −1.5"],
        "w1": ["0.5 × 2 = 1"],
        "x2": ["0.5 × 1 = 0.5"],
        "w2": ["0.5 × 0 = 0"],
        "b": ["0.5 × 1 = 0.5"],
    }
    assert tip(edges["x1"]).split("\n") == [
        "x1 is argument 0 of mul_0",
        "local derivative: ∂mul_0/∂x1 = w1 = −3",
        "upstream × local = contribution: 0.5 × (−3) = −1.5",
    ]


def test_without_gradients_the_local_derivative_stands_there():
    drawing = neuron(backward=False)
    edges = from_leaves(drawing)
    assert (words(edges["x1"]), words(edges["w1"])) == (["∂ −3"], ["∂ 2"])
    assert not [line for node in of_class(drawing, "op") for line in words(node) if "grad" in line]
    assert words(of_class(drawing, "leaf")[0])[-1] == "grad: none yet"


def test_every_node_has_its_gradient():
    drawing = neuron(backward=True)
    assert [words(node)[-1] for node in of_class(drawing, "leaf")] == [
        "grad −1.5", "grad 0.5", "grad 1", "grad 0", "grad 0.5",
    ]  # fmt: skip
    assert {words(node)[-1] for node in of_class(drawing, "op")} == {"grad 0.5", "grad 1"}
    assert "x1 · w1 = 2 · (−3)" in tip(of_class(drawing, "op")[0])


def test_grad_is_told_where_several_backward_passes_were_added_up():
    x = leaf(2.0)
    y = x * 1.5
    y.backward(retain_graph=True)
    assert words(of_class(viz.draw(y), "leaf")[0])[-1] == "grad 1.5"
    y.backward(retain_graph=True)
    (node,) = of_class(viz.draw(y), "leaf")
    assert words(node)[-2:] == ["grad 1.5", ".grad 3"]
    assert ".grad: 3 (the sum of all backward passes)" in tip(node)


def test_an_unreached_leaf_has_no_gradient_which_is_not_zero():
    x, unused = leaf(2.0), leaf(3.0)
    nodes = of_class(viz.draw([x.exp(), unused], backward=True), "leaf")
    assert sorted(words(node)[-1] for node in nodes)[0].startswith("grad")
    y = x * (unused > 0)
    graph = viz.draw([y, unused * 1], backward=True)
    assert all("grad" in words(node)[-1] for node in of_class(graph, "leaf"))


def test_the_line_of_the_program_is_in_the_tooltip():
    x = leaf(2.0)
    with tg.source_lines():
        y = x * x  # here
    assert tip(of_class(viz.draw(y), "op")[0]).endswith("y = x * x  # here")
    assert "test_chain_rule.py:" in viz.draw(y).text


def test_arrays_show_the_range_of_the_derivative_and_the_norm_of_the_contribution():
    x = leaf([1.0, 2.0, -3.0])
    y = x.relu().sum()
    edge, through = of_class(viz.draw(y, backward=True), "differentiable")
    assert words(edge) == ["∂ 0 … 1", "‖·‖ 1.41"]
    assert words(through) == []  # the sum passes on what it got, and the norm is in the node
    assert "rule: dX = dY, repeated over all dims" in tip(through)
    assert "contribution: " in tip(through)


def test_a_gradient_that_is_a_sum_shows_its_parts():
    x = leaf([1.0, 2.0])
    edges = of_class(viz.draw((x + x).sum(), backward=True), "differentiable")
    assert [words(edge) for edge in edges[:2]] == [["‖·‖ 1.41"], ["‖·‖ 1.41"]]


def test_a_product_of_matrices_shows_the_rule_in_names_and_in_shapes():
    tg.manual_seed(0)
    layer = nn.Linear(3, 2, bias=False)
    x = leaf(np.ones((5, 3), "float32"))
    drawing = viz.draw(layer(x).sum(), backward=True, module=layer)
    _, to_w, to_x = sorted(words(edge)[:2] for edge in of_class(drawing, "differentiable"))
    assert to_x == ["dX = dY W", "(5, 3) = (5, 2) (2, 3)"]
    assert to_w == ["dW = dYᵀ X", "(2, 3) = (5, 2)ᵀ (5, 3)"]


def test_a_branch_not_taken_is_no_product():
    x = leaf(0.0)
    with np.errstate(all="ignore"):
        y = tg.where(x > 0, x.log(), x)
        drawing = viz.draw(y, backward=True)
    (edge,) = [e for e in of_class(drawing, "differentiable") if "argument 0 of log_0" in tip(e)]
    assert "×" not in " ".join(words(edge))
    assert words(edge)[0] == "∂ ∞"


def test_the_larger_the_contribution_the_thicker_the_line():
    x = leaf(1.0)
    parts = [x * scale for scale in (1.0, 0.1, 0.01, 1e-9, 0.0)]
    drawing = viz.draw(sum(parts[1:], start=parts[0]), names={"x": x}, backward=True)
    edges = [e for e in of_class(drawing, "differentiable") if tip(e).startswith("x is argument")]
    widths = [float(edge.find(f"{SVG}path").get("stroke-width", 1)) for edge in edges]
    assert widths == sorted(widths, reverse=True)
    assert widths == pytest.approx([4.0, 2.9, 1.9, 0.8, 0.8], abs=0.06)
    assert not [e for e in of_class(drawing, "constant") if e.find(f"{SVG}path").get("stroke-dasharray") is None]


def test_backward_decides_whether_gradients_are_followed():
    x = leaf([1.0, 2.0])
    y = x.exp()
    with pytest.raises(RuntimeError):
        viz.draw(y, backward=True)
    y = y.sum()
    y.backward(retain_graph=True)
    assert viz.draw(y).graph.backward
    assert not viz.draw(y, backward=False).graph.backward
    assert words(of_class(viz.draw(y, backward=False), "leaf")[0])[-1].startswith("grad 2.7")


def test_the_numbers_at_edges_are_as_exact_as_those_in_nodes():
    x, w = (tg.tensor(value, requires_grad=True) for value in (2.0, -3.0))
    out = (x * w + 6.88).tanh()
    out.backward(retain_graph=True)
    dot = viz.draw(out, names={"x": x, "w": w}).dot
    for name, product in (("x", "0.501 × (−3) = −1.503"), ("w", "0.501 × 2 = 1.002")):
        assert product in dot
        assert dot.count(product.rpartition(" ")[2]) > 2, name  # at the edge, in the node, in tooltips
