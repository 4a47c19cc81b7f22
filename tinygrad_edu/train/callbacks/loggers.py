"""Training logs in files: JSON lines, CSV, TensorBoard.

A row is written in one piece as soon as it is known, so a training run that is killed leaves whole rows. When a run
resumes from a checkpoint, rows from after that checkpoint are removed first: they will be written again.
"""

from __future__ import annotations

import csv
import importlib
import io
import json
import math
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ...files import write_whole
from .callback import Callback

if TYPE_CHECKING:
    from ..learner import Learner

__all__ = [
    "CSV",
    "JSONLines",
    "Logger",
    "TensorBoard",
]

Every = Literal["batch", "epoch"]


class Logger(Callback):
    """Base class: `row` is called with the numbers of every step, or of every epoch, including those cut short.

    After a step: step, epoch (the current one, from 1), loss, lr. After an epoch: step, epoch, fraction, train_loss,
    the values on the validation data, lr, samples_per_second.
    """

    order = 50  # after those that change the learning rate

    def __init__(self, every: Every = "epoch") -> None:
        if every not in ("batch", "epoch"):
            raise ValueError(f'{type(self).__name__}: every must be "batch" or "epoch", got {every!r}')
        self.every = every
        self._rows = 0  # of the history that are logged

    def row(self, numbers: dict[str, float]) -> None:
        """Write one row."""
        raise NotImplementedError

    def on_fit_begin(self, learner: Learner) -> None:
        self._rows = len(learner.history.epochs)

    def on_step_end(self, learner: Learner) -> None:
        if self.every == "batch":
            loss = learner.history.step_losses[-1]
            self.row({"step": learner.step, "epoch": learner.epoch + 1, "loss": loss, "lr": _rate(learner)})

    def on_epoch_end(self, learner: Learner) -> None:
        if self.every == "epoch" and len(learner.history.epochs) > self._rows:
            self._rows += 1
            epoch = learner.history.epochs[-1]
            numbers = {"step": learner.step, "epoch": epoch.epoch, "fraction": epoch.fraction} | epoch.values
            self.row(numbers | {"lr": _rate(learner), "samples_per_second": epoch.samples_per_second})

    def on_fit_end(self, learner: Learner) -> None:
        self.on_epoch_end(learner)  # an epoch that was cut short


class _RowFile(Logger):
    """A text file with one line per row."""

    def __init__(self, path: str | PathLike[str], every: Every = "epoch") -> None:
        super().__init__(every)
        self.path = Path(path)

    def on_fit_begin(self, learner: Learner) -> None:
        super().on_fit_begin(learner)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists():
            if not learner.step:
                raise FileExistsError(
                    f"{self.path} already exists, and this is a new training run; choose another file"
                )
            lines = self.path.read_bytes().splitlines(keepends=True)
            kept = [line for line in lines if line.endswith(b"\n") and self._belongs(line.decode(), learner)]
            write_whole(self.path, b"".join(kept))

    def write(self, line: str) -> None:
        """Append a line, in one piece."""
        with self.path.open("ab", buffering=0) as file:
            file.write(line.encode())

    def _belongs(self, line: str, learner: Learner) -> bool:
        """Whether a line of the file is from before the current step, and not of an epoch that is being resumed."""
        try:
            numbers = self._parse(line)
            return numbers["step"] <= learner.step and numbers.get("fraction", 1) == 1
        except (ValueError, KeyError, TypeError):
            return False

    def _parse(self, line: str) -> dict[str, float]:
        raise NotImplementedError


class JSONLines(_RowFile):
    """One JSON object per line; nan and inf become null. Raises `FileExistsError` in a new run if the file exists."""

    def row(self, numbers: dict[str, float]) -> None:
        finite = {name: number if math.isfinite(number) else None for name, number in numbers.items()}
        self.write(json.dumps(finite) + "\n")

    def _parse(self, line: str) -> dict[str, float]:
        numbers: dict[str, float] = json.loads(line)
        return numbers


class CSV(_RowFile):
    """A table with a header. Raises `FileExistsError` in a new run if the file exists."""

    def __init__(self, path: str | PathLike[str], every: Every = "epoch") -> None:
        super().__init__(path, every)
        self._columns: list[str] = []

    def on_fit_begin(self, learner: Learner) -> None:
        self._columns = []
        super().on_fit_begin(learner)

    def row(self, numbers: dict[str, float]) -> None:
        if not self._columns:
            self._columns = list(numbers)
            self.write(_csv_line(self._columns))
        self.write(_csv_line([numbers[name] for name in self._columns]))

    def _belongs(self, line: str, learner: Learner) -> bool:
        if not self._columns:
            self._columns = next(csv.reader([line]))
            return True
        return super()._belongs(line, learner)

    def _parse(self, line: str) -> dict[str, float]:
        values = map(float, next(csv.reader([line])))
        return dict(zip(self._columns, values, strict=True))


class TensorBoard(Logger):
    """Curves for TensorBoard in `folder`. Raises `ImportError` if tensorboardX is not installed."""

    def __init__(self, folder: str | PathLike[str], every: Every = "epoch") -> None:
        super().__init__(every)
        self.folder = Path(folder)
        self._writer: Any = None
        self._package()

    def on_fit_begin(self, learner: Learner) -> None:
        super().on_fit_begin(learner)
        # with purge_step TensorBoard hides what a killed training wrote after its checkpoint
        self._writer = self._package().SummaryWriter(str(self.folder), purge_step=learner.step + 1)

    def row(self, numbers: dict[str, float]) -> None:
        step = int(numbers["step"])
        for name, number in numbers.items():
            if name not in ("step", "fraction"):
                self._writer.add_scalar(name, number, step)
        self._writer.flush()

    def on_fit_end(self, learner: Learner) -> None:
        super().on_fit_end(learner)
        self._writer.close()

    @staticmethod
    def _package() -> Any:
        try:
            return importlib.import_module("tensorboardX")
        except ImportError:
            raise ImportError(
                "TensorBoard needs the package tensorboardX: pip install 'tinygrad_edu[tensorboard]'"
            ) from None


def _rate(learner: Learner) -> float:
    return float(learner.optimizer.param_groups[0]["lr"])


def _csv_line(values: list[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue()
