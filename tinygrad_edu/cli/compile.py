"""`tinygrad-edu compile`: the training step of a lesson as the NumPy program that it compiles to."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import kernels
from ..compile import compile as compiled
from ..creation import tensor
from ..files import write_whole
from ..random import manual_seed
from . import dataset as datasets
from .choices import choice, integer
from .console import say, stdout_console
from .errors import USAGE, Failure, bad_option
from .lesson import PRESETS, load_preset

BATCH = 64


def compile(
    preset: Annotated[str, typer.Option(help="The lesson.", metavar="NAME")] = "mnist-nn",
    show: Annotated[bool, typer.Option("--show", help="Print it; also what happens without --out.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write it to this file.", metavar="FILE", show_default=False)] = None,
    data: Annotated[
        str | None, typer.Option(help="Folder with MNIST.", metavar="FOLDER", show_default="digits")
    ] = None,
    loops: Annotated[bool, typer.Option("--loops", help="With the loops that Numba compiles, if installed.")] = False,
    seed: Annotated[str, typer.Option(help="For the weights.", metavar="N")] = "0",
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file that --out names.")] = False,
) -> None:
    """Compile the training step of a lesson, and show the program.

    It is the step written out in NumPy: forward, the derivative of each layer
    backwards, and the update. Names are those of the lesson, d_... is a
    gradient; comments are the lines that it comes from.

    [bold]tinygrad-edu compile --preset mnist-nn --show[/]
    [bold]tinygrad-edu compile --preset mnist-nn --out step.py[/]

    Exit codes: 0 done, 1 failed, 2 wrong usage.
    """
    lesson: Any = inspect.getmodule(load_preset(choice("--preset", preset, PRESETS)))
    if not hasattr(lesson, "training"):
        raise Failure(f"--preset {preset}: this lesson leaves its step to the Learner; try --preset mnist-nn", USAGE)
    if out is not None and os.path.isdir(out):
        raise bad_option("--out", out, "is a folder; name a file")
    if out is not None and os.path.exists(out) and not force:
        raise bad_option("--out", out, "exists already; name another file, or add --force to overwrite it")
    number = integer("--seed", seed, 0, 0)
    digits = datasets.load("digits" if data is None else "mnist", data)
    manual_seed(number)
    model = lesson.step(digits)[2]
    step = compiled(lesson.training(model)[0])
    images, labels = (tensor(part[:BATCH]) for part in digits.scaled()[0])
    fuses = kernels.enabled
    kernels.enabled = loops and fuses
    try:
        for _ in range(2):
            step(images, labels)
    finally:
        kernels.enabled = fuses
    if out is not None:
        try:
            write_whole(out, step.source)
        except OSError as error:
            raise Failure(f"{out} could not be written: {error.strerror or error}") from None
        say(stdout_console(), f"Wrote {out}: {len(step.source.splitlines())} lines")
    if show or out is None:
        print(step.source, end="")
