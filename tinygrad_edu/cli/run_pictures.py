"""What a training run leaves to look at: the loss, the graph of one step, and a page with every picture."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..data.images import Digits
from ..run_folder.contents import EXPLORER, GRAPH, LOSS, REPORT
from ..train import Callback, History, Learner
from .finished_run import training_step


class Watch(Callback):
    """Keeps percentiles of weights and gradients, some sixty times in a training."""

    def __init__(self, steps: int) -> None:
        from ..viz.plots import Statistics

        self.every = max(1, steps // 60)
        self.statistics = Statistics()

    def on_backward(self, learner: Learner) -> None:
        self._look(learner, learner.step)

    def _look(self, learner: Learner, step: int) -> None:
        if step % self.every == 0:
            self.statistics.record(learner.model, step)


class WatchAfterwards(Watch):
    """The same once a step is done, which leaves a compiled step in one piece: the weights are one update older."""

    on_backward = Callback.on_backward

    def on_step_end(self, learner: Learner) -> None:
        self._look(learner, learner.step - 1)


def draw_loss(folder: Path, history: History, title: str) -> list[Path]:
    """Draw loss.svg into `folder`, also after a training that diverged."""

    def draw(path: Path) -> Path:
        from ..viz import plots  # here, because matplotlib takes a while

        return Path(plots.save(plots.loss_curves(history, title=title), path))

    found = _attempt(folder / LOSS, draw)
    return [] if found is None else [found]


def pictures(
    folder: Path, model: Any, digits: Digits, history: History, settings: dict[str, Any], watch: Watch
) -> list[Path]:
    """Draw graph.svg, explore.html and report.html into `folder`; return those that could be drawn.

    A picture that cannot be drawn, say because Graphviz is missing, is a line on stderr, no reason to lose a run.
    """
    from .. import viz  # here, because matplotlib takes a while

    loss, names = training_step(model, digits)  # of a few training images
    loss.backward(retain_graph=True)
    shown: Any = {"names": names, "module": model, "direction": "TB"}
    title = f"One training step of this run, on {len(names['images'])} images"
    graph = _attempt(folder / GRAPH, lambda path: viz.draw(loss, path, title=title, **shown))
    page = _attempt(folder / EXPLORER, lambda path: viz.explore(loss, path, title=title, **shown))
    links = {f"{title}: step through it": EXPLORER} if page is not None else {}
    report = _attempt(
        folder / REPORT, lambda path: _report(path, model, digits, history, settings, graph, watch, links)
    )
    made = ((graph, GRAPH), (page, EXPLORER), (report, REPORT))
    return [folder / name for drawn, name in made if drawn is not None]


def _report(
    path: Path,
    model: Any,
    digits: Digits,
    history: History,
    settings: dict[str, Any],
    graph: Any,
    watch: Watch,
    links: dict[str, str],
) -> Path:
    from ..viz.report import run_report

    unset = {"momentum": 0.0, "weight_decay": 0.0}
    shown = {name: value for name, value in settings.items() if name not in unset or value != unset[name]}
    shown |= {"dataset": digits.name, "source": digits.source}
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
        links=links,
    )
    return page


def _attempt(path: Path, draw: Callable[[Path], Any]) -> Any:
    try:
        return draw(path)
    except Exception as error:
        print(f"{path.name} could not be drawn: {' '.join(str(error).split())}", file=sys.stderr)
        return None
