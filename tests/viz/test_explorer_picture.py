"""The explorer's picture in a browser: labels cover nothing, text can be read, arrows turn round, it is centred."""

import html

import pytest

import tinygrad_edu as tg
from tinygrad_edu.viz import explore
from tinygrad_edu.viz.marks import WORST_FIRST

from .exploring import focused, opened, step, steps

pytestmark = pytest.mark.browser

# Pairs of things of which one lies on the other: of a label and a node, a module's title, or another label.
COVERED = """() => {
  const shown = (element) => element.getClientRects().length > 0 && element.textContent !== "";
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const labels = all("#canvas .equation:not(.empty) text").map((text) => [text.textContent, text]);
  const others = [...all("[data-member]").map((card) => [card.dataset.member, card.querySelector(".card")]),
                  ...all(".toggle text").map((text) => [text.textContent, text])];
  const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return labels.flatMap(([name, label], i) => [...others, ...labels.slice(i + 1)]
    .filter(([, other]) => overlap(label.getBoundingClientRect(), other.getBoundingClientRect()))
    .map(([other]) => `${name} on ${other}`));
}"""
# Texts that are shown with less than 11 pixels.
SMALL = """() => [...document.querySelectorAll("body *")].filter((element) => element.getClientRects().length
    && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
  ).map((element) => {
    const scale = element instanceof SVGGraphicsElement ? element.getScreenCTM().a : 1;
    return [parseFloat(getComputedStyle(element).fontSize) * scale, element.textContent.slice(0, 40)];
  }).filter(([size]) => size < 11)"""
# How far the middle of the picture is from the middle of its window.
OFF_CENTRE = """() => {
  const boxes = ["#port", ".scene"].map((selector) => document.querySelector(selector).getBoundingClientRect());
  const [[x, y], [u, v]] = boxes.map((box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2]);
  return [Math.abs(x - u), Math.abs(y - v)];
}"""


def leaf(value):
    return tg.tensor(value, requires_grad=True)


def used_twice():
    x, w = leaf(2.0), leaf(-3.0)
    return x * w + x, {"x": x, "w": w}


def long_numbers():
    """Products that are wider than the space between the nodes."""
    x, w, b = leaf(-0.123456), leaf(1.98765e-5), leaf(123456.7)
    n = x * w * x / b
    return (n.exp() * n.tanh() + n * x).sigmoid() * w, {"x": x, "w": w, "b": b}


def ladder():
    """Many edges that pass by nodes."""
    values = [leaf(0.1 * i + 0.05) for i in range(4)]
    y = values[0]
    for i in range(5):
        y = y * values[i % 4] + values[(i + 2) % 4]
    return y, {f"v{i}": value for i, value in enumerate(values)}


@pytest.mark.parametrize("direction", ["TB", "LR"])
@pytest.mark.parametrize("make", [used_twice, long_numbers, ladder])
def test_labels_cover_no_node_and_no_other_label(page, tmp_path, make, direction):
    result, names = make()
    explore(result, tmp_path / "page.html", names=names, direction=direction)
    opened(page, tmp_path / "page.html")
    labels = 0
    for at in range(steps(page) + 1):
        assert page.evaluate(COVERED) == [], at
        labels += page.locator("#canvas .equation.now:not(.empty)").count()
        page.keyboard.press("ArrowRight")
    assert labels > 3


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", ["neuron", "lstm_cell", "attention", "residual_block"])
def test_labels_of_the_gallery_cover_nothing(page, pages, name, turned):
    opened(page, pages(name))
    if turned:
        page.keyboard.press("t")
    for at in range(steps(page) + 1):
        assert page.evaluate(COVERED) == [], at
        page.evaluate("document.getElementById('next').click()")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["neuron", "lstm_cell", "mlp_step"])
def test_no_text_is_smaller_than_eleven_pixels(page, pages, name, width):
    page.set_viewport_size({"width": width, "height": 740})
    opened(page, pages(name))
    page.keyboard.press("l")
    page.evaluate("document.querySelector('#table').open = true")
    for key in ["b", "ArrowRight", "ArrowRight", "t", "ArrowRight", "End"]:
        page.keyboard.press(key)
        assert page.evaluate(SMALL) == []


