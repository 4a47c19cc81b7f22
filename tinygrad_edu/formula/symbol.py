"""`Symbol`: a stand-in for an array that writes down, as an expression, what is done with it.

A derivative rule is ordinary NumPy, so it runs on symbols as it runs on arrays and on Tensors: NumPy's functions and
the ops hand the call over (`__array_ufunc__`, `__array_function__`, `__op__`), and what comes back is the formula.

    x, g = symbol("x", ()), symbol("g", ())
    ast.unparse((g * np.cos(x)).expression)          # g * cos(x)

A symbol knows its shape, for rules ask for it: beside the expression it carries an array of ones, with which everything
is computed too. Its values mean nothing, so a rule that branches on values has no formula.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ..op import OPS, Op
from ..ops.from_numpy import FUNCTIONS
from .notation import Untraceable, call, written

REARRANGING = {"reshape", "squeeze", "unsqueeze", "expand"}  # nothing is written where the shape stays


class Symbol(NDArrayOperatorsMixin):
    """An expression, and an array of its shape and dtype. The operators come from the base class."""

    def __init__(self, expression: ast.expr, array: np.ndarray) -> None:
        self.expression = expression
        self.array = array

    # --- what is recorded -------------------------------------------------------------------------------------------

    def __op__(self, row: Op, inputs: Sequence[Any], params: Mapping[str, Any]) -> Symbol:
        """An op was called with symbols among its inputs."""
        array = np.asarray(row.forward(*map(_array, inputs), **{key: _array(value) for key, value in params.items()}))
        if row.name == "cast" and isinstance(inputs[0], Symbol):
            return inputs[0].astype(params["dtype"])
        if row.name in REARRANGING and isinstance(inputs[0], Symbol) and array.shape == inputs[0].shape:
            return Symbol(inputs[0].expression, array)
        swapped = {params.get("dim0"), params.get("dim1")} in ({-1, -2}, {0, 1}) and array.ndim == 2
        if (row.name == "transpose" and swapped) or (row.name == "permute" and tuple(params["dims"]) == (1, 0)):
            return Symbol(ast.Attribute(expression(inputs[0]), "mT"), array)
        name = row.forward.__name__ if isinstance(row.forward, np.ufunc) else row.name
        return Symbol(call(name, [expression(x) for x in inputs], _unusual(row, params)), array)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Symbol:
        if method != "__call__" or kwargs:
            raise Untraceable(f"no formula for {ufunc.__name__}.{method} with {', '.join(kwargs) or 'no keywords'}")
        found = [expression(x) for x in inputs]
        return Symbol(call(ufunc.__name__, found), np.asarray(ufunc(*map(_array, inputs))))

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func in (np.zeros_like, np.ones_like):
            return Symbol(written(0 if func is np.zeros_like else 1), func(self.array))
        if func is np.clip:
            return self._clip(*args, **kwargs)
        if func in FUNCTIONS:
            return FUNCTIONS[func](*args, **kwargs)
        array = np.asarray(func(*map(_array, args), **{key: _array(value) for key, value in kwargs.items()}))
        return Symbol(call(func.__name__, [expression(x) for x in args], kwargs), array)

    def _clip(self, x: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Symbol:
        low, high = a_min if min is None else min, a_max if max is None else max
        bounds = [expression(-np.inf if low is None else low), expression(np.inf if high is None else high)]
        return Symbol(call("clip", [expression(x), *bounds]), np.asarray(_array(x)))

    # --- what arrays and Tensors have in common ---------------------------------------------------------------------

    shape = property(lambda self: self.array.shape)
    ndim = property(lambda self: self.array.ndim)
    size = property(lambda self: self.array.size)
    dtype = property(lambda self: self.array.dtype)
    real = property(lambda self: self)
    T = property(lambda self: Symbol(ast.Attribute(self.expression, "T"), self.array.T))
    mT = property(lambda self: Symbol(ast.Attribute(self.expression, "mT"), self.array.mT))

    def astype(self, dtype: Any, **_: Any) -> Symbol:
        """Formulas do not speak of dtypes, unless the dtype is itself a symbol, or numbers would be cut off."""
        if isinstance(dtype, Symbol):
            return Symbol(call("astype", [self.expression, dtype.expression]), self.array)
        if not np.can_cast(self.dtype, dtype, "same_kind"):
            raise Untraceable(f"no formula for {self.dtype} as {np.dtype(dtype)}")
        return Symbol(self.expression, self.array.astype(dtype))

    def reshape(self, *shape: Any) -> Any:
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
        return OPS["reshape"](self, shape=sizes)

    def __getattr__(self, name: str) -> Any:
        """A method is the NumPy function, or else the op, of its name."""
        function = None if name.startswith("_") else getattr(np, name, OPS.get(name))
        if not callable(function):
            raise AttributeError(f"a symbol has no attribute {name!r}")
        return functools.partial(function, self)

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise Untraceable("no formula: the function asks for a value, or for single elements")

    __bool__ = __float__ = __int__ = __index__ = __iter__ = __len__ = __getitem__ = __setitem__ = __array__ = _refuse


def symbol(name: str, shape: tuple[int, ...]) -> Symbol:
    """A symbol of this name and shape."""
    return Symbol(ast.Name(name), np.ones(shape, bool if name == "condition" else float))


def expression(x: Any) -> ast.expr:
    """What a symbol, or a number beside symbols, is written as."""
    return x.expression if isinstance(x, Symbol) else written(x)


def _array(x: Any) -> Any:
    return x.array if isinstance(x, Symbol) else x


def _unusual(row: Op, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that differ from the forward function's defaults."""
    if not params:
        return {}
    known = inspect.signature(row.forward).parameters
    return {key: value for key, value in params.items() if key not in known or known[key].default is not value}
