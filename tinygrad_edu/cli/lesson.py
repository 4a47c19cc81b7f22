"""Running a lesson: a function from a data set to what was measured and the pictures that were drawn.

    def lesson(digits):
        ...
        return {"test_accuracy": accuracy}, {"loss": figure}

`run(lesson)` makes a program of it, as at the end of each file in `examples/`; `tinygrad-edu train --preset NAME` runs
the same lesson by its name.
"""

from __future__ import annotations

import importlib
import inspect
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from threadpoolctl import threadpool_limits

from ..data.images import Digits
from ..files import write_whole
from ..random import manual_seed
from ..run_folder import RunError, new_folder
from ..run_folder.contents import METRICS, REPORT
from . import dataset as datasets
from .choices import choice, integer
from .errors import USAGE, Failure, OneLineErrors

Lesson = Callable[[Digits], tuple[dict[str, Any], dict[str, Any]]]

PRESETS = {
    "is-it-nine": "04_is_it_nine",
    "two-or-nine": "05_two_or_nine",
    "relu-10": "06_relu_10",
    "sigmoid-500": "07_sigmoid_500",
    "mnist-nn": "08_mnist_nn",
    "best-mlp": "09_best_mlp",
}


def load_preset(name: str) -> Lesson:
    """The lesson of a preset."""
    module = importlib.import_module(f"tinygrad_edu.examples.{PRESETS[choice('--preset', name, PRESETS)]}")
    found: Lesson = module.lesson
    return found


def teach(lesson: Lesson, digits: Digits, folder: Path, seed: int) -> dict[str, Any]:
    """Run a lesson; leave its pictures, metrics.json and report.html in `folder`; return what it measured."""
    manual_seed(seed)
    start = time.perf_counter()
    with threadpool_limits(1):
        facts, pictures = lesson(digits)
    facts = {"dataset": digits.name, "seed": seed} | facts | {"seconds": round(time.perf_counter() - start, 1)}
    write_whole(folder / METRICS, json.dumps(facts, indent=2) + "\n")
    for name, picture in pictures.items():
        _save(picture, folder / f"{name}.svg")
    _report(lesson, facts, pictures, folder / REPORT)
    print()
    for name, value in facts.items():
        print(f"{name.replace('_', ' '):<28} {_written(value)}")
    print(f"Wrote {', '.join([METRICS, REPORT, *(f'{name}.svg' for name in pictures)])} to {folder}")
    return facts


def run(lesson: Lesson) -> None:
    """Make a program of a lesson, with options for the data, the folder of the results and the seed."""

    def program(
        data: Annotated[str | None, typer.Option(help="Folder with MNIST; by default it is downloaded.")] = None,
        dataset: Annotated[str, typer.Option(help="mnist, digits or auto.")] = "auto",
        out: Annotated[Path | None, typer.Option(help="New folder for the results.")] = None,
        seed: Annotated[str, typer.Option(help="The same seed gives the same results.")] = "0",
    ) -> None:
        teach_from_options(lesson, data, dataset, out, seed)

    app = typer.Typer(cls=OneLineErrors, add_completion=False)
    app.callback(invoke_without_command=True, help=inspect.getdoc(inspect.getmodule(lesson)))(program)
    app()


def teach_from_options(lesson: Lesson, data: str | None, dataset: str, out: Path | None, seed: str) -> None:
    """`teach`, with options as they were typed."""
    number = integer("--seed", seed, 0, 0)
    digits = datasets.load(choice("--dataset", dataset, ("auto", "mnist", "digits")), data)
    try:
        folder = new_folder(out)
    except RunError as error:
        raise Failure(f"--out: {error}", USAGE) from None
    print(f"{digits.name}, from {digits.source}\n")
    teach(lesson, digits, folder, number)


def _save(picture: Any, path: Path) -> None:
    from ..viz import plots

    if hasattr(picture, "savefig"):
        plots.save(picture, path)
    else:
        picture.save(path)


def _report(lesson: Lesson, facts: dict[str, Any], pictures: dict[str, Any], path: Path) -> None:
    """The lesson as one page: its text, its measurements, its pictures."""
    from ..viz.report import Picture, Table, write_report

    heading, _, text = (inspect.getdoc(inspect.getmodule(lesson)) or "").partition("\n\n")
    about = " ".join(text.partition("\n\n    ")[0].replace("`", "").split())
    shown = {_words(name): _written(value) for name, value in facts.items() if not isinstance(value, list)}
    figures = [Picture(_words(name), picture, wide=True) for name, picture in pictures.items()]
    columns = {name: value for name, value in facts.items() if isinstance(value, list)}
    tables = [Table(_words(name), ("epoch", "value"), list(enumerate(v, start=1))) for name, v in columns.items()]
    write_report(path, title=heading.rstrip("."), lead=about, facts=shown, figures=figures, tables=tables)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _written(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_written, value))
    if isinstance(value, float) and 0 <= value <= 1:
        return f"{value:.4f}"
    return str(value)
