"""`tinygrad-edu train`: from options to a folder with a trained network."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from threadpoolctl import threadpool_limits

from .. import nn, optim
from ..creation import tensor
from ..data import DataLoader, TensorDataset
from ..data.images import Digits, Pair
from ..random import manual_seed
from ..run_folder import ACTIVATIONS, Network, RunError, check_new, locked, new_folder, write_run
from ..train import (
    Checkpoint,
    CheckpointError,
    History,
    Learner,
    StopWhenNotFinite,
    accuracy,
)
from . import dataset as datasets
from .choices import DATASETS, OPTIMIZERS, choice, decimal, integer, sizes
from .console import program, say, stdout_console
from .errors import USAGE, Failure, bad_option
from .interrupt import Interrupt
from .lesson import PRESETS, preset_from_options
from .live_table import LiveTable
from .resume import ALSO, Earlier, earlier, earlier_lesson, fingerprint, refuse_other_options
from .run_pictures import Watch, WatchAfterwards, draw_loss, pictures

EPOCHS = {"MNIST": 6, "digits": 30}  # the small set takes a second all the same
BATCH_SIZE = {"MNIST": 128, "digits": 32}
LEARNING_RATE = {"sgd": 0.1, "adam": 0.001, "adamw": 0.001}
WEIGHT_DECAY = {"sgd": 0.0, "adam": 0.0, "adamw": 0.01}
TEST_BATCH = 1000
CHECKPOINT_EVERY = 2.0  # seconds

NETWORK, TRAINING, FILES = "The network", "The training", "The data and the results"


def _option(panel: str, help: str, metavar: str, default: str | bool = True) -> Any:
    return typer.Option(help=help, metavar=metavar, show_default=default, rich_help_panel=panel)


# fmt: off
def train(
    context: typer.Context,
    hidden: Annotated[str, _option(NETWORK, 'Sizes of the hidden layers, "" for none.', "SIZES")] = "256,128",
    activation: Annotated[str, _option(NETWORK, f"After each of them: {', '.join(ACTIVATIONS)}.", "NAME")] = "relu",
    epochs: Annotated[str | None, _option(TRAINING, "Passes over the training images.", "N", "6; digits 30")] = None,
    batch_size: Annotated[str | None, _option(TRAINING, "Images in a step.", "N", "128; digits 32")] = None,
    optimizer: Annotated[str, _option(TRAINING, f"How to step: {', '.join(OPTIMIZERS)}.", "NAME")] = "adam",
    lr: Annotated[str | None, _option(TRAINING, "Learning rate.", "RATE", "0.001; sgd 0.1")] = None,
    momentum: Annotated[str | None, _option(TRAINING, "Momentum of sgd.", "M", "0")] = None,
    weight_decay: Annotated[str | None, _option(TRAINING, "Pulls the weights to 0.", "W", "0; adamw 0.01")] = None,
    seed: Annotated[str, _option(TRAINING, "The same seed gives the same network.", "N")] = "0",
    threads: Annotated[str, _option(TRAINING, "For matrix products; changes the last digits.", "N")] = "1",
    data: Annotated[str | None, _option(FILES, "Folder with MNIST.", "FOLDER", "download it")] = None,
    dataset: Annotated[str, _option(FILES, "mnist; digits, built in; auto: MNIST if available.", "NAME")] = "auto",
    out: Annotated[Path | None, _option(FILES, "New folder for the results.", "FOLDER", "runs/DATE_TIME")] = None,
    compile: Annotated[bool, typer.Option("--compile", help="Compile the step.", rich_help_panel=TRAINING)] = False,
    preset: Annotated[str | None, _option(FILES, f"Run a lesson instead: {', '.join(PRESETS)}.", "NAME", False)] = None,
    resume: Annotated[Path | None, _option(FILES, "Continue this run, to --epochs.", "RUN", False)] = None,
) -> None:
    """Train a network to read handwritten digits.

    It leaves a folder with seven files:
    [bold]model.safetensors[/]  the weights, for tinygrad-edu predict
    [bold]metrics.json[/]       every number: accuracy, losses, times, settings
    [bold]report.html[/]        everything in pictures, on one page
    [bold]loss.svg[/]           how it learned
    [bold]graph.svg[/]          what one training step computes
    [bold]explore.html[/]       that step, to walk through in a browser
    [bold]last.safetensors[/]   all that --resume needs, written every two seconds

    Ctrl-C stops after the current step and keeps what was learned so far;
    a second Ctrl-C ends at once; SIGTERM and SIGHUP do the same. With
    --resume the training continues, and ends with the same weights as one
    that was never stopped (with --compile, but for rounding). So it is for
    lessons (--preset) from best-mlp on; there --epochs ends the training early.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C,
    143 by SIGTERM, 129 by SIGHUP.
    """
    # fmt: on
    if preset is not None or (resume is not None and earlier_lesson(resume)):
        raise typer.Exit(preset_from_options(context, preset, data, dataset, out, seed, epochs, resume))
    chosen_epochs = None if epochs is None else integer("--epochs", epochs, 1, 6)
    before = None
    if resume is not None:
        refuse_other_options(context, ALSO, "applies to a new training only; leave it out with --resume")
        before = earlier(resume)
        settings = _settings_of(before)
        settings["epochs"] = before.epochs(chosen_epochs)
        dataset, data = before.dataset, data or before.data
    else:
        settings = _settings(hidden, activation, optimizer, lr, momentum, weight_decay, seed, dataset)
        chosen_batch_size = None if batch_size is None else integer("--batch-size", batch_size, 1, 128)
        settings["threads"] = integer("--threads", threads, 1, 1)
        settings["compile"] = compile
        dataset = settings["dataset"]
    try:
        if out is not None:
            check_new(out)
        digits = datasets.load(dataset, data)
        with Interrupt() as interrupt:
            if before is not None:
                before.check(digits)
                folder = before.folder
            else:
                folder = new_folder(out)
                settings |= {
                    "epochs": chosen_epochs or EPOCHS[digits.name],
                    "batch_size": chosen_batch_size or BATCH_SIZE[digits.name],
                }
            settings["source"] = digits.source
            about = {"settings": settings, "dataset": digits.name.lower(), "data": _absolute(data)}
            keeper = Checkpoint(
                folder, every_epochs=None, every_seconds=CHECKPOINT_EVERY,
                extra=about | {"fingerprint": fingerprint(digits)},
            )  # fmt: skip
            # one thread is fastest for small networks, and far more so when other programs keep the processors busy
            with locked(folder), threadpool_limits(settings["threads"]):
                code = _run(digits, settings, folder, interrupt, keeper, before)
    except RunError as error:
        raise Failure(f"{'--out' if resume is None else '--resume'}: {error}", USAGE) from None
    except MemoryError as error:
        raise Failure(f"not enough memory ({error}); choose a smaller --hidden or --batch-size") from None
    raise typer.Exit(code)


def _settings(
    hidden: str,
    activation: str,
    optimizer: str,
    lr: str | None,
    momentum: str | None,
    weight_decay: str | None,
    seed: str,
    dataset: str,
) -> dict[str, Any]:
    """The options checked, and the defaults that depend on the optimizer filled in."""
    optimizer = choice("--optimizer", optimizer, OPTIMIZERS)
    if momentum is not None and optimizer != "sgd":
        raise bad_option("--momentum", momentum, f"{optimizer} has none; leave it out, or use --optimizer sgd")
    return {
        "hidden": list(sizes("--hidden", hidden)),
        "activation": choice("--activation", activation, ACTIVATIONS),
        "optimizer": optimizer,
        "lr": LEARNING_RATE[optimizer] if lr is None else decimal("--lr", lr, 0.001, zero=False),
        "momentum": 0.0 if momentum is None else decimal("--momentum", momentum, 0.9),
        "weight_decay": (
            WEIGHT_DECAY[optimizer] if weight_decay is None else decimal("--weight-decay", weight_decay, 0.01)
        ),
        "seed": integer("--seed", seed, 0, 0),
        "dataset": choice("--dataset", dataset, DATASETS),
    }


def _settings_of(before: Earlier) -> dict[str, Any]:
    """The settings of an earlier run, checked again: they come from a file."""
    given = before.settings
    try:
        momentum = repr(given["momentum"]) if given["optimizer"] == "sgd" else None
        names = ("lr", "weight_decay", "seed", "batch_size", "threads", "epochs")
        lr, weight_decay, seed, batch_size, threads, epochs = (repr(given[name]) for name in names)
        hidden = ",".join(map(str, given["hidden"]))
        checked = _settings(
            hidden, given["activation"], given["optimizer"], lr, momentum, weight_decay, seed, given["dataset"]
        )
        return checked | {
            "threads": integer("--threads", threads, 1, 1),
            "epochs": integer("--epochs", epochs, 1, 6),
            "batch_size": integer("--batch-size", batch_size, 1, 128),
            "compile": bool(given.get("compile", False)),
        }
    except (Failure, KeyError, TypeError, AttributeError) as error:
        raise Failure(f"--resume: {before.checkpoint} has invalid settings: {error}") from None


def _absolute(folder: str | None) -> str | None:
    return None if folder is None else str(Path(folder).absolute())


def _run(
    digits: Digits,
    settings: dict[str, Any],
    folder: Path,
    interrupt: Interrupt,
    keeper: Checkpoint,
    before: Earlier | None,
) -> int:
    """Train, write everything, and return the exit code."""
    console = stdout_console()
    manual_seed(settings["seed"])
    _, height, width = digits.train_images.shape
    network = Network(
        digits.name.lower(), height, width, digits.maximum, tuple(settings["hidden"]), settings["activation"]
    )
    model = network.build()
    training, testing = (TensorDataset(*map(tensor, _nonempty(pair))) for pair in digits.scaled())
    batches = DataLoader(training, batch_size=settings["batch_size"], shuffle=True)
    compiled = settings.get("compile", False)
    watch = (WatchAfterwards if compiled else Watch)(settings["epochs"] * len(batches))
    _say_what(console, digits, network, settings)
    start = time.perf_counter() - (before.seconds if before else 0.0)
    try:
        with LiveTable(console, settings["epochs"], interrupt) as table:
            history = Learner(
                model,
                (batches, DataLoader(testing, batch_size=TEST_BATCH)),
                nn.CrossEntropyLoss(),
                _optimizer(model, settings),
                metrics=[accuracy],
                callbacks=[StopWhenNotFinite(), table, keeper, watch],
                compile=compiled,
            ).fit(settings["epochs"], before.checkpoint if before else None)
    except CheckpointError as error:
        raise Failure(f"--resume: {error}") from None
    except OSError as error:
        raise Failure(f"{folder} could not be written: {error.strerror or error}") from None
    seconds = time.perf_counter() - start
    try:
        written = write_run(folder, network, model, history, seconds, settings)
    except OSError as error:
        raise Failure(f"{folder} could not be written: {error.strerror or error}") from None
    written += draw_loss(folder, history, network.title)
    if history.diverged_at:
        raise Failure(_diverged(history, settings, folder))
    written += pictures(folder, model, digits, history, settings, watch)
    _say_end(console, history, settings, seconds, len(testing))
    say(console, f"Wrote {', '.join(path.name for path in written)} to {folder}")
    data = keeper.extra["data"]
    there = f" --data {shlex.quote(data)}" if data else ""
    say(console, f"Now try: {program()} predict {folder} --index 7{there}", "dim")
    say(console, f"or, step by step: {program()} explore {folder}{there}", "dim")
    return interrupt.exit_code if history.ending == "interrupted" else 0


def _nonempty(pair: Pair) -> Pair:
    if not len(pair[0]):
        raise Failure("the data set has no images for training, or none for testing")
    return pair


def _optimizer(model: Any, settings: dict[str, Any]) -> Any:
    chosen = {"lr": settings["lr"], "weight_decay": settings["weight_decay"]}
    match settings["optimizer"]:
        case "sgd":
            return optim.SGD(model.parameters(), momentum=settings["momentum"], **chosen)
        case "adam":
            return optim.Adam(model.parameters(), **chosen)
        case _:
            return optim.AdamW(model.parameters(), **chosen)


def _say_what(console: Console, digits: Digits, network: Network, settings: dict[str, Any]) -> None:
    train, test = len(digits.train_images), len(digits.test_images)
    say(console, f"{digits.name}: {train:,} training and {test:,} test images, from {digits.source}")
    details = [f"lr {settings['lr']:g}", f"batches of {settings['batch_size']}", f"seed {settings['seed']}"]
    details += [f"momentum {settings['momentum']:g}"] if settings["momentum"] else []
    details += [f"weight decay {settings['weight_decay']:g}"] if settings["weight_decay"] else []
    say(console, f"Network: {network.title.partition(': ')[2]}, {network.parameters:,} parameters")
    say(console, f"Optimizer: {settings['optimizer']}, {', '.join(details)}\n")


def _say_end(console: Console, history: History, settings: dict[str, Any], seconds: float, tested: int) -> None:
    last = history.epochs[-1]
    result = f"{100 * last.valid['accuracy']:.2f} % of the {tested:,} test images are read correctly"
    if history.ending == "interrupted":
        done = f"{history.progress:.2f} of {settings['epochs']} epochs ({history.steps:,} steps)"
        how = f"Stopped by {history.reason} after {done}"
        say(console, f"\n{how}.\nWhat was learned is kept: {result}.", "bold yellow")
    else:
        plural = "epoch" if settings["epochs"] == 1 else "epochs"
        say(console, f"\n{settings['epochs']} {plural} in {seconds:.1f} s: {result}.", "bold green")


def _diverged(history: History, settings: dict[str, Any], folder: Path) -> str:
    lower = min(settings["lr"] / 10, LEARNING_RATE[settings["optimizer"]])
    return (
        f"training failed: {history.reason}; try --lr {lower:g} (it was {settings['lr']:g}). "
        f"The metrics up to there are in {folder}"
    )
