"""Special functions: SciPy computes them, the rules say how their derivatives lead from one to the next.

Read a row as in `elementwise.py`. SciPy is imported when the first of these is called. The results have the inputs'
dtype: float32 stays float32. Formulas: NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov, chapters
5 (gamma), 7 (error functions), 8 (incomplete gamma), 10 (Bessel) and 25 (zeta).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import kernels
from ..op import Op, op
from .erf32 import MANY, erf32

_SQRT_PI, _SQRT_2_PI = math.sqrt(math.pi), math.sqrt(2 * math.pi)


@functools.cache
def _scipy(name: str) -> Callable[..., Any]:
    """SciPy's function of this name, which keeps the dtype of what it is given."""
    import scipy.special

    function = getattr(scipy.special, name)

    def keeping(x: Any, *before: Any) -> Any:
        y = function(*before, x)
        dtype = np.result_type(x, *(b for b in before if isinstance(b, np.ndarray)))
        return np.asarray(y, dtype) if dtype.kind == "f" or (dtype.kind == "c" and y.dtype.kind == "c") else y

    return keeping


def _of_x(name: str) -> Callable[..., Any]:
    def forward(x: np.ndarray) -> Any:
        return _scipy(name)(x)

    return forward


def _erf(x: np.ndarray) -> Any:
    if x.dtype != np.float32 or x.size < MANY:
        return _scipy("erf")(x)
    if not kernels.available():
        return erf32(x)
    y = np.empty(x.shape, x.dtype)
    kernels.kernel(ERF)(x.reshape(-1), y.reshape(-1))
    return y


ERF = """\
def erf_of(x, y):
    for i in range(x.size):
        y[i] = erf32(x[i])
"""


def _of_two(name: str) -> Callable[..., Any]:
    def forward(a: np.ndarray, b: np.ndarray) -> Any:
        return _scipy(name)(b, a)

    return forward


def _of_order(name: str, zero: str, one: str) -> Callable[..., Any]:
    """A Bessel function of any whole order; those of the orders 0 and 1 are ten times faster."""

    def forward(x: np.ndarray, order: int) -> Any:
        if 0 <= order <= 1 and x.dtype.kind != "c":
            return _scipy(one if order else zero)(x)
        y = _scipy(name)(x, order)
        return np.where(np.isinf(x), 0, y).astype(y.dtype) if name == "ive" else y  # SciPy's is nan there

    return forward


def _spherical(x: np.ndarray, order: int) -> Any:
    """SciPy's; 0 for the order -1, which the derivative of order 0 multiplies by 0."""
    return np.zeros_like(x) if order < 0 else _scipy("spherical_jn")(x, order)


def _sinc(x: np.ndarray) -> Any:
    if x.dtype == np.float16:  # in which π is 3.1406
        return _sinc(x.astype(np.float32)).astype(x.dtype)
    angle = math.pi * x
    return np.where(x == 0, 1, np.sin(angle) / np.where(x == 0, 1, angle))


def _lgamma(x: np.ndarray) -> Any:
    y = _scipy("gammaln")(x)
    return np.where(x == -np.inf, np.inf, y).astype(y.dtype)


def _of_a(name: str) -> Callable[..., Any]:
    def forward(x: np.ndarray, a: Any) -> Any:
        return _scipy(name)(x, a)

    return forward


def _gamma_density(x: Any, a: Any) -> Any:
    """x^(a-1) e^(-x) / Γ(a)."""
    return np.exp(xlogy(a - 1, x) - x - lgamma(a))


def _zeta(q: np.ndarray, s: Any) -> Any:
    return _scipy("zeta")(q, s)


def _hazard(x: Any, log_phi: Any) -> Any:
    """The normal density over Φ(x): by erfcx where Φ is small, by ln Φ where erfcx(-x) is large."""
    low = math.sqrt(2 / math.pi) / erfcx(np.where(x > 1, 1, x) * -math.sqrt(0.5))
    return np.where(x > 1, np.exp(-x * x / 2 - log_phi) / _SQRT_2_PI, low)


def _log_odds(x: np.ndarray) -> Any:
    return np.log(x / (1 - x))


