"""What `draw` and `explore` are to show: a run's training step, a lesson's, or an expression.

subject("runs/2026-05-04_10-00-00")        a folder: the network in it, on a few training images
subject("mnist-nn")                        a preset: its untrained network, on a few training images
subject("tanh(x*w)", ["x=2", "w=-3"])      anything else: an expression to compute
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..random import manual_seed
from ..recording import source_lines
from ..tensor import Tensor
from .choices import integer
from .errors import USAGE, Failure, bad_option
from .expression import evaluate
from .finished_run import STEP_BATCH, digits_of, load_run, training_step
from .lesson import PRESETS, load_preset
from .lesson_data import lesson_data
from .suggest import closest

PATH = re.compile(r"[~.]?[/\\]|[^\s()*+]*[/\\][^\s()*+]*$|runs?$|.*\.(safetensors|json|svg|html|png|pdf|csv)$")
TITLE = 80  # characters


@dataclass(frozen=True)
class Subject:
    """A computation to be drawn."""

    output: Tensor
    names: dict[str, Tensor]  # what to call Tensors
    module: Any  # whose parameters have names, or None
    title: str
    direction: str  # in which it reads best: "LR" or "TB"

    @property
    def leaves(self) -> dict[str, Tensor]:
        """What has a name and gets a gradient."""
        return {name: t for name, t in self.names.items() if t.requires_grad and t.is_leaf}


def subject(
    what: str,
    values: Sequence[str] = (),
    data: str | None = None,
    batch: str | None = None,
    seed: str | None = None,
) -> Subject:
    """The computation that WHAT names, run forwards. Options are text as typed, or None. Raises `Failure`."""
    if os.path.isdir(what) or (os.path.exists(what) and not values):  # of os: a formula may be too long for a path
        _refuse(what, "the folder of a run", values, seed=(seed, "applies to a lesson only; a run has its own weights"))
        return _of_run(Path(what), data, batch)
    if what.strip().lower() in PRESETS:
        _refuse(what, "a lesson", values, batch=(batch, "applies to a run only; a lesson chooses its own images"))
        return _of_preset(what.strip().lower(), data, seed)
    if not values:
        _explain(what)
    only = "an expression needs none"
    _refuse(what, "", (), data=(data, only), batch=(batch, only), seed=(seed, only))
    output, names = evaluate(what, values)
    line = " ".join(what.split())
    return Subject(output, names, None, line if len(line) <= TITLE else f"{line[: TITLE - 3]}...", "LR")


def _of_run(folder: Path, data: str | None, batch: str | None) -> Subject:
    network, model = load_run(folder)
    digits = digits_of(network, data)
    most = len(digits.train_images)
    if not most:
        raise Failure(f"the data set has no images for training: {digits.source}")
    count = min(STEP_BATCH, most) if batch is None else integer("--batch", batch, 1, min(STEP_BATCH, most), most=most)
    loss, names = training_step(model.train(), digits, count)
    images = "1 image" if count == 1 else f"{count} images"
    return Subject(loss, names, model, f"One training step of {network.title}, on {images}", "TB")


def _of_preset(name: str, data: str | None, seed: str | None) -> Subject:
    number = 0 if seed is None else integer("--seed", seed, 0, 0)
    lesson: Any = inspect.getmodule(load_preset(name))
    of_text = hasattr(lesson, "DATASET")
    given = lesson_data(lesson, "auto" if of_text else "digits" if data is None else "mnist", data)
    manual_seed(number)
    with source_lines():
        loss, names, model = lesson.step(given.data)
    return Subject(loss, names, model, f"One step of the lesson {name}", "LR" if model is None else "TB")


def _refuse(what: str, kind: str, values: Sequence[str], **options: tuple[str | None, str]) -> None:
    """Raise `Failure` for values or options that would have no effect."""
    if values:
        raise Failure(f"{what} is {kind} and takes no values; leave {values[0]!r} out", USAGE)
    for name, (given, why) in options.items():
        if given is not None:
            raise bad_option(f"--{name}", given, f"{why}; leave it out")


def _explain(what: str) -> None:
    """Raise `Failure` if WHAT, which came without values, is meant to be a folder or a preset."""
    if PATH.match(what.strip()):
        raise Failure(
            f"{what}: there is no such folder; name one that `tinygrad-edu train` made, or, if this is an expression, "
            "add its values after it, as in x=2",
            USAGE,
        )
    close = closest(what.strip().lower(), PRESETS)
    if close:
        raise Failure(f"{what}: there is no such lesson; did you mean {close}? All: {', '.join(PRESETS)}", USAGE)
