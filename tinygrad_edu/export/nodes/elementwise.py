"""Arithmetic, powers, exponentials, trigonometry, comparisons."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

W: TypeAlias = Any  # the writer
X: TypeAlias = Any  # an input: an Item, a number, a name


def _named(operator: str) -> Callable[..., Any]:
    """The operator of this name, of the same inputs."""

    def row(w: W, *xs: X) -> Any:
        return w.add(operator, xs, {})

    return row


def _or(operator: str, of_booleans: str) -> Callable[..., Any]:
    """The same; of booleans another one."""

    def row(w: W, a: X, b: X) -> Any:
        return w.add(of_booleans if w.kind.kind == "b" else operator, (a, b), {})

    return row


def _div(w: W, a: X, b: X) -> Any:
    return w.Div(a, b)


def _pow(w: W, a: X, b: X) -> Any:
    return w.Pow(a, b)


def _remainder(w: W, a: X, b: X) -> Any:
    """Of the sign of b, as Python's %."""
    if w.kind.kind != "f":
        return w.Mod(a, b)
    rest = w.Mod(a, b, fmod=1)
    other_sign = w.And(w.Not(w.Equal(rest, 0)), w.Xor(w.Less(rest, 0), w.Less(b, 0)))
    return w.Where(other_sign, w.Add(rest, b), rest)


def _floor_divide(w: W, a: X, b: X, rounding: str = "floor") -> Any:
    """Rounded down; a / b itself may be rounded up to the next whole number, so the remainder goes first."""
    if w.kind.kind == "u":
        return w.Div(a, b)
    if w.kind.kind == "f":
        if rounding == "trunc":
            return _trunc(w, w.Div(a, b))
        whole = w.Round(w.Div(w.Sub(a, _remainder(w, a, b)), b))
        return w.Where(w.Equal(b, 0), w.Floor(w.Div(a, b)), whole)
    towards_zero = w.Div(a, b)
    if rounding == "trunc":
        return towards_zero
    return w.Div(w.Sub(a, w.Mod(a, b)), b)


def _trunc(w: W, x: X) -> Any:
    return w.Where(w.Less(x, 0), w.Ceil(x), w.Floor(x)) if w.kind.kind == "f" else w.name(x)


def _rounded(operator: str) -> Callable[..., Any]:
    """Integers stay as they are."""
    return lambda w, x: w.add(operator, (x,), {}) if w.kind.kind == "f" else w.name(x)


def _round(w: W, x: X, decimals: int = 0) -> Any:
    if w.kind.kind != "f":
        if decimals < 0:
            raise w.refuse("rounding integers to tens has no ONNX operator; use floats")
        return w.name(x)
    if not decimals:
        return w.Round(x)
    factor = 10.0 ** abs(decimals)
    return w.Div(w.Round(w.Mul(x, factor)), factor) if decimals > 0 else w.Mul(w.Round(w.Div(x, factor)), factor)


def _atan2(w: W, y: X, x: X) -> Any:
    """The angle of (x, y), from that of the quarter where x > 0."""
    endless = w.And(w.IsInf(x), w.IsInf(y))  # then the angle is that of the signs
    ratio = w.Div(w.Where(endless, w.Sign(y), y), w.Where(endless, w.Sign(x), w.Where(w.Equal(x, 0), 1, x)))
    steep = w.Atan(ratio)
    half_turn = w.Where(_signbit(w, y), -math.pi, math.pi)
    by_sign = w.Where(w.Less(x, 0), w.Add(steep, half_turn), steep)
    upright = w.Mul(w.Sign(y), math.pi / 2)
    level = w.Where(_signbit(w, x), half_turn, y)  # y is 0
    on_axis = w.Where(w.Equal(y, 0), level, upright)
    return w.Where(w.Or(w.Equal(x, 0), w.Equal(y, 0)), on_axis, by_sign)


def _hypot(w: W, a: X, b: X) -> Any:
    a, b = w.Abs(a), w.Abs(b)
    large, small = w.Max(a, b), w.Min(a, b)
    ratio = w.Div(small, w.Where(w.Equal(large, 0), 1, large))
    plain = w.Mul(large, w.Sqrt(w.Add(w.Mul(ratio, ratio), 1)))
    return w.Where(w.IsInf(large), large, plain)


