"""The explorer's layout (viz/explorer/assets/layout*.js), run in Chromium on known and on random graphs.

Properties, not pictures: nothing overlaps, children lie in their boxes, edges run from border to border and forwards.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .sketches import EXAMPLES, Sketch, chain, lstm, mlp, neuron, random_graph, residual, rnn, square

pytestmark = pytest.mark.browser

ASSETS = Path(__file__).parents[2] / "viz" / "explorer" / "assets"


SEEDS = range(30)
OPTIONS = {"nodeGap": 20, "rankGap": 32, "padding": 12}

# In the page: lay the graph out (twice), and sample each curve at 60 points.
RUN = """([items, edges, options]) => {
  const show = ({width, height, items, edges}) => ({width, height, items: [...items], edges: [...edges]});
  const drawn = show(layout(items, edges, options));
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  drawn.samples = drawn.edges.map(([id, points]) => {
    path.setAttribute("d", curve(points));
    const length = path.getTotalLength();
    return Array.from({length: 61}, (_, i) => path.getPointAtLength(length * i / 60)).map(({x, y}) => [x, y]);
  });
  drawn.same = JSON.stringify(show(layout(items, edges, options)).edges) === JSON.stringify(drawn.edges);
  return drawn;
}"""


@pytest.fixture(scope="module")
def studio(browser: Any) -> Iterator[Any]:
    """A page that knows the layout, as the explorer has it: all files in one script."""
    page = browser.new_page()
    script = "\n".join(path.read_text(encoding="utf-8") for path in sorted(ASSETS.glob("layout*.js")))
    page.set_content(f"<!doctype html><title>layout</title><script>'use strict';\n{script}</script>")
    yield page
    page.close()


class Drawn:
    """A layout with what is needed to ask about it: who stands in which box."""

    def __init__(self, page: Any, sketch: Sketch, direction: str) -> None:
        result = page.evaluate(RUN, [sketch.items, sketch.edges, OPTIONS | {"direction": direction}])
        self.along, self.size = ("x", "width") if direction == "LR" else ("y", "height")
        self.across = "y" if direction == "LR" else "x"
        self.sketch, self.result = sketch, result
        self.items, self.edges = dict(result["items"]), dict(result["edges"])
        self.boxes: dict[str, tuple[str, ...]] = {}  # each item's boxes from the outside in
        self.scopes: list[tuple[dict[str, Any] | None, list[dict[str, Any]]]] = []
        self.enter(None, sketch.items, ())

    def enter(self, box: dict[str, Any] | None, items: list[dict[str, Any]], boxes: tuple[str, ...]) -> None:
        self.scopes.append((box, items))
        for item in items:
            self.boxes[item["id"]] = boxes
            if item.get("children"):
                self.enter(item, item["children"], (*boxes, item["id"]))


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for part in value.values():
            yield from numbers(part)
    elif isinstance(value, list):
        for part in value:
            yield from numbers(part)
    elif not isinstance(value, str):
        yield value


def overlap(a: dict[str, float], b: dict[str, float]) -> bool:
    """Whether two rectangles share more than a border."""
    return all(
        a[start] + a[size] > b[start] + 1e-6 and b[start] + b[size] > a[start] + 1e-6
        for start, size in (("x", "width"), ("y", "height"))
    )


def inside(points: np.ndarray, box: dict[str, float], margin: float) -> bool:
    """Whether any of the points, shape (n, 2), lies in the rectangle, further than the margin from its border."""
    low = np.array([box["x"], box["y"]]) + margin
    high = np.array([box["x"] + box["width"], box["y"] + box["height"]]) - margin
    return bool(((points > low) & (points < high)).all(axis=1).any())


def check_boxes(drawn: Drawn) -> None:
    """Siblings stand apart; children stand in their box, below its title, at its padding; nothing leaves the page."""
    page_box = {"x": 0, "y": 0, "width": drawn.result["width"], "height": drawn.result["height"]}
    for box, items in drawn.scopes:
        around = drawn.items[box["id"]] if box else page_box
        header, padding = box["header"] if box else 0, OPTIONS["padding"]
        placed = [drawn.items[item["id"]] for item in items]
        for i, rectangle in enumerate(placed):
            assert rectangle["x"] >= around["x"] + padding - 1e-6
            assert rectangle["y"] >= around["y"] + header + padding - 1e-6
            assert rectangle["x"] + rectangle["width"] <= around["x"] + around["width"] - padding + 1e-6
            assert rectangle["y"] + rectangle["height"] <= around["y"] + around["height"] - padding + 1e-6
            assert not any(overlap(rectangle, other) for other in placed[i + 1 :])
        for item, rectangle in zip(items, placed, strict=True):
            if item.get("children"):
                assert rectangle["width"] >= item["width"]
            else:
                assert (rectangle["width"], rectangle["height"]) == (item["width"], item["height"])


def check_ends(drawn: Drawn) -> None:
    """Edges leave at the middle of the border below, arrive at the border above, and stand square to both."""
    along, across, size = drawn.along, drawn.across, drawn.size
    for edge in drawn.sketch.edges:
        points = drawn.edges[edge["id"]]
        source, target = drawn.items[edge["source"]], drawn.items[edge["target"]]
        breadth = "height" if size == "width" else "width"
        assert points[0][along] == pytest.approx(source[along] + source[size])
        assert points[0][across] == pytest.approx(source[across] + source[breadth] / 2)
        assert points[-1][along] == pytest.approx(target[along])
        assert target[across] <= points[-1][across] <= target[across] + target[breadth]
        assert points[0][across] == points[1][across]
        assert points[-1][across] == points[-2][across]


def check_forwards(drawn: Drawn) -> None:
    """Within one box every edge runs forwards; only between boxes may one turn back, where a box is opened again."""
    for edge in drawn.sketch.edges:
        values = [point[drawn.along] for point in drawn.edges[edge["id"]]]
        together = drawn.boxes[edge["source"]] == drawn.boxes[edge["target"]]
        if together:
            assert all(a <= b + 1e-9 for a, b in pairwise(values)), edge


def check_clear(drawn: Drawn) -> None:
    """No edge runs through a node or a box that it has nothing to do with."""
    for edge, samples in zip(drawn.sketch.edges, drawn.result["samples"], strict=True):
        source, target, points = edge["source"], edge["target"], np.array(samples)
        own = {source, target, *drawn.boxes[source], *drawn.boxes[target]}
        for name, rectangle in drawn.items.items():
            if name not in own:
                assert not inside(points, rectangle, 1), (edge, name)


def check(drawn: Drawn) -> None:
    assert drawn.result["same"]
    assert all(isinstance(number, (int, float)) and abs(number) < 1e7 for number in numbers(drawn.result))
    for part in (check_boxes, check_ends, check_forwards, check_clear):
        part(drawn)


@pytest.mark.parametrize("direction", ["TB", "LR"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_examples(studio: Any, example: Any, direction: str) -> None:
    check(Drawn(studio, example(), direction))


@pytest.mark.parametrize("direction", ["TB", "LR"])
@pytest.mark.parametrize("seed", SEEDS)
def test_random_graphs(studio: Any, seed: int, direction: str) -> None:
    check(Drawn(studio, random_graph(seed), direction))


def test_two_edges_of_a_square_are_apart(studio: Any) -> None:
    first, second = Drawn(studio, square(), "TB").edges.values()
    assert second[-1]["x"] - first[-1]["x"] >= 10


def test_main_path_is_straight(studio: Any) -> None:
    """Weights beside the layers do not bend the chain of the layers."""
    drawn = Drawn(studio, mlp(), "TB")
    names = [name for name in drawn.items if name.split("_")[0] in ("matmul", "add", "relu")]
    middles = [drawn.items[name]["x"] + drawn.items[name]["width"] / 2 for name in names]
    assert len(middles) == 8
    assert max(middles) - min(middles) < 1


def test_arguments_stand_in_their_order(studio: Any) -> None:
    drawn = Drawn(studio, neuron(), "TB")
    assert drawn.items["x1_1"]["x"] < drawn.items["w1_2"]["x"] < drawn.items["x2_3"]["x"] < drawn.items["w2_4"]["x"]


def test_parameters_stand_above_their_first_use(studio: Any) -> None:
    """In a recurrent net each input stands beside its step, not all of them in the first rank."""
    drawn = Drawn(studio, rnn(6), "TB")
    inputs = [drawn.items[name]["y"] for name in drawn.items if name.startswith("x")]
    assert inputs == sorted(set(inputs))


@pytest.mark.parametrize("example", [lstm, residual, neuron, mlp])
def test_examples_have_no_needless_crossings(studio: Any, example: Any) -> None:
    """Their curves cross nowhere, but for x and h of the LSTM, which fan out to the products of all four gates."""
    drawn = Drawn(studio, example(), "TB")
    fan = {edge["id"] for edge in drawn.sketch.edges if example is lstm and edge["target"].startswith("matmul")}
    count = studio.evaluate(
        """(edges) => {
          const parts = edges.flatMap(([id, points]) => points.slice(1).map((q, i) => [id, points[i], q]));
          const side = (p, q, r) => Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
          const cross = ([, a, b], [, c, d]) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
          return parts.reduce((sum, a, i) => sum + parts.slice(i + 1).filter((b) => cross(a, b)).length, 0);
        }""",
        [edge for edge in drawn.result["edges"] if edge[0] not in fan],
    )
    assert count == 0


@pytest.mark.parametrize(
    ("graph", "limit"), [(chain(5000), 3000), (chain(2000, 20), 6000), (random_graph(1, 300), 2000)]
)
def test_size(studio: Any, graph: Sketch, limit: float) -> None:
    """Deep and long graphs neither overflow the stack nor hang (the limits are several times what is usual)."""
    took = studio.evaluate(
        "([items, edges]) => { const t = performance.now(); layout(items, edges, {}); return performance.now() - t; }",
        [graph.items, graph.edges],
    )
    assert took < limit


@pytest.mark.parametrize(
    ("items", "edges", "options", "message"),
    [
        ("aa", [], {}, 'two items have the id "a"'),
        ("a", [("e", "a", "z")], {}, 'names the item "z", which is not there'),
        ("ab", [("e", "a", "b"), ("f", "b", "a")], {}, 'item "a" is on or behind a cycle of edges'),
        ("ab", [("e", "a", "b"), ("e", "a", "b")], {}, 'two edges have the id "e"'),
        ("a", [], {"direction": "RL"}, 'direction is "RL"; give "TB" or "LR"'),
    ],
)
def test_clear_errors(studio: Any, items: str, edges: list[Any], options: dict[str, str], message: str) -> None:
    given = [{"id": name, "width": 30, "height": 30} for name in items]
    joined = [dict(zip(("id", "source", "target"), edge, strict=True)) for edge in edges]
    caught = studio.evaluate(
        "([i, e, o]) => { try { layout(i, e, o); } catch (error) { return error.message; } }", [given, joined, options]
    )
    assert message in caught
