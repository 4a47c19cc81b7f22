"""Fourier transforms with PyTorch's names and arguments: what `tg.fft` holds, but for its frequencies.

input: real or complex, integers become float32. n, s: sizes to which the input is cut off, or filled up with zeros,
first. dim: the dimension(s) to transform. norm: what divides the sum over n elements: "backward" (the default) the
inverse transform by n, "forward" the transform by n, "ortho" both by √n.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import fourier as rows
from .dims import listed
from .fourier import INVERSE
from .shape import roll


def _arguments(name: str, x: Any, s: Any, dim: Any, norm: Any) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    """Sizes, dimensions and the norm, checked."""
    dim = (dim,) if isinstance(dim, int) else dim
    s = (s,) if isinstance(s, int) else s
    if dim is None:
        dim = range(x.ndim) if s is None else range(x.ndim - len(s), x.ndim)
    try:
        over = listed(tuple(dim), x.ndim)
    except (IndexError, ValueError, TypeError) as error:
        raise type(error)(f"{name}: {error}") from None
    sizes = tuple(x.shape[d] for d in over) if s is None else tuple(s)
    if len(sizes) != len(over):
        raise ValueError(f"{name}: expected one size for each dimension, got s={tuple(sizes)} and dim={tuple(dim)}")
    sizes = tuple(x.shape[d] if n == -1 else n for n, d in zip(sizes, over, strict=True))
    if norm is not None and norm not in INVERSE:
        raise ValueError(f"{name}: norm must be 'backward', 'ortho' or 'forward', got {norm!r}")
    return sizes, over, norm or "backward"


def _checked(name: str, sizes: tuple[int, ...]) -> None:
    for n in sizes:
        if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
            raise ValueError(f"{name}: expected sizes of at least 1, got {n!r}")


def _whole(name: str, row: Any, x: Any, s: Any, dim: Any, norm: Any) -> Any:
    sizes, over, norm = _arguments(name, x, s, dim, norm)
    _checked(name, sizes)
    return row(x, s=sizes, dim=over, norm=norm)


def _to_half(name: str, x: Any, s: Any, dim: Any, norm: Any, inverse: bool = False) -> Any:
    """From real numbers to half a spectrum."""
    if x.dtype.kind == "c":
        raise TypeError(f"{name}: expected real numbers, got {x.dtype}; fft takes complex ones")
    sizes, over, norm = _arguments(name, x, s, dim, norm)
    if not over:
        raise ValueError(f"{name}: expected at least one dimension to transform")
    _checked(name, sizes)
    return (
        np.conj(rows.rfftn(x, s=sizes, dim=over, norm=INVERSE[norm]))
        if inverse
        else rows.rfftn(x, s=sizes, dim=over, norm=norm)
    )


def _from_half(name: str, x: Any, s: Any, dim: Any, norm: Any, inverse: bool = False) -> Any:
    """From half a spectrum to real numbers; by default an even number of them."""
    sizes, over, norm = _arguments(name, x, s, dim, norm)
    if not over:
        raise ValueError(f"{name}: expected at least one dimension to transform")
    if s is None or s[-1] == -1:
        sizes = (*sizes[:-1], 2 * (x.shape[over[-1]] - 1))
    _checked(name, sizes)
    if inverse:
        x, norm = np.conj(x), INVERSE[norm]
    return rows.irfftn(x, s=sizes, dim=over, norm=norm)


def _one(n: int | None) -> tuple[int, ...] | None:
    if n == -1:  # which among several sizes keeps one
        raise ValueError("fft: expected n of at least 1, or None, got -1")
    return None if n is None else (n,)


def fft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
    """Σⱼ xⱼ exp(−2πi jk/n) along `dim`, complex. The gradient is the same transform of the gradient.

    >>> tg.fft.fft(tg.tensor([1.0, 2.0, 3.0, 4.0]))
    tensor([10.+0.j, -2.+2.j, -2.+0.j, -2.-2.j])
    """
    return _whole("fft.fft", rows.fftn, input, _one(n), (dim,), norm)


def ifft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
    """The inverse of `fft`: Σₖ yₖ exp(2πi jk/n) / n along `dim`.

    >>> tg.fft.ifft(tg.fft.fft(tg.tensor([1.0, 2.0]))).real
    tensor([1., 2.])
    """
    return _whole("fft.ifft", rows.ifftn, input, _one(n), (dim,), norm)


def rfft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
    """The first n/2 + 1 elements of `fft` of real numbers; the others are their conjugates.

    >>> tg.fft.rfft(tg.tensor([1.0, 2.0, 3.0, 4.0]))
    tensor([10.+0.j, -2.+2.j, -2.+0.j])
    """
    return _to_half("fft.rfft", input, _one(n), (dim,), norm)


def irfft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
    """The inverse of `rfft`: n real numbers, by default an even number of them, 2 (m − 1) of m.

    >>> tg.fft.irfft(tg.fft.rfft(tg.tensor([1.0, 2.0, 3.0])), n=3)
    tensor([1., 2., 3.])
    """
    return _from_half("fft.irfft", input, _one(n), (dim,), norm)


def hfft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
    """`fft`, real, of a signal whose second half is the conjugate of the first, of which `input` is the first.

    >>> tg.fft.hfft(tg.tensor([1.0, 2.0, 3.0]))
    tensor([ 8., -2.,  0., -2.])
    """
    return _from_half("fft.hfft", input, _one(n), (dim,), norm, inverse=True)


def ihfft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Any:
    """The inverse of `hfft`: the first half of `ifft` of real numbers.

    >>> tg.fft.ihfft(tg.tensor([8.0, -2.0, 0.0, -2.0])).real
    tensor([1., 2., 3.])
    """
    return _to_half("fft.ihfft", input, _one(n), (dim,), norm, inverse=True)


def fft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Any:
    """`fft` over two dimensions.

    >>> tg.fft.fft2(tg.ones(2, 2))
    tensor([[4.+0.j, 0.+0.j],
            [0.+0.j, 0.+0.j]])
    """
    return _whole("fft.fft2", rows.fftn, input, s, dim, norm)


def ifft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Any:
    """`ifft` over two dimensions.

    >>> tg.fft.ifft2(4 * tg.ones(2, 2)).real
    tensor([[4., 0.],
            [0., 0.]])
    """
    return _whole("fft.ifft2", rows.ifftn, input, s, dim, norm)


def rfft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Any:
    """`rfft` over the last of two dimensions, then `fft` over the other.

    >>> tg.fft.rfft2(tg.ones(2, 4)).shape
    (2, 3)
    """
    return _to_half("fft.rfft2", input, s, dim, norm)


def irfft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Any:
    """The inverse of `rfft2`.

    >>> tg.fft.irfft2(tg.fft.rfft2(tg.ones(2, 2)))
    tensor([[1., 1.],
            [1., 1.]])
    """
    return _from_half("fft.irfft2", input, s, dim, norm)


def hfft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Any:
    """`fft` over the first of two dimensions, then `hfft` over the last.

    >>> tg.fft.hfft2(tg.ones(2, 2)).shape
    (2, 2)
    """
    return _from_half("fft.hfft2", input, s, dim, norm, inverse=True)


def ihfft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Any:
    """The inverse of `hfft2`.

    >>> tg.fft.ihfft2(tg.ones(2, 4)).shape
    (2, 3)
    """
    return _to_half("fft.ihfft2", input, s, dim, norm, inverse=True)


def fftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Any:
    """`fft` over several dimensions; by default all, or with `s` the last len(s).

    >>> tg.fft.fftn(tg.ones(2, 2, 2)).real.sum()
    tensor(8.)
    """
    return _whole("fft.fftn", rows.fftn, input, s, dim, norm)


def ifftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Any:
    """`ifft` over several dimensions; by default all, or with `s` the last len(s).

    >>> tg.fft.ifftn(tg.ones(2, 2, 2)).real.sum()
    tensor(1.)
    """
    return _whole("fft.ifftn", rows.ifftn, input, s, dim, norm)


def rfftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Any:
    """`rfft` over the last of several dimensions, then `fft` over the others.

    >>> tg.fft.rfftn(tg.ones(2, 2, 4)).shape
    (2, 2, 3)
    """
    return _to_half("fft.rfftn", input, s, dim, norm)


def irfftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Any:
    """The inverse of `rfftn`.

    >>> tg.fft.irfftn(tg.fft.rfftn(tg.ones(2, 2, 4))).shape
    (2, 2, 4)
    """
    return _from_half("fft.irfftn", input, s, dim, norm)


def hfftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Any:
    """`fft` over all of several dimensions but the last, then `hfft` over that.

    >>> tg.fft.hfftn(tg.ones(2, 2, 3)).shape
    (2, 2, 4)
    """
    return _from_half("fft.hfftn", input, s, dim, norm, inverse=True)


def ihfftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Any:
    """The inverse of `hfftn`.

    >>> tg.fft.ihfftn(tg.ones(2, 2, 4)).shape
    (2, 2, 3)
    """
    return _to_half("fft.ihfftn", input, s, dim, norm, inverse=True)


def fftshift(input: Any, dim: Any = None) -> Any:
    """With the frequency 0 in the middle: rolled by half of the size of each dimension.

    >>> tg.fft.fftshift(tg.tensor([0, 1, 2, -2, -1]))
    tensor([-2, -1,  0,  1,  2])
    """
    return _rolled(input, dim, lambda n: n // 2)


def ifftshift(input: Any, dim: Any = None) -> Any:
    """The inverse of `fftshift`.

    >>> tg.fft.ifftshift(tg.tensor([-2, -1, 0, 1, 2]))
    tensor([ 0,  1,  2, -2, -1])
    """
    return _rolled(input, dim, lambda n: -(n // 2))


def _rolled(x: Any, dim: Any, places: Any) -> Any:
    over = tuple(range(x.ndim)) if dim is None else listed(dim, x.ndim)
    return roll(x, shifts=tuple(places(x.shape[d]) for d in over), dims=over) if over else x
