"""The explorer with more nodes than fit into its window: what is far off is not displayed, so that a step is quick."""

import pytest

import tinygrad_edu as tg
from tinygrad_edu.viz import explore

from .exploring import focused, opened, steps

pytestmark = pytest.mark.browser

# The nodes and edges of this step that are not displayed, and how many others are.
DISPLAYED = """() => {
  const displayed = (element) => getComputedStyle(element).display !== "none";
  const all = [...document.querySelectorAll("[data-member], .edge")];
  const now = [...document.querySelectorAll("[data-member].now, .edge.now, .edge.feeds")];
  return [now.filter((element) => !displayed(element)).length, all.filter(displayed).length, now.length];
}"""
# How many nodes are in the window: of those that are displayed, and of all.
IN_WINDOW = """() => {
  const area = document.getElementById("port").getBoundingClientRect();
  const inside = (card) => {
    const box = card.getBoundingClientRect();
    return box.right > area.left && box.left < area.right && box.bottom > area.top && box.top < area.bottom;
  };
  const cards = [...document.querySelectorAll("[data-member]")];
  const displayed = cards.filter(inside).length;
  const hidden = cards.filter((card) => card.hasAttribute("data-hidden"));
  for (const card of hidden) card.removeAttribute("data-hidden");
  const all = cards.filter(inside).length;
  for (const card of hidden) card.setAttribute("data-hidden", "");
  return [displayed, all];
}"""


@pytest.fixture(scope="module")
def recurrence(tmp_path_factory):
    """200 steps of h = tanh(h w + b): two leaves with long edges to every step. The page's path."""
    w, b, h = (tg.tensor(value, requires_grad=True) for value in (0.9, 0.1, 0.5))
    for _ in range(200):
        h = (h * w + b).tanh()
    path = tmp_path_factory.mktemp("large") / "recurrence.html"
    explore(h, path, names={"w": w, "b": b})
    return path


@pytest.fixture
def large(page, recurrence):
    opened(page, recurrence, "#closed=")
    assert page.locator("[data-member]").count() == 603
    return page


def test_a_step_displays_what_it_is_about_and_little_else(large):
    last = steps(large)
    for key in ("ArrowRight", *["ArrowRight"] * 7, "b", *["ArrowRight"] * 9, "End", "ArrowLeft", "Home", "ArrowRight"):
        large.keyboard.press(key)
        missing, displayed, now = large.evaluate(DISPLAYED)
        assert missing == 0
        assert now >= 1 or key in ("Home", "b")
        assert displayed < 100, "of 603 nodes and 1,000 edges"
    for at in (last // 3, last // 2, 2 * last // 3):
        large.evaluate(f"location.hash = '#step={at}&closed='")
        large.wait_for_function(f"() => document.getElementById('where').textContent.startsWith('{at} /')")
        missing, displayed, _ = large.evaluate(DISPLAYED)
        assert missing == 0
        assert displayed < 100


def test_whatever_is_in_the_window_is_displayed(large):
    large.keyboard.press("b")
    for move in ("fit", "closer", "closer", "turn", "closer", "farther", "drag", "wheel"):
        if move == "drag":
            area = large.locator("#port").bounding_box()
            large.mouse.move(area["x"] + 200, area["y"] + 300)
            large.mouse.down()
            large.mouse.move(area["x"] + 60, area["y"] + 20, steps=5)
            large.mouse.up()
        elif move == "wheel":
            large.mouse.wheel(0, 300)
        else:
            large.click(f"#{move}")
        displayed, inside = large.evaluate(IN_WINDOW)
        assert displayed == inside > 0, move


def test_the_focus_goes_to_nodes_that_were_not_displayed(large):
    large.evaluate("document.querySelector('[data-member][tabindex=\"0\"]').focus()")
    for _ in range(40):
        large.keyboard.press("j")
    node = focused(large)
    assert large.locator(f"[data-node='{node}']").evaluate("card => card.checkVisibility()")
    large.keyboard.press("End")  # far away
    assert focused(large) == node
    large.keyboard.press("k")
    assert focused(large) not in (node, "BODY")


def test_search_finds_what_is_not_displayed(large):
    large.fill("#search", "tanh_150")
    large.press("#search", "Enter")
    box = large.locator("[data-node='tanh_150'].chosen").bounding_box()
    area = large.locator("#port").bounding_box()
    assert area["y"] <= box["y"] <= area["y"] + area["height"]


def test_on_paper_everything_is_displayed(large):
    large.emulate_media(media="print")
    assert large.locator("[data-member]").evaluate_all("all => all.every((card) => card.checkVisibility())")
    assert large.locator("#canvas .edge .line").evaluate_all("all => all.every((line) => line.checkVisibility())")


def test_a_small_picture_is_displayed_whole(page, tmp_path):
    x = tg.tensor(0.5, requires_grad=True)
    h = x
    for _ in range(100):
        h = h.sin()
    explore(h, tmp_path / "small.html")
    opened(page, tmp_path / "small.html", "#closed=")
    assert page.locator("[data-hidden]").count() == 0
