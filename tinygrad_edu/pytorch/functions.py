"""Functions that PyTorch has at the top: methods as functions, those in place, and a few that nothing here needs."""

from __future__ import annotations

import re
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import creation, ops
from ..compile.step import compile as compiled
from ..devices import Size, placed
from ..func import vmap
from ..literals import default
from ..nn import functional as F
from ..nn.module import Module
from ..printing import set_printoptions
from ..tensor import Tensor, wrap
from ..tracing import again

# Methods as functions: `relu_(x)` is `x.relu_()`.
METHODS = tuple(
    re.findall(
        r"\w+",
        """
        abs_ acos_ acosh_ addmv_ arccos_ arccosh_ arcsin_ arcsinh_ arctan_ arctanh_ asin_ asinh_ atan_ atanh_ ceil_
        clamp_ clamp_max_ clamp_min_ clip_ cos_ cosh_ deg2rad_ detach detach_ erf_ erfc_ exp2_ exp_ expm1_ fill_ fix_
        floor_ frac_ gcd_ get_device i0_ index_put_ is_same_size is_signed lcm_ ldexp_ log10_ log1p_ log2_ log_ logit_
        nan_to_num_ neg_ negative_ rad2deg_ reciprocal_ relu_ round_ rsqrt_ sigmoid_ sin_ sinc_ sinh_ sqrt_ square_ t
        tan_ tanh_ trunc_ xlogy_ zero_
        """,
    )
)

# Functions of nn.functional that PyTorch has at the top too, with the same arguments.
FUNCTIONALS = (
    *("alpha_dropout", "bilinear", "celu", "celu_", "cosine_similarity", "dropout", "hardshrink", "pairwise_distance"),
    *("prelu", "rrelu", "selu", "selu_", "threshold", "threshold_"),
)

__all__ = [
    "asarray",
    "bartlett_window",
    "batch_norm",
    "blackman_window",
    "compile",
    "embedding",
    "hamming_window",
    "hann_window",
    "instance_norm",
    "isin",
    "kaiser_window",
    "range",
    "scalar_tensor",
    "set_printoptions",
    "unravel_index",
    "vander",
    "version",
    "vmap",
    "where",
    *METHODS,
    *FUNCTIONALS,
]

version = types.SimpleNamespace(cuda=None, hip=None, debug=False, git_version="")


def _of_method(name: str) -> Callable[..., Any]:
    def function(input: Tensor, *args: Any, **options: Any) -> Any:
        if not isinstance(input, Tensor):
            raise TypeError(f"{name}: expected a Tensor, got {type(input).__name__}")
        return getattr(input, name)(*args, **options)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"`input.{name}(...)`."
    return function


globals().update({name: _of_method(name) for name in METHODS})
globals().update({name: getattr(F, name) for name in FUNCTIONALS})


def batch_norm(
    input: Any,
    weight: Any,
    bias: Any,
    running_mean: Any,
    running_var: Any,
    training: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool = False,
) -> Any:
    """`nn.functional.batch_norm`, with the weights first."""
    return F.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)


def instance_norm(
    input: Any,
    weight: Any,
    bias: Any,
    running_mean: Any,
    running_var: Any,
    use_input_stats: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool = False,
) -> Any:
    """`nn.functional.instance_norm`, with the weights first."""
    return F.instance_norm(input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps)


def embedding(weight: Any, indices: Any, padding_idx: int = -1, *flags: bool) -> Any:
    """`nn.functional.embedding`, with the weight first. A padding_idx of -1 is none."""
    return F.embedding(indices, weight, None if padding_idx == -1 else padding_idx)


def compile(step: Any = None, **kernels: Any) -> Any:
    """A step as straight-line NumPy code, see `tinygrad_edu.compile.step`; a module as it is, which computes the same.

    kernels: `mode`, `dynamic`, `fullgraph`, `backend`, `options` and `disable`, with which PyTorch chooses how to
        compile, change nothing, but `disable=True`, which leaves a function as it is. TypeError: any other.
    """
    for name in kernels:
        if name not in ("mode", "dynamic", "fullgraph", "backend", "options", "disable"):
            raise TypeError(f"compile() got an unexpected keyword argument {name!r}")
    if step is None:
        return lambda function: compile(function, **kernels)
    return step if isinstance(step, Module) or kernels.get("disable") else compiled(step)


def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """Elements of `input` where `condition` holds, of `other` elsewhere; alone, `nonzero(condition, as_tuple=True)`.

    The op is `tg.ops.where`, whose `help` has the derivatives.
    >>> x = tg.tensor([1.0, -2.0])
    >>> tg.where(x > 0, x, 0.0)
    tensor([1., 0.])
    >>> tg.where(x > 0)
    (tensor([0]),)
    """
    if input is None and other is None:
        return ops.nonzero(condition, as_tuple=True)
    return ops.where(condition, input, other)


