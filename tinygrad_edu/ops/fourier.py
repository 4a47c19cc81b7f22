"""Fourier transforms over any dimensions.

A transform is a sum with weights exp(−2πi jk / n), analytic and linear, and its matrix is symmetric: the rule of `fftn` is
`fftn`. A real transform keeps the half of the spectrum that the other half repeats.

Source: J. Cooley and J. Tukey, "An algorithm for the machine calculation of complex Fourier series", Mathematics of
Computation 19 (1965); the norms are those of NumPy and PyTorch: "backward" divides by n in the inverse, "forward" in
the transform, "ortho" by √n in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import Op, op
from .shape import pad

INVERSE = {"backward": "forward", "forward": "backward", "ortho": "ortho"}  # the norm of the transform the other way


def _fitted(x: Any, dim: Sequence[int], sizes: Sequence[int]) -> Any:
    """Cut off, or filled up with zeros, to these sizes."""
    for d, n in zip(dim, sizes, strict=True):
        if x.shape[d] > n:
            x = x[(slice(None),) * (d % x.ndim) + (slice(n),)]
        elif x.shape[d] < n:
            x = pad(x, widths=tuple((0, n - x.shape[d] if k == d % x.ndim else 0) for k in range(x.ndim)))
    return x


def _transform(function: Any) -> Any:
    def forward(x: np.ndarray, s: Sequence[int], dim: Sequence[int], norm: str = "backward") -> Any:
        y = function(x, s=s, axes=dim, norm=norm) if len(dim) else x.astype(np.result_type(x, np.complex64))
        return y.astype(np.result_type(x.real.dtype, np.complex64) if y.dtype.kind == "c" else x.real.dtype, copy=False)

    return forward


def _weights(n: int, ndim: int, d: int, dtype: Any) -> Any:
    """How often each number of a half spectrum stands in the whole one: 1 at 0 and, if n is even, at n/2; else 2."""
    often = np.full(n // 2 + 1, 2, dtype)
    often[0] = 1
    if n % 2 == 0:
        often[-1] = 1
    return often.reshape((-1,) + (1,) * (ndim - 1 - d % ndim))


def _rfftn_rule(g: Any, y: Any, x: Any, s: Any, dim: Any, norm: str = "backward") -> Any:
    """The sum over the half spectrum, as one over a whole spectrum with zeros."""
    return _fitted(fftn(_fitted(g, dim[-1:], s[-1:]), s, dim, norm).real, dim, [x.shape[d] for d in dim])


def _irfftn_rule(g: Any, y: Any, x: Any, s: Any, dim: Any, norm: str = "backward") -> Any:
    """The conjugate of a real transform, in which each number counts as often as it stands in the whole spectrum.

    Of the numbers that a real result implies to be real, the imaginary part was not looked at.
    """
    n = s[-1]
    whole = np.conj(rfftn(g, s, dim, INVERSE[norm])) * _weights(n, x.ndim, dim[-1], g.dtype)
    return _fitted(whole, dim, [x.shape[d] for d in dim])


# fmt: off
fftn: Op  = op("fftn", _transform(np.fft.fftn),   lambda g, y, x, s, dim, norm="backward": _fitted(fftn(g, s, dim, norm), dim, [x.shape[d] for d in dim]))
ifftn: Op = op("ifftn", _transform(np.fft.ifftn), lambda g, y, x, s, dim, norm="backward": _fitted(ifftn(g, s, dim, norm), dim, [x.shape[d] for d in dim]))
rfftn: Op = op("rfftn", _transform(np.fft.rfftn), _rfftn_rule)
irfftn    = op("irfftn", _transform(np.fft.irfftn), _irfftn_rule)
# fmt: on
