"""Jacobians and Hessians as whole matrices."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..autograd import linear
from .call import Called, like_argnums, positions
from .tree import build

__all__ = ["hessian", "jacfwd", "jacrev"]


def jacrev(
    func: Callable[..., Any],
    argnums: int | tuple[int, ...] = 0,
    *,
    has_aux: bool = False,
    chunk_size: int | None = None,
    _preallocate_and_copy: bool = False,
) -> Callable[..., Any]:
    """The function x -> dy/dx, of shape y.shape + x.shape: one backward pass for each element of y.

    argnums, has_aux: as in `grad`. Where y or an argument is a nested tuple, list or dict, so is the result: in place
        of each output stands what has the form of the argument.
    chunk_size: accepted; the passes are done one after the other, so memory is that of one.
    TypeError: complex numbers.

    >>> tg.func.jacrev(lambda x: x.sum() * x)(tg.tensor([1.0, 2.0]))
    tensor([[4., 1.],
            [2., 5.]])
    """
    _check_chunks(chunk_size)
    return _jacobian("jacrev", func, argnums, has_aux, forward=False)


def jacfwd(
    func: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False, *, randomness: str = "error"
) -> Callable[..., Any]:
    """The function x -> dy/dx, of shape y.shape + x.shape: one push for each element of x, so for many outputs.

    argnums, has_aux: as in `jacrev`, whose result it has. randomness: accepted; the function is called once.

    >>> tg.func.jacfwd(lambda x: tg.stack([x, x ** 2, x ** 3]))(tg.tensor(2.0))
    tensor([ 1.,  4., 12.])
    """
    return _jacobian("jacfwd", func, argnums, has_aux, forward=True)


def hessian(func: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """The function of the second derivatives: `jacfwd(jacrev(func))`. Of one number y its shape is x.shape + x.shape.

    With several argnums a tuple of tuples, by the first and by the second.

    >>> tg.func.hessian(lambda x: (x ** 3).sum())(tg.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacfwd(jacrev(func, argnums), argnums)


def _jacobian(
    name: str, func: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool, forward: bool
) -> Callable[..., Any]:
    @functools.wraps(func)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        call = Called(name, func, args, kwargs, positions(name, argnums, args), has_aux)
        tables = linear.jacobian(call.outputs, call.inputs, forward, name)
        rows = [
            like_argnums(argnums, call.like_arguments(row))
            for row in linear.jacobian_or_zeros(tables, call.outputs, call.inputs)
        ]
        result = build(call.output_structure, rows)
        return (result, call.aux()) if has_aux else result

    return jacobian


def _check_chunks(chunk_size: int | None) -> None:
    if chunk_size is not None and (not isinstance(chunk_size, int) or chunk_size < 1):
        raise ValueError(f"chunk_size must be None or an int > 0, got {chunk_size!r}")
