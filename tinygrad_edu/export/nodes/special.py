"""Special functions, as far as ONNX's operators reach."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

from .elementwise import log1p

W: TypeAlias = Any  # the writer
X: TypeAlias = Any  # an input: an Item, a number, a name


def _xlog(w: W, a: X, logarithm: X, b: X) -> Any:
    """a · log, and 0 where a is 0, unless b is nan."""
    return w.Where(w.And(w.Equal(a, 0), w.Not(w.IsNaN(b))), 0, w.Mul(a, logarithm))


def _entr(w: W, x: X) -> Any:
    """-x ln x; 0 at 0, -∞ below."""
    inside = w.Neg(w.Mul(x, w.Log(x)))
    return w.Where(w.Equal(x, 0), 0, w.Where(w.Less(x, 0), -math.inf, inside))


def _sinc(w: W, x: X) -> Any:
    angle = w.Mul(x, math.pi)
    return w.Where(w.Equal(x, 0), 1, w.Div(w.Sin(angle), angle))


NODES = {
    "erf": lambda w, x: w.Erf(x),
    "erfc": lambda w, x: w.Sub(1, w.Erf(x)),
    "xlogy": lambda w, a, b: _xlog(w, a, w.Log(b), b),
    "xlog1py": lambda w, a, b: _xlog(w, a, log1p(w, b), b),
    "entr": _entr,
    "logit": lambda w, x: w.Log(w.Div(x, w.Sub(1, x))),
    "sinc": _sinc,
}
