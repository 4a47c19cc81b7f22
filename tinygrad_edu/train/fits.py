"""Whether a saved state is that of this network, this optimiser, this loader: what differs, as a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def check_model(ours: Mapping[str, Any], theirs: Mapping[str, Any], called: str = "the model") -> None:
    """Raise `ValueError` unless two state dicts have the same names, shapes and dtypes."""
    here, there = (
        {name: (tuple(value.shape), str(value.dtype)) for name, value in model.items()} for model in (ours, theirs)
    )
    for name in [*here, *there]:
        if here.get(name) != there.get(name):
            model, file = (_described(side.get(name)) for side in (here, there))
            raise ValueError(f"it is from another architecture: {name} is {file} in the file, {model} in {called}")


def check_optimizer(optimizer: Any, state: Mapping[str, Any]) -> None:
    """Raise `ValueError` if the state, with the name of its class, is that of another optimiser."""
    mine, other = type(optimizer).__name__, state["class"]
    if mine != other:
        raise ValueError(f"its optimizer is {other}, not {mine}")
    here, there = optimizer.param_groups, state["param_groups"]
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


def check_batches(batches: Any, loader: Any, batch: int) -> None:
    """Raise `ValueError` if a training that has done `batch` batches of an epoch cannot go on with these batches."""
    if loader is not None and not hasattr(batches, "load_state_dict"):
        raise ValueError(f"it has the state of a loader, but {type(batches).__name__} has no load_state_dict")
    if batch > len(batches):
        raise ValueError(f"its epoch has at least {batch} batches, the data here {len(batches)}")


def _kind(value: Any) -> Any:
    """The kind of a setting: a finite number, a bool, a string ...; of a tuple, the kinds of its entries."""
    if isinstance(value, tuple | list):
        return [_kind(entry) for entry in value]
    if type(value) in (int, float):
        return "number" if math.isfinite(value) else "not finite"
    return type(value).__name__


def _described(entry: tuple[tuple[int, ...], str] | None) -> str:
    return "missing" if entry is None else f"{entry[1]} {entry[0]}"
