"""The report of a training run: its pictures and tables, made from the files of the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tinygrad_edu import no_grad, tensor

from .. import plots
from ..plots.values import array, read_history
from .parting import parting
from .parts import Picture, Table
from .tables import epoch_table, layer_table, score_table
from .write import write_report

BATCH = 1000
LOSS = "The loss of the batches, smoothed, and of the test images after each epoch. Lower is better."


def run_report(
    path: str | Path,
    *,
    settings: Mapping[str, Any],
    history: Any,
    model: Any,
    images: Any,
    labels: Any,
    probabilities: Any = None,
    classes: Sequence[Any] | None = None,
    graph: Any = None,
    statistics: plots.Statistics | None = None,
    title: str = "Training run",
    facts: Mapping[str, Any] | None = None,
    links: Mapping[str, str] | None = None,
) -> Path:
    """Write the report of one training run as one HTML file; return its path.

    settings: what is needed to repeat the run. history: a `History` or its dict.
    images: the test images, (N, H, W) in the range that the model was trained on, or (N, inputs). labels: (N,).
    probabilities: (N, classes) for them; by default the softmax of the model's outputs.
    classes: their names. graph: a `Drawing`, or the text of its SVG. statistics: of the gradients, if recorded.
    facts: shown at the top, before the settings. links: files beside the page, by the words that link to them.

    A picture that cannot be drawn is left out, and the page says why.
    """
    pixels, true = array(images), array(labels).reshape(-1).astype(int)
    table = array(probabilities) if probabilities is not None else predict(model, pixels)
    best = table.argmax(axis=1)
    count = table.shape[1]
    shape = (int(pixels.shape[1]), int(pixels.shape[2])) if pixels.ndim == 3 else None
    flat = pixels.reshape(len(pixels), -1) if pixels.ndim == 3 else pixels
    names = list(classes) if classes is not None else list(range(count))
    summary = (
        _summary(history, true, best)
        | dict(facts or {})
        | {str(name).replace("_", " "): value for name, value in settings.items()}
    )
    tested = (pixels, table, true)
    planned: list[tuple[str, Callable[[], Any], str, bool]] = [
        ("Loss", lambda: plots.loss_curves(history, title=""),
         f"{LOSS} {parting(history)}".strip(), False),
        ("Accuracy", lambda: plots.accuracy_curves(history, title=""),
         "The share of the test images that are read correctly, after each epoch.", False),
        ("Confusion matrix", lambda: plots.confusion_matrix(true, best, classes=names, title="Test"),
         "Rows: what the images are; columns: what was read. Mistakes are coloured by their share of the row.", False),
        ("The surest mistakes", lambda: plots.confident_mistakes(*tested, shape=shape, classes=names, title=""),
         "Misread with the highest probability: first what was read, then what it is.", False),
        ("Samples", lambda: plots.predictions(*tested, shape=shape, classes=names, title=""),
         "The first test images, what was read in them and with which probability.", False),
        ("Weights of the first layer", lambda: plots.weight_images(model, shape=_fitting(shape, model), title=""),
         "Each unit's weights, arranged as the image is. Ink on orange excites the unit, ink on blue calms it.", False),
        ("One image on its way through the layers",
         lambda: plots.activations(model, flat[0], shape=shape, classes=names, title=""),
         "The outputs of each layer for the first test image; white is 0, orange above, blue below.", True),
    ]  # fmt: skip
    if statistics is not None and statistics.steps:
        words = "The median of each parameter's gradient, and bands that hold 68, 95, 99.7 and 100 % of it."
        planned.append(("Gradients by step", lambda: plots.parameter_percentiles(statistics, title=""), words, True))
    pictures, failed = _draw(planned)
    if graph is not None:
        pictures.append(Picture("Computation graph", graph, "What one training step computes.", scroll=True))
    tables = [score_table(true, best, names, count), epoch_table(history), layer_table(model)]
    if failed:
        tables.append(Table("Not drawn", ("picture", "why"), failed))
    return write_report(
        path, title=title, facts=summary, figures=pictures, tables=[t for t in tables if t.rows], links=links
    )


def predict(model: Any, images: np.ndarray) -> np.ndarray:
    """The softmax of the model's outputs, (N, classes), for images flattened to (N, inputs)."""
    flat = images.reshape(len(images), -1).astype(np.float32, copy=False)
    with no_grad():
        scores = [array(model(tensor(flat[i : i + BATCH]))) for i in range(0, len(flat), BATCH)]
    table = np.concatenate(scores)
    powers = np.exp(table - table.max(axis=1, keepdims=True))
    result: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return result


def _draw(planned: list[tuple[str, Callable[[], Any], str, bool]]) -> tuple[list[Picture], list[tuple[str, str]]]:
    pictures, failed = [], []
    for title, draw, caption, wide in planned:
        try:
            pictures.append(Picture(title, draw(), caption, wide=wide))
        except Exception as error:  # a picture is no reason to lose the others
            failed.append((title, " ".join(str(error).split())))
    return pictures, failed


def _summary(history: Any, true: np.ndarray, best: np.ndarray) -> dict[str, Any]:
    run = read_history(history)
    facts: dict[str, Any] = {}
    if true.size:
        facts["test accuracy"] = f"{100 * float((true == best).mean()):.2f} %"
        facts["mistakes"] = f"{int((true != best).sum()):,} of {true.size:,}"
    if run.ends.size:
        facts["epochs done"] = float(run.ends[-1])
    if run.step_losses.size:
        facts["steps"] = int(run.step_losses.size)
    if run.diverged is not None:
        facts["diverged"] = f"the loss became {run.diverged[1]} at step {run.diverged[0]:,}"
    return facts


def _fitting(shape: tuple[int, int] | None, model: Any) -> tuple[int, int] | None:
    """The images' shape, if the first layer takes them as they are."""
    first = next((tuple(p.shape) for _, p in model.named_parameters() if len(p.shape) in (2, 4)), tuple[int, ...]())
    return shape if shape is not None and len(first) == 2 and first[1] == shape[0] * shape[1] else None
