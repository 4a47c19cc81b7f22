"""Jacobians, Hessians, and their products with vectors, of functions of Tensors: `torch.autograd.functional`.

    autograd.functional.jacobian(lambda x: x ** 2, x)      # diag(2x)

`inputs` is one Tensor or a tuple of them, and `func` takes as many and returns one or a tuple; results have the same
form. `create_graph` keeps the result differentiable with respect to inputs that require a gradient. `strict` makes an
output that does not depend on an input an error instead of zeros. The newer `tinygrad_edu.func` has the same as
functions of functions, for nested inputs, and of any depth.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from ..op import Variable, wrap
from ..recording import enable_grad, no_grad, thread
from . import linear
from .linear import Push, depends_on_more, inner, or_zeros, passed, pull, released

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]

Tensors = Variable | tuple[Variable, ...]


def vjp(
    func: Callable[..., Any], inputs: Tensors, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The outputs y = f(x), and J(x)^T v.

    v: of the shape of the outputs; may be left out if there is one output of one element.

    >>> x = tg.tensor([1.0, 2.0])
    >>> tg.autograd.functional.vjp(lambda x: x * x, x, tg.tensor([1.0, 10.0]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    with _Call("vjp", func, inputs, create_graph, strict) as call:
        weights = _vectors("vjp", v, call.outputs, "outputs")
        found = pull(call.outputs, call.inputs, weights, call.stays_with(weights), keep=False)
        return call.result(), call.like_inputs(call.checked(found, call.inputs, "input"), call.inputs)


def jvp(
    func: Callable[..., Any], inputs: Tensors, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The outputs y = f(x), and J(x) v.

    v: of the shape of the inputs; may be left out if there is one input of one element.

    >>> x = tg.tensor([1.0, 2.0])
    >>> tg.autograd.functional.jvp(lambda x: x.sum() * x, x, tg.tensor([1.0, 0.0]))
    (tensor([3., 6.]), tensor([4., 2.]))
    """
    with _Call("jvp", func, inputs, create_graph, strict) as call:
        tangents = _vectors("jvp", v, call.inputs, "inputs")
        push = Push(call.outputs, call.inputs)
        call.checked(push.transposed, call.inputs, "input")
        found = call.checked(push(tangents), call.outputs, "output")
        return call.result(), call.like_outputs(found)


