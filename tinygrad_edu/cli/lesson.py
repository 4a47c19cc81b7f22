"""Running a lesson: a function from a data set to what was measured and the pictures that were drawn.

    def lesson(digits):
        ...
        return {"test_accuracy": accuracy}, {"loss": figure}

`run(lesson)` makes a program of it, as at the end of each file in `examples/`; `tinygrad-edu train --preset NAME` runs
the same lesson by its name. `def lesson(digits, loop=Loop)`, which trains in `loop(batches, epochs, model=model)`, gets
one that shows its progress, can be stopped, and resumed (lesson_loop.py). A module with `DATASET = "text"` gets a text
in place of digits: what `data.text` reads.
"""

from __future__ import annotations

import importlib
import inspect
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from threadpoolctl import threadpool_limits

from ..random import manual_seed
from ..run_folder import RunError, check_new, locked, new_folder
from ..train import DivergenceError
from . import lesson_report
from .choices import choice, integer
from .console import program as this_program
from .console import say, stdout_console
from .errors import USAGE, Failure, OneLineErrors, bad_option
from .interrupt import Interrupt
from .lesson_data import lesson_data
from .lesson_loop import Loops
from .resume import EarlierLesson, earlier_lesson, refuse_other_options

Lesson = Callable[..., tuple[dict[str, Any], dict[str, Any]]]

PRESETS = {
    "is-it-nine": "04_is_it_nine",
    "two-or-nine": "05_two_or_nine",
    "relu-10": "06_relu_10",
    "sigmoid-500": "07_sigmoid_500",
    "mnist-nn": "08_mnist_nn",
    "best-mlp": "09_best_mlp",
    "cnn": "10_cnn",
    "cnn-distorted": "10_cnn:distorted",  # another function of the same file
    "autoencoder": "13_autoencoder",
    "vae": "14_vae",
    "gan": "15_gan",
}
OPTIONS = ("preset", "data", "dataset", "out", "seed")


def load_preset(name: str) -> Lesson:
    """The lesson of a preset."""
    file, _, function = PRESETS[choice("--preset", name, PRESETS)].partition(":")
    found: Lesson = getattr(importlib.import_module(f"tinygrad_edu.examples.{file}"), function or "lesson")
    return found


def trains_in_loop(lesson: Lesson) -> bool:
    """Whether it takes a `loop`, so that it can be stopped and resumed."""
    return "loop" in inspect.signature(lesson).parameters


def run(lesson: Lesson) -> None:
    """Make a program of a lesson, with options for the data, the folder of the results and the seed."""

    def program(
        context: typer.Context,
        data: Annotated[str | None, typer.Option(help="Folder with MNIST; by default it is downloaded.")] = None,
        dataset: Annotated[str, typer.Option(help="mnist, digits or auto.")] = "auto",
        out: Annotated[Path | None, typer.Option(help="New folder for the results.")] = None,
        seed: Annotated[str, typer.Option(help="The same seed gives the same results.")] = "0",
        epochs: Annotated[str | None, typer.Option(help="Fewer epochs than the lesson has.", metavar="N")] = None,
        resume: Annotated[Path | None, typer.Option(help="Continue this run.", metavar="RUN")] = None,
    ) -> None:
        raise typer.Exit(teach_from_options(context, lesson, data, dataset, out, seed, epochs, resume))

    app = typer.Typer(cls=OneLineErrors, add_completion=False)
    app.callback(invoke_without_command=True, help=inspect.getdoc(inspect.getmodule(lesson)))(program)
    app()


def preset_from_options(
    context: typer.Context,
    preset: str | None,
    data: str | None,
    dataset: str,
    out: Path | None,
    seed: str,
    epochs: str | None,
    resume: Path | None,
) -> int:
    """`teach_from_options` the lesson that a preset names, or else the run to be resumed."""
    if preset is None:
        before = None if resume is None else earlier_lesson(resume)
        preset = before.lesson if before else ""
        if preset not in PRESETS:
            raise Failure(f"--resume {resume}: it is a run of {preset}, not a preset; give --resume to that program")
    return teach_from_options(context, load_preset(preset), data, dataset, out, seed, epochs, resume)


