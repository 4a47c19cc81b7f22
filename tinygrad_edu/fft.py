"""Fourier transforms, as `torch.fft`: `tg.fft.fft(x)`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .creation import tensor
from .ops.transforms import (
    fft,
    fft2,
    fftn,
    fftshift,
    hfft,
    hfft2,
    hfftn,
    ifft,
    ifft2,
    ifftn,
    ifftshift,
    ihfft,
    ihfft2,
    ihfftn,
    irfft,
    irfft2,
    irfftn,
    rfft,
    rfft2,
    rfftn,
)

__all__ = [
    "fft",
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "hfft2",
    "hfftn",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "ihfft2",
    "ihfftn",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftfreq",
    "rfftn",
]


def fftfreq(n: int, d: float = 1.0, *, dtype: Any = None, requires_grad: bool = False) -> Any:
    """The frequency of each element of `fft` of n samples that are `d` apart: 0, 1, ..., −2, −1, over n d.

    >>> tg.fft.fftfreq(4)
    tensor([ 0.0000,  0.2500, -0.5000, -0.2500])
    """
    return tensor(np.fft.fftfreq(n, d).tolist(), dtype=dtype, requires_grad=requires_grad)


def rfftfreq(n: int, d: float = 1.0, *, dtype: Any = None, requires_grad: bool = False) -> Any:
    """The frequency of each element of `rfft` of n samples that are `d` apart: 0, 1, ..., n/2, over n d.

    >>> tg.fft.rfftfreq(4)
    tensor([0.0000, 0.2500, 0.5000])
    """
    return tensor(np.fft.rfftfreq(n, d).tolist(), dtype=dtype, requires_grad=requires_grad)
