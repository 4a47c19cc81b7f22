"""The options of an optimiser: what a parameter group is, and the checks that several optimisers share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

Group = dict[str, Any]


class Kernels(TypedDict, total=False):
    """How PyTorch shall compute an update: in lists, in one kernel, in a CUDA graph, or as part of a graph."""

    foreach: bool | None
    fused: bool | None
    capturable: bool
    differentiable: bool


def check_kernels(name: str, kernels: Mapping[str, Any]) -> None:
    """The choices among PyTorch's kernels change no number and are ignored; what is none of them is an error."""
    for key, value in kernels.items():
        if key not in Kernels.__annotations__:
            raise TypeError(f"{name}() got an unexpected keyword argument {key!r}")
        if key == "differentiable" and value:
            raise ValueError(f"{name}: differentiable=True is not supported: the update works in place, unrecorded")


def at_least_zero(group: Group, *keys: str) -> None:
    """ValueError if one of these options (those that the group has) is negative or not a number."""
    for key in keys:
        if key in group and not group[key] >= 0:
            raise ValueError(f"{key} must be at least 0, got {group[key]}")


def betas_below_one(group: Group) -> None:
    """ValueError if one of the factors with which the past fades is outside [0, 1)."""
    for i, beta in enumerate(group["betas"], start=1):
        if not 0 <= beta < 1:
            raise ValueError(f"beta {i} must be at least 0 and less than 1, got {beta}")
