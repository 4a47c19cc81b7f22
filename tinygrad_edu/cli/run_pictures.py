"""What a training run leaves to look at: the loss, the graph of one step, and a page with every picture."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tinygrad_edu.cli.finished_run import training_step
from tinygrad_edu.data.images import Digits
from tinygrad_edu.run_folder.contents import GRAPH, LOSS, REPORT
from tinygrad_edu.train import Callback, History, Learner


class Watch(Callback):
    """Keeps percentiles of weights and gradients, some sixty times in a training."""

    def __init__(self, steps: int) -> None:
        from tinygrad_edu.viz.plots import Statistics

        self.every = max(1, steps // 60)
        self.statistics = Statistics()

    def on_backward(self, learner: Learner) -> None:
        if learner.step % self.every == 0:
            self.statistics.record(learner.model, learner.step)


def draw_loss(folder: Path, history: History, title: str) -> list[Path]:
    """Draw loss.svg into `folder`, also of a training that diverged."""

    def draw(path: Path) -> Path:
        from tinygrad_edu.viz import plots  # here, because matplotlib takes a while

        return Path(plots.save(plots.loss_curves(history, title=title), path))

    found = _attempt(folder / LOSS, draw)
    return [] if found is None else [found]


def pictures(
    folder: Path, model: Any, digits: Digits, history: History, settings: dict[str, Any], watch: Watch
) -> list[Path]:
    """Draw graph.svg and report.html into `folder`; return those that could be drawn.

    A picture that cannot be drawn, say for want of Graphviz, is a line on stderr, no reason to lose a training run.
    """
    graph = _attempt(folder / GRAPH, lambda path: _graph(path, model, digits))
    written = [folder / GRAPH] if graph is not None else []
    if _attempt(folder / REPORT, lambda path: _report(path, model, digits, history, settings, graph, watch)):
        written.append(folder / REPORT)
    return written


def _graph(path: Path, model: Any, digits: Digits) -> Any:
    """How the loss of a few training images is computed, with the gradients that it gives."""
    from tinygrad_edu.viz import draw

    loss, names = training_step(model, digits)
    loss.backward(retain_graph=True)
    title = f"The computation graph of one training step on {len(names['images'])} images"
    return draw(loss, path, names=names, module=model, title=title, direction="TB")


def _report(
    path: Path, model: Any, digits: Digits, history: History, settings: dict[str, Any], graph: Any, watch: Watch
) -> Path:
    from tinygrad_edu.viz.report import run_report

    shown = {name: value for name, value in settings.items() if value not in (None, "", 0.0)}
    page: Path = run_report(
        path,
        settings=shown,
        history=history,
        model=model,
        images=np.divide(digits.test_images, np.float32(digits.maximum), dtype=np.float32),
        labels=digits.test_labels,
        classes=digits.classes,
        graph=graph,
        statistics=watch.statistics,
        title=f"A network that reads {digits.name}",
    )
    return page


def _attempt(path: Path, draw: Callable[[Path], Any]) -> Any:
    try:
        return draw(path)
    except Exception as error:
        print(f"{path.name} could not be drawn: {' '.join(str(error).split())}", file=sys.stderr)
        return None
