"""The explorer's state in a browser: addresses, modules, folds, marks, search, the pointer, play."""

import re

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.viz import explore

from .exploring import SHOWN, address, engine, exactly, ids, opened, reads, step, steps

pytestmark = pytest.mark.browser


class Block(nn.Module):
    """x + down(relu(up(x)))."""

    def __init__(self):
        super().__init__()
        self.up, self.down = nn.Linear(3, 4), nn.Linear(4, 3)

    def forward(self, x):
        return x + self.down(self.up(x).relu())


@pytest.fixture
def nested(tmp_path):
    """Modules in modules: the page's path, and the explorer."""
    tg.manual_seed(0)
    model = nn.Sequential(Block(), Block())
    output = (model(tg.randn(2, 3)) ** 2).sum()
    return tmp_path / "nested.html", explore(output, tmp_path / "nested.html", module=model), output


@pytest.fixture
def chain(tmp_path):
    """600 operations on one number."""
    x = tg.tensor(0.5, requires_grad=True)
    h = x
    for _ in range(300):
        h = (h * 1.01).sin()
    return tmp_path / "chain.html", explore(h, tmp_path / "chain.html", names={"start": x}), h


def test_the_address_holds_the_state(page, nested):
    path, *_ = nested
    opened(page, path)
    page.keyboard.press("ArrowRight")
    assert address(page) == "#step=1"
    page.keyboard.press("End")
    page.locator("[data-node='relu_0']").dispatch_event("click")
    page.locator(".box[data-scope='model.1'] ~ .toggle").last.dispatch_event("click")
    page.keyboard.press("t")
    written = address(page)
    assert written.startswith(f"#step={steps(page)}&node=relu_0&closed=")
    assert written.endswith("&direction=LR")
    seen = page.evaluate(SHOWN), page.locator(".closed").count(), page.locator("#selection h2").inner_text()
    page.goto("about:blank")
    opened(page, path, written)
    assert (page.evaluate(SHOWN), page.locator(".closed").count(), page.locator("#selection h2").inner_text()) == seen
    assert page.locator(".chosen[data-node='relu_0']").count() == 1
    page.evaluate("location.hash = '#step=3&edge=0&closed='")
    page.wait_for_selector(".edge.chosen")
    assert step(page) == 3
    assert page.locator(".closed").count() == 0


@pytest.mark.parametrize(
    ("hash", "at"),
    [
        ("#step=-1", 0),
        ("#step=99999", None),
        ("#step=abc", 0),
        ("#step=1e3", 0),
        ("#node=<b>", 0),
        ("#closed=x", 0),
        ("#closed=&closed=nowhere", 0),
        ("#edge=99999&direction=up", 0),
        ("#%E0%A4%A&&&=", 0),
        ("#__proto__=1&node=constructor", 0),
    ],
)
def test_a_wrong_address_does_no_harm(page, nested, hash, at):
    opened(page, nested[0], hash)
    assert step(page) == (steps(page) if at is None else at)
    assert page.locator("#selection h2").inner_text() == "Nothing selected"
    page.evaluate("location.hash = '#step=2'")
    page.wait_for_function("() => document.getElementById('where').textContent.startsWith('2 ')")
    page.evaluate(
        """hash => new Promise((done) => {
          addEventListener("hashchange", () => setTimeout(done), { once: true });
          location.hash = hash;
        })""",
        hash,
    )
    assert step(page) == (steps(page) if at is None else 2)


def test_an_address_cannot_open_more_than_a_browser_bears(page, tmp_path):
    x = tg.tensor(0.5, requires_grad=True)
    h = x
    for _ in range(3000):
        h = h.sin()
    explore(h, tmp_path / "long.html")
    opened(page, tmp_path / "long.html", "#closed=")
    assert page.locator("[data-member]").count() < 200


def test_stepping_quickly_is_not_too_much_for_the_address(page, chain):
    words = []
    page.on("console", lambda message: words.append(message.text))
    opened(page, chain[0])
    for _ in range(300):
        page.keyboard.press("ArrowRight")
    assert address(page).startswith("#step=300")
    assert words == []


def test_modules_close_and_open(page, nested):
    path, explorer, output = nested
    opened(page, path)
    everything = len(explorer.graph)
    assert page.locator("[data-member]").count() == everything
    page.locator("#canvas .toggle").first.click()  # the model
    assert page.locator(".closed").count() == 1
    page.keyboard.press("End")
    assert page.locator(".closed.now").count() == 1  # where the step happens is shown even though it is inside
    engine_says = engine([output])
    *_, (_, _, share, total) = engine_says.contributions
    shown = page.evaluate(SHOWN)["parts"]
    exactly(shown["contribution"][0], share)
    exactly(shown["total"][0], total)
    page.locator(".closed").press("Enter")
    assert page.locator("[data-member]").count() == everything
    for option in page.locator("#depth option:not([hidden])").all():
        page.select_option("#depth", option.get_attribute("value"))
        count = int(re.findall(r"\(([\d,]+) nodes\)", option.inner_text())[0].replace(",", ""))
        assert page.locator("[data-member]").count() == count
        assert page.locator("#canvas .now").count() >= 1
    assert page.locator("[data-member]").count() == everything
    of_id = ids(engine_says, explorer.graph)  # after all that, the cards say what they said
    for name, texts in page.evaluate(SHOWN)["cards"].items():
        place = of_id[name]
        if not isinstance(place, np.ndarray) and place in engine_says.gradients:
            reads(texts["grad"], engine_says.gradients[place])


