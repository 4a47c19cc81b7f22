"""The folder that a training run leaves behind: its weights, its numbers, its pictures."""

from __future__ import annotations

import json
import math
import platform
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from ..files import write_whole
from ..train.history import Epoch, History
from .network import Network
from .weights import save_weights

MODEL = "model.safetensors"
METRICS = "metrics.json"
LOSS = "loss.svg"
GRAPH = "graph.svg"
EXPLORER = "explore.html"
REPORT = "report.html"


class RunError(OSError):
    """A folder cannot be used for a run. One line: which folder, why, what to do."""


def check_new(folder: Path) -> None:
    """Raise `RunError` if `folder` cannot become a run's: it must not exist, or be an empty folder."""
    try:
        if folder.is_dir():
            if any(folder.iterdir()):
                raise RunError(f"{folder} exists and is not empty; name another folder, or remove this one")
        elif folder.exists() or folder.is_symlink():
            raise RunError(f"{folder} is a file; name a folder that does not exist yet")
    except RunError:
        raise
    except OSError as error:  # no permission, or too long a name
        raise RunError(f"{folder}: {error.strerror}; name a folder that you can write to") from None


def new_folder(folder: Path | None) -> Path:
    """Make the folder of a run; without a name, `runs/<date>_<time>`. Raises `RunError`."""
    if folder is None:
        stamp = Path("runs") / datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
        names = [stamp, *(stamp.with_name(f"{stamp.name}_{i}") for i in range(2, 100))]
        folder = next(name for name in names if not name.exists())
    check_new(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / ".writable", b"")  # better to know now than after an hour of training
        (folder / ".writable").unlink()
    except OSError as error:
        raise RunError(
            f"{folder} cannot be written to: {error.strerror or error}; name a folder that you can write to"
        ) from None
    return folder


def write_run(
    folder: Path, network: Network, model: Any, history: History, seconds: float, settings: dict[str, Any]
) -> list[Path]:
    """Write weights and metrics; return the files. After a diverged training there are no weights.

    settings: what is needed to repeat the run, as JSON values. Raises `OSError`.
    """
    written = [folder / METRICS]
    if history.ending != "diverged":
        written.insert(0, folder / MODEL)
        save_weights(folder / MODEL, network, model)
    content = json.dumps(metrics(network, history, seconds, settings), indent=2, allow_nan=False)
    write_whole(folder / METRICS, content + "\n")
    return written


def metrics(network: Network, history: History, seconds: float, settings: dict[str, Any]) -> dict[str, Any]:
    """The contents of metrics.json. Accuracies are fractions, times are seconds, unknown values are null.

    `epochs` counts whole epochs; `steps` counts updates of the weights, also those of an epoch that was cut short.
    """
    last = _row(history.epochs[-1]) if history.epochs and history.ending != "diverged" else {}
    diverged = history.diverged_at
    return {
        "test_accuracy": last.get("test_accuracy"),
        "test_loss": last.get("test_loss"),
        "train_loss": last.get("train_loss"),
        "ending": history.ending,
        "epochs": sum(epoch.fraction == 1 for epoch in history.epochs),
        "steps": history.steps,
        "steps_per_epoch": history.steps_per_epoch,
        "seconds": round(seconds, 3),
        "dataset": network.dataset,
        "parameters": network.parameters,
        "network": asdict(network),
        "diverged": {"step": diverged[0], "loss": str(diverged[1])} if diverged else None,
        "history": [_row(epoch) for epoch in history.epochs],
        "settings": settings,
        "versions": _versions(),
    }


def _row(epoch: Epoch) -> dict[str, Any]:
    row = {
        "epoch": epoch.epoch,
        "fraction": epoch.fraction,
        "steps": epoch.steps,
        "images": epoch.samples,
        "train_loss": epoch.train_loss,
        "test_loss": epoch.valid["loss"],
        "test_accuracy": epoch.valid["accuracy"],
        "seconds": epoch.seconds,
        "images_per_second": epoch.samples_per_second,
    }
    return {name: _finite(value) for name, value in row.items()}


def _finite(value: float) -> float | None:
    """JSON has no nan and no inf."""
    return value if math.isfinite(value) else None


def _versions() -> dict[str, str]:
    from .. import __version__

    return {
        "tinygrad_edu": __version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
