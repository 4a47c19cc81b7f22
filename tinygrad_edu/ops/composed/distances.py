"""Distances between vectors, in the p-norm. Where two are equal the gradient is 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import elementwise as ew
from .. import reduce, shape
from ..dims import axis
from ..linalg import matmul
from ..plain import numbers
from . import choosing
from .statistics import norm

MODES = ("use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist")


def dist(x: Any, other: Any, p: float = 2) -> Any:
    """The p-norm of x - other, all elements as one vector. Shapes broadcast.

    >>> tg.dist(tg.tensor([1.0, 2.0]), tg.tensor([4.0, 6.0]))
    tensor(5.)
    """
    return norm(ew.sub(x, other), p)


def cdist(x1: Any, x2: Any, p: float = 2.0, compute_mode: str = MODES[0]) -> Any:
    """The p-norm of the difference of every row of x1 with every row of x2: (..., P, M) and (..., R, M) give (..., P, R).

    p: 0 (how many elements differ) or more. compute_mode, for p = 2: "use_mm_for_euclid_dist" computes
    |a|^2 + |b|^2 - 2 a b with a matrix product, in little memory, but of two rows that are close few digits are right;
    "donot_use_mm_for_euclid_dist" the P R M differences; by default a matrix product from 26 rows on.
    >>> tg.cdist(tg.tensor([[0.0, 0.0]]), tg.tensor([[3.0, 4.0], [0.0, 1.0]]))
    tensor([[5., 1.]])
    """
    for x in (x1, x2):
        choosing.array("cdist", x)
    if x1.ndim < 2 or x2.ndim < 2 or x1.shape[-1] != x2.shape[-1]:
        raise ValueError(
            f"cdist: expected shapes (..., P, M) and (..., R, M), got {tuple(x1.shape)} and {tuple(x2.shape)}"
        )
    if x1.dtype.kind != "f" or x2.dtype.kind != "f":
        raise TypeError(f"cdist: expected floating-point numbers, got {x1.dtype} and {x2.dtype}; use t.float()")
    if compute_mode not in MODES:
        raise ValueError(f"cdist: compute_mode must be one of {', '.join(MODES)}; got {compute_mode!r}")
    _not_negative("cdist", p)
    many = x1.shape[-2] > 25 or x2.shape[-2] > 25
    if p == 2 and (compute_mode == MODES[1] or (compute_mode == MODES[0] and many)):
        return _by_products(x1, x2)
    return _lengths(ew.sub(shape.unsqueeze(x1, dim=-2), shape.unsqueeze(x2, dim=-3)), p)


def _by_products(x1: Any, x2: Any) -> Any:
    """From the mean of x2: distances stay, and the closer the rows are to 0 the fewer digits cancel."""
    if x2.shape[-2] and x2.shape[-1]:
        middle = np.mean(numbers(x2), axis=-2, keepdims=True)
        x1, x2 = ew.sub(x1, middle), ew.sub(x2, middle)
    squares = ew.add(_squares(x1, -1), shape.transpose(_squares(x2, -1), dim0=-1, dim1=-2))
    found = ew.sub(squares, ew.mul(2.0, matmul(x1, shape.transpose(x2, dim0=-1, dim1=-2))))
    return ew.where(ew.le(found, 0), np.zeros((), found.dtype), ew.sqrt(ew.where(ew.le(found, 0), 1.0, found)))


def _squares(x: Any, dim: int) -> Any:
    return reduce.sum(ew.square(x), dim=dim, keepdim=True)


def _lengths(apart: Any, p: float) -> Any:
    """The p-norm along the last dimension; of no elements 0."""
    if not apart.shape[-1]:
        return reduce.sum(apart, dim=-1)
    return norm(apart, p, dim=-1)


def _not_negative(name: str, p: float) -> None:
    if not p >= 0:
        raise ValueError(f"{name}: p must be 0 or more, got {p}")


def pdist(input: Any, p: float = 2.0) -> Any:
    """The p-norm of the difference of each two rows of a matrix: 0 and 1, 0 and 2 ..., 1 and 2 ...

    >>> tg.pdist(tg.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
    tensor([5.0000, 1.0000, 4.2426])
    """
    choosing.array("pdist", input)
    if input.ndim != 2:
        raise ValueError(f"pdist: expected a matrix, got shape {tuple(input.shape)}")
    if input.dtype.kind != "f":
        raise TypeError(f"pdist: expected floating-point numbers, got {input.dtype}; use t.float()")
    _not_negative("pdist", p)
    first, second = np.triu_indices(input.shape[0], 1)
    return _lengths(ew.sub(input[first], input[second]), p)


def renorm(x: Any, p: float, dim: int, maxnorm: float) -> Any:
    """Each slice along `dim` whose p-norm is larger than `maxnorm`, scaled down to it.

    >>> tg.renorm(tg.tensor([[3.0, 4.0], [0.3, 0.4]]), p=2, dim=0, maxnorm=1.0)
    tensor([[0.6000, 0.8000],
            [0.3000, 0.4000]])
    """
    choosing.array("renorm", x)
    if x.ndim < 2:
        raise ValueError(f"renorm: expected at least two dimensions, got shape {tuple(x.shape)}")
    if not p > 0 or not maxnorm >= 0:
        raise ValueError(f"renorm: expected p > 0 and maxnorm >= 0, got p={p} and maxnorm={maxnorm}")
    along = axis(dim, x.ndim)
    lengths = norm(x, p, tuple(d for d in range(x.ndim) if d != along), True)
    too_long = ew.gt(lengths, maxnorm)
    scale = ew.div(maxnorm, ew.add(ew.where(too_long, lengths, 1.0), 1e-7))
    return ew.mul(x, ew.where(too_long, scale, 1.0))
