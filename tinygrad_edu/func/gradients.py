"""`grad`: from a function that returns a number to the function of its gradient."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..autograd.linear import or_zeros, pull
from .call import Called, like_argnums, positions

__all__ = ["grad", "grad_and_value", "value_and_grad"]


def grad(func: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function x -> df/dx, of a function that returns one number (a 0-d Tensor).

    argnums: by which argument, or arguments, which gives a tuple. An argument may be a nested tuple, list or dict of
        Tensors; the gradient then has its form.
    has_aux: the function returns (number, anything); then so does this: (gradient, anything).

    It can be applied again, to any depth. Inside `no_grad` it works as outside, and its result is a constant.

    >>> f = lambda x: x ** 3
    >>> tg.func.grad(f)(tg.tensor(2.0)), tg.func.grad(tg.func.grad(f))(tg.tensor(2.0))
    (tensor(12.), tensor(12.))
    >>> loss = lambda p, x: (p["w"] * x + p["b"]) ** 2
    >>> tg.func.grad(loss)({"w": tg.tensor(3.0), "b": tg.tensor(1.0)}, tg.tensor(2.0))
    {'w': tensor(28.), 'b': tensor(14.)}
    """

    @functools.wraps(func)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        found, _, aux = _evaluated("grad", func, argnums, has_aux, args, kwargs)
        return (found, aux) if has_aux else found

    return gradient


def grad_and_value(
    func: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The function x -> (df/dx, f(x)); with `has_aux` x -> (df/dx, (f(x), aux)). The arguments are those of `grad`.

    >>> tg.func.grad_and_value(lambda x: x ** 3)(tg.tensor(2.0))
    (tensor(12.), tensor(8.))
    """

    @functools.wraps(func)
    def both(*args: Any, **kwargs: Any) -> Any:
        found, value, aux = _evaluated("grad_and_value", func, argnums, has_aux, args, kwargs)
        return (found, (value, aux)) if has_aux else (found, value)

    return both


def value_and_grad(
    func: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The function x -> (f(x), df/dx); with `has_aux` x -> ((f(x), aux), df/dx): `grad_and_value` as JAX orders it.

    >>> tg.func.value_and_grad(lambda x: x ** 3)(tg.tensor(2.0))
    (tensor(8.), tensor(12.))
    """

    @functools.wraps(func)
    def both(*args: Any, **kwargs: Any) -> Any:
        found, value, aux = _evaluated("value_and_grad", func, argnums, has_aux, args, kwargs)
        return ((value, aux), found) if has_aux else (value, found)

    return both


def _evaluated(
    name: str, func: Callable[..., Any], argnums: Any, has_aux: bool, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Any, Any, Any]:
    """The gradient, the value, and what came with it."""
    call = Called(name, func, args, kwargs, positions(name, argnums, args), has_aux)
    shapes = [tuple(y._array.shape) for y in call.outputs]
    if call.output_structure.kind is not None or shapes != [()]:
        raise RuntimeError(
            f"{name}: the function must return one number, a 0-d Tensor, got shapes {shapes}; reduce it, as in "
            "y.sum(), or use jacrev or vjp"
        )
    found = or_zeros(pull(call.outputs, call.inputs, [None], call.stays, keep=False), call.inputs)
    return like_argnums(argnums, call.like_arguments(found)), call.result(), call.aux()