# fmt: off
erf        = op("erf", _erf,                     lambda g, y, x: g * (2 / _SQRT_PI) * np.exp(-x * x), elementwise=True, real=True)
erfc       = op("erfc", _of_x("erfc"),          lambda g, y, x: -g * (2 / _SQRT_PI) * np.exp(-x * x), elementwise=True, real=True)
erfinv     = op("erfinv", _of_x("erfinv"),      lambda g, y, x: g * (_SQRT_PI / 2) * np.exp(y * y), elementwise=True, real=True)
erfcx      = op("erfcx", _of_x("erfcx"),        lambda g, y, x: g * (2 * x * y - 2 / _SQRT_PI), elementwise=True, real=True)
log_ndtr   = op("log_ndtr", _of_x("log_ndtr"),  lambda g, y, x: g * _hazard(x, y), elementwise=True, real=True)
ndtri      = op("ndtri", _of_x("ndtri"),        lambda g, y, x: g * _SQRT_2_PI * np.exp(y * y / 2), elementwise=True, real=True)

lgamma     = op("lgamma", _lgamma,              lambda g, y, x: g * digamma(x), elementwise=True, real=True)
digamma: Op = op("digamma", _of_x("psi"),        lambda g, y, x: g * hurwitz_zeta(x, s=2), elementwise=True, real=True)
hurwitz_zeta: Op = op("hurwitz_zeta", _zeta,                lambda g, y, q, s: -g * s * hurwitz_zeta(q, s=s + 1), elementwise=True, real=True)
lower_gamma = op("lower_gamma", _of_a("gammainc"),  lambda g, y, x, a: g * _gamma_density(x, a), elementwise=True, real=True)
upper_gamma = op("upper_gamma", _of_a("gammaincc"), lambda g, y, x, a: -g * _gamma_density(x, a), elementwise=True, real=True)

# x ln y is 0 where x is 0, and so is its derivative in x where ln y is infinite or undefined
xlogy: Op  = op("xlogy", _of_two("xlogy"),      lambda g, y, a, b: np.where((a == 0) & (b <= 0), 0, xlogy(g, b)),
                                                lambda g, y, a, b: g * a / b, elementwise=True, real=True)
xlog1py: Op = op("xlog1py", _of_two("xlog1py"), lambda g, y, a, b: np.where((a == 0) & (b <= -1), 0, xlog1py(g, b)),
                                                lambda g, y, a, b: g * a / (1 + b), elementwise=True, real=True)
entr       = op("entr", _of_x("entr"),          lambda g, y, x: -g * (np.log(x) + 1), elementwise=True, real=True)
logit      = op("logit", _log_odds,             lambda g, y, x: g * np.where((x < 0) | (x > 1), np.nan, 1 / (x * (1 - x))), elementwise=True, real=True)

# each derivative is made of the orders beside: smooth at 0, to every order
bessel_j: Op = op("bessel_j", _of_order("jv", "j0", "j1"), lambda g, y, x, order: g * (bessel_j(x, order=order - 1) - bessel_j(x, order=order + 1)) / 2, elementwise=True, real=True)
bessel_y: Op = op("bessel_y", _of_order("yv", "y0", "y1"), lambda g, y, x, order: g * (bessel_y(x, order=order - 1) - bessel_y(x, order=order + 1)) / 2, elementwise=True, real=True)
bessel_i: Op = op("bessel_i", _of_order("iv", "i0", "i1"), lambda g, y, x, order: g * (bessel_i(x, order=order - 1) + bessel_i(x, order=order + 1)) / 2, elementwise=True, real=True)
bessel_k: Op = op("bessel_k", _of_order("kv", "k0", "k1"), lambda g, y, x, order: -g * (bessel_k(x, order=order - 1) + bessel_k(x, order=order + 1)) / 2, elementwise=True, real=True)
# the same times exp(-|x|) and exp(x)
bessel_ie: Op = op("bessel_ie", _of_order("ive", "i0e", "i1e"), lambda g, y, x, order: g * ((bessel_ie(x, order=order - 1) + bessel_ie(x, order=order + 1)) / 2 - np.sign(x) * y), elementwise=True, real=True)
bessel_ke: Op = op("bessel_ke", _of_order("kve", "k0e", "k1e"), lambda g, y, x, order: g * (y - (bessel_ke(x, order=order - 1) + bessel_ke(x, order=order + 1)) / 2), elementwise=True, real=True)
spherical_bessel: Op = op("spherical_bessel", _spherical, lambda g, y, x, order: g * (order * spherical_bessel(x, order=order - 1) - (order + 1) * spherical_bessel(x, order=order + 1)) / (2 * order + 1), elementwise=True, real=True)
sinc       = op("sinc", _sinc,                  lambda g, y, x: -g * math.pi * spherical_bessel(x * math.pi, order=1), elementwise=True, real=True)
# fmt: on
