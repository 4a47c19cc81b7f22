"""Of many numbers one, or as many in proportion: softmax, mean, variance, norms."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ...tracing import again, decided
from .. import elementwise as ew
from .. import reduce, shape
from ..complex_numbers import complex, conj, imag, real
from ..linalg import matmul
from . import choosing


def softmax(x: Any, dim: int, dtype: Any = None) -> Any:
    """exp(x_i) / sum_j exp(x_j) along `dim`: positive, sums to one. With `dtype`, x is converted first.

    >>> x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> y = tg.softmax(x, dim=0)
    >>> y
    tensor([0.0900, 0.2447, 0.6652], grad_fn=<exp>)
    >>> y[2].backward()
    >>> x.grad
    tensor([-0.0599, -0.1628,  0.2227])
    """
    return ew.exp(log_softmax(x, dim, dtype=dtype))


def log_softmax(x: Any, dim: int, dtype: Any = None) -> Any:
    """log(softmax(x)) along `dim`, without overflow. With `dtype`, x is converted first.

    >>> tg.log_softmax(tg.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([-2.4076, -1.4076, -0.4076])
    """
    return reduce.log_softmax(x if dtype is None else ew.cast(x, dtype=dtype), dim=dim)


def var(
    x: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> Any:
    """sum(|x - mean(x)|^2) / (n - correction) over `dim`. The correction is Bessel's 1, or 0 if not `unbiased`.

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
    if x.dtype.kind not in "fc":
        raise TypeError(f"var, std: expected floating-point numbers, got {x.dtype}; use t.float()")
    if correction is None:
        correction = 1 if unbiased else 0
    wide = ew.cast(x, dtype=np.float32) if x.dtype == np.float16 else x  # squares soon pass float16's 65504
    from_mean = ew.sub(wide, reduce.mean(wide, dim=dim, keepdim=True))
    squares = real(ew.mul(from_mean, conj(from_mean))) if x.dtype.kind == "c" else ew.square(from_mean)
    total = reduce.sum(squares, dim=dim, keepdim=keepdim)
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


def var_mean(
    x: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> Any:
    """(var, mean) over `dim`.

    >>> tg.var_mean(tg.tensor([1.0, 2.0, 6.0]))
    (tensor(7.), tensor(3.))
    """
    return _with_mean(var, x, dim, unbiased, keepdim, correction)


def std_mean(
    x: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> Any:
    """(std, mean) over `dim`.

    >>> tg.std_mean(tg.tensor([1.0, 3.0]), correction=0)
    (tensor(1.), tensor(2.))
    """
    return _with_mean(std, x, dim, unbiased, keepdim, correction)


def _with_mean(spread: Any, x: Any, dim: Any, unbiased: bool, keepdim: bool, correction: float | None) -> Any:
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    return spread(x, dim, unbiased, keepdim, correction=correction), reduce.mean(x, dim=dim, keepdim=keepdim)


def nansum(x: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """The sum over `dim` of the elements that are not nan; where all are nan, 0.

    >>> tg.nansum(tg.tensor([1.0, float('nan'), 2.0]))
    tensor(3.)
    """
    choosing.array("nansum", x)
    known = ew.where(ew.isnan(x), np.zeros((), x.dtype), x) if x.dtype.kind in "fc" else x
    return reduce.sum(known, dim=dim, keepdim=keepdim, dtype=dtype)


def nanmean(x: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """The mean over `dim` of the elements that are not nan; where all are nan, nan.

    >>> tg.nanmean(tg.tensor([1.0, float('nan'), 2.0]))
    tensor(1.5000)
    """
    choosing.array("nanmean", x)
    computed = x.dtype if dtype is None else np.dtype(dtype)
    if x.dtype.kind not in "fc" or computed.kind not in "fc":
        wrong = x.dtype if x.dtype.kind not in "fc" else f"dtype={computed}"
        raise TypeError(f"nanmean: expected floating-point numbers, got {wrong}; use t.float() or dtype=float32")
    total = nansum(x, dim, keepdim, dtype=dtype)
    known = reduce.sum(ew.logical_not(ew.isnan(x)), dim=dim, keepdim=keepdim)
    return ew.div(total, ew.cast(known, dtype=total.dtype))


def cov(x: Any, *, correction: int = 1, fweights: Any = None, aweights: Any = None) -> Any:
    """The covariances of variables, one a row of `x`, with one observation a column; of a vector its variance.

    C_ij = sum_k w_k (x_ik - m_i) conj(x_jk - m_j) / (n - correction), with the means m, and n observations.
    fweights: how often each observation counts, integers. aweights: how much, numbers >= 0: then n is the sum of all
        weights w = f a, and the correction is multiplied by sum(w a) / sum(w).
    >>> tg.cov(tg.tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    choosing.array("cov", x)
    if x.ndim > 2:
        raise ValueError(f"cov: expected a matrix or a vector, got shape {tuple(x.shape)}")
    rows = shape.reshape(x, shape=(1, -1)) if x.ndim < 2 else x
    w, freedom = _observations(rows, correction, fweights, aweights)
    total = reduce.sum(rows if w is None else ew.mul(rows, w), dim=1, keepdim=True)
    mean = ew.div(total, rows.shape[1] if w is None else w.sum())
    apart = ew.sub(rows, mean)
    weighted = apart if w is None else ew.mul(apart, w)
    found = ew.div(matmul(weighted, shape.transpose(conj(apart), dim0=0, dim1=1)), freedom)
    return found if x.ndim == 2 and x.shape[0] != 1 else shape.reshape(found, shape=())


def _observations(rows: Any, correction: float, fweights: Any, aweights: Any) -> tuple[Any, Any]:
    """The weight of each observation, None for 1, and by what the sum of their squares is divided, at least 0."""
    for name, given, kinds in (("fweights", fweights, "iu"), ("aweights", aweights, "f")):
        if given is not None:
            if tuple(given.shape) != (rows.shape[1],) or given.dtype.kind not in kinds:
                wanted = f"{rows.shape[1]} {'integers' if kinds == 'iu' else 'floating-point numbers'}"
                raise ValueError(f"cov: {name} must be {wanted}, got {given.dtype} of shape {tuple(given.shape)}")
            again(functools.partial(_check_positive, name), choosing.array("cov", given))
    if aweights is None:
        n = rows.shape[1] if fweights is None else decided(np.sum, choosing.array("cov", fweights))
        return fweights, float(np.maximum(n - correction, 0))
    w = aweights if fweights is None else ew.mul(aweights, fweights)
    freedom = ew.sub(w.sum(), ew.div(ew.mul(w, aweights).sum(), w.sum()) * correction)
    return w, ew.where(freedom < 0, 0.0, freedom)


def _check_positive(name: str, given: np.ndarray) -> None:
    if np.any(given < 0):
        raise ValueError(f"cov: {name} must not be negative")


def corrcoef(x: Any) -> Any:
    """The correlations of variables, one a row of `x`: C_ij / sqrt(C_ii C_jj) of their covariances C, from -1 to 1.

    >>> tg.corrcoef(tg.tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    c = cov(x)
    if not c.ndim:
        return ew.div(c, c)
    at = np.arange(c.shape[0])
    deviation = ew.sqrt(real(c[at, at]) if c.dtype.kind == "c" else c[at, at])
    found = ew.div(ew.div(c, deviation[:, None]), deviation[None, :])
    if c.dtype.kind == "c":
        return complex(ew.clip(real(found), min=-1.0, max=1.0), ew.clip(imag(found), min=-1.0, max=1.0))
    return ew.clip(found, min=-1.0, max=1.0)


def norm(x: Any, p: float | str = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """(sum |x|^p)^(1/p) over `dim`; p = inf is the largest |x|, p = -inf the smallest. At x = 0 the gradient is 0.

    p = "fro" is 2; p = "nuc", of matrices, is the sum of the singular values.

    >>> x = tg.tensor([3.0, -4.0], requires_grad=True)
    >>> y = tg.norm(x)
    >>> y
    tensor(5., grad_fn=<where>)
    >>> y.backward()
    >>> x.grad
    tensor([ 0.6000, -0.8000])
    >>> tg.norm(x.detach(), p=1)
    tensor(7.)
    """
    x = x if dtype is None else ew.cast(x, dtype=dtype)
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
