"""Arithmetic, powers, exponentials, trigonometry, comparisons: one number in, one number out, at every position.

Read a row as mathematics: `g` is dL/dy, the rule gives dL/dx = g * dy/dx. Where a derivative jumps, the choice is
PyTorch's: relu'(0) = abs'(0) = 0, ties of maximum and minimum share evenly, clip passes the gradient at its bounds.
`np.where(c, g, 0)` stands where `g * c` would let an infinite or undefined `g` through a closed gate (0 * inf = nan).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import NOT_DIFFERENTIABLE, Op, Variable, op
from ..tracing import decided
from .masks import zeroed

_LN2, _LN10 = float(np.log(2)), float(np.log(10))


def _power(a: np.ndarray, b: np.ndarray) -> Any:
    if (
        b.ndim == 0 and b.dtype == a.dtype and a.dtype.kind != "b" and b in (1, 2)
    ):  # many times faster than the general power
        return np.square(a) if b == 2 else np.positive(a)
    return np.power(a, b)


def _base(a: Any, b: Any) -> Any:
    """a, with 1 where 0 * a**-1 would not be 0."""
    exponents = b._array if isinstance(b, Variable) else b
    return np.where((b == 0) & ~(np.abs(a) > 0), 1, a) if decided(_has_zero, exponents, otherwise=True) else a


def _has_zero(b: Any) -> Any:
    return np.any(b == 0)


def _remainder(a: np.ndarray, b: np.ndarray) -> Any:
    _no_integer_zero("remainder", a, b)
    return np.remainder(a, b)


def _fmod(a: np.ndarray, b: np.ndarray) -> Any:
    _no_integer_zero("fmod", a, b)
    return np.fmod(a, b)


def _heaviside(a: np.ndarray, b: np.ndarray) -> Any:
    return np.where(np.isnan(a), a, np.where(a == 0, b, a > 0)).astype(np.result_type(a, b))


def _floor_divide(a: np.ndarray, b: np.ndarray, rounding: str = "floor") -> Any:
    _no_integer_zero("floor_divide", a, b)
    down = np.floor_divide(a, b)
    if rounding == "floor":
        return down
    return np.trunc(a / b) if down.dtype.kind == "f" else down + ((down < 0) & (down * b != a))


def _no_integer_zero(name: str, a: np.ndarray, b: np.ndarray) -> None:
    if a.dtype.kind in "iub" and b.dtype.kind in "iub" and a.size and not np.all(b):
        raise ZeroDivisionError(f"{name}: integer division by zero")


def _where(condition: np.ndarray, a: Any, b: Any) -> Any:
    if condition.dtype != bool:
        raise TypeError("expected a condition of booleans; write condition != 0")
    if type(a) is int and a == 0 and type(b) is np.ndarray and b.dtype.char in "fd" and b.shape == condition.shape:
        return zeroed(condition, b)
    return np.where(condition, a, b)


def _ratio(a: Any, b: Any) -> Any:
    """a / b, and 0 where b is 0."""
    return np.where(b == 0, 0, a / np.where(b == 0, 1, b))


def _sign(x: np.ndarray) -> Any:
    return x.copy() if x.dtype == bool else np.sign(x)


def _signbit(x: np.ndarray) -> Any:
    return np.signbit(x) if x.dtype.kind == "f" else x < 0


def _round(x: np.ndarray, decimals: int = 0) -> Any:
    if x.dtype == np.float16:  # whose 65504 is soon passed by 10**decimals
        return np.round(x.astype(np.float32), decimals).astype(x.dtype)
    return x.copy() if x.dtype.kind in "bui" and decimals >= 0 else np.round(x, decimals)


def _sigmoid(x: np.ndarray) -> Any:
    if x.dtype.kind == "c":
        e = np.exp(np.minimum(x, -x))
        return np.where(x.real < 0, e, 1) / (1 + e)
    e = np.negative(x, out=np.empty_like(x))
    np.exp(np.minimum(x, e, out=e), out=e)  # e^-|x|, which never overflows
    total = 1 + e
    np.maximum(e, x >= 0, out=e)  # 1 for e^0 and more
    e /= total
    return e


def _zero_where(condition: Any, g: Any) -> Any:
    return zeroed(condition, g) if type(g) is np.ndarray and g.dtype.char in "fd" else where(condition, 0, g)


def _abs_rule(g: Any, y: Any, x: Any) -> Any:
    if x.dtype.kind != "c":
        return g * np.sign(x)
    return np.where(y == 0, 0, g * np.conj(x) / np.where(y == 0, 1, y))


def _softplus(x: np.ndarray) -> Any:
    return np.where(x.real > 0, x, 0) + np.log1p(np.exp(np.where(x.real > 0, -x, x)))


def _clip(x: np.ndarray, min: float | None = None, max: float | None = None) -> Any:
    if min is None and max is None:
        raise ValueError("expected min, max or both, got neither")
    if x.dtype.kind in "bui" and (isinstance(min, float) or isinstance(max, float)):
        x = x.astype(np.float32)
    return np.clip(x, min, max)


def _inside(x: Any, min: float | None, max: float | None) -> Any:
    return (x >= (-np.inf if min is None else min)) & (x <= (np.inf if max is None else max))


# fmt: off
# name and forward                              gradient of the first input                            gradient of the second
add        = op("add", np.add,                  lambda g, y, a, b: g,                                  lambda g, y, a, b: g)
sub        = op("sub", np.subtract,             lambda g, y, a, b: g,                                  lambda g, y, a, b: -g)
mul        = op("mul", np.multiply,             lambda g, y, a, b: g * b,                              lambda g, y, a, b: g * a)
div        = op("div", np.true_divide,          lambda g, y, a, b: g / b,                              lambda g, y, a, b: -g * (a / b) / b, real=True)
remainder  = op("remainder", _remainder,        lambda g, y, a, b: g,                                  lambda g, y, a, b: -g * (a // b), elementwise=True)
# x**0 has derivative 0 at x = 0 and nan too; 0**b has derivative 0 in b where b >= 0
pow: Op    = op("pow", _power,                  lambda g, y, a, b: g * b * pow(_base(a, b), b - 1),
                                                lambda g, y, a, b: g * y * np.log(np.where((a == 0) & (b >= 0), 1, a)),
                                                elementwise=True)
maximum    = op("maximum", np.maximum,          lambda g, y, a, b: np.where(a == b, g / 2, np.where(a < b, 0, g)),
                                                lambda g, y, a, b: np.where(a == b, g / 2, np.where(a > b, 0, g)), selects=True)
minimum    = op("minimum", np.minimum,          lambda g, y, a, b: np.where(a == b, g / 2, np.where(a > b, 0, g)),
                                                lambda g, y, a, b: np.where(a == b, g / 2, np.where(a < b, 0, g)), selects=True)
atan2      = op("atan2", np.arctan2,            lambda g, y, a, b: _ratio(g * b, a * a + b * b),       lambda g, y, a, b: _ratio(-g * a, a * a + b * b), real=True)
hypot      = op("hypot", np.hypot,              lambda g, y, a, b: _ratio(g * a, y),                   lambda g, y, a, b: _ratio(g * b, y), real=True)
logaddexp  = op("logaddexp", np.logaddexp,      lambda g, y, a, b: g * sigmoid(a - b),                 lambda g, y, a, b: g * sigmoid(b - a), real=True)
logaddexp2 = op("logaddexp2", np.logaddexp2,    lambda g, y, a, b: g * sigmoid((a - b) * _LN2),        lambda g, y, a, b: g * sigmoid((b - a) * _LN2), real=True)
fmod       = op("fmod", _fmod,                  lambda g, y, a, b: g,                                  lambda g, y, a, b: -g * np.trunc(a / b), elementwise=True)
copysign   = op("copysign", np.copysign,        lambda g, y, a, b: g * np.sign(a) * np.copysign(1, b), lambda g, y, a, b: np.zeros_like(g), real=True)
nextafter  = op("nextafter", np.nextafter,      lambda g, y, a, b: np.where(a == b, 0, g),             lambda g, y, a, b: np.zeros_like(g))
heaviside  = op("heaviside", _heaviside,        lambda g, y, a, b: np.zeros_like(g),                   lambda g, y, a, b: np.where(a == 0, g, 0), elementwise=True)

neg        = op("neg", np.negative,             lambda g, y, x: -g)
square     = op("square", np.square,            lambda g, y, x: g * 2 * x)
sqrt       = op("sqrt", np.sqrt,                lambda g, y, x: g / (2 * y), real=True)
rsqrt      = op("rsqrt", lambda x: 1 / np.sqrt(x), lambda g, y, x: -g * y / (2 * x), elementwise=True, real=True)
reciprocal = op("reciprocal", lambda x: 1 / x,  lambda g, y, x: -g * y * y, elementwise=True, real=True)

exp        = op("exp", np.exp,                  lambda g, y, x: g * y, real=True)
exp2       = op("exp2", np.exp2,                lambda g, y, x: g * y * _LN2, real=True)
expm1      = op("expm1", np.expm1,              lambda g, y, x: g * (y + 1), real=True)
log        = op("log", np.log,                  lambda g, y, x: g / x, real=True)
log2       = op("log2", np.log2,                lambda g, y, x: g / (x * _LN2), real=True)
log10      = op("log10", np.log10,              lambda g, y, x: g / (x * _LN10), real=True)
log1p      = op("log1p", np.log1p,              lambda g, y, x: g / (1 + x), real=True)

sin        = op("sin", np.sin,                  lambda g, y, x: g * np.cos(x), real=True)
cos        = op("cos", np.cos,                  lambda g, y, x: -g * np.sin(x), real=True)
tan        = op("tan", np.tan,                  lambda g, y, x: g * (1 + y * y), real=True)
asin       = op("asin", np.arcsin,              lambda g, y, x: g / np.sqrt(1 - x * x), real=True)
acos       = op("acos", np.arccos,              lambda g, y, x: -g / np.sqrt(1 - x * x), real=True)
atan       = op("atan", np.arctan,              lambda g, y, x: g / (1 + x * x), real=True)
sinh       = op("sinh", np.sinh,                lambda g, y, x: g * np.cosh(x), real=True)
cosh       = op("cosh", np.cosh,                lambda g, y, x: g * np.sinh(x), real=True)
tanh       = op("tanh", np.tanh,                lambda g, y, x: g * (1 - y * y), real=True)
asinh      = op("asinh", np.arcsinh,            lambda g, y, x: g / np.sqrt(x * x + 1), real=True)
acosh      = op("acosh", np.arccosh,            lambda g, y, x: g / np.sqrt((x - 1) * (x + 1)), real=True)
atanh      = op("atanh", np.arctanh,            lambda g, y, x: g / (1 - x * x), real=True)

relu       = op("relu", lambda x: np.maximum(x, 0), lambda g, y, x: _zero_where(y <= 0, g), elementwise=True)
sigmoid: Op = op("sigmoid", _sigmoid,            lambda g, y, x: g * y * (1 - y), elementwise=True, real=True)
softplus   = op("softplus", _softplus,          lambda g, y, x: g * sigmoid(x), elementwise=True, real=True)
abs        = op("abs", np.absolute,             _abs_rule)
clip       = op("clip", _clip,                  lambda g, y, x, min=None, max=None: np.where(_inside(x, min, max), g, 0), elementwise=True, selects=True)

# steps: the derivative is 0 wherever there is one
sign       = op("sign", _sign,                  lambda g, y, x: np.zeros_like(g), elementwise=True)
floor      = op("floor", np.floor,              lambda g, y, x: np.zeros_like(g))
ceil       = op("ceil", np.ceil,                lambda g, y, x: np.zeros_like(g))
round      = op("round", _round,                lambda g, y, x, decimals=0: np.zeros_like(g), elementwise=True)
trunc      = op("trunc", np.trunc,              lambda g, y, x: np.zeros_like(g))
floor_divide = op("floor_divide", _floor_divide, lambda g, y, a, b, rounding="floor": np.zeros_like(g), lambda g, y, a, b, rounding="floor": np.zeros_like(g), elementwise=True)

where: Op  = op("where", _where,                NOT_DIFFERENTIABLE,
                                                lambda g, y, condition, a, b: np.where(condition, g, 0),
                                                lambda g, y, condition, a, b: np.where(condition, 0, g),
                                                elementwise=True, selects=True)
# a copy, and a change of floating dtype, are the identity
clone      = op("clone", np.copy,               lambda g, y, x: g, elementwise=True)
cast       = op("cast", lambda x, dtype: x.astype(dtype), lambda g, y, x, dtype: g, elementwise=True)

eq         = op("eq", np.equal,                 NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
ne         = op("ne", np.not_equal,             NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
lt         = op("lt", np.less,                  NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
le         = op("le", np.less_equal,            NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
gt         = op("gt", np.greater,               NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
ge         = op("ge", np.greater_equal,         NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
logical_and = op("logical_and", np.logical_and, NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
logical_or  = op("logical_or", np.logical_or,   NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
logical_xor = op("logical_xor", np.logical_xor, NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
logical_not = op("logical_not", np.logical_not, NOT_DIFFERENTIABLE)
bitwise_and = op("bitwise_and", np.bitwise_and, NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
bitwise_or  = op("bitwise_or", np.bitwise_or,   NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
bitwise_xor = op("bitwise_xor", np.bitwise_xor, NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
bitwise_not = op("bitwise_not", np.bitwise_not, NOT_DIFFERENTIABLE)
bitwise_left_shift = op("bitwise_left_shift", np.left_shift, NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
bitwise_right_shift = op("bitwise_right_shift", np.right_shift, NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
gcd        = op("gcd", np.gcd,                  NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
lcm        = op("lcm", np.lcm,                  NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
signbit    = op("signbit", _signbit,            NOT_DIFFERENTIABLE, elementwise=True)
isnan      = op("isnan", np.isnan,              NOT_DIFFERENTIABLE)
isinf      = op("isinf", np.isinf,              NOT_DIFFERENTIABLE)
isfinite   = op("isfinite", np.isfinite,        NOT_DIFFERENTIABLE)
# fmt: on
