"""What the tests of the explorer share: the engine's own numbers, step by step, and a page opened in the browser."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import backward_pass
from tinygrad_edu.autograd.seeds import seeds
from tinygrad_edu.examples.gallery import scene
from tinygrad_edu.graph import Graph
from tinygrad_edu.op import Node, walk
from tinygrad_edu.viz import explore

# What the page shows at its step: the parts of #step, and two lines of each visible card, by the node's id.
SHOWN = """() => ({
  parts: Object.fromEntries([...document.querySelectorAll('#step [data-part]')].map(
      (part) => [part.dataset.part, [part.dataset.exact, part.textContent]])),
  cards: Object.fromEntries([...document.querySelectorAll('#canvas [data-node]')].map((card) => [card.dataset.node,
      {value: card.querySelector('.value').textContent, grad: card.querySelector('.grad')?.textContent}])),
  where: document.getElementById('where').textContent,
})"""


@dataclass
class Engine:
    """Copies of everything that passes in a backward pass, in order; and the nodes before it."""

    order: list[Node]  # those that ops made, in order of creation
    seeds: list[tuple[Node, np.ndarray]] = field(default_factory=list)
    gradients: dict[Node, np.ndarray] = field(default_factory=dict)
    contributions: list[tuple[Node, int, np.ndarray, np.ndarray]] = field(default_factory=list)


def engine(outputs: Iterable[Any]) -> Engine:
    """The numbers of a computation, taken from the engine without the graph that the page is made of."""
    outputs = [x for x in outputs if x.node is not None]
    nodes = walk(x.node for x in outputs)
    found = Engine([node for node in nodes if node.op is not None])
    sums = backward_pass.Sums()
    for node, seed in seeds(outputs, [None] * len(outputs), create_graph=False):
        found.seeds.append((node, np.array(seed)))
        sums.add(node, seed.array)
    for node, g, edges in backward_pass.chain_rule(nodes, sums, None, tensors=False):
        found.gradients[node] = np.array(g)
        for slot, key, dx in edges:
            sums.add(key, dx)
            found.contributions.append((node, slot, np.array(dx), np.array(sums[key])))
    found.gradients |= {leaf: np.array(g) for leaf, g in sums.items()}
    return found


def ids(watch: Engine, graph: Graph) -> dict[str, Any]:
    """Of each id the engine's node, or the array of a constant; only order and slots are taken from the graph."""
    found: dict[str, Any] = dict(zip((node.id for node in graph if node.op), watch.order, strict=True))
    for edge in graph.edges:
        target = found[edge.target]
        parent = target.inputs[edge.slot]
        place = target.arrays[edge.slot] if parent is None else parent
        assert found.setdefault(edge.source, place) is place
    return found


def norm(array: np.ndarray) -> float:
    """What stands in `data-exact`: the element, or the 2-norm of the finite elements."""
    if array.size == 1:
        return array.item()
    finite = array[np.isfinite(array)].astype(np.float64)
    return float(np.linalg.norm(finite))


def exactly(shown: str, array: np.ndarray) -> None:
    """A number equals the engine's; a norm does but for rounding."""
    if array.size == 1:
        assert shown == str(array.item()).lower() or float(shown) == array.item()
    else:
        np.testing.assert_allclose(float(shown), norm(array), rtol=1e-12, atol=0)


def numbers(text: str) -> list[float]:
    """The numbers in a text."""
    plain = text.replace("−", "-").replace("∞", "inf")
    return [float(x) for x in re.findall(r"-?(?:inf|nan|\d+(?:\.\d+)?(?:e-?\d+)?)", plain)]


def reads(text: str, array: np.ndarray) -> None:
    """A text says what an array holds, as far as its digits go."""
    if array.size == 1:
        np.testing.assert_allclose(numbers(text)[0], float(array.item()), rtol=5.1e-4)
    elif "‖·‖" in text or "norm" in text:
        np.testing.assert_allclose(numbers(text.partition("norm")[2] or text)[0], norm(array), rtol=5.1e-4)
    else:
        finite = array[np.isfinite(array)]
        ends = numbers(text.partition("⚠")[0])
        np.testing.assert_allclose((ends[0], ends[-1]), (finite.min(), finite.max()), rtol=5.1e-3)


def opened(page: Any, path: Any, hash: str = "") -> Any:
    """The page, once it is ready."""
    page.goto(f"file://{path}{hash}")
    page.wait_for_selector("html[data-ready]")
    return page


def address(page: Any) -> str:
    """What stands behind the # once the page has written it."""
    page.evaluate("() => new Promise((done) => setTimeout(done, 200))")  # the page's own timer, set before, rings first
    return page.evaluate("decodeURIComponent(location.hash)")


def step(page: Any) -> int:
    """The step that the page is at."""
    return int(page.locator("#where").inner_text().split(" / ")[0])


def steps(page: Any) -> int:
    """The number of the last step."""
    return int(page.locator("#where").inner_text().split(" / ")[1])


def focused(page: Any) -> str:
    """What has the focus: an id, a member of the picture, or a tag."""
    return page.evaluate(
        "() => { const e = document.activeElement; return e.id || e.dataset?.node || e.dataset?.scope || e.dataset?.box"
        " || e.getAttribute('aria-label') || e.tagName; }"
    )


@pytest.fixture
def swirl() -> Iterator[Any]:
    """An op of one's own, for which there is no formula: x · sin x. The table is as before afterwards."""
    yield tg.op("test_swirl", lambda x: np.sin(x) * x, lambda g, y, x: g * (np.cos(x) * x + np.sin(x)))
    del tg.OPS["test_swirl"]


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
