"""`Dropout`: in training, each element is set to 0 with some probability."""

from __future__ import annotations

from typing import Any

from . import functional as F
from .checks import check_tensor
from .module import Module

__all__ = [
    "Dropout",
]


class Dropout(Module):
    """In training, sets each element to 0 with probability p and divides the others by 1 - p; after `eval()`, y = x.

    The random numbers are those that `manual_seed` seeds. inplace: write the result into the input itself.
    ValueError: p outside [0, 1].
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"Dropout: p must be between 0 and 1, got {p}")
        self.p = p
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        return F.dropout(x, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"
