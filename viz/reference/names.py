"""What an op is called in PyTorch and in NumPy. The names here are PyTorch's, so it is looked up where they stand."""

from __future__ import annotations

from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu.op import Op
from tinygrad_edu.ops.from_numpy import FUNCTIONS

NAMESPACES = ("", "special", "linalg", "fft", "nn.functional")
OURS = frozenset(
    {"cast", "getitem", "item", "linear", "pad", "place", "put", "top"}
)  # another thing in PyTorch, or nothing
ONLY_OURS = frozenset(
    {"torch.expand", "torch.softplus", "torch.nn.functional.flatten"}
)  # places where PyTorch has not got it


def pytorch(name: str, function: Any) -> list[str]:
    """`torch.exp`, `Tensor.exp`: where PyTorch has this function."""
    if name in OURS:
        return []
    found = []
    for namespace in NAMESPACES:
        place: Any = tg
        for part in filter(None, namespace.split(".")):
            place = getattr(place, part, None)
        if getattr(place, name, None) is function:
            found.append(".".join(filter(None, ("torch", namespace, name))))
    method = next((vars(owner)[name] for owner in tg.Tensor.__mro__ if name in vars(owner)), None)
    if method is not None and (method is function or callable(method)):
        found.append(f"Tensor.{name}")
    return [name for name in found if name not in ONLY_OURS]


def numpy(name: str, function: Any) -> list[str]:
    """`np.exp`, `np.linalg.norm`: the functions of NumPy's that call this one when given a Tensor."""
    found = []
    if isinstance(function, Op) and isinstance(function.forward, np.ufunc):
        found.append(f"np.{function.forward.__name__}")
    for module, prefix in ((np, "np"), (np.linalg, "np.linalg"), (np.fft, "np.fft")):
        namesake = getattr(module, name, None)
        if namesake in FUNCTIONS and f"{prefix}.{name}" not in found:
            found.append(f"{prefix}.{name}")
    return found
