"""The tables of a run: its classes, its epochs, its layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..plots.confusion import count_pairs
from ..plots.values import read_history
from .parts import Table


def score_table(true: np.ndarray, best: np.ndarray, names: Sequence[Any], count: int) -> Table:
    """Recall and precision of each class, and what it is most often taken for."""
    counts = count_pairs(true, best, count)
    wrong = counts - np.diag(np.diag(counts))
    rows = []
    for k, name in enumerate(names[: len(counts)]):
        images, read, right = int(counts[k].sum()), int(counts[:, k].sum()), int(counts[k, k])
        taken = int(wrong[k].argmax())
        worst = f"{names[taken]} ({wrong[k, taken]} times)" if wrong[k, taken] and taken < len(names) else None
        rows.append((str(name), images, right, _percent(right, images), _percent(right, read), worst))
    columns = ("class", "images", "right", "recall (%)", "precision (%)", "most often taken for")
    caption = "Recall: how much of the class was found. Precision: how much of what was read as the class is it."
    return Table("Results by class", columns, rows, caption)


def epoch_table(history: Any) -> Table:
    """One row for each epoch."""
    run = read_history(history)
    named = {
        "train_loss": ("training loss", 1.0, 4),
        "test_loss": ("test loss", 1.0, 4),
        "test_accuracy": ("test accuracy (%)", 100.0, 2),
        "seconds": ("seconds", 1.0, 2),
    }
    known = {name: entry for name, entry in named.items() if name in run.columns}
    rows = [
        (round(float(end), 2), *(_known(f * run.columns[name][i], digits) for name, (_, f, digits) in known.items()))
        for i, end in enumerate(run.ends)
    ]
    return Table("Results by epoch", ("epochs", *(words for words, _, _ in known.values())), rows)


def layer_table(model: Any) -> Table:
    """One row for each parameter."""
    rows = [
        (name, " × ".join(map(str, p.shape)) or "scalar", int(np.prod(p.shape))) for name, p in model.named_parameters()
    ]
    if len(rows) > 1:
        rows.append(("all", "", sum(row[2] for row in rows)))
    return Table("Parameters", ("parameter", "shape", "numbers"), rows)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def _known(x: float, digits: int) -> float | None:
    return round(float(x), digits) if np.isfinite(x) else None
