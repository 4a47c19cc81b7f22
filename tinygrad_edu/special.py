"""Special functions under PyTorch's names: `tg.special.erf`, `tg.special.i1e`, `tg.special.ndtr` ...

Those that also stand in `tinygrad_edu` are the same functions. SciPy computes them and is
imported with the first call.
"""

from __future__ import annotations

import math
from typing import Any

from . import ops
from .ops import (
    digamma,
    entr,
    erf,
    erfc,
    erfcx,
    erfinv,
    exp2,
    expm1,
    gammainc,
    gammaincc,
    i0,
    log1p,
    log_ndtr,
    log_softmax,
    logit,
    logsumexp,
    ndtri,
    polygamma,
    round,
    sinc,
    softmax,
    xlog1py,
    xlogy,
    zeta,
)

expit, gammaln, psi, multigammaln = ops.sigmoid, ops.lgamma, ops.digamma, ops.mvlgamma

__all__ = [
    "bessel_j0",
    "bessel_j1",
    "bessel_y0",
    "bessel_y1",
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfcx",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gammainc",
    "gammaincc",
    "gammaln",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "log1p",
    "log_ndtr",
    "log_softmax",
    "logit",
    "logsumexp",
    "modified_bessel_i0",
    "modified_bessel_i1",
    "modified_bessel_k0",
    "modified_bessel_k1",
    "multigammaln",
    "ndtr",
    "ndtri",
    "polygamma",
    "psi",
    "round",
    "scaled_modified_bessel_k0",
    "scaled_modified_bessel_k1",
    "sinc",
    "softmax",
    "spherical_bessel_j0",
    "xlog1py",
    "xlogy",
    "zeta",
]


def ndtr(x: Any) -> Any:
    """The distribution function of the normal distribution: Φ(x) = erfc(-x / √2) / 2.

    >>> tg.special.ndtr(tg.tensor([-1.0, 0.0, 1.0]))
    tensor([0.1587, 0.5000, 0.8413])
    """
    return ops.mul(ops.erfc(ops.mul(x, -math.sqrt(0.5))), 0.5)


def i0e(x: Any) -> Any:
    """The modified Bessel function of the first kind, of order 0, times exp(-|x|).

    >>> tg.special.i0e(tg.tensor([0.0, 100.0]))
    tensor([1.0000, 0.0399])
    """
    return ops.bessel_ie(x, order=0)


def i1(x: Any) -> Any:
    """The modified Bessel function of the first kind, of order 1.

    >>> tg.special.i1(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.5652])
    """
    return ops.bessel_i(x, order=1)


def i1e(x: Any) -> Any:
    """The modified Bessel function of the first kind, of order 1, times exp(-|x|).

    >>> tg.special.i1e(tg.tensor([0.0, 100.0]))
    tensor([0.0000, 0.0397])
    """
    return ops.bessel_ie(x, order=1)


def bessel_j0(x: Any) -> Any:
    """The Bessel function of the first kind, of order 0.

    >>> tg.special.bessel_j0(tg.tensor([0.0, 1.0]))
    tensor([1.0000, 0.7652])
    """
    return ops.bessel_j(x, order=0)


def bessel_j1(x: Any) -> Any:
    """The Bessel function of the first kind, of order 1.

    >>> tg.special.bessel_j1(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.4401])
    """
    return ops.bessel_j(x, order=1)


def bessel_y0(x: Any) -> Any:
    """The Bessel function of the second kind, of order 0, for x > 0.

    >>> tg.special.bessel_y0(tg.tensor([1.0, 2.0]))
    tensor([0.0883, 0.5104])
    """
    return ops.bessel_y(x, order=0)


def bessel_y1(x: Any) -> Any:
    """The Bessel function of the second kind, of order 1, for x > 0.

    >>> tg.special.bessel_y1(tg.tensor([1.0, 2.0]))
    tensor([-0.7812, -0.1070])
    """
    return ops.bessel_y(x, order=1)


def modified_bessel_k0(x: Any) -> Any:
    """The modified Bessel function of the second kind, of order 0, for x > 0.

    >>> tg.special.modified_bessel_k0(tg.tensor([1.0, 2.0]))
    tensor([0.4210, 0.1139])
    """
    return ops.bessel_k(x, order=0)


def modified_bessel_k1(x: Any) -> Any:
    """The modified Bessel function of the second kind, of order 1, for x > 0.

    >>> tg.special.modified_bessel_k1(tg.tensor([1.0, 2.0]))
    tensor([0.6019, 0.1399])
    """
    return ops.bessel_k(x, order=1)


def scaled_modified_bessel_k0(x: Any) -> Any:
    """The modified Bessel function of the second kind, of order 0, times exp(x).

    >>> tg.special.scaled_modified_bessel_k0(tg.tensor([1.0, 100.0]))
    tensor([1.1445, 0.1252])
    """
    return ops.bessel_ke(x, order=0)


def scaled_modified_bessel_k1(x: Any) -> Any:
    """The modified Bessel function of the second kind, of order 1, times exp(x).

    >>> tg.special.scaled_modified_bessel_k1(tg.tensor([1.0, 100.0]))
    tensor([1.6362, 0.1258])
    """
    return ops.bessel_ke(x, order=1)


def spherical_bessel_j0(x: Any) -> Any:
    """The spherical Bessel function of the first kind, of order 0: sin(x) / x, and 1 at 0.

    >>> tg.special.spherical_bessel_j0(tg.tensor([0.0, 1.0]))
    tensor([1.0000, 0.8415])
    """
    return ops.spherical_bessel(x, order=0)


modified_bessel_i0, modified_bessel_i1 = ops.i0, i1
