"""An input that was broadcast gets the sum of upstream × local, and every picture says over what."""

import re

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import viz
from tinygrad_edu.graph import trace
from tinygrad_edu.viz.graph_formulas import GraphFormulas

from .exploring import opened

# The shapes of a and b in a * b; over what the gradient of b is summed, in words and as NumPy's axes.
CASES = [
    ((3, 2), (3, 2), "", ()),
    ((3, 2), (2,), "Σ over 3 rows", (0,)),
    ((3, 2), (1, 2), "Σ over 3 rows", (0,)),
    ((3, 2), (3, 1), "Σ over 2 columns", (1,)),
    ((1, 2), (2,), "", ()),
    ((1, 2), (1, 1), "Σ over all 2 elements", (0, 1)),
    ((3, 2), (1, 1), "Σ over all 6 elements", (0, 1)),
    ((3, 2), (), "Σ over all 6 elements", (0, 1)),
    ((3,), (), "Σ over all 3 elements", (0,)),
    ((3,), (1,), "Σ over all 3 elements", (0,)),
    ((1,), (), "", ()),
    ((), (), "", ()),
    ((4, 3, 2), (3, 2), "Σ over dim 0 (4)", (0,)),
    ((4, 3, 2), (3, 1), "Σ over dims 0, 2 (4 × 2)", (0, 2)),
    ((4, 3, 2), (4, 1, 2), "Σ over dim 1 (3)", (1,)),
    ((0, 2), (2,), "Σ over 0 rows", (0,)),
]


def product(a_shape, b_shape):
    """Σ a · b · w with a weight w of each element, so that no sum is right by chance; the Tensors a and b; and w."""
    rng = np.random.default_rng(0)
    shape = np.broadcast_shapes(a_shape, b_shape)
    arrays = [np.array(rng.normal(size=shape)) for shape in (a_shape, b_shape)]
    a, b = (tg.tensor(array, requires_grad=True) for array in arrays)
    weight = np.array(rng.normal(size=shape))
    return (a * b * tg.tensor(weight)).sum(), a, b, weight


@pytest.mark.parametrize(("a_shape", "b_shape", "words", "axes"), CASES)
def test_what_is_summed(a_shape, b_shape, words, axes):
    loss, a, b, weight = product(a_shape, b_shape)
    graph = trace(loss, names={"a": a, "b": b}, backward=True)
    formulas = GraphFormulas(graph)
    (edge,) = (edge for edge in graph.edges if edge.source == "b")
    assert formulas.summed(edge) == words
    if words:
        assert formulas.backward(edge) == f"{words} of upstream × a"
    else:
        assert formulas.backward(edge) == "upstream × a, element by element"
    products = weight * a.detach().numpy()  # upstream × local
    (gradient,) = tg.grad(loss, b)
    np.testing.assert_allclose(products.sum(axis=axes).reshape(b_shape), gradient.numpy(), rtol=1e-12)


def test_of_ops_that_do_not_broadcast_nothing_is_said():
    x = tg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    w = tg.tensor([1.0, 2.0], requires_grad=True)
    graph = trace(((x @ w).mean() + x.sum(0).sum()), backward=True)
    formulas = GraphFormulas(graph)
    assert not any(map(formulas.summed, graph.edges))


def test_an_op_without_a_formula():
    double = tg.op(
        "test_double", lambda a, b: a + 2 * b, lambda g, y, a, b: g, lambda g, y, a, b: 2 * g, elementwise=True
    )
    b = tg.tensor([1.0, 2.0], requires_grad=True)
    try:
        graph = trace(double(tg.zeros(3, 2), b).sum(), backward=True)
    finally:
        del tg.OPS["test_double"]
    (edge,) = (edge for edge in graph.edges if edge.slot == 1)
    assert GraphFormulas(graph).backward(edge) == "Σ over 3 rows of upstream × local"


def texts(svg):
    """The texts that stand in a picture, tooltips left out."""
    return [text.strip("\N{NO-BREAK SPACE}") for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


def bias():
    x, b = tg.ones(3, 2), tg.tensor([1.0, 2.0], requires_grad=True)
    y = x + b
    return (y * y).sum(), {"x": x, "b": b, "y": y}


def test_the_picture_and_its_table_say_it():
    loss, names = bias()
    drawing = viz.draw(loss, names=names, backward=True)
    assert "Σ over 3 rows" in texts(drawing.svg)
    assert (
        "b of shape (2,) was broadcast to (3, 2): each element is used 3 times, so its gradient is a sum" in drawing.svg
    )
    assert "contribution = Σ over 3 rows of upstream × 1: " in drawing.svg
    (line,) = (line for line in drawing.text.splitlines() if line.split()[1:3] == ["y", "b"])
    assert "× all 1, Σ over 3 rows" in line
    assert "Σ: an input that was broadcast gets the sum of the products" in drawing.text


def test_without_gradients_the_picture_says_it_too():
    loss, names = bias()
    assert "Σ over 3 rows" in texts(viz.draw(loss, names=names, backward=False).svg)


def test_a_derivative_of_several_terms_is_a_factor_in_parentheses():
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    graph = trace(x.tanh().sum(), names={"x": x}, backward=True)
    assert GraphFormulas(graph).backward(graph.edges[0]) == "upstream × (1 − tanh_0²), element by element"


@pytest.mark.browser
def test_the_page_says_it_everywhere(page, tmp_path):
    loss, names = bias()
    graph = trace(loss, names=names, backward=True, cells=64)
    path = tmp_path / "bias.html"
    viz.explore(graph, path)
    at = len([node for node in graph if node.op]) + 2 + [graph.edges[k].source for k in graph.backward].index("b")
    opened(page, path, f"#step={at}")
    step = page.locator("#step").inner_text()
    assert "Σ over 3 rows of upstream × 1" in step
    assert "b of shape (2,) was broadcast to (3, 2)" in step
    assert "element by element" not in step
    assert page.locator("#canvas .equation.now").text_content().startswith("Σ over 3 rows: ‖·‖")
    assert "Σ over 3 rows of upstream × 1" in page.locator("#live").inner_text()
    page.locator("#table summary").click()
    assert "all 1, Σ over 3 rows" in page.locator(f"#steps tr[data-step='{at}']").inner_text()
    number = next(i for i, edge in enumerate(graph.edges) if edge.source == "b")
    opened(page, path, f"#step=0&edge={number}")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert "was broadcast to (3, 2)" in page.locator("#selection").inner_text()