def teach_from_options(
    context: typer.Context,
    lesson: Lesson,
    data: str | None,
    dataset: str,
    out: Path | None,
    seed: str,
    epochs: str | None,
    resume: Path | None,
) -> int:
    """Run a lesson with options as they were typed; return the exit code."""
    looped, before = trains_in_loop(lesson), None
    allowed = (*OPTIONS, "epochs", "resume") if looped else OPTIONS
    why = "is for a training of your own; a lesson has its own settings, so leave it out with --preset"
    refuse_other_options(context, allowed, why)
    number = integer("--seed", seed, 0, 0)
    cap = None if epochs is None else integer("--epochs", epochs, 1, 1)
    if resume is not None:
        why = "applies to a new training only; leave it out with --resume"
        refuse_other_options(context, ("preset", "data", "epochs", "resume"), why)
        before = earlier_lesson(resume)
        if before is None or before.lesson != name_of(lesson):
            other = f"the lesson {before.lesson}" if before else "no lesson"
            raise bad_option("--resume", resume, f"it is a run of {other}, not of {name_of(lesson)}")
        number, dataset, data, cap = before.seed, before.dataset, data or before.data, cap or before.cap
    try:
        if out is not None:
            check_new(out)
        given = lesson_data(inspect.getmodule(lesson), dataset, data)
        if before is not None:
            before.check(given)
        folder = before.folder if before else new_folder(out)
        print(f"{given.name}, from {given.source}\n")
        with locked(folder), threadpool_limits(1):
            if not looped:
                _teach(lesson, given.data, folder, {"dataset": given.name, "seed": number})
                return 0
            extra = {
                "lesson": name_of(lesson), "seed": number, "cap": cap,
                "dataset": given.dataset, "data": given.folder, "fingerprint": given.fingerprint,
            }  # fmt: skip
            return _teach_in_loops(lesson, given, folder, extra, before)
    except RunError as error:
        raise Failure(f"{'--out' if resume is None else '--resume'}: {error}", USAGE) from None


def name_of(lesson: Lesson) -> str:
    """The name of its preset, or of its file."""
    stem, function = Path(inspect.getfile(lesson)).stem, getattr(lesson, "__name__", "lesson")
    place = stem if function == "lesson" else f"{stem}:{function}"
    return next((name for name, known in PRESETS.items() if known == place), place)


def _teach(
    lesson: Lesson, data: Any, folder: Path, about: dict[str, Any], loops: Loops | None = None
) -> dict[str, Any]:
    """Run a lesson; leave its pictures, metrics.json and report.html in `folder`; return what it measured."""
    manual_seed(about["seed"])
    start = time.perf_counter()
    facts, pictures = lesson(data) if loops is None else lesson(data, loops)
    facts = about | facts | (loops.facts if loops else {}) | {"seconds": round(time.perf_counter() - start, 1)}
    lesson_report.write(lesson, facts, pictures, folder)
    return facts


def _teach_in_loops(
    lesson: Lesson, given: Any, folder: Path, extra: dict[str, Any], before: EarlierLesson | None
) -> int:
    """`_teach` a lesson that can be stopped; return the exit code."""
    console = stdout_console()
    with Interrupt() as interrupt:
        loops = Loops(folder, console, interrupt, extra, extra["cap"], before is not None)
        try:
            facts = _teach(lesson, given.data, folder, {"dataset": given.name, "seed": extra["seed"]}, loops)
        except DivergenceError as error:
            raise Failure(f"training failed: {error}; what was learned before is in {folder}") from None
        except OSError as error:
            raise Failure(f"{folder} could not be written: {error.strerror or error}") from None
        finally:
            loops.close()
        if facts["ending"] == "interrupted":
            again = f"{this_program()} train" if extra["lesson"] in PRESETS else "the same program with"
            say(console, f"\nStopped by {interrupt.name} after {facts['steps']:,} steps.", "bold yellow")
            say(console, f"What was learned is kept; to go on: {again} --resume {folder}")
            return interrupt.exit_code
        if before is not None and facts["steps"] == loops.steps_before:
            more = f"; --epochs {2 * extra['cap']} would train on, up to what the lesson has" if extra["cap"] else ""
            say(console, f"\nAll epochs of this run were done; the pictures were drawn again{more}.")
        return 0
