"""Complex numbers from and as pairs of real ones, their signs, and the adjoint."""

from __future__ import annotations

from typing import Any

from .. import elementwise as ew
from .. import index, shape
from ..complex_numbers import complex, conj, imag, real
from ..complex_numbers import conj as conj_physical
from .joining import stack

__all__ = ["adjoint", "conj_physical", "polar", "resolve_conj", "resolve_neg", "sgn", "view_as_complex", "view_as_real"]


def polar(abs: Any, angle: Any) -> Any:
    """The complex number of this absolute value and angle: abs · (cos angle + i sin angle).

    >>> tg.polar(tg.tensor([2.0]), tg.tensor([0.0]))
    tensor([2.+0.j])
    """
    return complex(ew.mul(abs, ew.cos(angle)), ew.mul(abs, ew.sin(angle)))


def sgn(x: Any) -> Any:
    """The sign of real numbers, -1, 0 or 1; of complex ones x / |x|, and 0 at 0, where the gradient is 0.

    >>> tg.sgn(tg.tensor([3.0 + 4.0j, 0.0]))
    tensor([0.6000+0.8000j, 0.0000+0.0000j])
    """
    if x.dtype.kind != "c":
        return ew.sign(x)
    size = ew.abs(x)
    nothing = ew.eq(size, 0)
    return ew.where(nothing, 0, ew.div(x, ew.where(nothing, 1, size)))


def view_as_real(x: Any) -> Any:
    """Complex numbers as pairs of real ones: a last dimension of size 2 is added. A copy.

    >>> tg.view_as_real(tg.tensor([1.0 + 2.0j]))
    tensor([[1., 2.]])
    """
    if x.dtype.kind != "c":
        raise TypeError(f"view_as_real: expected complex numbers, got {x.dtype}")
    return stack([real(x), imag(x)], -1)


def view_as_complex(x: Any) -> Any:
    """Pairs of real numbers, in a last dimension of size 2, as complex ones. A copy.

    >>> tg.view_as_complex(tg.tensor([[1.0, 2.0]]))
    tensor([1.+2.j])
    """
    if x.dtype.kind != "f" or x.ndim == 0 or x.shape[-1] != 2:
        raise ValueError(
            f"view_as_complex: expected real numbers with a last dimension of size 2, got {x.dtype} of shape "
            f"{tuple(x.shape)}"
        )
    return complex(index.getitem(x, index=(..., 0)), index.getitem(x, index=(..., 1)))


def resolve_conj(x: Any) -> Any:
    """`x` itself: a conjugate is always computed at once.

    >>> tg.resolve_conj(tg.tensor([1.0 + 2.0j]).conj())
    tensor([1.-2.j])
    """
    return x


def resolve_neg(x: Any) -> Any:
    """`x` itself: a negative is always computed at once.

    >>> tg.resolve_neg(-tg.tensor([1.0]))
    tensor([-1.])
    """
    return x


def adjoint(x: Any) -> Any:
    """Each matrix transposed and conjugated.

    >>> tg.adjoint(tg.tensor([[1.0 + 2.0j, 3.0]]))
    tensor([[1.-2.j],
            [3.-0.j]])
    """
    if x.ndim < 2:
        raise ValueError(f"adjoint: expected a matrix or a stack of matrices, got shape {tuple(x.shape)}")
    turned = shape.transpose(x, dim0=-2, dim1=-1)
    return conj(turned) if x.dtype.kind == "c" else turned
