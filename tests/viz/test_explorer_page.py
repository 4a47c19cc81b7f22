"""The explorer in a browser: offline, by keyboard, for screen readers, in every size and colour, on paper."""

import json

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.viz import explore

from .exploring import address, opened, steps
from .test_explorer import HOSTILE

pytestmark = pytest.mark.browser

# Texts that are wider or higher than the card they stand on, in pixels of the picture.
OUTSIDE = """() => [...document.querySelectorAll('[data-member]')].flatMap((card) => {
  const room = card.querySelector('.card').getBBox();
  const texts = [...card.querySelectorAll('text')].filter((text) => text.textContent);
  return texts.map((text) => [text, text.getBBox()]).filter(
      ([, box]) => box.x < room.x + 2 || box.x + box.width > room.x + room.width - 2 || box.y < room.y - 1 ||
                   box.y + box.height > room.y + room.height + 1).map(([text]) => text.textContent);
})"""
# Elements of the panel and the head that are too narrow for what is in them.
TIGHT = """() => [...document.querySelectorAll('header *, #panel, #panel *, #table-section *')].filter((e) =>
    !e.closest('.scroll') && !e.closest('svg') && !e.closest('.hidden-text') && e.clientWidth &&
    e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline' && !e.matches('input, select')
  ).map((e) => `${e.tagName} ${e.className} ${e.textContent.slice(0, 60)}`)"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def axe(page):
    """What axe-core has to find fault with."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        pytest.fail("axe-playwright-python is not installed")
    found = Axe().run(page).response["violations"]
    return json.dumps([[fault["id"], [node["html"][:200] for node in fault["nodes"]]] for fault in found])


def test_it_asks_for_nothing_and_says_nothing(browser, pages):
    context = browser.new_context(offline=True)
    page = context.new_page()
    requests, words = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: words.append(message.text))
    page.on("pageerror", lambda error: words.append(str(error)))
    path = pages("attention")
    opened(page, path)
    for key in ["ArrowRight"] * 50 + ["m", "t", "0", "+", "-", "b", "/", "q", "u", "Enter", "Escape", "?", "Escape"]:
        page.keyboard.press(key)
    page.click("#table summary")
    page.wait_for_timeout(200)
    assert requests == [f"file://{path}"]
    assert words == []
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert "default-src 'none'" in policy
    with page.expect_console_message() as refused:  # the policy is in force: no other script runs
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {text: 'window.other = 1'}))"
        )
    assert "Content Security Policy" in refused.value.text
    assert page.evaluate("window.other") is None
    context.close()


