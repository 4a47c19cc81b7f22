"""What the explorer shows of arrays, Jacobians, and gradients that are stopped or too small for their dtype."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.viz import explore

from .exploring import opened

pytestmark = pytest.mark.browser


def test_pictures_of_arrays_and_jacobians(page, tmp_path):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(2, 3))
    a = tg.tensor(values, requires_grad=True)
    w = tg.tensor(rng.normal(size=(3, 2)), requires_grad=True)
    y = a @ w
    explore(y.sum(), tmp_path / "page.html", names={"a": a, "w": w, "y": y})
    opened(page, tmp_path / "page.html")
    page.keyboard.press("End")
    cells = "figure => [...figure.querySelectorAll('td')].map(cell => cell.title)"

    def numbers_of(caption):
        figure = page.locator("#selection figure", has_text=caption).first
        return [float(text.rpartition(": ")[2].replace("−", "-")) for text in figure.evaluate(cells)]

    page.locator("[data-node='a']").dispatch_event("click")
    np.testing.assert_allclose(numbers_of("value"), values.ravel(), rtol=1e-5)
    page.locator("[data-node='matmul_0']").dispatch_event("click")
    for name, tensor in (("a", a), ("w", w)):
        jacobian = np.stack([tg.grad(y.reshape(-1)[i], tensor, retain_graph=True)[0].numpy().ravel() for i in range(4)])
        np.testing.assert_allclose(numbers_of(f"∂y/∂{name}"), jacobian.ravel(), rtol=1e-5)


def test_large_arrays_are_squares(page, tmp_path):
    x = tg.tensor(np.eye(100), requires_grad=True)
    explore((x * x).sum(), tmp_path / "page.html", names={"x": x})
    opened(page, tmp_path / "page.html", "#node=x")
    assert page.locator("#selection .squares rect").count() == 15 * 15
    assert page.locator("#selection figcaption").inner_text() == (
        "value 15 × 15. Each square stands for 7 × 7 elements and shows the largest in magnitude, not their mean. "
        "Of all elements the mean is 0.01; 99 % are 0."
    )


def test_the_gate_of_a_large_relu_is_not_said_to_be_open_everywhere(page, tmp_path):
    """Each square shows the mean of its elements: a third of a gate is closed, and the square is not full."""
    values = np.random.default_rng(0).normal(0.5, 1, (64, 64)).astype(np.float32)
    x = tg.tensor(values, requires_grad=True)
    explore(x.relu().sum(), tmp_path / "page.html", names={"x": x})
    opened(page, tmp_path / "page.html")
    page.keyboard.press("End")
    caption = page.locator("#step figure", has_text="local derivative").locator("figcaption").inner_text()
    closed = f"{100 * np.mean(values <= 0):.2g}"
    assert (
        caption
        == f"local derivative 16 × 16. Each square shows the mean of 4 × 4 elements. Of all elements {closed} % are 0."
    )
    squares = page.locator("#step figure", has_text="local derivative").locator(".squares title").all_text_contents()
    shown = [float(text.rpartition(": ")[2]) for text in squares]
    np.testing.assert_allclose(shown, (values > 0).reshape(16, 4, 16, 4).mean((1, 3)).ravel(), atol=5e-4)
    assert "shows the largest in magnitude" in page.locator("#step figure", has_text="upstream").inner_text()


def test_a_branch_that_was_not_taken_stops_the_gradient(page, tmp_path):
    x = tg.tensor(0.0, requires_grad=True)
    with np.errstate(all="ignore"):
        y = tg.where(x > 0, x.sqrt(), x)  # the slope of the square root is infinite here
    explorer = explore(y, tmp_path / "branch.html", names={"x": x})
    page.goto(f"file://{tmp_path}/branch.html")
    stopped = next(i for i, edge in enumerate(explorer.graph.edges) if edge.target == "sqrt_0")
    step = len([n for n in explorer.graph if n.op]) + 2 + explorer.graph.backward.index(stopped)
    page.evaluate(f"location.hash = '#step={step}'")
    page.wait_for_function("document.querySelector('#step').textContent.includes('not taken')")
    assert page.locator("#step .product").count() == 0
    assert page.locator("#step [data-part=contribution]").inner_text() == "0"


def test_a_product_that_underflows_is_not_called_a_branch_that_was_not_taken(page, tmp_path):
    x = tg.tensor(0.25, requires_grad=True)
    y = x * tg.tensor(1e-38)
    explore(y * tg.tensor(1e-38) * 3.0, tmp_path / "small.html", names={"x": x})
    opened(page, tmp_path / "small.html")
    page.keyboard.press("End")
    assert page.locator("#step [data-part=contribution]").inner_text() == "0"
    assert page.locator("#step .product").count() == 1
    assert "not taken" not in page.locator("#step").inner_text()
