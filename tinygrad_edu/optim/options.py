"""The options of optimisers and schedules: what a parameter group is, and the checks that several share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any, TypedDict

import numpy as np

from ..tensor import Tensor

Group = dict[str, Any]  # "params", and the options by name

NUMBERS = (
    "lr", "lr_decay", "weight_decay", "eps", "momentum", "dampening", "momentum_decay", "alpha", "rho", "lambd", "t0",
    "initial_accumulator_value", "max_iter", "max_eval", "tolerance_grad", "tolerance_change", "history_size",
    "ns_steps",
)  # fmt: skip
TUPLES = ("betas", "ns_coefficients")
FLAGS = ("nesterov", "amsgrad", "centered", "maximize", "decoupled_weight_decay")


class Kernels(TypedDict, total=False):
    """How PyTorch computes an update: over lists, in one kernel, in a CUDA graph, or as part of a graph."""

    foreach: bool | None
    fused: bool | None
    capturable: bool
    differentiable: bool


def check_kernels(name: str, kernels: Mapping[str, Any]) -> None:
    """Ignore the choices among PyTorch's kernels, which change no result. TypeError: any other keyword argument."""
    for key, value in kernels.items():
        if key not in Kernels.__annotations__:
            raise TypeError(f"{name}() got an unexpected keyword argument {key!r}")
        if key == "differentiable" and value:
            raise ValueError(f"{name}: differentiable=True is not supported; the update writes in place, unrecorded")


def check_types(name: str, group: Group) -> None:
    """TypeError if an option is not of its kind: a number, a tuple of numbers, or True or False."""
    for key, value in group.items():
        if key in NUMBERS:
            check_numbers(name, **{key: value})
        elif key in TUPLES:
            if isinstance(value, str) or not isinstance(value, Iterable):
                raise TypeError(f"{name}: expected a tuple of numbers for {key}, got {value!r}")
            for i, number in enumerate(value):
                check_numbers(name, **{f"{key}[{i}]": number})
        elif key in FLAGS and not isinstance(value, (int, np.bool_)):
            raise TypeError(f"{name}: expected True or False for {key}, got {value!r}")


def check_numbers(name: str, **values: Any) -> None:
    """TypeError unless these are numbers, or Tensors or arrays of one element."""
    for key, value in values.items():
        if isinstance(value, Real) or (isinstance(value, (Tensor, np.ndarray)) and value.shape == ()):
            continue
        raise TypeError(f"{name}: expected a number for {key}, got {value!r}")


def at_least_zero(group: Group, *keys: str) -> None:
    """ValueError if one of these options, where the group has it, is negative or nan."""
    for key in keys:
        if key in group and not group[key] >= 0:
            raise ValueError(f"{key} must be at least 0, got {group[key]}")


def betas_below_one(group: Group) -> None:
    """ValueError if there are not two β, each at least 0 and less than 1."""
    if len(group["betas"]) != 2:
        raise ValueError(f"betas must be two numbers, got {group['betas']}")
    for i, beta in enumerate(group["betas"], start=1):
        if not 0 <= beta < 1:
            raise ValueError(f"beta {i} must be at least 0 and less than 1, got {beta}")
