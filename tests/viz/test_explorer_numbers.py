"""The explorer's numbers are the engine's: on every scene of the gallery, at every step, there and back."""

import os
import random

import numpy as np
import pytest

from tinygrad_edu.data import load_digits, load_mnist
from tinygrad_edu.examples.gallery import SCENES, scene
from tinygrad_edu.viz import explore

from .exploring import SHOWN, engine, exactly, ids, opened, reads, step

pytestmark = pytest.mark.browser


def digits():
    """Real MNIST where there is some, else the digits that come with the library."""
    folder = os.environ.get("TINYGRAD_EDU_DATA")
    return load_mnist(folder) if folder else load_digits()


class Expected:
    """What has to be seen at each step, by the engine."""

    def __init__(self, outputs, graph):
        self.watch = engine(outputs)
        self.of_id = ids(self.watch, graph)
        self.forwards = len(self.watch.order)
        self.last = self.forwards + 1 + len(self.watch.contributions)
        self.value_at = {id(node): i for i, node in enumerate(self.watch.order, 1)}
        self.arrivals = {}  # of a node: [(step, the gradient so far)]
        for node, seed in self.watch.seeds:
            self.arrivals.setdefault(id(node), []).append((self.forwards + 1, seed))
        for i, (node, slot, _, total) in enumerate(self.watch.contributions):
            self.arrivals.setdefault(id(node.inputs[slot]), []).append((self.forwards + 2 + i, total))

    def gradient(self, place, step):
        """The gradient of a node as it is at a step; None before the first contribution."""
        return next((g for at, g in reversed(self.arrivals.get(id(place), [])) if at <= step), None)

    def check(self, shown, step):
        assert shown["where"] == f"{step} / {self.last}"
        self.check_panel(shown["parts"], step)
        for name, texts in shown["cards"].items():
            place = self.of_id[name]
            if step >= self.value_at.get(id(place), 0):
                reads(texts["value"], place if isinstance(place, np.ndarray) else place.array)
            else:
                assert texts["value"] == "·"
            gradient = self.gradient(place, step)
            if gradient is not None:
                reads(texts["grad"], gradient)
            else:
                assert texts["grad"] in (None, "grad none yet")

    def check_panel(self, parts, step):
        if step == 0:
            expected = {}
        elif step <= self.forwards:
            expected = {"value": self.watch.order[step - 1].array}
        elif step == self.forwards + 1:
            assert len(self.watch.seeds) == 1
            expected = {"seed": self.watch.seeds[0][1]}
        else:
            node, _, share, total = self.watch.contributions[step - self.forwards - 2]
            expected = {"upstream": self.watch.gradients[node], "contribution": share, "total": total}
        for name, array in expected.items():
            exactly(parts[name][0], array)
            reads(parts[name][1], array)
        if "contribution" in expected and share.size == expected["upstream"].size == 1:
            upstream, local, result = (float(parts[part][0]) for part in ("upstream", "local", "contribution"))
            tolerance = 4 * np.finfo(share.dtype).eps
            np.testing.assert_allclose(upstream * local, result, rtol=tolerance, atol=0)
            reads(parts["local"][1], np.array(local))


@pytest.mark.parametrize("name", SCENES)
def test_every_step(page, tmp_path, name):
    made = scene(name, digits())
    explorer = explore(made.outputs, tmp_path / "page.html", names=made.names, module=made.module, title=made.title)
    expected = Expected(made.outputs, explorer.graph)
    opened(page, tmp_path / "page.html")
    assert set(page.evaluate(SHOWN)["cards"]) == set(expected.of_id)  # all modules are open
    for at in range(expected.last):
        expected.check(page.evaluate(SHOWN), at)
        page.keyboard.press("ArrowRight")
    for at in range(expected.last, 0, -1):
        expected.check(page.evaluate(SHOWN), at)
        page.keyboard.press("ArrowLeft")
    expected.check(page.evaluate(SHOWN), 0)

    chance = random.Random(0)
    page.click("#table summary")
    for at in chance.sample(range(expected.last + 1), min(25, expected.last + 1)):
        page.locator(f"#steps tr[data-step='{at}'] button").evaluate("button => button.click()")
        expected.check(page.evaluate(SHOWN), at)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("End")
    expected.check(page.evaluate(SHOWN), expected.last)
    page.keyboard.press("b")
    assert step(page) == expected.forwards + 1
    expected.check(page.evaluate(SHOWN), expected.forwards + 1)

    for output in made.outputs:  # and what a real backward pass leaves in .grad is what stands on the leaves
        output.backward()
    leaves = {name: place for name, place in expected.of_id.items() if getattr(place, "op", place) is None}
    assert leaves
    for leaf in leaves.values():
        tensor = leaf.tensor()
        found = expected.gradient(leaf, expected.last)
        np.testing.assert_array_equal(tensor.grad.numpy() if tensor.grad is not None else None, found)
