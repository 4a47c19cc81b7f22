"""Proving gradients: `gradcheck` compares what the engine says with what the function does.

For a random cotangent w and a random direction v it compares two ways to the same number,

    <w, J v>      by stepping the inputs along v and watching the outputs      (numerically)
    <J^T w, v>    by the backward pass                                         (the engine)

one direction at a time, so the cost does not grow with the size of the inputs, and random, so that no error can cancel.
The numerical side is a five-point central difference in float64, accurate to about 1e-11; where a complex step
(Im f(x + ihv) / h, accurate to 1e-16) confirms it, that is used instead. Higher orders check the gradient as a function
of its own: F2(x) = J(x)^T w1, and so on.

Sources: L. Lyness and C. Moler, "Numerical differentiation of analytic functions", SIAM J. Numer. Anal. 4 (1967);
J. Martins, P. Sturdza and J. Alonso, "The complex-step derivative approximation", ACM TOMS 29 (2003).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import autograd
from ..op import leaf
from ..recording import enable_grad
from ..tensor import Tensor, wrap
from .slopes import STEP, Arrays, drawn, report, slope, tolerance, wide


class GradcheckError(AssertionError):
    """A gradient differs from the function's slope; the message says where and by how much."""


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    order: int = 2,
    eps: float = STEP,
    atol: float = 1e-12,
    rtol: float | None = None,
    nondet_tol: float = 0.0,
    seed: int = 0,
    raise_exception: bool = True,
) -> bool:
    """Check the gradients of `func` at `inputs`, of every order up to `order`.

    func: takes Tensors, returns a Tensor or a sequence of them; deterministic, and any dtype must do (it is called
        with float64 and, where it can, with complex numbers). Of integers and booleans among its outputs there is no
        gradient. One of floating-point numbers that needs no gradient is taken at its word: that its slope is 0.
    inputs: a Tensor or a sequence of Tensors and other arguments; those Tensors that require a gradient are varied.
        They may be complex.
    order: 1 checks the gradient, 2 also the gradient of the gradient (through `create_graph`), 3 its gradient, ...
    eps: the step of the central difference, relative to the largest input.
    atol: the absolute difference allowed.
    rtol: largest difference allowed, relative to the sum of the magnitudes that make up the number; by default 1e-7 for
        float64 (1e-9 where the complex step applies), 2e-4 for float32, 2e-2 for float16. The inputs should be of order
        one and away from points where `func` has no derivative.
    nondet_tol: how much two calls with the same inputs may differ, in outputs and gradients.
    seed: of the random cotangent and direction.

    Returns True; or raises GradcheckError (returns False, with raise_exception=False).
    """
    if not callable(func):
        raise TypeError(f"gradcheck: expected a function, got {func!r}; pass it without calling it")
    if order < 1:
        raise ValueError(f"gradcheck: expected an order of 1 or more, got {order}")
    arguments = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    varied = varied_of(arguments, "gradcheck")
    rng = np.random.default_rng(seed)
    arrays = [arguments[i]._array for i in varied]
    function = _forward(func, arguments, varied)
    try:
        for k in range(1, order + 1):
            _check_one_order(function, arrays, rng, k, eps, atol, rtol, nondet_tol)
            if k < order:
                function = _gradient_of(function, [drawn(rng, y) for y in function(arrays)[0]])
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = STEP,
    atol: float = 1e-12,
    rtol: float | None = None,
    nondet_tol: float = 0.0,
    seed: int = 0,
    raise_exception: bool = True,
) -> bool:
    """Check the second derivatives of `func`: the gradient of (x, w) -> J(x)^T w, with respect to both.

    grad_outputs: w, a Tensor an output; by default random ones. That the derivative by w is right too is more than
        `gradcheck(order=2)` asks, which keeps w fixed.
    All else is as in `gradcheck`.
    """
    arguments = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    varied = varied_of(arguments, "gradgradcheck")
    with enable_grad():
        result = func(*arguments)
    outputs = outputs_of(result, "gradgradcheck")
    differentiable = [i for i, y in enumerate(outputs) if y.requires_grad]
    if grad_outputs is None:
        rng = np.random.default_rng(seed)
        weights = [
            wrap(drawn(rng, outputs[i]._array).astype(outputs[i].dtype)).requires_grad_() for i in differentiable
        ]
    else:
        weights = [grad_outputs] if isinstance(grad_outputs, Tensor) else list(grad_outputs)
        if len(weights) != len(differentiable):
            raise ValueError(
                f"gradgradcheck: got {len(weights)} grad_outputs for {len(differentiable)} outputs that require a "
                "gradient; pass one for each"
            )

    def first(*call: Any) -> Any:
        xs, ws = call[: len(arguments)], call[len(arguments) :]
        ys = outputs_of(func(*xs), "gradgradcheck")
        grads = autograd.grad(
            [ys[i] for i in differentiable], [xs[i] for i in varied], ws, create_graph=True, allow_unused=True
        )
        return [g for g in grads if g is not None]

    if not differentiable:
        return True
    return gradcheck(
        first,
        [*arguments, *weights],
        order=1,
        eps=eps,
        atol=atol,
        rtol=rtol,
        nondet_tol=nondet_tol,
        seed=seed,
        raise_exception=raise_exception,
    )


def varied_of(arguments: Sequence[Any], who: str) -> list[int]:
    """Which arguments are Tensors that require a gradient; an error if none does."""
    varied = [i for i, x in enumerate(arguments) if isinstance(x, Tensor) and x.requires_grad]
    if not varied:
        raise ValueError(f"{who}: none of the inputs requires a gradient; pass tensor(..., requires_grad=True)")
    return varied


