"""Checkpoints: a whole training run in one safetensors file, from which it resumes bit for bit.

The file (sealed.py) contains arrays - weights, buffers, the optimiser's state, the losses so far - and as JSON
everything else: numbers, the states of the generators, the position in the epoch, the states of the callbacks. It
contains no code. It is written completely or not at all, and loaded completely or not at all.
"""

from __future__ import annotations

import copy
import json
import math
from collections import Counter
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..random import get_rng_state, set_rng_state
from . import sealed
from .tree import Arrays, decode, encode

if TYPE_CHECKING:
    from .callbacks.callback import Callback
    from .learner import Learner

KEY = "tinygrad_edu.checkpoint"
PARTS = ("model", "optimizer", "position", "history", "callbacks", "loader", "random", "extra")


class CheckpointError(ValueError):
    """A file is not a checkpoint, or not one of this training run. One line: which file, what is wrong."""


def save(path: str | PathLike[str], learner: Learner, extra: Any = None) -> None:
    """Write everything that `learner` needs to resume later. `extra` is saved with it, for `read_extra`.

    Raises `OSError` if it cannot be written; an existing file is then unchanged. Raises `TypeError` if a state contains
    anything but numbers, strings, arrays, lists and dicts.
    """
    arrays: Arrays = {}
    tree = encode(snapshot(learner) | {"extra": extra}, arrays)
    sealed.write(Path(path), KEY, json.dumps(tree, allow_nan=False), arrays)


def load(path: str | PathLike[str], learner: Learner) -> None:
    """Restore `learner` to the state that was saved.

    Raises `CheckpointError` if the file is damaged or not a checkpoint, or if it is from another architecture, another
    optimiser or other callbacks; `OSError` if it cannot be read. `learner` is then unchanged.
    """
    state = read(path)
    before, loader = copy.deepcopy(snapshot(learner)), learner.position.loader
    try:
        _check_fits(state, learner)
        _restore(state, learner)
    except BaseException as error:
        _restore(before, learner)
        learner.position.loader = loader
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
        if not isinstance(state, dict) or tuple(state) != PARTS:
            raise ValueError("parts of a checkpoint are missing")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise CheckpointError(f"{path} is damaged or not a checkpoint: {_one_line(error)}") from None
    return state


def snapshot(learner: Learner) -> dict[str, Any]:
    """The state of everything; its arrays share the memory in use."""
    return {
        "model": learner.model.state_dict(),
        "optimizer": {"class": type(learner.optimizer).__name__} | learner.optimizer.state_dict(),
        "position": learner.position.state_dict(),
        "history": learner.history.state_dict(),
        "callbacks": {name: state for name, each in _named(learner.callbacks) if (state := each.state_dict())},
        "loader": learner.position.loader_state(learner.train_data),
        "random": get_rng_state(),
    }


def _restore(state: dict[str, Any], learner: Learner) -> None:
    learner.model.load_state_dict(state["model"])
    learner.optimizer.load_state_dict(state["optimizer"])
    learner.position.load_state_dict(state["position"])
    learner.history.load_state_dict(state["history"])
    for name, callback in _named(learner.callbacks):
        if name in state["callbacks"]:
            callback.load_state_dict(state["callbacks"][name])
    learner.position.loader = state["loader"]
    if state["loader"] is not None:
        learner.train_data.load_state_dict(state["loader"])  # type: ignore[attr-defined]
    set_rng_state(state["random"])


def _check_fits(state: dict[str, Any], learner: Learner) -> None:
    """Raise `ValueError` if the state is that of another model, optimiser, or set of callbacks."""
    ours, theirs = (
        {name: (tuple(value.shape), str(value.dtype)) for name, value in model.items()}
        for model in (learner.model.state_dict(), state["model"])
    )
    for name in [*ours, *theirs]:
        if ours.get(name) != theirs.get(name):
            model, file = (_described(side.get(name)) for side in (ours, theirs))
            raise ValueError(f"it is from another architecture: {name} is {file} in the file, {model} in the model")
    mine, other = type(learner.optimizer).__name__, state["optimizer"]["class"]
    if mine != other:
        raise ValueError(f"its optimizer is {other}, not {mine}")
    here, there = learner.optimizer.param_groups, state["optimizer"]["param_groups"]
    if len(here) != len(there):
        raise ValueError(f"its {mine} has {len(there)} parameter groups, not {len(here)}")
    for group, given in zip(here, there, strict=True):
        if unlike := ", ".join(sorted(group.keys() ^ given.keys())):
            raise ValueError(f"its {mine} or its learning rate schedule has different options: {unlike}")
        for name in group.keys() - {"params"}:
            if _kind(group[name]) != _kind(given[name]) and None not in (group[name], given[name]):
                raise ValueError(
                    f"the {name} of its {mine} is {given[name]!r:.80}, but the optimizer here has {group[name]!r}"
                )
    lost = [name for name in state["callbacks"] if name not in dict(_named(learner.callbacks))]
    if lost:
        raise ValueError(f"it has the state of {', '.join(lost)}, which is not among the callbacks here")
    batches = learner.train_data
    if state["loader"] is not None and not hasattr(batches, "load_state_dict"):
        raise ValueError(f"it has the state of a loader, but a {type(batches).__name__} has no load_state_dict")
    if state["position"]["batch"] > len(batches):
        raise ValueError(f"its epoch has at least {state['position']['batch']} batches, the data here {len(batches)}")


def _kind(value: Any) -> Any:
    """The kind of a setting: a finite number, a bool, a string ...; of a tuple, the kinds of its entries."""
    if isinstance(value, tuple | list):
        return [_kind(entry) for entry in value]
    if type(value) in (int, float):
        return "number" if math.isfinite(value) else "not finite"
    return type(value).__name__


def _described(entry: tuple[tuple[int, ...], str] | None) -> str:
    return "missing" if entry is None else f"{entry[1]} {entry[0]}"


def _named(callbacks: list[Callback]) -> list[tuple[str, Callback]]:
    """Callbacks by the name of their class, numbered from the second of a class on."""
    seen: Counter[str] = Counter()
    named = []
    for callback in callbacks:
        name = type(callback).__name__
        seen[name] += 1
        named.append((name if seen[name] == 1 else f"{name} {seen[name]}", callback))
    return named


def _one_line(error: BaseException) -> str:
    text = f"it has no {error}" if isinstance(error, KeyError) else str(error)
    return " ".join(text.split())[:300]