def jacobian(
    func: Callable[..., Any],
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """The derivatives dy_i/dx_j: a Tensor of shape y.shape + x.shape; a tuple (of tuples) for several outputs (inputs).

    strategy: "reverse-mode", one backward pass an output element; or "forward-mode", one pass an input element.
    vectorize: accepted; the passes are done one after the other either way.

    >>> tg.autograd.functional.jacobian(lambda x: x.sum() * x, tg.tensor([1.0, 2.0]))
    tensor([[4., 1.],
            [2., 5.]])
    """
    if strategy not in ("reverse-mode", "forward-mode"):
        raise ValueError(f"jacobian: strategy must be 'reverse-mode' or 'forward-mode', got {strategy!r}")
    with _Call("jacobian", func, inputs, create_graph, strict) as call:
        tables = linear.jacobian(call.outputs, call.inputs, strategy == "forward-mode")
        for row in tables:
            call.checked(row, call.inputs, "input")
        rows = linear.jacobian_or_zeros(tables, call.outputs, call.inputs)
        shaped = [tuple(row) if call.several_inputs else row[0] for row in rows]
        return tuple(shaped) if call.several_outputs else shaped[0]


def hessian(
    func: Callable[..., Any],
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """The second derivatives d2y/dx_i dx_j of a function that returns one number: of shape x.shape + x.shape.

    Of several inputs a tuple of tuples, by first and second input. The other arguments are those of `jacobian`.

    >>> tg.autograd.functional.hessian(lambda x: (x ** 3).sum(), tg.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """

    def gradient(*xs: Any) -> Any:
        y = func(*xs)
        _check_scalar("hessian", y)
        found = or_zeros(pull([y], xs, [None], stays=True), xs)
        if strict and any(g.node is None for g in found):
            raise RuntimeError("hessian: strict=True, and the gradient of the function does not depend on an input")
        return tuple(found) if isinstance(inputs, tuple) else found[0]

    return jacobian(gradient, inputs, create_graph, strict, vectorize, outer_jacobian_strategy)


def vhp(
    func: Callable[..., Any], inputs: Tensors, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The number y = f(x), and v^T H with its Hessian H: two backward passes. Faster than `hvp`, and the same where f
    has continuous second derivatives.

    >>> tg.autograd.functional.vhp(lambda x: (x ** 3).sum(), tg.tensor([1.0, 2.0]), tg.tensor([1.0, 1.0]))
    (tensor(9.), tensor([ 6., 12.]))
    """
    with _Call("vhp", func, inputs, create_graph, strict) as call:
        first = call.gradient()
        weights = _vectors("vhp", v, call.inputs, "inputs")
        found = pull(first, call.inputs, weights, call.stays_with(weights), keep=False)
        return call.result(), call.like_inputs(call.checked(found, call.inputs, "input"), call.inputs)


def hvp(
    func: Callable[..., Any], inputs: Tensors, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The number y = f(x), and H v with its Hessian H.

    >>> tg.autograd.functional.hvp(lambda x: (x ** 3).sum(), tg.tensor([1.0, 2.0]), tg.tensor([1.0, 1.0]))
    (tensor(9.), tensor([ 6., 12.]))
    """
    with _Call("hvp", func, inputs, create_graph, strict) as call:
        first = call.gradient()
        found = Push(first, call.inputs)(_vectors("hvp", v, call.inputs, "inputs"))
        return call.result(), call.like_inputs(call.checked(found, call.inputs, "input"), call.inputs)


class _Call:
    """A function called on variables of its own; a block, inside which it is differentiated."""

    def __init__(self, name: str, func: Callable[..., Any], inputs: Any, create_graph: bool, strict: bool) -> None:
        self.name = name
        self.strict = strict
        self.create_graph = create_graph and thread.mode.recording
        self.several_inputs = isinstance(inputs, tuple)
        self.block = contextlib.nullcontext() if create_graph else no_grad()
        with self.block:
            self.inputs = [inner(x, name) for x in (inputs if isinstance(inputs, tuple) else (inputs,))]
            with enable_grad():
                result = func(*map(passed, self.inputs))
            self.several_outputs = isinstance(result, tuple)
            self.outputs: list[Any] = list(result) if isinstance(result, tuple) else [result]
            for i, y in enumerate(self.outputs):
                if not isinstance(y, Variable):
                    raise TypeError(
                        f"{name}: expected the function to return Tensors, got {type(y).__name__} as output {i}"
                    )
                if strict and y.node is None:
                    raise RuntimeError(f"{name}: strict=True, and output {i} does not depend on any input")
            self.stays = depends_on_more(self.outputs, self.inputs)

    def __enter__(self) -> _Call:
        self.block.__enter__()
        return self

    def __exit__(self, *exception: Any) -> None:
        self.block.__exit__(*exception)

    def stays_with(self, weights: Sequence[Any]) -> bool:
        """Whether a product with these must stay on the graph."""
        return self.stays or (self.create_graph and any(w is not None and w.node is not None for w in weights))

    def gradient(self) -> list[Any]:
        """Of the one number that the function returned."""
        _check_scalar(self.name, self.outputs[0] if not self.several_outputs else None)
        with enable_grad():
            return or_zeros(
                self.checked(pull(self.outputs, self.inputs, [None], stays=True), self.inputs, "input"), self.inputs
            )

    def checked(self, found: list[Any], of: Sequence[Any], what: str) -> list[Any]:
        """With `strict`, RuntimeError where there is no dependence."""
        if self.strict and any(g is None for g in found):
            raise RuntimeError(
                f"{self.name}: strict=True, and there is no dependence on or of {what} "
                f"{next(i for i, g in enumerate(found) if g is None)}"
            )
        return found

    def result(self) -> Any:
        outputs = [released(y, self.stays) for y in self.outputs]
        return tuple(outputs) if self.several_outputs else outputs[0]

    def like_inputs(self, found: Sequence[Any], like: Sequence[Any]) -> Any:
        filled = or_zeros(found, like)
        return tuple(filled) if self.several_inputs else filled[0]

    def like_outputs(self, found: Sequence[Any]) -> Any:
        filled = or_zeros(found, self.outputs)
        return tuple(filled) if self.several_outputs else filled[0]


def _vectors(name: str, v: Any, like: Sequence[Any], what: str) -> list[Any]:
    """One vector for each of `like`, checked; by default 1, of one element."""
    if v is None:
        if len(like) != 1 or like[0]._array.size != 1:
            raise RuntimeError(f"{name}: v may be left out only if there is one of {what}, of one element; pass v")
        return [wrap(like[0]._array * 0 + 1)]
    vs = list(v) if isinstance(v, (tuple, list)) else [v]
    if len(vs) != len(like):
        raise RuntimeError(f"{name}: got {len(vs)} vectors for {len(like)} {what}; pass one for each")
    for i, (one, x) in enumerate(zip(vs, like, strict=True)):
        if not isinstance(one, Variable):
            raise TypeError(f"{name}: v must be Tensors, got {type(one).__name__}")
        if one._array.shape != x._array.shape:
            raise RuntimeError(
                f"{name}: v {i} has shape {one._array.shape}, expected {x._array.shape}, as {what} {i} has"
            )
    return vs


def _check_scalar(name: str, y: Any) -> None:
    if not isinstance(y, Variable) or y._array.size != 1:
        shape = f"shape {y._array.shape}" if isinstance(y, Variable) else "several outputs or none"
        raise RuntimeError(f"{name}: the function must return one Tensor of one element, got {shape}; reduce it")
