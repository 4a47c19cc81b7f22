"""Products of Jacobians and Hessians with vectors, which never write the matrix down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..autograd.linear import Push, or_zeros, pull
from ..op import Variable
from ..recording import enable_grad, no_grad, thread
from .call import Called
from .gradients import grad
from .tree import Structure, build, flatten

__all__ = ["hvp", "jvp", "linearize", "vjp"]


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """(y, pullback): y = f(*primals), and the function w -> J^T w (with `has_aux` (y, pullback, aux)).

    primals: Tensors, or nested tuples, lists and dicts of them; y the same.
    pullback: takes what has the form of y, and returns a tuple with a gradient for each of `primals`. It may be called
        any number of times.

    >>> y, pullback = tg.func.vjp(lambda x: x * x, tg.tensor([1.0, 2.0]))
    >>> y, pullback(tg.tensor([1.0, 10.0]))
    (tensor([1., 4.]), (tensor([ 2., 40.]),))
    """
    call = Called("vjp", func, primals, {}, range(len(primals)), has_aux)

    def pullback(*cotangents: Any, retain_graph: bool = True, create_graph: bool | None = None) -> Any:
        """w -> J^T w. create_graph: whether that can be differentiated; by default if it depends on anything else."""
        given = cotangents[0] if len(cotangents) == 1 else cotangents
        weights = _like("vjp", given, call.outputs, call.output_structure, "outputs")
        stays = call.stays or any(w.node is not None for w in weights)
        stays = thread.mode.recording and stays if create_graph is None else create_graph
        with enable_grad() if stays else no_grad():
            found = or_zeros(pull(call.outputs, call.inputs, weights, stays, retain_graph), call.inputs)
        return call.like_arguments(found)

    return (call.result(), pullback, call.aux()) if has_aux else (call.result(), pullback)


def jvp(
    func: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    *,
    strict: bool = False,
    has_aux: bool = False,
) -> Any:
    """(y, J v): y = f(*primals), and its derivative along `tangents` (with `has_aux` (y, J v, aux)).

    primals, tangents: tuples of Tensors, or of nested tuples, lists and dicts of them, of the same shapes.
    strict: an output that does not depend on the primals is a RuntimeError instead of zeros.

    >>> tg.func.jvp(lambda x: x * x, (tg.tensor([1.0, 2.0]),), (tg.tensor([1.0, 10.0]),))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    for what, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, (tuple, list)) or not given:
            raise TypeError(
                f"jvp: {what} must be a tuple with something for each argument, got {given!r:.60}; write (x,)"
            )
    call = Called("jvp", func, primals, {}, range(len(primals)), has_aux)
    tangent = _along(call, tangents, "jvp", strict)
    result = (call.result(), tangent(*tangents))
    return (*result, call.aux()) if has_aux else result


def linearize(func: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """(y, push): y = f(*primals), and the function (v, ...) -> J v, which may be called any number of times.

    >>> y, push = tg.func.linearize(lambda x: x * x, tg.tensor([1.0, 2.0]))
    >>> push(tg.tensor([1.0, 0.0])), push(tg.tensor([0.0, 1.0]))
    (tensor([2., 0.]), tensor([0., 4.]))
    """
    call = Called("linearize", func, primals, {}, range(len(primals)), False)
    return call.result(), _along(call, primals, "linearize", False)


def hvp(func: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """H v, with the Hessian H of a function that returns one number: the derivative of its gradient along `tangents`.

    Of several primals a tuple, one product each; by all of them, as in the matrix of all second derivatives.

    >>> tg.func.hvp(lambda x: (x ** 3).sum(), (tg.tensor([1.0, 2.0]),), (tg.tensor([1.0, 10.0]),))
    tensor([  6., 120.])
    """
    primals = tuple(primals)
    return jvp(grad(func, tuple(range(len(primals))) if len(primals) > 1 else 0), primals, tangents)[1]


def _along(call: Called, primals: Sequence[Any], name: str, strict: bool) -> Callable[..., Any]:
    push = Push(call.outputs, call.inputs)
    structure = Structure(tuple, (), tuple(call.input_structures))

    def along(*tangents: Any) -> Any:
        """v -> J v."""
        found = push(_like(name, tangents, call.inputs, structure, "primals"))
        if strict and any(t is None for t in found):
            raise RuntimeError(f"{name}: strict=True, and output {found.index(None)} does not depend on the primals")
        return build(call.output_structure, or_zeros(found, call.outputs))

    return along


def _like(name: str, given: Any, like: Sequence[Variable], structure: Structure, what: str) -> list[Any]:
    """The Tensors of `given`, which must be put together as `structure` says, with the shapes of `like`."""
    found, own = flatten(given)
    if not _same(own, structure):
        raise ValueError(
            f"{name}: expected the same nesting of tuples, lists and dicts as the {what} have, got {given!r:.80}"
        )
    for i, (x, y) in enumerate(zip(found, like, strict=True)):
        if not isinstance(x, Variable):
            raise TypeError(f"{name}: expected Tensors, got {type(x).__name__}")
        if x._array.shape != y._array.shape:
            raise ValueError(
                f"{name}: expected shape {y._array.shape}, as number {i} of the {what} has, got {x._array.shape}"
            )
    return found


def _same(a: Structure, b: Structure) -> bool:
    """Whether two trees have the same form; a list may stand for a tuple."""
    kinds = (None, type(None))
    if a.kind in kinds or b.kind in kinds:
        return a.kind is b.kind
    return a.keys == b.keys and len(a.parts) == len(b.parts) and all(map(_same, a.parts, b.parts))
