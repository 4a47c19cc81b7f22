"""`tinygrad-edu predict`: what a trained network reads in an image."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from ..creation import tensor
from ..recording import no_grad
from ..run_folder import Network
from .choices import integer
from .console import say, stdout_console
from .digit_image import PictureError, read_digit
from .errors import USAGE, Failure, bad_option
from .finished_run import digits_of, load_run
from .show import show


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
        raise bad_option("--data", data, "applies to --index only; leave it out")
    network, model = load_run(run)
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


def _test_image(network: Network, index: str, folder: str | None) -> tuple[np.ndarray, int]:
    digits = digits_of(network, folder)
    images = digits.test_images
    number = integer("--index", index, 0, min(7, len(images) - 1), most=len(images) - 1)
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
