"""The gallery: six small networks whose pictures teach one thing each.

    tinygrad-edu gallery FOLDER

| file | what its picture shows |
| --- | --- |
| `neuron.py` | local derivatives, multiplied along the way back |
| `mlp_step.py` | matrices, their rules and their shapes |
| `residual_block.py` | two ways back, one of them untouched |
| `lstm_cell.py` | gates, and a path along which gradients live |
| `attention.py` | modules within modules; -∞ and exact zeros that are meant |
| `second_derivative.py` | the graph of a gradient |
"""

from __future__ import annotations

from collections.abc import Callable

from tinygrad_edu.data import load_digits
from tinygrad_edu.data.images import Digits

from . import attention, lstm_cell, mlp_step, neuron, residual_block, second_derivative
from .scene import Scene

__all__ = ["SCENES", "Scene", "scene"]

SCENES: dict[str, Callable[..., Scene]] = {
    "neuron": neuron.build,
    "mlp_step": mlp_step.build,  # takes the digits; the others take nothing
    "residual_block": residual_block.build,
    "lstm_cell": lstm_cell.build,
    "attention": attention.build,
    "second_derivative": second_derivative.build,
}


def scene(name: str, digits: Digits | None = None) -> Scene:
    """The scene of this name, built anew. Without `digits`, images are the 8x8 ones that come with the library.

    ValueError: there is no scene of this name.
    """
    if name not in SCENES:
        raise ValueError(f"there is no scene {name!r}; choose one of {', '.join(SCENES)}")
    build = SCENES[name]
    if build is mlp_step.build:
        return build(load_digits() if digits is None else digits)
    return build()
