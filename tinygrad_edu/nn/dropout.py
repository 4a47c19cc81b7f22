"""Dropout as layers: in training, each element, or each channel, is set to 0 with some probability."""

from __future__ import annotations

from typing import Any, ClassVar

from . import functional as F
from .checks import check_tensor
from .module import Module

__all__ = [
    "AlphaDropout",
    "Dropout",
    "Dropout1d",
    "Dropout2d",
    "Dropout3d",
    "FeatureAlphaDropout",
]


class _Dropout(Module):
    """Calls the function `_of`, with the layer's mode."""

    _of: ClassVar[Any]

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"{type(self).__name__}: p must be between 0 and 1, got {p}")
        self.p = p
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        return self._of(x, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """In training, sets each element to 0 with probability p and divides the others by 1 - p; after `eval()`, y = x.

    The random numbers are those that `manual_seed` seeds. inplace: write the result into the input itself.
    ValueError: p outside [0, 1].
    """

    _of = staticmethod(F.dropout)


class Dropout1d(_Dropout):
    """`Dropout` of whole channels of an input x (N, C, L) or (C, L).

    In training, sets each channel to 0 with probability p and divides the others by 1 - p.
    """

    _of = staticmethod(F.dropout1d)


class Dropout2d(_Dropout):
    """`Dropout` of whole channels of an input x (N, C, H, W). One of three dimensions is (N, C, L), as in PyTorch.

    In training, sets each channel to 0 with probability p and divides the others by 1 - p.
    """

    _of = staticmethod(F.dropout2d)


class Dropout3d(_Dropout):
    """`Dropout` of whole channels of an input x (N, C, D, H, W) or (C, D, H, W).

    In training, sets each channel to 0 with probability p and divides the others by 1 - p.
    """

    _of = staticmethod(F.dropout3d)


class AlphaDropout(_Dropout):
    """In training, sets each element of x to what SELU saturates at with probability p, then scales and shifts all.

    Mean 0 and variance 1 stay as they are; after `eval()`, y = x. For networks of `SELU`.
    """

    _of = staticmethod(F.alpha_dropout)


class FeatureAlphaDropout(_Dropout):
    """`AlphaDropout` of whole channels of an input x (N, C, ...)."""

    _of = staticmethod(F.feature_alpha_dropout)