def logaddexp(w: W, a: X, b: X) -> Any:
    """log(exp a + exp b), from the larger one."""
    gap = w.Sub(w.Min(a, b), w.Max(a, b))
    endless = w.And(w.Equal(a, b), w.IsInf(a))
    return w.Where(endless, a, w.Add(w.Max(a, b), log1p(w, w.Exp(gap))))


def _logaddexp2(w: W, a: X, b: X) -> Any:
    ln2 = math.log(2)
    return w.Div(logaddexp(w, w.Mul(a, ln2), w.Mul(b, ln2)), ln2)


def _copysign(w: W, a: X, b: X) -> Any:
    size = w.Abs(a)
    return w.Where(_signbit(w, b), w.Neg(size), size)


def _signbit(w: W, x: X) -> Any:
    """-0 is told from 0 by 1/x."""
    if w.kind.kind != "f":
        return w.Less(x, 0) if w.kind.kind == "i" else w.Cast(w.Mul(w.cast(x, np.int64), np.array(0)), to=w.code(bool))
    return w.Or(w.Less(x, 0), w.And(w.Equal(x, 0), w.Less(w.Reciprocal(x), 0)))


def _heaviside(w: W, a: X, b: X) -> Any:
    if w.kind.kind == "b":
        return w.Or(a, b)
    steps = w.Where(w.Equal(a, 0), b, w.cast(w.Greater(a, 0), w.kind))
    return w.Where(w.IsNaN(a), a, steps) if w.kind.kind == "f" else steps


def _expm1(w: W, x: X) -> Any:
    """tanh(x/2) (eˣ + 1), which keeps the digits of small x; where eˣ overflows, that."""
    e = w.Exp(x)
    return w.Where(w.Greater(x, 20), e, w.Mul(w.Tanh(w.Mul(x, 0.5)), w.Add(e, 1)))


def log1p(w: W, x: X) -> Any:
    """2 atanh(x / (2 + x)) for small x, which keeps their digits."""
    small = w.Less(w.Abs(x), 0.5)
    near = w.Where(small, x, 0)
    return w.Where(small, w.Mul(w.Atanh(w.Div(near, w.Add(near, 2))), 2), w.Log(w.Add(x, 1)))


def _abs(w: W, x: X) -> Any:
    return w.Abs(x) if w.kind.kind in "fi" else w.name(x)


def _sign(w: W, x: X) -> Any:
    return w.name(x) if w.kind.kind == "b" else w.Sign(x)


def _clip(w: W, x: X, min: Any = None, max: Any = None) -> Any:
    kind = w.step.results[0].dtype
    if kind != w.kind:
        x, w.kind = w.cast(x, kind), kind
    x = x if min is None else w.Max(x, np.asarray(min, kind))
    return x if max is None else w.Min(x, np.asarray(max, kind))


def _where(w: W, condition: X, a: X, b: X) -> Any:
    """onnxruntime chooses between numbers of some dtypes only; of booleans it is logic."""
    if w.kind.kind == "b":
        return w.Or(w.And(condition, a), w.And(w.Not(condition), b))
    if w.kind in ("float32", "float64", "int32", "int64", "uint8"):
        return w.Where(condition, a, b)
    kind, w.kind = w.kind, np.dtype(np.float32 if w.kind.kind == "f" else np.int64)
    return w.cast(w.Where(condition, w.cast(a, w.kind), w.cast(b, w.kind)), kind)


def _cast(w: W, x: X, dtype: Any) -> Any:
    return w.cast(x, dtype)


def _of_bits(name: str, of_booleans: str) -> Callable[..., Any]:
    return _or(f"Bitwise{name}", of_booleans)


def _shift(direction: str) -> Callable[..., Any]:
    """ONNX shifts unsigned integers only; of others it is a product with, or a division by, a power of 2."""

    def row(w: W, a: X, b: X) -> Any:
        if w.kind.kind == "u":
            return w.BitShift(a, b, direction=direction)
        power = w.cast(w.Pow(w.constant(np.array(2, np.float64)), w.cast(b, np.float64)), w.kind)
        return w.Mul(a, power) if direction == "LEFT" else _floor_divide(w, a, power)

    return row


def _of_floats(operator: str, otherwise: bool) -> Callable[..., Any]:
    """A question about floats; of integers the answer is always the same."""

    def row(w: W, x: X) -> Any:
        if w.kind.kind == "f":
            return w.add(operator, (x,), {})
        return w.Expand(w.constant(np.array(otherwise)), w.Shape(x))

    return row


