"""Of many numbers one, or as many in proportion: softmax, variance, norms, extremes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...op import Variable
from .. import elementwise as ew
from .. import reduce, shape
from .selecting import gather


class Extreme(NamedTuple):
    """What `max` and `min` along a dimension return."""

    values: Any
    indices: Any


def softmax(x: Any, dim: int, *, dtype: Any = None) -> Any:
    """exp(x_i) / sum_j exp(x_j) along `dim`: positive, sums to one. With `dtype`, x is converted first.

    >>> x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> y = tg.softmax(x, dim=0)
    >>> y
    tensor([0.09  , 0.2447, 0.6652], grad_fn=<exp>)
    >>> y[2].backward()
    >>> x.grad
    tensor([-0.0599, -0.1628,  0.2227])
    """
    return ew.exp(log_softmax(x, dim, dtype=dtype))


def log_softmax(x: Any, dim: int, *, dtype: Any = None) -> Any:
    """log(softmax(x)) along `dim`, without overflow. With `dtype`, x is converted first.

    >>> tg.log_softmax(tg.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([-2.4076, -1.4076, -0.4076])
    """
    return reduce.log_softmax(x if dtype is None else ew.cast(x, dtype=dtype), dim=dim)


def var(
    x: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> Any:
    """sum((x - mean(x))^2) / (n - correction) over `dim`. The correction is Bessel's 1, or 0 if not `unbiased`.

    `x.var(False)` is `x.var(unbiased=False)`, as in PyTorch.
    >>> x = tg.tensor([1.0, 2.0, 6.0], requires_grad=True)
    >>> y = tg.var(x)
    >>> y
    tensor(7., grad_fn=<div>)
    >>> y.backward()
    >>> x.grad
    tensor([-2., -1.,  3.])
    """
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if x.dtype.kind != "f":
        raise TypeError(f"var, std: expected floating-point numbers, got {x.dtype}; use t.float()")
    if correction is None:
        correction = 1 if unbiased else 0
    wide = ew.cast(x, dtype=np.float32) if x.dtype == np.float16 else x  # squares soon pass float16's 65504
    from_mean = ew.sub(wide, reduce.mean(wide, dim=dim, keepdim=True))
    total = reduce.sum(ew.square(from_mean), dim=dim, keepdim=keepdim)
    freedom = reduce.count(x.shape, dim) - correction
    result = ew.div(total, freedom if freedom > 0 else 0)
    return ew.cast(result, dtype=x.dtype) if wide is not x else result


def std(
    x: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> Any:
    """The square root of `var`. Where all elements are equal the gradient is 0.

    >>> x = tg.tensor([1.0, 2.0, 6.0])
    >>> tg.std(x)
    tensor(2.6458)
    >>> tg.std(x, unbiased=False)
    tensor(2.1602)
    """
    if x.dtype == np.float16:
        return ew.cast(std(ew.cast(x, dtype=np.float32), dim, unbiased, keepdim, correction=correction), dtype=x.dtype)
    return _sqrt_flat_at_zero(var(x, dim, unbiased, keepdim, correction=correction))


def norm(x: Any, p: float | str = 2, dim: Any = None, keepdim: bool = False) -> Any:
    """(sum |x|^p)^(1/p) over `dim`; p = inf is the largest |x|, p = -inf the smallest. At x = 0 the gradient is 0.

    p = "fro" is 2; p = "nuc", of matrices, is the sum of the singular values.

    >>> x = tg.tensor([3.0, -4.0], requires_grad=True)
    >>> y = tg.norm(x)
    >>> y
    tensor(5., grad_fn=<where>)
    >>> y.backward()
    >>> x.grad
    tensor([ 0.6, -0.8])
    >>> tg.norm(x.detach(), p=1)
    tensor(7.)
    """
    if x.dtype.kind not in "fc":
        raise TypeError(f"norm: expected floating-point numbers, got {x.dtype}; use t.float()")
    if p == "nuc":
        from ..matrices.norms import matrix_norm

        return matrix_norm(x, "nuc", (0, 1) if dim is None and x.ndim == 2 else dim, keepdim)
    if x.dtype == np.float16:  # powers soon pass its 65504
        return ew.cast(norm(ew.cast(x, dtype=np.float32), p, dim, keepdim), dtype=x.dtype)
    if x.dtype.kind == "c":
        x = ew.abs(x)
    if p in (2, "fro"):
        return _sqrt_flat_at_zero(reduce.sum(ew.square(x), dim=dim, keepdim=keepdim))
    if isinstance(p, str):
        raise ValueError(f"norm: p must be a number or 'fro', got {p!r}")
    size = ew.abs(x)
    if p == 1:
        return reduce.sum(size, dim=dim, keepdim=keepdim)
    if p in (np.inf, -np.inf):
        return (reduce.amax if p > 0 else reduce.amin)(size, dim=dim, keepdim=keepdim)
    if p == 0:
        return reduce.sum(ew.where(size == 0, size, 1.0), dim=dim, keepdim=keepdim)
    zero = size == 0  # in the powers 1 stands for it, or NumPy would warn of 0 ** -1
    powers = ew.where(zero, 0.0 if p > 0 else np.inf, ew.pow(ew.where(zero, 1.0, size), p))
    total = reduce.sum(powers, dim=dim, keepdim=keepdim)
    nothing = (total == 0) | (total == np.inf)
    return ew.where(nothing, ew.pow(total.detach(), 1 / p), ew.pow(ew.where(nothing, 1.0, total), 1 / p))


def _sqrt_flat_at_zero(x: Any) -> Any:
    """sqrt with the gradient 0 at 0 instead of infinity."""
    return ew.where(x == 0, 0.0, ew.sqrt(x))


def max(x: Any, dim: Any = None, keepdim: bool = False) -> Any:  # hides the built-in in this file
    """The largest element; with `dim`, (values, indices) along it; with a second tensor for `dim`, `maximum`.

    All elements that tie share the gradient of the largest of all evenly; along `dim` the element at `indices` gets it.
    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.max(x)
    tensor(6.)
    >>> values, indices = tg.max(x, dim=1)
    >>> values
    tensor([5., 6.])
    >>> indices
    tensor([1, 2])
    """
    if isinstance(dim, (Variable, np.ndarray)):
        return ew.maximum(x, dim)
    return reduce.amax(x) if dim is None else _extreme(x, reduce.argmax, dim, keepdim)


def min(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """The smallest element; with `dim`, (values, indices) along it; with a second tensor, `minimum`. Ties as in `max`.

    >>> x = tg.tensor([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    >>> tg.min(x)
    tensor(1.)
    >>> values, indices = tg.min(x, dim=1)
    >>> values
    tensor([1., 3.])
    >>> indices
    tensor([0, 1])
    """
    if isinstance(dim, (Variable, np.ndarray)):
        return ew.minimum(x, dim)
    return reduce.amin(x) if dim is None else _extreme(x, reduce.argmin, dim, keepdim)


def _extreme(x: Any, which: Any, dim: int, keepdim: bool) -> Extreme:
    at = which(x, dim=dim, keepdim=True)
    values = gather(x, dim, at)
    return Extreme(values, at) if keepdim else Extreme(shape.squeeze(values, dim=dim), shape.squeeze(at, dim=dim))