def outputs_of(result: Any, who: str = "gradcheck") -> list[Tensor]:
    """What a function returned, as a list of Tensors."""
    outputs = [result] if isinstance(result, Tensor) or not isinstance(result, (tuple, list)) else list(result)
    for i, y in enumerate(outputs):
        if not isinstance(y, Tensor):
            raise TypeError(f"{who}: expected the function to return Tensors, got {type(y).__name__} as output {i}")
    return outputs


def _forward(func: Callable[..., Any], arguments: Sequence[Any], varied: Sequence[int]) -> Any:
    """`func` as a function of arrays, which also gives back the Tensors involved."""

    def function(arrays: Arrays) -> tuple[Arrays, list[Tensor], list[Tensor]]:
        tensors = [read_only_leaf(array) for array in arrays]
        call = list(arguments)
        for i, tensor in zip(varied, tensors, strict=True):
            call[i] = tensor
        with enable_grad():
            result = func(*call)
        outputs = [y for y in outputs_of(result) if y._array.dtype.kind in "fc"]
        return [y._array for y in outputs], tensors, outputs

    return function


def _gradient_of(function: Any, cotangents: Arrays) -> Any:
    """x -> J(x)^T w, of a function that `_forward` or this made."""

    def gradient(arrays: Arrays) -> tuple[Arrays, list[Tensor], list[Tensor]]:
        _, tensors, outputs = function(arrays)
        grads = _grad(outputs, tensors, cotangents, create_graph=True)
        return [g._array for g in grads], tensors, grads

    return gradient


def _grad(outputs: list[Tensor], inputs: list[Tensor], cotangents: Arrays, create_graph: bool) -> list[Tensor]:
    """J^T w; zero for inputs that the outputs do not depend on, and nothing at all if no output has a graph.

    Of complex numbers too: the conjugate of what `grad` says, which takes a real L to dL/da + i dL/db.
    """
    seeds = []
    for y, w in zip(outputs, cotangents, strict=True):
        if y.requires_grad:
            seed = np.array(np.conj(w), y.dtype)
            seed.flags.writeable = False  # a rule that writes into it is caught
            seeds.append((y, wrap(seed)))
    found: Sequence[Any] = [None] * len(inputs)
    if seeds:
        found = autograd.grad(
            [y for y, _ in seeds], inputs, [s for _, s in seeds], create_graph=create_graph, allow_unused=True
        )
    return [
        wrap(np.zeros_like(x._array)) if g is None else np.conj(g) if g.dtype.kind == "c" else g
        for g, x in zip(found, inputs, strict=True)
    ]


def read_only_leaf(array: np.ndarray) -> Tensor:
    """A read-only leaf on this array, of any dtype: here a complex number is a real one with a derivative attached."""
    view = np.asarray(array).view()
    view.flags.writeable = False
    tensor = wrap(view)
    tensor._node = leaf(tensor)
    return tensor


def _check_one_order(
    function: Any,
    arrays: Arrays,
    rng: np.random.Generator,
    order: int,
    eps: float,
    atol: float,
    rtol: float | None,
    nondet_tol: float,
) -> None:
    outputs, tensors, results = function(arrays)
    again, tensors_again, results_again = function(arrays)
    _the_same(outputs, again, nondet_tol, "outputs")
    cotangents = [drawn(rng, y) for y in outputs]
    directions = [drawn(rng, x) for x in arrays]
    grads = [g._array for g in _grad(results, tensors, cotangents, create_graph=False)]
    if order == 1:
        twice = [g._array for g in _grad(results_again, tensors_again, cotangents, create_graph=False)]
        _the_same(grads, twice, nondet_tol, "gradients")
    for i, (g, x) in enumerate(zip(grads, arrays, strict=True)):
        if g.shape != x.shape or g.dtype != x.dtype:
            raise GradcheckError(
                f"gradcheck, order {order}: the gradient of input {i} is {g.dtype}{list(g.shape)}, "
                f"the input is {x.dtype}{list(x.shape)}"
            )
    terms = [(g.astype(wide(g)) * v).real for g, v in zip(grads, directions, strict=True)]
    analytic = sum(float(t.sum()) for t in terms)
    size = sum(float(np.abs(t).sum()) for t in terms)

    def value(point: Arrays) -> Any:
        total = sum((w * y).sum() for w, y in zip(cotangents, function(point)[0], strict=True))
        return total if real else total.real

    real = all(array.dtype.kind != "c" for array in (*outputs, *arrays))
    point = [x.astype(wide(x)) for x in arrays]
    numerical, exact = slope(value, point, directions, eps)
    allowed = tolerance(arrays, exact) if rtol is None else rtol
    floor = 1e-11 * abs(float(value(point))) + atol
    if abs(analytic - numerical) <= allowed * max(size, abs(numerical)) + floor:
        return
    constant = [i for i, y in enumerate(results) if not y.requires_grad]
    told = (
        f" Output {constant[0]} needs no gradient: if that is meant, leave it out." if constant and order == 1 else ""
    )
    raise GradcheckError(
        f"gradcheck, order {order}: along a random direction the engine says {analytic:.9g}, "
        f"the function {numerical:.9g}.{told}{report(value, point, grads, allowed, eps)}"
    )


def _the_same(one: Arrays, other: Arrays, tol: float, what: str) -> None:
    for i, (a, b) in enumerate(zip(one, other, strict=True)):
        if not (np.allclose(a, b, rtol=0, atol=tol, equal_nan=True) if tol else np.array_equal(a, b, equal_nan=True)):
            raise GradcheckError(
                f"gradcheck: two calls with the same inputs gave different {what} (number {i}); seed or remove the "
                "chance, or allow it with nondet_tol"
            )