@pytest.mark.parametrize("width", [320, 1600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["neuron", "attention", "residual_block"])
def test_axe_finds_nothing(browser, pages, name, scheme, width):
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    opened(page, pages(name))
    assert axe(page) == "[]"
    page.evaluate("document.getElementById('backward').click()")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert axe(page) == "[]"
    page.evaluate("document.querySelector('#step .link').click()")
    assert page.locator(".chosen").count() == 1
    page.evaluate("document.querySelector('#table').open = true")
    page.evaluate("document.querySelector('.toggle')?.dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    page.wait_for_selector("#steps tr")
    assert axe(page) == "[]"
    page.keyboard.press("?")
    assert axe(page) == "[]"
    page.close()


@pytest.mark.parametrize("width", [320, 1600])
@pytest.mark.parametrize("name", ["neuron", "mlp_step", "attention", "lstm_cell"])
def test_text_fits_at_every_step(page, pages, name, width):
    page.set_viewport_size({"width": width, "height": 800})
    opened(page, pages(name))
    page.evaluate("document.querySelector('#table').open = true")
    for at in range(steps(page) + 1):
        assert page.evaluate(OUTSIDE) == [], at
        assert page.evaluate(TIGHT) == [], at
        assert page.evaluate(SIDEWAYS) <= 0, at
        if at % 5 == 0:
            page.evaluate("document.querySelectorAll('#step .link')[0]?.click()")
        page.evaluate("document.getElementById('next').click()")


def test_long_names_and_formulas_fit(page, tmp_path):
    page.set_viewport_size({"width": 320, "height": 700})
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    explore((x * x).exp().sum(), tmp_path / "long.html", names={"n" * 10_000: x}, title="t" * 10_000)
    opened(page, tmp_path / "long.html")
    for _ in range(steps(page) + 1):
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate(TIGHT) == []
        assert page.evaluate(SIDEWAYS) <= 0
        page.keyboard.press("ArrowRight")


BROKEN = """() => [...document.querySelectorAll(".product strong, .product span, #where, #table th,"
  + "#table td:not(:nth-child(3)):not(:nth-child(5))")].filter((element) => {
    const words = document.createRange();
    words.selectNodeContents(element);
    const boxes = [...words.getClientRects()];
    return Math.max(...boxes.map((box) => box.top)) > Math.min(...boxes.map((box) => box.bottom)) - 1;
  }).map((element) => element.textContent)"""


@pytest.mark.parametrize("width", [320, 1300])
def test_no_number_is_broken_over_two_lines(page, tmp_path, width):
    """A number such as 2.623e−9 may be broken behind its minus sign; thousands of steps make the counter long."""
    page.set_viewport_size({"width": width, "height": 700})
    w, h = (tg.tensor(value, requires_grad=True) for value in (0.9, 0.5))
    y = h
    for _ in range(200):
        y = (y * w + 0.1).tanh()
    explore(y, tmp_path / "vanishing.html", names={"w": w, "h": h})
    opened(page, tmp_path / "vanishing.html", "#step=1300")
    page.locator("#table summary").click()
    assert "e−" in page.locator("#step .product").inner_text()
    assert page.evaluate(BROKEN) == []
    assert page.evaluate(SIDEWAYS) <= 0


def test_dark_differs_and_reduced_motion_is_still(browser, pages):
    colours, moving = [], []
    for scheme, motion in (("light", "no-preference"), ("dark", "reduce")):
        page = browser.new_page(color_scheme=scheme, reduced_motion=motion)
        opened(page, pages("neuron"), "#step=9")
        colours.append(page.evaluate("getComputedStyle(document.querySelector('.card')).fill"))
        moving.append(page.evaluate("document.getAnimations().length"))
        page.close()
    assert colours[0] != colours[1]
    assert moving[0] > 0
    assert moving[1] == 0


def test_on_paper(page, pages):
    """No controls, and the whole picture on the page, wherever the camera was; then everything is as before."""
    opened(page, pages("attention"), "#step=30")
    before = page.locator(".scene").get_attribute("transform")
    assert page.pdf()[:5] == b"%PDF-"
    page.emulate_media(media="print")
    page.wait_for_selector("#canvas[viewBox]")
    assert page.locator(".bar-row").first.is_hidden()
    assert page.locator("#step").is_visible()
    inside = page.evaluate(
        "() => { const port = document.getElementById('port').getBoundingClientRect();"
        " const all = document.querySelector('.scene').getBoundingClientRect();"
        " return [all.left - port.left, all.top - port.top, port.right - all.right, port.bottom - all.bottom]; }"
    )
    assert min(inside) >= -1
    page.emulate_media(media="screen")
    page.wait_for_selector(".scene[transform]")
    assert page.locator(".scene").get_attribute("transform") == before


def test_in_the_frame_of_a_notebook(page, tmp_path):
    from playwright.sync_api import expect

    x = tg.tensor(2.0, requires_grad=True)
    frame = explore(x * x)._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<!doctype html><title>notebook</title>{frame}", encoding="utf-8")
    page.goto(f"file://{tmp_path}/notebook.html")
    inside = page.frame_locator("iframe")
    inside.locator("html[data-ready]").wait_for()
    for at in range(1, 5):
        inside.locator("#next").click()
        assert inside.locator("#where").inner_text() == f"{at} / 4"
    page.wait_for_timeout(300)  # until it has tried to write its address
    assert inside.locator("[data-part=total]").get_attribute("data-exact") == "4"

    scene = inside.locator(".scene")
    before = scene.get_attribute("transform")
    inside.locator("#canvas").hover(position={"x": 30, "y": 30})
    page.mouse.wheel(0, -200)  # meant for the notebook
    page.wait_for_timeout(100)
    assert scene.get_attribute("transform") == before
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    expect(scene).not_to_have_attribute("transform", before)
    page.keyboard.up("Control")


def test_modules_need_not_have_plain_names(page, tmp_path):
    """A module and a tensor of the same name are two things."""

    class Same(nn.Module):
        def forward(self, x):
            return x * 2

    x = tg.tensor(1.0, requires_grad=True)
    model = Same()
    explore(model(x), tmp_path / "same.html", names={"model": x, "s0": x}, module=model)
    opened(page, tmp_path / "same.html")
    assert page.locator("[data-node='model'], .box[data-scope='model']").count() == 2
    page.locator(".toggle").click()
    assert page.locator("[data-node='model'], .closed[data-scope='model']").count() == 2


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(page, tmp_path, name):
    """As a tensor's name, a module's name and the title: shown as text, never read as HTML."""

    class Holder(nn.Module):
        def __init__(self):
            super().__init__()
            self.add_module(name.replace(".", "") or "x", nn.Tanh())

        def forward(self, x):
            return next(self.children())(x)

    x = tg.tensor(2.0, requires_grad=True)
    model = Holder()
    explore(model(x) * x, tmp_path / "page.html", names={name: x}, module=model, title=name)
    opened(page, tmp_path / "page.html")
    tags = "() => [...new Set([...document.querySelectorAll('*')].map((e) => e.localName))].sort().join()"
    usual = page.evaluate(tags)
    for key in ["m", "b", "ArrowRight", "End", "t", "ArrowLeft"]:
        page.keyboard.press(key)
    page.locator("[data-node]").first.dispatch_event("click")
    page.locator(".toggle").last.dispatch_event("click")
    page.locator(".closed").first.dispatch_event("click")
    assert page.locator("b b, h1 b, script script, #canvas b, #selection b:not(.product b)").count() == 0
    assert page.evaluate("window.hacked") is None
    assert set(page.evaluate(tags).split(",")) >= set(usual.split(","))
    assert page.evaluate(
        "name => JSON.parse(document.getElementById('graph').textContent).nodes[0].name === name", name
    )
    written = address(page)
    assert "node=" in written
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.locator(".chosen").count() == 1


def test_numbers_that_are_not_plain(page, tmp_path, swirl):
    """nan, infinities, booleans, integers and complex numbers; an op of one's own; a constant alone."""
    x = tg.tensor([0.5, np.nan, np.inf], requires_grad=True)
    z = tg.tensor(np.complex128(1 - 2j))
    with np.errstate(all="ignore"):
        mixed = tg.where(tg.tensor(True), swirl(x), tg.tensor(3)).sum()
        explore(mixed, tmp_path / "0.html")
        explore(tg.tensor(2.0, requires_grad=True), tmp_path / "1.html")
    explore(z, tmp_path / "2.html")
    explore(tg.tensor([1, 2]), tmp_path / "3.html")
    for number in range(4):
        opened(page, tmp_path / f"{number}.html")
        for _ in range(steps(page)):
            page.keyboard.press("ArrowRight")
        page.locator("[data-node]").first.dispatch_event("click")
        assert "undefined" not in page.locator("body").inner_text()
        assert "[object" not in page.content().partition("<script")[0]
        if number == 2:
            assert "1 − 2i" in page.locator("[data-node]").text_content()
        if number == 3:
            assert steps(page) == 0
            assert page.locator("#backward").is_disabled()
