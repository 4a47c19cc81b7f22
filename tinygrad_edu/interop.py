"""What makes NumPy's functions take Tensors: `np.exp(t)` and `np.sum(t, axis=0)` are recorded, or refused in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from .op import Variable
from .ops.from_numpy import FUNCTIONS, UFUNCS, ufunc_method


class FromNumPy(Variable):
    """What `Tensor` inherits of NumPy's protocols."""

    __slots__ = ()

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        if self._node is not None:
            raise RuntimeError(
                "np.asarray of a tensor that requires grad would lose its graph; use t.detach().numpy() if that is meant"
            )
        tensor: Any = self
        return np.array(tensor.array, dtype=dtype, copy=copy)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        row = UFUNCS.get(ufunc)
        if row is not None and method == "__call__" and not kwargs:
            return row(*inputs)
        result = ufunc_method(row, method, inputs, kwargs)
        if result is not NotImplemented:
            return result
        what = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        what += f" with {', '.join(kwargs)}=" if kwargs else ""
        return getattr(ufunc, method)(*_plain(inputs, f"np.{what}"), **_plain(kwargs, f"np.{what}"))

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func in FUNCTIONS:
            return FUNCTIONS[func](*args, **kwargs)
        name = f"{func.__module__}.{func.__name__}".replace("numpy", "np", 1)
        return func(*_plain(args, name), **_plain(kwargs, name))


def _plain(arguments: Any, function: str) -> Any:
    """Arguments of a NumPy function that is not recorded, with the arrays of the constants among them."""
    if isinstance(arguments, Variable):
        if arguments._node is not None:
            raise TypeError(
                f"{function} of a tensor that requires grad is not recorded; use t.detach().numpy() if that is meant"
            )
        tensor: Any = arguments
        return tensor.array
    if isinstance(arguments, (tuple, list)):
        return type(arguments)(_plain(x, function) for x in arguments)
    if isinstance(arguments, dict):
        return {key: _plain(x, function) for key, x in arguments.items()}
    return arguments
