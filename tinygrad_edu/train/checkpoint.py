"""Checkpoints: a whole training run in one safetensors file, from which it resumes bit for bit.

The file (sealed.py) contains arrays - weights, buffers, the optimiser's state, the losses so far - and as JSON
everything else: numbers, the states of the generators, the position in the epoch, the states of the callbacks. It
contains no code. It is written completely or not at all, and loaded completely or not at all.

What the parts of a training are, the training itself knows: a `Learner` (learner_state.py) or a `Loop` (loop_state.py).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from . import sealed
from .tree import Arrays, decode, encode

if TYPE_CHECKING:
    from .position import Position

KEY = "tinygrad_edu.checkpoint"
PARTS = ("model", "optimizer", "position", "history", "callbacks", "loader", "random", "extra")
LOOP_PARTS = ("kept", "position", "history", "loader", "random", "extra")
KINDS = {PARTS: "Learner", LOOP_PARTS: "Loop"}


class CheckpointError(ValueError):
    """A file is not a checkpoint, or not one of this training run. One line: which file, what is wrong."""


class Training(Protocol):
    """What can be saved: a `Learner`, or a `Loop`."""

    position: Position

    def snapshot(self) -> dict[str, Any]:
        """The state of everything, all parts but "extra"; its arrays share the memory in use."""

    def check_fits(self, state: Mapping[str, Any]) -> None:
        """Raise `ValueError`, `KeyError` or `TypeError` if it is the state of another training."""

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue from a state. Raises as `check_fits`; what was done by then stays."""


def save(path: str | PathLike[str], training: Training, extra: Any = None) -> None:
    """Write everything that `training` needs to resume later. `extra` is saved with it, for `read_extra`.

    Raises `OSError` if it cannot be written; an existing file is then unchanged. Raises `TypeError` if a state contains
    anything but numbers, strings, arrays, lists and dicts.
    """
    arrays: Arrays = {}
    tree = encode(training.snapshot() | {"extra": extra}, arrays)
    sealed.write(Path(path), KEY, json.dumps(tree, allow_nan=False), arrays)


def load(path: str | PathLike[str], training: Training) -> None:
    """Restore `training` to the state that was saved.

    Raises `CheckpointError` if the file is damaged or not a checkpoint, or if it is from another architecture, another
    optimiser or other callbacks; `OSError` if it cannot be read. `training` is then unchanged.
    """
    state = read(path)
    before, loader = copy.deepcopy(training.snapshot()), training.position.loader
    try:
        theirs, ours = KINDS[tuple(state)], KINDS[(*before, "extra")]
        if theirs != ours:
            raise ValueError(f"it was written by a {theirs}, this is a {ours}")
        training.check_fits(state)
        training.restore(state)
    except BaseException as error:
        training.restore(before)
        training.position.loader = loader
        if not isinstance(error, Exception):  # Ctrl-C
            raise
        raise CheckpointError(f"{path}: {_one_line(error)}; nothing was loaded") from None


def read_extra(path: str | PathLike[str]) -> Any:
    """What was passed to `save` as `extra`. Raises as `load` does."""
    return read(path)["extra"]


def read(path: str | PathLike[str]) -> dict[str, Any]:
    """The parts of a checkpoint, checked for damage. Raises `CheckpointError`, and `OSError` if it cannot be read."""
    try:
        text, arrays = sealed.read(Path(path), KEY)
        state = decode(json.loads(text), arrays)
        if not isinstance(state, dict) or tuple(state) not in KINDS:
            raise ValueError("parts of a checkpoint are missing")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise CheckpointError(f"{path} is damaged or not a checkpoint: {_one_line(error)}") from None
    return state


def _one_line(error: BaseException) -> str:
    text = f"it has no {error}" if isinstance(error, KeyError) else str(error)
    return " ".join(text.split())[:300]
