"""The explorer in a browser: offline, by keyboard, for screen readers, in every size and colour, on paper, in a frame."""

import json

import pytest
import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.examples.gallery import scene
from tinygrad_edu.viz import explore

from .browser import browser, page  # noqa: F401  (fixtures)
from .exploring import focused, opened, step, steps

pytestmark = pytest.mark.browser

# Texts that are wider or higher than the card they stand on, in pixels of the picture.
OUTSIDE = """() => [...document.querySelectorAll('[data-member]')].flatMap((card) => {
  const room = card.querySelector('.card').getBBox();
  return [...card.querySelectorAll('text')].filter((text) => text.textContent).map((text) => [text, text.getBBox()]).filter(
      ([, box]) => box.x < room.x + 2 || box.x + box.width > room.x + room.width - 2 || box.y < room.y - 1 ||
                   box.y + box.height > room.y + room.height + 1).map(([text]) => text.textContent);
})"""
# Elements of the panel and the head that are too narrow for what is in them.
TIGHT = """() => [...document.querySelectorAll('header *, #panel, #panel *, #table-section *')].filter((e) =>
    !e.closest('.scroll') && !e.closest('svg') && !e.closest('.hidden-text') && e.clientWidth &&
    e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline' && !e.matches('input, select')
  ).map((e) => `${e.tagName} ${e.className} ${e.textContent.slice(0, 60)}`)"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The page of a scene, written once: by name."""
    folder = tmp_path_factory.mktemp("pages")

    def write(name):
        path = folder / f"{name}.html"
        if not path.exists():
            made = scene(name)
            shown = {"names": made.names, "module": made.module, "direction": made.direction, "title": made.title}
            explore(made.outputs, path, **shown)
        return path

    return write


