"""Ops with several outputs in pictures and pages: each says which output it is, and nothing false of all together."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.graph import trace
from tinygrad_edu.viz import draw, explore
from tinygrad_edu.viz.graph_formulas import GraphFormulas

from .exploring import opened


@pytest.fixture(params=["float", "with an integer"])
def sincos(request):
    """sin x and cos x; in the second form also where the sines would stand if they were sorted."""
    if request.param == "float":
        yield tg.op("test_sincos", lambda x: (np.sin(x), np.cos(x)), lambda g, y, x: g[0] * y[1] - g[1] * y[0])
    else:
        yield tg.op(
            "test_sincos",
            lambda x: (np.sin(x), np.cos(x), np.argsort(np.sin(x), axis=None)),
            lambda g, y, x: g[0] * y[1] - g[1] * y[0],
        )
    del tg.OPS["test_sincos"]


def computed(sincos, value):
    x = tg.tensor(value, requires_grad=True)
    s, c, *_ = sincos(x)
    return x, (s * s * c).sum()


@pytest.mark.parametrize("value", [0.5, [1.0, 2.0, 3.0]])
def test_formulas(sincos, value):
    x, loss = computed(sincos, value)
    graph = trace(loss, names={"x": x}, backward=True, cells=64)
    formulas = GraphFormulas(graph)
    texts = [formulas.formula(graph[id]) for id in ("test_sincos_0", "item_0", "item_1")]
    assert texts == ["test_sincos(x)", "output 0 of test_sincos_0", "output 1 of test_sincos_0"]
    assert [formulas.in_numbers(graph[id]) for id in ("test_sincos_0", "item_0", "item_1")] == ["", "", ""]
    assert [formulas.sign(graph[id]) for id in ("item_0", "item_1")] == ["output 0", "output 1"]
    assert formulas.type(graph["test_sincos_0"]) == "several outputs"
    for edge in graph.edges:
        if edge.target == "test_sincos_0":
            found = formulas.slope(edge), formulas.summed(edge), formulas.rule(edge), formulas.chain(edge)
            assert (edge.local, edge.jacobian, *found) == (None, None, "", "", "", "")
        elif edge.source == "test_sincos_0":
            number = edge.target.removeprefix("item_")
            assert formulas.backward(edge) == f"passed on as the gradient of output {number}"
            assert edge.contribution == graph[edge.target].gradient
            assert (edge.local, formulas.chain(edge), formulas.summed(edge)) == (None, "", "")


def test_the_second_output_alone_is_called_the_second():
    pair = tg.op("test_pair", lambda x: (x * 1, x * 2), lambda g, y, x: g[0] + 2 * g[1])
    try:
        x = tg.tensor(3.0, requires_grad=True)
        drawing = draw(pair(x)[1] * 5.0, names={"x": x}, backward=True)
    finally:
        del tg.OPS["test_pair"]
    assert "output 1 of test_pair_0" in drawing.text
    assert "output 1" in drawing.svg
    assert "output 0" not in drawing.svg + drawing.text


def test_pictures(sincos):
    x, loss = computed(sincos, [1.0, 2.0, 3.0])
    drawing = draw(loss, names={"x": x}, backward=True)
    rows = {line.split()[1]: line for line in drawing.text.partition("Backward")[0].splitlines()[3:] if line}
    assert "several outputs" in rows["test_sincos_0"]
    assert "(6,)" not in drawing.text + drawing.svg
    assert "(9,)" not in drawing.text + drawing.svg
    last = drawing.text.rstrip().splitlines()[-1]
    assert "those of its outputs" in last
    assert "none" not in last


@pytest.mark.browser
def test_the_page(sincos, page, tmp_path):
    x, loss = computed(sincos, [1.0, 2.0, 3.0])
    explorer = explore(loss, tmp_path / "page.html", names={"x": x})
    opened(page, tmp_path / "page.html")
    page.keyboard.press("End")
    words = page.locator("#step").inner_text()
    assert "those of its outputs" in words
    assert page.locator("#step [data-part=upstream]").get_attribute("data-exact") is None
    card = page.locator("[data-node=test_sincos_0]")
    assert "several outputs" in card.text_content()
    assert "grad" not in card.text_content()
    assert page.locator("[data-node=item_1]").text_content().startswith("output 1item_1")
    for output in (0, 1):  # the last two steps before
        page.keyboard.press("ArrowLeft")
        accumulated = page.locator("#step .accumulator")
        assert accumulated.inner_text().startswith(f"gradient of output {output} of test_sincos_0: none yet → ")
        gradient = explorer.graph[f"item_{output}"].gradient.norm
        assert float(accumulated.locator("[data-part=total]").get_attribute("data-exact")) == gradient
        assert f"passed on as the gradient of output {output}" in page.locator("#live").inner_text()
        assert f"The gradient of output {output} of test_sincos_0 is now" in page.locator("#live").inner_text()
    card.dispatch_event("click")
    shown = page.locator("#selection").inner_text()
    assert "values of all outputs, in a row" in shown
    assert "gradient" not in shown
    assert "float" not in shown
