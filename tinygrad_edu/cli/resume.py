"""`tinygrad-edu train --resume RUN`: the settings of a run, from its checkpoint."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from ..data.images import Digits
from ..train import LAST, CheckpointError
from ..train.checkpoint import read
from .errors import USAGE, Failure, bad_option

ALSO = ("resume", "epochs", "data")  # the options allowed with --resume


@dataclass(frozen=True)
class Earlier:
    """A run to resume."""

    folder: Path
    settings: dict[str, Any]
    dataset: str
    data: str | None  # the folder that it was in
    fingerprint: int
    epoch: int  # whole ones done
    seconds: float  # of training, so far

    @property
    def checkpoint(self) -> Path:
        return self.folder / LAST

    def epochs(self, requested: int | None) -> int:
        """The total number of epochs. Raises `Failure` if they are all done."""
        epochs: int = requested or self.settings["epochs"]
        if epochs <= self.epoch:
            raise Failure(
                f"--resume {self.folder}: {self.epoch} of {epochs} epochs are done; "
                f"give more, as in --epochs {2 * self.epoch}",
                USAGE,
            )
        return epochs

    def check(self, digits: Digits) -> None:
        """Raise `Failure` if these are not the data that the run started with."""
        if fingerprint(digits) != self.fingerprint:
            raise Failure(f"--resume {self.folder}: {digits.source} does not have the training data of this run", USAGE)


def earlier(folder: Path) -> Earlier:
    """The run in `folder`. Raises `Failure` if there is none that can be resumed."""
    state = _checkpoint(folder)
    try:
        extra, position = state["extra"], state["position"]
        seconds = float(sum(row["seconds"] for row in state["history"]["epochs"]) + position["seconds"])
        about = {name: extra[name] for name in ("settings", "dataset", "data", "fingerprint")}
        return Earlier(folder, epoch=int(position["epoch"]), seconds=seconds, **about)
    except (KeyError, TypeError, ValueError) as error:
        raise Failure(f"--resume: {folder / LAST} is not a checkpoint of `tinygrad-edu train`: {error}") from None


@dataclass(frozen=True)
class EarlierLesson:
    """A run of a lesson, to resume."""

    folder: Path
    lesson: str
    seed: int
    cap: int | None  # the most epochs
    dataset: str
    data: str | None
    fingerprint: int

    def check(self, given: Any) -> None:
        """Raise `Failure` if these are not the data that the run started with."""
        if given.fingerprint != self.fingerprint:
            raise Failure(f"--resume {self.folder}: {given.source} does not have the training data of this run", USAGE)


def earlier_lesson(folder: Path) -> EarlierLesson | None:
    """The run of a lesson in `folder`; None if what is there is another training. Raises `Failure` as `earlier`."""
    extra = _checkpoint(folder)["extra"]
    if not isinstance(extra, dict) or "lesson" not in extra:
        return None
    kinds = {"lesson": str, "seed": int, "cap": int | None, "dataset": str, "data": str | None, "fingerprint": int}
    for name, kind in kinds.items():
        if not isinstance(extra.get(name), kind):
            raise Failure(f"--resume: {folder / LAST} is not a checkpoint of a lesson: its {name} is {extra.get(name)}")
    return EarlierLesson(folder, **{name: extra[name] for name in kinds})


def _checkpoint(folder: Path) -> dict[str, Any]:
    """The checkpoint in the folder of a run. Raises `Failure`."""
    path = folder / LAST
    if not folder.is_dir():
        raise bad_option("--resume", folder, "there is no such folder; name one that `tinygrad-edu train` made")
    if not path.is_file():
        raise bad_option(
            "--resume", folder, f"there is no {LAST} in it, so this run cannot be resumed; start a new one"
        )
    try:
        return read(path)
    except CheckpointError as error:
        raise Failure(f"--resume: {error}") from None
    except OSError as error:
        raise Failure(f"--resume: {path} cannot be read: {error.strerror or error}") from None


def refuse_other_options(context: typer.Context, allowed: tuple[str, ...], why: str) -> None:
    """Raise `Failure` if an option is given that is not among those allowed."""
    for option in context.command.params:
        name = option.name or ""
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE" and name not in allowed:
            given = f"--{name.replace('_', '-')}"
            raise bad_option(given, context.params[name], why)


def fingerprint(digits: Digits) -> int:
    """A checksum of the training data."""
    sums = zlib.crc32(digits.train_images.tobytes()), zlib.crc32(digits.train_labels.tobytes())
    return sums[0] << 32 | sums[1]
