"""Making tensors: from data, filled, spaced, random. PyTorch's names and defaults (float32, int64)."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import memory
from .arguments import sizes
from .conversion import to_array
from .devices import placed
from .literals import default, default_array, fitting
from .random import drawn_from
from .tensor import Tensor, wrap
from .tracing import drawn
from .warn import warn


@placed
def tensor(data: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor with a copy of `data`. Python floats become float32, Python ints int64; arrays keep their dtype."""
    if isinstance(data, Tensor) and data.requires_grad:
        warn(
            "tensor: the copy of a tensor that requires grad has no graph; use t.clone(), or t.detach().clone() "
            "if that is meant"
        )
    result = wrap(to_array(data, dtype))
    return result.requires_grad_() if requires_grad else result


@placed
def as_tensor(data: Any, dtype: Any = None) -> Tensor:
    """`data` as a tensor, without a copy where it is a tensor or an array of this dtype already."""
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(dtype)
    if isinstance(data, np.ndarray) and (dtype is None or data.dtype == dtype):
        return from_numpy(data)
    return tensor(data, dtype)


def from_numpy(array: np.ndarray) -> Tensor:
    """A tensor on the memory of `array`: a change in one is a change in the other."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"from_numpy: needs a NumPy array, got {type(array).__name__}; use tensor(data)")
    if array.dtype.kind not in "bifuc":
        raise TypeError(f"from_numpy: cannot hold elements of type {array.dtype}")
    return wrap(memory.share(array, recorded=False))


def _default(dtype: Any) -> Any:
    """What `dtype=None` means: float32, or what `set_default_dtype` was given."""
    return default.real if dtype is None else dtype


def _new(array: np.ndarray, dtype: Any, requires_grad: bool) -> Tensor:
    result = wrap(np.asarray(array, _default(dtype)))
    return result.requires_grad_() if requires_grad else result


@placed
def zeros(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in this shape."""
    return _new(np.zeros(sizes(size), _default(dtype)), dtype, requires_grad)


