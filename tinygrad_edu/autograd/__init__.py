"""Gradients: the backward pass, and what users build on it, under PyTorch's names.

`backward_pass.py` is the engine. Beside it: `functional` (Jacobians, Hessians and their products), `Function` (an
operation whose derivative is the user's), hooks, and `detect_anomaly` (where did the nan come from).
"""

from __future__ import annotations

import importlib
from typing import Any

from . import functional, grad_mode
from .anomaly import detect_anomaly, is_anomaly_check_nan_enabled, is_anomaly_enabled, set_detect_anomaly
from .function import Function, once_differentiable
from .grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from .gradients import backward, grad

__all__ = [
    "Function",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "functional",
    "grad",
    "grad_mode",
    "inference_mode",
    "is_anomaly_check_nan_enabled",
    "is_anomaly_enabled",
    "no_grad",
    "once_differentiable",
    "set_detect_anomaly",
    "set_grad_enabled",
]


def __getattr__(name: str) -> Any:
    """What proves gradients stands above what computes them, in `testing`, so it is looked up when it is asked for."""
    if name in ("gradcheck", "gradgradcheck"):
        return getattr(importlib.import_module(f"{__package__.rpartition('.')[0]}.testing"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