def test_folds_open_level_by_level(page, chain):
    path, _, output = chain
    opened(page, path)
    assert page.locator("[data-member]").count() <= 150
    for _ in range(5):
        folds = page.locator(".closed.fold")
        if not folds.count():
            break
        before = page.locator("[data-member]").count()
        folds.first.dispatch_event("click")
        assert page.locator("[data-member]").count() > before
    assert page.locator("[data-node]").count() > 1
    page.select_option("#depth", "0")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    contributions = engine([output]).contributions
    for key, index in (("b", None), ("ArrowRight", 0), ("ArrowRight", 1), ("End", len(contributions) - 1)):
        page.keyboard.press(key)
        if index is not None:
            parts = page.evaluate(SHOWN)["parts"]
            exactly(parts["contribution"][0], contributions[index][2])
            exactly(parts["total"][0], contributions[index][3])
    assert output.array.size == 1
    page.fill("#search", "start")
    page.press("#search", "Enter")
    assert page.locator("[data-node='start'].chosen").count() == 1
    exact = page.locator("[data-part='selected-gradient']").get_attribute("data-exact")
    assert float(exact) == contributions[-1][3].item()


def test_next_mark_opens_the_modules_around_it(page, tmp_path):
    class Dead(nn.Module):
        def forward(self, x):
            return (x - 10).relu() * 2

    class Around(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = Dead()

        def forward(self, x):
            return self.inner(x)

    tg.manual_seed(0)
    model = Around()
    x = tg.randn(3, requires_grad=True)
    explorer = explore(model(x).sum(), tmp_path / "dead.html", names={"x": x}, module=model)
    opened(page, tmp_path / "dead.html")
    page.select_option("#depth", "0")
    marked = [node.id for node in explorer.graph if node.gradient and node.gradient.zero == node.gradient.size]
    assert len(marked) == 2
    for _ in range(len(marked) + 1):
        page.keyboard.press("m")
        chosen = page.locator(".chosen[data-node]")
        assert chosen.get_attribute("data-node") in marked
        assert "0 all zero" in chosen.text_content()
        assert "every element is exactly 0" in page.locator("#selection").inner_text()


def test_search_finds_names_ops_modules_and_lines(page, tmp_path):
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    x = tg.ones(1, 2)
    with tg.source_lines():
        y = model(x)
        loss = (y * 7.5).sum()  # the line to be found
    explore(loss, tmp_path / "page.html", names={"weather": x}, module=model)
    opened(page, tmp_path / "page.html")
    page.select_option("#depth", "0")
    for query, found in [("weather", 1), ("tanh", 1), ("0.weight", 1), ("y * 7.5", 2), ("nowhere to be found", 0)]:
        page.fill("#search", query)
        text = page.locator("#found").inner_text()
        assert re.fullmatch(r"\d+ found", text)
        assert (int(text.split()[0]) >= found) if found else text == "0 found", query
        if found:
            page.press("#search", "Enter")
            assert page.locator(".chosen[data-node]").count() == 1
    page.fill("#search", "linear")  # a module's class; Enter goes round
    count = int(page.locator("#found").inner_text().split()[0])
    assert count >= 3
    visited = []
    for _ in range(count):
        page.press("#search", "Enter")
        visited.append(page.locator(".chosen[data-node]").get_attribute("data-node"))
    assert len(set(visited)) == count


def test_with_a_pointer(page, nested):
    """A drag moves the picture and chooses nothing; the wheel magnifies; clicks choose nodes and edges."""
    opened(page, nested[0])
    place = page.locator(".scene")
    before = place.get_attribute("transform")
    area = page.locator("#port").bounding_box()
    page.mouse.move(area["x"] + 40, area["y"] + 200)
    page.mouse.down()
    page.mouse.move(area["x"] + 70, area["y"] + 190, steps=4)
    page.mouse.up()
    moved = place.get_attribute("transform")
    assert moved != before
    page.mouse.wheel(0, -200)
    assert place.get_attribute("transform") != moved
    assert page.locator(".chosen").count() == 0
    page.click("#fit")
    page.locator("[data-node='relu_0']").click()
    assert page.locator(".chosen[data-node='relu_0']").count() == 1
    page.locator("[data-node='relu_0']").hover()
    assert "relu_0 = max(add_0, 0)" in page.locator("#tip").inner_text()
    page.locator("[data-node='relu_0']").click()
    assert page.locator(".chosen").count() == 0
    page.set_viewport_size({"width": 700, "height": 600})
    assert page.locator("#port").bounding_box()["width"] < 700


def test_play_stops_at_the_end(page, nested):
    opened(page, nested[0])
    page.select_option("#speed", "250")
    last = steps(page)
    page.evaluate("last => { location.hash = `#step=${last - 2}` }", last)
    page.locator("#where", has_text=f"{last - 2} /").wait_for()
    page.click("#play")
    assert page.locator("#live").get_attribute("aria-live") == "off"
    page.wait_for_selector("#play:not(.on)")
    assert step(page) == last
    assert page.locator("#live").get_attribute("aria-live") == "polite"