where.row = ops.where  # type: ignore[attr-defined]  # for the reference


@placed
def range(start: float, end: Any = None, step: float = 1, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Numbers from `start` (0 if one number is given) up to and including `end`, as floats; `arange` leaves it out."""
    start, end = (0, start) if end is None else (start, end)
    if step == 0 or (end - start) / step < 0:
        raise ValueError(f"range: no step of {step} leads from {start} to {end}")
    numbers = start + step * np.arange(int(np.floor((end - start) / step)) + 1)
    return creation.tensor(numbers, dtype=default.real if dtype is None else dtype, requires_grad=requires_grad)


@placed
def asarray(obj: Any, dtype: Any = None, copy: bool | None = None, requires_grad: bool = False) -> Tensor:
    """`obj` as a tensor: on its memory where it is a tensor or an array of this dtype, else, or if `copy`, a copy.

    ValueError: copy=False, where a copy is needed.
    """
    given = obj.detach() if isinstance(obj, Tensor) and not requires_grad and obj.is_leaf else obj
    made = creation.as_tensor(given, dtype=dtype)
    if copy is False and not (hasattr(obj, "dtype") and made.dtype == obj.dtype):
        raise ValueError("asarray: this cannot be a tensor without a copy; leave copy=False out")
    made = made.clone() if copy and hasattr(obj, "dtype") else made
    return made.requires_grad_() if requires_grad else made


@placed
def scalar_tensor(s: float, dtype: Any = None) -> Tensor:
    """A tensor of no dimensions with this number, a float."""
    return creation.tensor(s, dtype=default.real if dtype is None else dtype)


def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Any:
    """The powers of each x in a row: xᴺ⁻¹ ... x, 1; from 1 on if `increasing`. N: how many, by default as many as x."""
    powers = np.arange(len(x) if N is None else N)
    return x[:, None] ** wrap(powers if increasing else powers[::-1].copy())


def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Which of the elements are among the test elements, or, if `invert`, are not."""
    among, these = (x._array if isinstance(x, Tensor) else np.asarray(x) for x in (elements, test_elements))
    return wrap(again(lambda among, these: np.asarray(np.isin(among, these, invert=invert)), among, these))


def unravel_index(indices: Tensor, shape: Any) -> tuple[Tensor, ...]:
    """The index in each dimension of a tensor of this shape, of elements that are numbered row by row."""
    sizes = (shape,) if isinstance(shape, int) else tuple(Size(shape))
    found: Any = again(lambda at: tuple(map(np.asarray, np.unravel_index(at, sizes))), indices._array)
    return tuple(map(wrap, found))


def _window(name: str, make: Callable[..., Any], about: str) -> Any:
    @placed
    def window(
        window_length: int,
        periodic: bool = True,
        *more: float,
        dtype: Any = None,
        requires_grad: bool = False,
        **named: Any,
    ) -> Tensor:
        size = window_length + 1 if periodic and window_length > 1 else window_length
        numbers = make(size, *more, **named)[:window_length]
        return creation.tensor(numbers, dtype=default.real if dtype is None else dtype, requires_grad=requires_grad)

    window.__name__ = window.__qualname__ = name
    window.__doc__ = f"{about} `periodic`: for `stft`; else symmetric."
    return window


def _cosines(size: int, *a: float) -> np.ndarray:
    turn = 2 * np.pi * np.arange(size) / max(size - 1, 1)
    return np.ones(1) if size == 1 else sum((-1) ** k * ak * np.cos(k * turn) for k, ak in enumerate(a))


def _hamming(size: int, alpha: float = 0.54, beta: float = 0.46) -> np.ndarray:
    return _cosines(size, alpha, beta)


def _kaiser(size: int, beta: float = 12.0) -> np.ndarray:
    return np.kaiser(size, beta)


hann_window = _window("hann_window", lambda n: _cosines(n, 0.5, 0.5), "Hann's window, 1/2 - 1/2 cos(2π i / N).")
hamming_window = _window("hamming_window", _hamming, "Hamming's window, α - β cos(2π i / N).")
blackman_window = _window("blackman_window", lambda n: _cosines(n, 0.42, 0.5, 0.08), "Blackman's window.")
bartlett_window = _window("bartlett_window", np.bartlett, "A triangle.")
kaiser_window = _window("kaiser_window", _kaiser, "Kaiser's window, I₀(β √(1 - t²)) / I₀(β).")
