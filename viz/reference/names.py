"""What an op is called in PyTorch and in NumPy. The names here are PyTorch's, so it is looked up where they stand."""

from __future__ import annotations

from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu.op import Op
from tinygrad_edu.ops.from_numpy import FUNCTIONS

OURS = frozenset(
    {"cast", "getitem", "item", "linear", "pad", "place", "put", "top"}
)  # another thing in PyTorch, or nothing
NOT_TOP_LEVEL = """
    expand softplus bessel_i bessel_ie bessel_j bessel_k bessel_ke bessel_y spherical_bessel entr
    erfcx hurwitz_zeta lower_gamma upper_gamma log_ndtr ndtri xlog1py repeat join expand_as
    reshape_as sum_to_size gammainc gammaincc zeta contract setitem unfold scatter_extreme
"""  # what PyTorch has elsewhere, or not at all
ONLY_OURS = {f"torch.{name}" for name in NOT_TOP_LEVEL.split()} | {"torch.nn.functional.flatten", "Tensor.rsub"}


def pytorch(called: list[str], function: Any) -> list[str]:
    """`torch.exp`, `Tensor.exp`: where PyTorch has this function."""
    if called[0] in OURS:
        return []
    found = [f"torch.{name}" for name in called if hasattr(function, "__name__")]
    found = [name for name in found if _here(name.removeprefix("torch.")) is function]
    functional = f"nn.functional.{called[0]}"
    found += [f"torch.{functional}"] if _here(functional) is function else []
    method = next((vars(owner)[called[0]] for owner in tg.Tensor.__mro__ if called[0] in vars(owner)), None)
    if callable(method):
        found.append(f"Tensor.{called[0]}")
    return [name for name in found if name not in ONLY_OURS]


def _here(name: str) -> Any:
    place: Any = tg
    for part in name.split("."):
        place = getattr(place, part, None)
    return getattr(place, "row", place)  # `tg.where` is a function that calls its row


def numpy(name: str, function: Any) -> list[str]:
    """`np.exp`, `np.linalg.norm`: the functions of NumPy's that call this one when given a Tensor."""
    found = []
    if isinstance(function, Op) and isinstance(function.forward, np.ufunc):
        found.append(f"np.{function.forward.__name__}")
    last = name.rpartition(".")[2]
    for module, prefix in ((np, "np"), (np.linalg, "np.linalg"), (np.fft, "np.fft")):
        namesake = getattr(module, last, None)
        if callable(namesake) and namesake in FUNCTIONS and f"{prefix}.{last}" not in found:
            found.append(f"{prefix}.{last}")
    return found
