"""`Scene`: what there is to draw, and how.

A scene holds a graph that no `backward()` has gone through yet: whoever draws it decides whether gradients are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tinygrad_edu import Tensor, nn


@dataclass(frozen=True, eq=False)
class Scene:
    """A graph, and how it is best drawn."""

    name: str  # of its files: "lstm_cell" is drawn into lstm_cell.svg
    title: str  # one line, for a reader who does not see the picture
    outputs: tuple[Tensor, ...]  # scalars: where the gradients start from
    names: dict[str, Tensor]  # what the tensors of the text are called
    module: nn.Module | None = None
    direction: Literal["LR", "TB"] = "LR"
    depth: int | None = None  # how many levels of modules the picture opens; None: all of them
