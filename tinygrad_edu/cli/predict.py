"""`tinygrad-edu predict`: what a trained network reads in an image."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from tinygrad_edu.cli import dataset as datasets
from tinygrad_edu.cli.choices import whole
from tinygrad_edu.cli.console import say, stdout_console
from tinygrad_edu.cli.errors import USAGE, Failure, bad_option
from tinygrad_edu.cli.picture import PictureError, read_digit
from tinygrad_edu.cli.show import show
from tinygrad_edu.creation import tensor
from tinygrad_edu.grad_mode import no_grad
from tinygrad_edu.train import Network, WeightsError, load_weights
from tinygrad_edu.train.run import MODEL


def predict(
    run: Annotated[Path, typer.Argument(help="A folder that `tinygrad-edu train` made.", metavar="RUN")],
    index: Annotated[
        str | None, typer.Option(help="Read this image of the test set, counted from 0.", metavar="N")
    ] = None,
    image: Annotated[Path | None, typer.Option(help="Read the digit in this picture.", metavar="FILE")] = None,
    data: Annotated[
        str | None, typer.Option(help="Folder with MNIST, for --index.", show_default="download", metavar="FOLDER")
    ] = None,
) -> None:
    """Read one digit with a trained network.

    Either an image of the test set (--index), which no network was trained on,
    or a picture of your own (--image): one digit, dark on light or light on
    dark, best as PNG. It is cropped, scaled and centred as MNIST's images were.

    Exit codes: 0 done, right or wrong; 1 failed; 2 wrong usage.
    """
    if (index is None) == (image is None):
        raise Failure("give either --index N, an image of the test set, or --image FILE, a picture of a digit", USAGE)
    if image is not None and data is not None:
        raise bad_option("--data", data, "goes with --index only; leave it out")
    network, model = _load(run)
    console = stdout_console()
    if index is not None:
        pixels, label = _test_image(network, index, data)
        what = f"Test image {index} of {network.dataset} is a {label}. "
    else:
        assert image is not None
        pixels, label = _picture(network, image), None
        what = ""
    probabilities = _probabilities(model, pixels)
    best = int(np.argmax(probabilities))
    show(console, pixels, probabilities)
    verdict, style = (".", None) if label is None else (": right.", "green") if label == best else (": wrong.", "red")
    say(console, f"\n{what}The network reads a {best} ({100 * probabilities[best]:.2f} %){verdict}", style)


def _load(run: Path) -> tuple[Network, Any]:
    if not run.is_dir():
        problem = "is a file, not the folder of a run" if run.exists() else "there is no such folder"
        raise Failure(f"RUN {run}: {problem}; name one that `tinygrad-edu train` made", USAGE)
    if not (run / MODEL).is_file():
        raise Failure(f"RUN {run}: there is no {MODEL} in it, so no training has ended there; train again")
    try:
        return load_weights(run / MODEL)
    except WeightsError as error:
        raise Failure(f"{error}; train again") from None
    except OSError as error:
        raise Failure(f"{run / MODEL} cannot be read: {error.strerror or error}") from None


def _test_image(network: Network, index: str, folder: str | None) -> tuple[np.ndarray, int]:
    digits = datasets.load(network.dataset, folder)
    images = digits.test_images
    if images.shape[1:] != (network.height, network.width) or digits.maximum != network.maximum:
        raise Failure(f"the images of {digits.source} are not of the kind that this network was trained on")
    number = whole("--index", index, 0, min(7, len(images) - 1), most=len(images) - 1)
    return images[number] / np.float32(digits.maximum), int(digits.test_labels[number])


def _picture(network: Network, path: Path) -> np.ndarray:
    try:
        return read_digit(path, network.height, network.width)
    except PictureError as error:
        raise Failure(f"--image {error}") from None


def _probabilities(model: Any, pixels: np.ndarray) -> list[float]:
    with no_grad():
        logits = model(tensor(pixels.reshape(1, -1)))
    probabilities: list[float] = logits.softmax(dim=1).tolist()[0]
    return probabilities
