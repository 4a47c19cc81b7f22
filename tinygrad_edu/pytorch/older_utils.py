"""`nn.utils.clip_grad_norm`: a name from before PyTorch 0.4, without the `_`."""

from __future__ import annotations

from typing import Any

from ..nn.utils import clip_grad_norm_
from ..warn import warn

__all__ = ["clip_grad_norm"]


def clip_grad_norm(parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False) -> Any:
    """`clip_grad_norm_`."""
    warn("nn.utils.clip_grad_norm is now called nn.utils.clip_grad_norm_", FutureWarning)
    return clip_grad_norm_(parameters, max_norm, norm_type, error_if_nonfinite)
