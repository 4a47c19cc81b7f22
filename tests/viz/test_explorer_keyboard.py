"""The explorer by keyboard alone: every function can be reached, and the focus is always seen."""

import pytest

from .exploring import focused, opened, step, steps

pytestmark = pytest.mark.browser


def test_by_keyboard_alone(page, pages):
    """Every function without a pointer; the focus can always be seen, and is never lost."""
    opened(page, pages("lstm_cell"))
    press = page.keyboard.press

    def seen():
        assert page.evaluate("document.activeElement !== document.body")
        assert page.evaluate(
            "() => { const e = document.activeElement, own = getComputedStyle(e);"
            " const card = e.querySelector('.card') ?? e.querySelector('rect');"
            " return own.outlineStyle !== 'none' || (card && parseFloat(getComputedStyle(card).strokeWidth) >= 3); }"
        )

    reached = []
    for _ in range(60):
        press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        seen()
        reached.append(focused(page))
    controls = [
        "skip",
        "play",
        "scrubber",
        "backward",
        "speed",
        "depth",
        "search",
        "marked",
        "farther",
        "closer",
        "fit",
    ]
    assert [name for name in controls if name not in reached] == []
    assert {"turn", "help", "panel"} <= set(reached)
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
    page.keyboard.type("tanh")
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
    press("ArrowUp")  # the match is chosen already, so choose another
    press("Enter")
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


def test_a_link_in_the_panel_keeps_the_focus(page, pages):
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
