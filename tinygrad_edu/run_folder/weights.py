"""Weights in a file, as safetensors with a checksum: numbers and a description, no code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..creation import tensor
from ..train import sealed
from .network import Network

KEY = "tinygrad_edu.network"


class WeightsError(ValueError):
    """A file does not contain the weights of a `Network`. One line: which file, what is wrong."""


def save_weights(path: Path, network: Network, model: Any) -> None:
    """Write a model that `network.build()` made; equal weights give equal bytes. Raises `OSError`."""
    arrays = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    sealed.write(path, KEY, network.to_json(), arrays)


def load_weights(path: Path) -> tuple[Network, Any]:
    """The network and the model in `path`, in evaluation mode.

    Raises `WeightsError` if the file is damaged or was written by another program, `OSError` if it cannot be read.
    """
    try:
        text, arrays = sealed.read(path, KEY)
        network = Network.from_json(text)
    except ValueError as error:
        raise WeightsError(f"{path} is damaged or not a weights file: {error}") from None
    if {name: array.shape for name, array in arrays.items()} != network.shapes:
        raise WeightsError(f"{path} is damaged: its arrays are not those of the network that it describes")
    for name, array in arrays.items():
        if array.dtype != np.float32:
            raise WeightsError(f"{path}: expected float32 for {name}, got {array.dtype}")
        if not np.isfinite(array).all():
            raise WeightsError(f"{path} is damaged: {name} has values that are not finite numbers")
    model = network.build()
    model.load_state_dict({name: tensor(array) for name, array in arrays.items()})
    return network, model.eval()