def test_arrows_turn_round_in_the_backward_pass(page, tmp_path):
    result, names = used_twice()
    explore(result, tmp_path / "page.html", names=names)
    opened(page, tmp_path / "page.html")
    heads = """(way) => [...document.querySelectorAll('#canvas .edge')].filter(
      (edge) => getComputedStyle(edge.querySelector('.head.' + way)).display !== 'none').length"""
    counts = []
    for _ in range(steps(page) + 1):
        counts.append((page.evaluate(heads, "forwards"), page.evaluate(heads, "backwards")))
        page.keyboard.press("ArrowRight")
    assert counts == [(4, 0), (4, 0), (4, 0), (4, 0), (3, 1), (2, 2), (1, 3), (0, 4)]
    # the tip of the turned head is at the node that the gradient comes to
    tips = """() => [...document.querySelectorAll('#canvas .edge')].map((edge) => {
      const [x, y] = edge.querySelector('.backwards').getAttribute('d').slice(1).split(/[ L]/).map(Number);
      const start = edge.querySelector('.line').getPointAtLength(0);
      return Math.hypot(start.x - x, start.y - y); })"""
    assert max(page.evaluate(tips)) < 0.1


def test_the_panels_names_stand_on_the_nodes(page, pages):
    opened(page, pages("lstm_cell"))
    page.keyboard.press("End")
    missing = """() => [...document.querySelectorAll('[data-node]')].filter((card) => {
      const texts = [...card.querySelectorAll('text')].map((text) => text.textContent);
      card.dispatchEvent(new MouseEvent('click', {bubbles: true}));
      return !texts.includes(document.querySelector('#selection h2').textContent);
    }).map((card) => card.dataset.node)"""
    assert page.evaluate(missing) == []


def test_the_legend(page, pages):
    opened(page, pages("neuron"))
    legend = page.locator("#explanation")
    assert legend.is_hidden()
    page.keyboard.press("l")
    assert legend.is_visible()
    assert page.locator("#legend").get_attribute("aria-expanded") == "true"
    text = legend.inner_text()
    for mark in WORST_FIRST:
        assert mark.sign in text
        assert mark.what in text
    for word in ("operation", "constant", "leaf", "parameter", "output", "no gradient comes back", "this step"):
        assert word in text
    fill = "(selector) => getComputedStyle(document.querySelector(selector)).fill"
    assert page.evaluate(fill, "#canvas .leaf .card") == page.evaluate(fill, "#explanation .leaf .card")
    page.keyboard.press("Escape")
    assert legend.is_hidden()
    page.click("#legend")
    assert legend.is_visible()
    page.keyboard.press("l")
    assert legend.is_hidden()
    assert focused(page) == "legend"


@pytest.mark.parametrize("name", ["neuron", "mlp_step"])
def test_on_a_phone_the_formula_is_above_the_fold(page, pages, name):
    page.set_viewport_size({"width": 360, "height": 740})
    opened(page, pages(name))
    page.keyboard.press("b")
    for _ in range(steps(page) - step(page) + 1):
        shown = page.locator("#step .product, #step .rule .formula, #step > .formula").first.bounding_box()
        assert shown["y"] + shown["height"] <= 740, step(page)
        assert page.locator("#port").bounding_box()["height"] >= 200
        page.keyboard.press("ArrowRight")


@pytest.mark.parametrize("first", ["width: 0; height: 0", "display: none", "width: 200px; height: 100px"])
def test_in_an_exported_notebook_it_is_centred(page, tmp_path, first):
    """The frame gets its size after the page in it is ready."""
    result, names = used_twice()
    inner = html.escape(explore(result, names=names).html)
    frame = f'<iframe sandbox="allow-scripts" style="{first}" srcdoc="{inner}"></iframe>'
    (tmp_path / "notebook.html").write_text(f"<!doctype html><title>notebook</title>{frame}", encoding="utf-8")
    page.goto(f"file://{tmp_path}/notebook.html")
    page.frame_locator("iframe").locator("html[data-ready]").wait_for(state="attached")
    page.evaluate("document.querySelector('iframe').style = 'width: 1000px; height: 720px; border: 0'")
    page.wait_for_timeout(200)
    assert max(page.frames[1].evaluate(OFF_CENTRE)) < 12
