"""What an op is called with: arguments by position or name, numbers and lists among arrays; and errors that say it."""

from __future__ import annotations

import functools
import inspect
import operator
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtypes
from .literals import default_array
from .warn import warn

if TYPE_CHECKING:
    from .op import Op


def names(forward: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a forward function's arguments."""
    if isinstance(forward, np.ufunc):
        return tuple("xyz"[: forward.nin])
    found = inspect.signature(forward).parameters.values()
    return tuple(p.name for p in found if p.kind is not p.VAR_POSITIONAL)


def sizes(given: tuple[Any, ...]) -> tuple[int, ...]:
    """Sizes or dims, given one by one or as one tuple or list."""
    several = given[0] if len(given) == 1 and isinstance(given[0], (tuple, list)) else given
    return tuple(map(operator.index, several))


# What PyTorch calls the first and the second argument of a function, for `sum(input=x)` and `pow(input=x, exponent=2)`.
FIRST = ("input", "self", "tensor", "tensors", "data")
SECOND = ("other", "exponent", "mat2", "vec2", "vec", "tensor", "values", "shape", "index", "divisor", "value")


def in_place(own: tuple[str, ...], inputs: tuple[Any, ...], params: dict[str, Any]) -> tuple[Any, ...]:
    """The inputs, with those from `params` that PyTorch has another name for than these, the function's own, has."""
    for place, known in ((0, FIRST), (1, SECOND)):
        if len(inputs) == place:
            name = next((name for name in known if name in params and name not in own), None)
            if name is not None:
                inputs = (*inputs, params.pop(name))
    return inputs


def bind(row: Op, inputs: tuple[Any, ...], params: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arrays that came by name, parameters that came by position."""
    inputs = in_place(row.names, inputs, params)
    count = len(row.rules) if row.rules else len(inputs)
    extra = dict(zip(row.names[count:], inputs[count:], strict=False))
    by_name = [params.pop(name) for name in row.names[len(inputs) : count] if name in params]
    arrays = (*inputs[:count], *by_name)
    if len(arrays) != count or len(inputs) > len(row.names) or extra.keys() & params.keys():
        raise TypeError(f"{row.name}({', '.join(row.names)}) was called with {len(inputs)} positional arguments")
    return arrays, params | extra


def as_array(row: Op, x: Any) -> np.ndarray:
    """What was passed instead of a Tensor, array or number: a list, say."""
    try:
        array = default_array(x)
    except ValueError as error:
        raise ValueError(f"{row.name}: cannot use this {type(x).__name__} as a tensor: {error}") from None
    if array.dtype.kind not in "bifuc":
        raise not_numbers(row, x)
    return array


def not_numbers(row: Op, x: Any) -> TypeError:
    """The error for what holds no numbers."""
    if isinstance(x, np.ndarray):
        return TypeError(f"{row.name}: cannot compute with elements of type {x.dtype}; pass numbers or booleans")
    what = repr(x) if x is None or isinstance(x, (str, bytes)) else f"a {type(x).__name__}"
    return TypeError(f"{row.name}: cannot use {what} as a tensor; pass numbers, arrays or Tensors")


def without_tensor(row: Op, arrays: list[Any], error: AttributeError) -> Exception:
    """The error for a number, where the op needs an array; any other is that of a forward function."""
    numbers = [x for x in arrays if isinstance(x, dtypes.NUMBERS)]
    if not numbers:
        return error
    return TypeError(f"{row.name}({', '.join(row.names)}): expected a Tensor, got the number {numbers[0]!r}")


def repeated(row: Op, arrays: list[Any], params: dict[str, Any], warning: RuntimeWarning) -> Any:
    """The result after all, with NumPy's warning at the line of the user's program."""
    with np.errstate(all="ignore"):
        out = row.forward(*arrays, **params)
    warn(str(warning), RuntimeWarning)
    return out


# What Python says where a parameter has a type that the forward function cannot use.
WRONG_TYPE = re.compile(r"not supported between|object is not|cannot be interpreted|unsupported operand|unhashable")
RENAMED = {"axis": "dim", "keepdims": "keepdim"}


def renamed(row: Op, params: dict[str, Any], error: Exception) -> dict[str, Any]:
    """The parameters with PyTorch's names in place of NumPy's; the error again if the op has none of that name."""
    found = {RENAMED.get(key, key) if key not in row.names else key: value for key, value in params.items()}
    if found.keys() == params.keys() or not found.keys() <= set(row.names):
        raise explained(row, [], params, error) from error
    return found


def explained(row: Op, arrays: list[Any], params: dict[str, Any], error: Exception) -> Exception:
    """The error again, with the op's name and its inputs' shapes and dtypes."""
    inputs = [f"{a.dtype}{list(a.shape)}" if isinstance(a, np.ndarray) else repr(a) for a in arrays]
    given = [f"{key}={value!r}" for key, value in params.items()]
    shapes = " and ".join(str(a.shape) for a in arrays if isinstance(a, np.ndarray))
    message = re.sub(r"^(\w|<|>|\.)+\(\) ", "", str(error))  # without the name of the forward function
    if params and WRONG_TYPE.search(message):
        message = f"a parameter has the wrong type ({message})"
    if row.name == "einsum" and "broadcast" in message:
        message = f"shapes {shapes} do not fit the equation: a letter stands for one size everywhere, or for 1"
    elif "broadcast" in message and row.broadcasts:
        message = f"shapes {shapes} do not broadcast (aligned at the right, sizes must be equal or 1)"
    elif message.startswith("ufunc '"):
        kinds = list(dict.fromkeys(str(a.dtype) for a in arrays if isinstance(a, np.ndarray)))
        message = f"not defined for {' and '.join(kinds)}; convert the tensor first, as in t.long() or t.float()"
    elif row.name == "matmul" and "dtype" not in message:
        message = f"shapes {shapes} do not fit; expected (..., n, k) and (..., k, m)"
    raised = (np.linalg.LinAlgError, TypeError, IndexError, ValueError)
    kind = next(kind for kind in raised if isinstance(error, kind))
    return kind(f"{row.name}({', '.join(inputs + given)}): {message}")


def into(function: Callable[..., Any], inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The result of `function(..., out=t)`: computed, and then copied into `t`, which must have its shape."""
    out = params["out"]
    result = function(*inputs, **{key: value for key, value in params.items() if key != "out"})
    if out is None:
        return result
    name = function.__name__
    if not hasattr(out, "copy_") or not hasattr(result, "copy_"):
        raise TypeError(f"{name}(out=): expected one Tensor to write one result into; leave out= away")
    if result.requires_grad:
        raise RuntimeError(f"{name}(out=): what is written into out= has no gradient; leave it away, or use no_grad()")
    if out.shape != result.shape:
        raise ValueError(f"{name}(out=): out has shape {tuple(out.shape)}, the result {tuple(result.shape)}")
    if not dtypes.holds(out.dtype, result.dtype):
        raise TypeError(f"{name}(out=): the result is {result.dtype}, which does not fit into out, of {out.dtype}")
    return out.copy_(result)


@functools.cache  # so that second names stay names of one function
def as_numpy_calls_it(function: Callable[..., Any]) -> Callable[..., Any]:
    """A composition that takes `axis=` and `keepdims=` for `dim=` and `keepdim=` too, as PyTorch does, and `out=`."""
    own = inspect.signature(function).parameters
    if "out" in own or any(p.kind is p.VAR_KEYWORD for p in own.values()):
        return function
    names = tuple(own)
    renames = {new: old for new, old in RENAMED.items() if old in own and new not in own}

    @functools.wraps(function)
    def called(*args: Any, **params: Any) -> Any:
        if params:
            for new, old in renames.items():
                if new in params and old not in params:
                    params[old] = params.pop(new)
            if len(args) < 2:
                args = in_place(names, args, params)
            if "out" in params:
                return into(function, args, params)
        return function(*args, **params)

    return called
