"""What the functions of `linalg` ask of their inputs, and which part of a matrix they read."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...tracing import is_traced
from ..plain import constant, plain


def floats(name: str, *xs: Any, half: bool = False) -> None:
    """Tensors, or arrays, of floating-point or complex numbers."""
    for x in xs:
        if not hasattr(x, "dtype") or not hasattr(x, "ndim"):
            raise TypeError(f"{name}: expected a tensor, got {type(x).__name__}; use tensor(data)")
        if x.dtype.kind not in "fc":
            raise TypeError(f"{name}: expected floating-point or complex numbers, got {x.dtype}; use t.float()")
        if x.dtype == np.float16 and not half:
            raise TypeError(f"{name}: float16 is too coarse; use t.float()")


def one_precision(name: str, *xs: Any) -> None:
    """All of one floating dtype, as PyTorch demands: two are usually an oversight."""
    found = list(dict.fromkeys(str(plain(x).real.dtype) for x in xs))
    if len(found) > 1:
        raise TypeError(
            f"{name}: expected one floating dtype, got {' and '.join(found)}; convert one, as a.to(b.dtype)"
        )


def matrices(name: str, *xs: Any, half: bool = False) -> None:
    """Matrices, or stacks of them."""
    floats(name, *xs, half=half)
    for x in xs:
        if x.ndim < 2:
            raise ValueError(f"{name}: expected a matrix or a stack of matrices, got shape {tuple(x.shape)}")


def square(name: str, *xs: Any) -> None:
    """Square matrices, or stacks of them."""
    matrices(name, *xs)
    for x in xs:
        if x.shape[-1] != x.shape[-2]:
            raise ValueError(f"{name}: expected square matrices, got shape {tuple(x.shape)}")


def singular(a: np.ndarray) -> np.ndarray:
    """Which of these matrices have no inverse."""
    found = np.zeros(a.shape[:-2], bool)
    try:
        np.linalg.inv(a)
    except np.linalg.LinAlgError:
        for at in np.ndindex(found.shape):
            try:
                np.linalg.inv(a[at])
            except np.linalg.LinAlgError:
                found[at] = True
    return found


def triangle(x: Any, upper: bool, k: int = 0) -> Any:
    """The elements on and above the diagonal k places over the main one (or on and below it), and zeros."""
    rows, columns = np.ogrid[: x.shape[-2], : x.shape[-1]]
    return np.where(columns - rows >= k if upper else columns - rows <= k, x, np.zeros((), x.dtype))


def hermitian(x: Any, upper: bool) -> Any:
    """The Hermitian matrix of which one triangle of `x` is read. The gradient goes to both, as if `x` were that matrix."""
    array = plain(x)
    half = triangle(array, upper)
    whole = half + np.conj(triangle(array, upper, 1 if upper else -1)).mT
    if array.dtype.kind == "c":
        at = np.arange(array.shape[-1])
        whole[..., at, at] = whole[..., at, at].real
    return _as_if(x, whole)


def triangular(x: Any, upper: bool) -> Any:
    """The triangular matrix that is read of `x`. The gradient is that of all elements, as if `x` were that matrix."""
    return _as_if(x, triangle(plain(x), upper))


def _as_if(x: Any, read: np.ndarray) -> Any:
    array = plain(x)
    if is_traced():
        return x + np.where(read == array, np.zeros((), x.dtype), read - array)
    return x if np.array_equal(array, read) else x + constant(read - array, x)