def axe(page):  # noqa: F811
    """What axe-core has to find fault with."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        pytest.fail("axe-playwright-python is not installed")
    found = Axe().run(page).response["violations"]
    return json.dumps([[fault["id"], [node["html"][:200] for node in fault["nodes"]]] for fault in found])


def test_it_asks_for_nothing_and_says_nothing(browser, pages):  # noqa: F811
    context = browser.new_context(offline=True)
    page = context.new_page()  # noqa: F811
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
        page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.other = 1'}))")
    assert "Content Security Policy" in refused.value.text
    assert page.evaluate("window.other") is None
    context.close()


def test_by_keyboard_alone(page, pages):  # noqa: F811
    """Every function without a pointer; the focus can always be seen, and is never lost."""
    opened(page, pages("lstm_cell"))
    press = page.keyboard.press

    def seen():
        assert page.evaluate("document.activeElement !== document.body")
        assert page.evaluate(
            "() => { const e = document.activeElement, own = getComputedStyle(e), card = e.querySelector?.('.card, rect');"
            " return own.outlineStyle !== 'none' || (card && parseFloat(getComputedStyle(card).strokeWidth) >= 3); }"
        )

    reached = []
    for _ in range(60):
        press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        seen()
        reached.append(focused(page))
    controls = "skip play scrubber backward speed depth search marked farther closer fit turn help panel".split()
    assert [name for name in controls if name not in reached] == []
    press("Shift+Tab")
    seen()

    page.focus("#fit")
    for keys, at in [("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", steps(page)), ("Home", 0)]:
        press(keys)
        seen()
        assert step(page) == at
    press("b")
    assert page.locator("#step h2").inner_text() == "The backward pass starts"
    press("Home")
    for pause in ("Space", "p"):
        page.focus("#panel")
        press(pause)
        assert page.get_attribute("#play", "aria-label") == "Pause"
        press(pause)
        assert page.get_attribute("#play", "aria-label") == "Play"

    page.focus("#fit")  # search, and go from the match along the edges
    press("/")
    assert focused(page) == "search"
    page.keyboard.type("gates.0")
    page.locator("#search").fill("tanh")
    press("Enter")
    assert page.locator("#found").inner_text().startswith("1 of")
    press("Escape")
    seen()
    start = focused(page)
    assert start.startswith("tanh")
    press("ArrowUp")
    above = focused(page)
    assert above != start
    press("ArrowDown")
    seen()
    press("k")
    assert focused(page) != "BODY"
    press("j")
    assert page.locator("#tip").is_visible()
    press("Escape")
    assert page.locator("#tip").is_hidden()
    press("Enter")  # choose
    seen()
    chosen = focused(page)
    assert page.locator(".chosen[data-node]").get_attribute("data-node") == chosen
    press("t")  # the picture is drawn anew, the focus stays
    assert focused(page) == chosen
    before = page.locator(".scene").get_attribute("transform")
    press("+")
    assert page.locator(".scene").get_attribute("transform") != before
    press("Escape")
    press("Escape")
    assert page.locator(".chosen").count() == 0

    page.locator(".toggle").first.focus()  # close a module and open it again
    press("Enter")
    seen()
    assert page.locator(".closed").count() == 1
    assert page.evaluate("document.activeElement.matches('.closed')")
    press("ArrowRight")
    seen()
    press("Enter")
    seen()
    assert page.locator(".closed").count() == 0
    assert page.evaluate("document.activeElement.matches('.toggle')")

    page.focus("#depth")
    press("Home")
    press("Enter")
    assert page.locator(".closed").count() > 0
    assert focused(page) == "depth"

    page.focus("#table summary")
    press("Enter")
    assert page.locator("#table").get_attribute("open") is not None
    press("Tab")
    press("Tab")
    press("Tab")
    press("Enter")
    assert step(page) == 1
    seen()

    press("?")
    assert page.locator("#keys").get_attribute("open") is not None
    seen()
    press("Escape")
    assert page.locator("#keys").get_attribute("open") is None
    seen()


def test_a_link_in_the_panel_keeps_the_focus(page, pages):  # noqa: F811
    opened(page, pages("neuron"), "#step=8")
    page.locator("#step .link").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('#step .link')")
    for _ in range(15):
        page.keyboard.press("ArrowLeft")
        assert page.evaluate("document.activeElement !== document.body")
    page.locator("#selection [aria-label^='Edge from']").first.focus()  # an edge, without a pointer
    page.keyboard.press("Enter")
    assert page.locator(".edge.chosen").count() == 1
    page.focus("#skip")
    page.keyboard.press("Enter")
    assert focused(page) == "panel"


@pytest.mark.parametrize("width", [320, 1600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["neuron", "attention", "residual_block"])
def test_axe_finds_nothing(browser, pages, name, scheme, width):  # noqa: F811
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})  # noqa: F811
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
def test_text_fits_at_every_step(page, pages, name, width):  # noqa: F811
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


def test_long_names_and_formulas_fit(page, tmp_path):  # noqa: F811
    page.set_viewport_size({"width": 320, "height": 700})
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    explore((x * x).exp().sum(), tmp_path / "long.html", names={"n" * 10_000: x}, title="t" * 10_000)
    opened(page, tmp_path / "long.html")
    for _ in range(steps(page) + 1):
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate(TIGHT) == []
        assert page.evaluate(SIDEWAYS) <= 0
        page.keyboard.press("ArrowRight")


def test_dark_differs_and_reduced_motion_is_still(browser, pages):  # noqa: F811
    colours, moving = [], []
    for scheme, motion in (("light", "no-preference"), ("dark", "reduce")):
        page = browser.new_page(color_scheme=scheme, reduced_motion=motion)  # noqa: F811
        opened(page, pages("neuron"), "#step=9")
        colours.append(page.evaluate("getComputedStyle(document.querySelector('.card')).fill"))
        moving.append(page.evaluate("document.getAnimations().length"))
        page.close()
    assert colours[0] != colours[1]
    assert moving[0] > 0
    assert moving[1] == 0


def test_on_paper(page, pages):  # noqa: F811
    """No controls, and the whole picture on the page, wherever the camera was; then everything is as before."""
    opened(page, pages("attention"), "#step=30")
    before = page.locator(".scene").get_attribute("transform")
    assert page.pdf()[:5] == b"%PDF-"
    page.emulate_media(media="print")
    assert page.locator(".bar-row").first.is_hidden()
    assert page.locator("#step").is_visible()
    inside = page.evaluate(
        "() => { const port = document.getElementById('port').getBoundingClientRect();"
        " const all = document.querySelector('.scene').getBoundingClientRect();"
        " return [all.left - port.left, all.top - port.top, port.right - all.right, port.bottom - all.bottom]; }"
    )
    assert min(inside) >= -1
    page.emulate_media(media="screen")
    page.wait_for_function("document.querySelector('.scene').hasAttribute('transform')")
    assert page.locator(".scene").get_attribute("transform") == before


def test_in_the_frame_of_a_notebook(page, tmp_path):  # noqa: F811
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


def test_modules_need_not_have_plain_names(page, tmp_path):  # noqa: F811
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