@placed
def ones(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in this shape."""
    return _new(np.ones(sizes(size), _default(dtype)), dtype, requires_grad)


@placed
def full(size: Any, fill_value: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """This shape filled with one number, in its dtype by default."""
    dtype = default_array(fill_value).dtype if dtype is None else dtype
    fitting("full", fill_value, np.dtype(dtype))
    return _new(np.full(size, fill_value, dtype), dtype, requires_grad)


@placed
def empty(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros: nobody is helped by numbers that happen to lie in memory."""
    return zeros(*size, dtype=dtype, requires_grad=requires_grad)


@placed
def arange(start: Any, end: Any = None, step: Any = 1, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Numbers from `start` (0 if one number is given) up to, not including, `end`. Integers if all arguments are."""
    start, end = (0, start) if end is None else (start, end)
    if dtype is None:
        dtype = np.int64 if all(isinstance(n, (int, np.integer)) for n in (start, end, step)) else _default(None)
    if dtype == np.int64:
        start, end, step = int(start), int(end), int(step)
    if step == 0:
        raise ValueError("arange: step must not be 0")
    return _new(np.arange(start, end, step).astype(dtype), dtype, requires_grad)


@placed
def linspace(start: float, end: float, steps: int, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """`steps` numbers evenly spaced from `start` to `end`, both included."""
    dtype = _default(dtype)
    if np.dtype(dtype) == np.bool_:
        raise ValueError("linspace: expected a dtype of numbers, got bool")
    if np.dtype(dtype).kind in "iu":
        start, end = int(start), int(end)
    i, step = np.arange(steps), (end - start) / max(steps - 1, 1)
    points = np.where(2 * i < steps, start + step * i, end - step * (steps - 1 - i))  # the same from either end
    return _new(points.astype(dtype), dtype, requires_grad)


@placed
def logspace(
    start: float, end: float, steps: int, base: float = 10.0, dtype: Any = None, requires_grad: bool = False
) -> Tensor:
    """`base` to the powers that `linspace(start, end, steps)` gives."""
    return _new(np.power(base, linspace(start, end, steps, dtype=np.float64).array), dtype, requires_grad)


@placed
def eye(n: int, m: int | None = None, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """The identity matrix, n x n or n x m."""
    return _new(np.eye(n, m, dtype=_default(dtype)), dtype, requires_grad)


@placed
def tril_indices(row: int, col: int, offset: int = 0, dtype: Any = np.int64) -> Tensor:
    """The row and column numbers of the lower triangle of a row x col matrix: a tensor of shape (2, n)."""
    return _triangle("tril_indices", row, col, np.tri(row, col, offset, dtype=bool), dtype)


@placed
def triu_indices(row: int, col: int, offset: int = 0, dtype: Any = np.int64) -> Tensor:
    """The row and column numbers of the upper triangle of a row x col matrix: a tensor of shape (2, n)."""
    return _triangle("triu_indices", row, col, ~np.tri(row, col, offset - 1, dtype=bool), dtype)


def _triangle(name: str, row: int, col: int, inside: np.ndarray, dtype: Any) -> Tensor:
    if row < 0 or col < 0:
        raise ValueError(f"{name}: expected numbers of rows and columns >= 0, got {row} and {col}")
    return wrap(np.stack(np.nonzero(inside)).astype(dtype))


@placed
def rand(*size: Any, generator: Any = None, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Uniform on [0, 1)."""
    draws, dtype = drawn_from(generator), _default(dtype)
    return _new(drawn(lambda: np.asarray(draws.random(sizes(size), _precision(dtype)), dtype)), dtype, requires_grad)


@placed
def randn(*size: Any, generator: Any = None, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Normal with mean 0 and variance 1."""
    draws, dtype = drawn_from(generator), _default(dtype)
    numbers = drawn(lambda: np.asarray(draws.standard_normal(sizes(size), _precision(dtype)), dtype))
    return _new(numbers, dtype, requires_grad)


def _precision(dtype: Any) -> Any:
    """NumPy draws in float32 or float64; other dtypes are made from these."""
    return np.float64 if np.dtype(dtype) == np.float64 else np.float32


@placed
def randint(
    low: int,
    high: Any = None,
    size: Any = None,
    generator: Any = None,
    dtype: Any = np.int64,
    requires_grad: bool = False,
) -> Tensor:
    """Integers from `low` (0 if left out, as in `randint(high, size)`) up to, not including, `high`."""
    if size is None:
        low, high, size = 0, low, high
    draws = drawn_from(generator)
    return _new(drawn(lambda: np.asarray(draws.integers(low, high, size), dtype)), dtype, requires_grad)


@placed
def randperm(n: int, generator: Any = None, dtype: Any = np.int64) -> Tensor:
    """The integers from 0 to n - 1 in random order."""
    draws = drawn_from(generator)
    return wrap(drawn(lambda: draws.permutation(n).astype(dtype)))


def _like(name: str, t: Any) -> None:
    if not isinstance(t, (Tensor, np.ndarray)):
        raise TypeError(f"{name}: expected a Tensor, got {t!r}")


@placed
def zeros_like(input: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape of `input`, and by default its dtype."""
    _like("zeros_like", input)
    return zeros(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


@placed
def ones_like(input: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape of `input`, and by default its dtype."""
    _like("ones_like", input)
    return ones(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


@placed
def full_like(input: Any, fill_value: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """The shape of `input` filled with one number; by default in its dtype."""
    _like("full_like", input)
    return full(input.shape, fill_value, dtype or input.dtype, requires_grad)


@placed
def empty_like(input: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape of `input`: see `empty`."""
    return zeros_like(input, dtype=dtype, requires_grad=requires_grad)


@placed
def rand_like(input: Any, generator: Any = None, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Uniform on [0, 1), in the shape of `input`, and by default its dtype."""
    _like("rand_like", input)
    return rand(input.shape, generator=generator, dtype=dtype or input.dtype, requires_grad=requires_grad)


@placed
def randn_like(input: Any, generator: Any = None, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Normal with mean 0 and variance 1, in the shape of `input`, and by default its dtype."""
    _like("randn_like", input)
    return randn(input.shape, generator=generator, dtype=dtype or input.dtype, requires_grad=requires_grad)


@placed
def randint_like(input: Any, low: int, high: int | None = None, generator: Any = None) -> Tensor:
    """Integers from `low` (0 if left out) up to, not including, `high`, in the shape of `input`."""
    _like("randint_like", input)
    low, high = (0, low) if high is None else (low, high)
    return randint(low, high, input.shape, generator, np.int64 if input.dtype.kind == "f" else input.dtype)
