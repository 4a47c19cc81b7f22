"""Weights in a file, as safetensors: numbers and a description, nothing that could be run.

The format is https://huggingface.co/docs/safetensors: a header in JSON, then the bytes of each array.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from tinygrad_edu.creation import tensor
from tinygrad_edu.files import write_whole
from tinygrad_edu.run_folder.network import Network

KEY = "tinygrad_edu.network"  # the only key of the metadata: with more, their order would change from run to run


class WeightsError(ValueError):
    """A file does not hold the weights of a network of ours. One line: which file, what is wrong."""


def save_weights(path: Path, network: Network, model: Any) -> None:
    """Write a model that `network.build()` made; the same weights give the same bytes. Raises `OSError`."""
    arrays = {name: np.ascontiguousarray(value.detach().numpy()) for name, value in model.state_dict().items()}
    write_whole(path, save(arrays, {KEY: network.to_json()}))


def load_weights(path: Path) -> tuple[Network, Any]:
    """The network and the model in `path`, in evaluation mode.

    Raises `WeightsError` if the file is damaged or was written by another program, `OSError` if it cannot be read.
    """
    with path.open("rb"):  # its errors say more than those of safetensors
        pass
    network, arrays = _read(path)
    if {name: array.shape for name, array in arrays.items()} != network.shapes:
        raise WeightsError(f"{path} is damaged: its arrays are not those of the network that it describes")
    for name, array in arrays.items():
        if array.dtype != np.float32:
            raise WeightsError(f"{path}: {name} is {array.dtype}, where float32 was expected")
        if not np.isfinite(array).all():
            raise WeightsError(f"{path} is damaged: {name} has values that are not finite numbers")
    model = network.build()
    model.load_state_dict({name: tensor(array) for name, array in arrays.items()})
    return network, model.eval()


def _read(path: Path) -> tuple[Network, dict[str, np.ndarray]]:
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            if KEY not in metadata:
                raise WeightsError(f"{path} was not written by tinygrad-edu: it does not say which network it is for")
            network = Network.from_json(metadata[KEY])
            return network, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
    except SafetensorError as error:
        raise WeightsError(f"{path} is damaged, or no safetensors file: {error}") from None
    except WeightsError:
        raise
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise WeightsError(f"{path} is damaged, or from another version: {error}") from None
