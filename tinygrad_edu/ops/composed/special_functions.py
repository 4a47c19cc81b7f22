"""Special functions made of others: Bessel functions by order, the normal distribution, relatives of gamma."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...dtypes import result_type
from ...literals import default
from ...op import Variable, wrap
from ...tracing import again
from .. import elementwise as ew
from .. import reduce, shape
from .. import special as sp
from ..plain import array_in
from .arithmetic import clamp


def i0(x: Any) -> Any:
    """The modified Bessel function of the first kind, of order 0.

    >>> tg.i0(tg.tensor([0.0, 1.0]))
    tensor([1.0000, 1.2661])
    """
    return sp.bessel_i(x, order=0)


def logit(x: Any, eps: float | None = None) -> Any:
    """ln(x / (1 - x)), the inverse of `sigmoid`; x is first held between eps and 1 - eps if that is given.

    >>> tg.logit(tg.tensor([0.25, 0.5, 1.0]), eps=0.25)
    tensor([-1.0986,  0.0000,  1.0986])
    """
    return sp.logit(x if eps is None else clamp(x, eps, 1 - eps))


def polygamma(n: int, x: Any) -> Any:
    """The n-th derivative of `digamma`: for n > 0, (-1)^(n+1) n! ζ(n + 1, x).

    >>> tg.polygamma(1, tg.tensor([1.0, 2.0]))
    tensor([1.6449, 0.6449])
    """
    if not isinstance(n, (int, np.integer)) or isinstance(n, bool) or n < 0:
        raise ValueError(f"polygamma: expected n, an int of at least 0, before the tensor; got {n!r}")
    if n == 0:
        return sp.digamma(x)
    return ew.mul(sp.hurwitz_zeta(x, s=n + 1), float((-1) ** (n + 1) * math.factorial(n)))


def mvlgamma(x: Any, p: int) -> Any:
    """The logarithm of the multivariate gamma function: p (p-1)/4 · ln π + Σ ln Γ(x - j/2) over j = 0 ... p-1.

    >>> tg.mvlgamma(tg.tensor([2.0, 3.0]), 2)
    tensor([0.4516, 1.5502])
    """
    if p < 1:
        raise ValueError(f"mvlgamma: p must be at least 1, got {p}")
    x = x if x.dtype.kind == "f" else ew.cast(x, dtype=default.real)
    terms = sp.lgamma(ew.sub(shape.unsqueeze(x, dim=-1), np.arange(p, dtype=x.dtype) / 2))
    return ew.add(reduce.sum(terms, dim=-1), p * (p - 1) / 4 * math.log(math.pi))


def zeta(x: Any, q: Any) -> Any:
    """Hurwitz's ζ(x, q) = Σ 1 / (k + q)^x over k = 0, 1, 2 ..., for x > 1. The gradient is that of q.

    NotImplementedError: x requires a gradient.

    >>> tg.zeta(2.0, tg.tensor([1.0, 2.0]))
    tensor([1.6449, 0.6449])
    """
    x, q = _constant_beside("zeta", "x", x, q)
    return sp.hurwitz_zeta(q, s=x)


def gammainc(a: Any, x: Any) -> Any:
    """The part of the gamma function's integral below x: ∫ t^(a-1) e^(-t) dt from 0 to x, over Γ(a).

    The gradient is that of x. NotImplementedError: a requires a gradient.

    >>> tg.gammainc(2.0, tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.2642])
    """
    a, x = _constant_beside("gammainc", "a", a, x)
    return sp.lower_gamma(x, a=a)


def gammaincc(a: Any, x: Any) -> Any:
    """The part above x: 1 - gammainc(a, x), precise where that is small. The gradient is that of x.

    NotImplementedError: a requires a gradient.

    >>> tg.gammaincc(2.0, tg.tensor([0.0, 1.0]))
    tensor([1.0000, 0.7358])
    """
    a, x = _constant_beside("gammaincc", "a", a, x)
    return sp.upper_gamma(x, a=a)


def _constant_beside(op: str, name: str, a: Any, x: Any) -> tuple[Any, Any]:
    """A constant, and the variable expanded to the shape of both and in the dtype of both."""
    if isinstance(a, Variable) and a.node is not None:
        raise NotImplementedError(
            f"{op}: there is no formula for the derivative in {name}; pass {name}.detach(), which has no gradient"
        )
    if not isinstance(a, Variable):
        return a, x
    shape_of_both = np.broadcast_shapes(a._array.shape, np.shape(x))
    dtype = result_type([a._array, array_in(x)])
    dtype = dtype if dtype.kind == "f" else default.real
    x = ew.cast(x if isinstance(x, Variable) else wrap(np.asarray(x)), dtype=dtype)
    return again(lambda a: a.astype(dtype), a._array), shape.expand(x, shape=shape_of_both)
