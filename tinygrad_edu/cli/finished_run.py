"""A run that has ended, read back: its network, the data it learned from, and a training step to look at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from .. import nn
from ..creation import tensor
from ..data.images import Digits
from ..run_folder import Network, WeightsError, load_weights
from ..run_folder.contents import MODEL
from ..tensor import Tensor
from . import dataset as datasets
from .errors import USAGE, Failure

STEP_BATCH = 8  # images in the step that is drawn


def load_run(run: Path) -> tuple[Network, Any]:
    """The network in the folder of a run, and its model, in evaluation mode. Raises `Failure`."""
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


def digits_of(network: Network, folder: str | None) -> Digits:
    """The data set that the network was trained on, from `folder` (the value of --data). Raises `Failure`."""
    digits = datasets.load(network.dataset, folder)
    if digits.test_images.shape[1:] != (network.height, network.width) or digits.maximum != network.maximum:
        raise Failure(f"the images of {digits.source} differ in size or range from those of this network's training")
    return digits


def training_step(model: Any, digits: Digits, count: int = STEP_BATCH) -> tuple[Tensor, dict[str, Tensor]]:
    """The loss of a model on the first `count` training images, and what to call the Tensors of that step."""
    few = replace(digits, train_images=digits.train_images[:count], train_labels=digits.train_labels[:count])
    images, labels = map(tensor, few.scaled()[0])
    model.zero_grad()  # so that the gradients that `loss.backward()` leaves are those of this loss
    loss = nn.CrossEntropyLoss()(model(images), labels)
    return loss, {"images": images, "labels": labels, "loss": loss}