def _isfinite(w: W, x: X) -> Any:
    if w.kind.kind != "f":
        return w.Expand(w.constant(np.array(True)), w.Shape(x))
    return w.Not(w.Or(w.IsInf(x), w.IsNaN(x)))


def _compare(operator: str, of_booleans: Callable[..., Any]) -> Callable[..., Any]:
    def row(w: W, a: X, b: X) -> Any:
        return of_booleans(w, a, b) if w.kind.kind == "b" else w.add(operator, (a, b), {})

    return row


def _truths(operator: str) -> Callable[..., Any]:
    """Of numbers, whether they are not 0."""

    def row(w: W, *xs: X) -> Any:
        return w.add(operator, [w.cast(x, bool) if w.kind.kind != "b" else x for x in xs], {})

    return row


def _real_only(row: Callable[..., Any]) -> Callable[..., Any]:
    def checked(w: W, x: X) -> Any:
        w.code(w.kind)
        return row(w, x)

    return checked


def _angle(w: W, x: X) -> Any:
    """Of real numbers."""
    w.code(w.kind)
    angle = w.Where(w.Less(x, 0), math.pi, 0)
    return w.Where(w.IsNaN(x), x, angle)


# fmt: off
NODES = {
    "conj": _real_only(lambda w, x: w.name(x)),
    "real": _real_only(lambda w, x: w.name(x)),
    "angle": _angle,
    "add": _or("Add", "Or"), "sub": _named("Sub"), "mul": _or("Mul", "And"), "div": _div, "pow": _pow,
    "remainder": _remainder, "fmod": lambda w, a, b: w.Mod(a, b, fmod=1), "floor_divide": _floor_divide,
    "maximum": _or("Max", "Or"), "minimum": _or("Min", "And"),
    "atan2": _atan2, "hypot": _hypot, "logaddexp": logaddexp, "logaddexp2": _logaddexp2,
    "copysign": _copysign, "signbit": _signbit, "heaviside": _heaviside,
    "neg": _named("Neg"), "square": lambda w, x: w.Mul(x, x), "sqrt": _named("Sqrt"),
    "rsqrt": lambda w, x: w.Reciprocal(w.Sqrt(x)), "reciprocal": _named("Reciprocal"),
    "exp": _named("Exp"), "exp2": lambda w, x: w.Pow(2, x), "expm1": _expm1,
    "log": _named("Log"), "log2": lambda w, x: w.Div(w.Log(x), math.log(2)),
    "log10": lambda w, x: w.Div(w.Log(x), math.log(10)), "log1p": log1p,
    "sin": _named("Sin"), "cos": _named("Cos"), "tan": _named("Tan"),
    "asin": _named("Asin"), "acos": _named("Acos"), "atan": _named("Atan"),
    "sinh": _named("Sinh"), "cosh": _named("Cosh"), "tanh": _named("Tanh"),
    "asinh": _named("Asinh"), "acosh": _named("Acosh"), "atanh": _named("Atanh"),
    "relu": _named("Relu"), "sigmoid": _named("Sigmoid"), "softplus": _named("Softplus"),
    "abs": _abs, "clip": _clip, "sign": _sign,
    "floor": _rounded("Floor"), "ceil": _rounded("Ceil"), "round": _round, "trunc": _trunc,
    "where": _where, "clone": lambda w, x: w.name(x), "cast": _cast,
    "eq": _named("Equal"), "ne": lambda w, a, b: w.Not(w.Equal(a, b)),
    "lt": _compare("Less", lambda w, a, b: w.And(w.Not(a), b)),
    "le": _compare("LessOrEqual", lambda w, a, b: w.Or(w.Not(a), b)),
    "gt": _compare("Greater", lambda w, a, b: w.And(a, w.Not(b))),
    "ge": _compare("GreaterOrEqual", lambda w, a, b: w.Or(a, w.Not(b))),
    "logical_and": _truths("And"), "logical_or": _truths("Or"), "logical_xor": _truths("Xor"),
    "logical_not": _truths("Not"),
    "bitwise_and": _of_bits("And", "And"), "bitwise_or": _of_bits("Or", "Or"), "bitwise_xor": _of_bits("Xor", "Xor"),
    "bitwise_not": lambda w, x: w.Not(x) if w.kind.kind == "b" else w.BitwiseNot(x),
    "bitwise_left_shift": _shift("LEFT"), "bitwise_right_shift": _shift("RIGHT"),
    "isnan": _of_floats("IsNaN", False), "isinf": _of_floats("IsInf", False), "isfinite": _isfinite,
}
# fmt: on
