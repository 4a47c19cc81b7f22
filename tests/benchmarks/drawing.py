"""How long pictures and pages of graphs take: `python -m tests.benchmarks.drawing`.

For graphs of several sizes: the time to the finished SVG; the size of the explorer's page, the time until it is
interactive in Chromium, and how long a frame takes while the picture is dragged. Needs Playwright and a Chromium.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

import tinygrad_edu as tg
from tests.viz.browser import chromium
from tinygrad_edu import nn, viz

PAN = """async () => {
  const port = document.getElementById("port"), area = port.getBoundingClientRect(), gaps = [];
  const send = (kind, x, y) => port.dispatchEvent(new PointerEvent(kind, {clientX: area.left + x, clientY: area.top + y,
      pointerId: 1, bubbles: true}));
  port.setPointerCapture = () => {};
  send("pointerdown", 300, 300);
  let last = performance.now();
  for (let i = 1; i <= 60; i++) {
    send("pointermove", 300 + 4 * i, 300 + 2 * i);
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }
  send("pointerup", 540, 420);
  return gaps;
}"""


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm, self.up, self.down = nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x):
        return x + self.down(self.up(self.norm(x)).relu())


def residual_network(blocks):
    tg.manual_seed(0)
    model = nn.Sequential(*[Residual(16) for _ in range(blocks)])
    return model(tg.randn(4, 16)).square().mean(), model


def recurrence(steps):
    """Two weights that are used in every step: long edges, and no modules."""
    tg.manual_seed(0)
    w, b, h = (tg.tensor(value, requires_grad=True) for value in (0.9, 0.1, 0.5))
    for _ in range(steps):
        h = (h * w + b).tanh()
    return h, None


def measured(name, output, module, browser, folder):
    start = time.perf_counter()
    drawing = viz.draw(output, folder / "graph.svg", module=module, backward=True)
    seconds = time.perf_counter() - start
    line = f"{name:<24} {len(drawing.graph):>7,} nodes   SVG {seconds:6.2f} s"
    try:
        start = time.perf_counter()
        viz.explore(output, folder / "graph.html", module=module)
    except ValueError as error:
        return f"{line}   page: refused in {time.perf_counter() - start:.2f} s: {error}"
    seconds = time.perf_counter() - start
    size = (folder / "graph.html").stat().st_size / 1e6
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(f"file://{folder}/graph.html")
    page.wait_for_selector("html[data-ready]")
    ready = page.evaluate("performance.now()")
    shown = page.evaluate("document.querySelectorAll('[data-member]').length")
    frames = statistics.quantiles(page.evaluate(PAN), n=20)
    line += f"   page {seconds:5.2f} s, {size:5.2f} MB, interactive after {ready / 1000:5.2f} s"
    line += f"   pan ({shown} shown): median {frames[9]:.0f} ms a frame, 95 % under {frames[18]:.0f} ms"
    options = page.locator("#depth option:not([disabled])").evaluate_all("all => all.map(o => o.value).filter(Boolean)")
    if options:
        start = time.perf_counter()
        page.select_option("#depth", options[-1])
        opened = time.perf_counter() - start
        shown = page.evaluate("document.querySelectorAll('[data-member]').length")
        frames = statistics.quantiles(page.evaluate(PAN), n=20)
        line += f"; all that can be opened ({shown} shown, {opened:.2f} s): {frames[9]:.0f} and {frames[18]:.0f} ms"
    page.close()
    return line


def main():
    cases = {
        "residual blocks": residual_network(5),
        "recurrence": recurrence(33),
        "residual blocks, many": residual_network(120),
        "recurrence, long": recurrence(670),
        "recurrence, very long": recurrence(33_333),
    }
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for name, (output, module) in cases.items():
            print(measured(name, output, module, browser, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
