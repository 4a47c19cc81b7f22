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

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import autograd
from ..op import leaf
from ..recording import enable_grad
from ..tensor import Tensor, wrap

Arrays = list[np.ndarray]
Function = Callable[[Arrays], Arrays]

STEP = 1e-4  # of the central difference, relative to the largest input
COMPLEX_STEP = 1e-30
REPORTED = 5  # elements named in a report


class GradcheckError(AssertionError):
    """A gradient differs from the function's slope; the message says where and by how much."""


def gradcheck(
    fn: Callable[..., Any],
    inputs: Any,
    *,
    order: int = 2,
    rtol: float | None = None,
    seed: int = 0,
    raise_exception: bool = True,
) -> bool:
    """Check the gradients of `fn` at `inputs`, of every order up to `order`.

    fn: takes Tensors, returns a Tensor or a sequence of them; deterministic, and any dtype must do (it is called
        with float64 and, where it can, with complex numbers).
    inputs: a Tensor or a sequence of Tensors and other arguments; those Tensors that require a gradient are varied.
    order: 1 checks the gradient, 2 also the gradient of the gradient (through `create_graph`), 3 its gradient, ...
    rtol: largest difference allowed, relative to the sum of the magnitudes that make up the number; by default 1e-7 for
        float64 (1e-9 where the complex step applies), 2e-4 for float32, 2e-2 for float16. The inputs should be of order
        one and away from points where `fn` has no derivative.
    seed: of the random cotangent and direction.

    Returns True; or raises GradcheckError (returns False, with raise_exception=False).
    """
    arguments = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    varied = [i for i, x in enumerate(arguments) if isinstance(x, Tensor) and x.requires_grad]
    if not varied:
        raise ValueError("gradcheck: none of the inputs requires a gradient; pass tensor(..., requires_grad=True)")
    rng = np.random.default_rng(seed)
    arrays = [arguments[i]._array for i in varied]
    function = _forward(fn, arguments, varied)
    try:
        for k in range(1, order + 1):
            _check_one_order(function, arrays, rng, rtol, k)
            function = _gradient_of(function, [_drawn(rng, y) for y in function(arrays)[0]])
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def _forward(fn: Callable[..., Any], arguments: Sequence[Any], varied: Sequence[int]) -> Any:
    """`fn` as a function of arrays, which also gives back the Tensors involved."""

    def function(arrays: Arrays) -> tuple[Arrays, list[Tensor], list[Tensor]]:
        tensors = [_leaf(array) for array in arrays]
        call = list(arguments)
        for i, tensor in zip(varied, tensors, strict=True):
            call[i] = tensor
        with enable_grad():
            result = fn(*call)
        outputs = [result] if isinstance(result, Tensor) else list(result)
        for i, y in enumerate(outputs):
            if not isinstance(y, Tensor):
                raise TypeError(f"gradcheck: output {i} is a {type(y).__name__}; the function must return Tensors")
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


def _leaf(array: np.ndarray) -> Tensor:
    """A read-only leaf on this array, of any dtype: here a complex number is a real one with a derivative attached."""
    view = np.asarray(array).view()
    view.flags.writeable = False
    tensor = wrap(view)
    tensor._node = leaf(tensor)
    return tensor


def _drawn(rng: np.random.Generator, like: np.ndarray) -> np.ndarray:
    """A random array of this shape; complex if that is."""
    real = rng.standard_normal(like.shape)
    return real + 1j * rng.standard_normal(like.shape) if like.dtype.kind == "c" else real


def _wide(x: np.ndarray) -> Any:
    return np.complex128 if x.dtype.kind == "c" else np.float64


def _check_one_order(function: Any, arrays: Arrays, rng: np.random.Generator, rtol: float | None, order: int) -> None:
    outputs, tensors, results = function(arrays)
    again = function(arrays)[0]
    if any(not np.array_equal(a, b, equal_nan=True) for a, b in zip(outputs, again, strict=True)):
        raise GradcheckError(
            "gradcheck: two calls with the same inputs gave different outputs; seed or remove the chance"
        )
    cotangents = [_drawn(rng, y) for y in outputs]
    directions = [_drawn(rng, x) for x in arrays]
    grads = [g._array for g in _grad(results, tensors, cotangents, create_graph=False)]
    for i, (g, x) in enumerate(zip(grads, arrays, strict=True)):
        if g.shape != x.shape or g.dtype != x.dtype:
            raise GradcheckError(
                f"gradcheck, order {order}: the gradient of input {i} is {g.dtype}{list(g.shape)}, "
                f"the input is {x.dtype}{list(x.shape)}"
            )
    terms = [(g.astype(_wide(g)) * v).real for g, v in zip(grads, directions, strict=True)]
    analytic = sum(float(t.sum()) for t in terms)
    size = sum(float(np.abs(t).sum()) for t in terms)

    def value(point: Arrays) -> Any:
        total = sum((w * y).sum() for w, y in zip(cotangents, function(point)[0], strict=True))
        return total if real else total.real

    real = all(array.dtype.kind != "c" for array in (*outputs, *arrays))
    wide = [x.astype(_wide(x)) for x in arrays]
    numerical, exact = _slope(value, wide, directions)
    tolerance = _tolerance(arrays, exact) if rtol is None else rtol
    floor = 1e-11 * abs(float(value(wide))) + 1e-12
    if abs(analytic - numerical) <= tolerance * max(size, abs(numerical)) + floor:
        return
    report = _report(value, wide, grads, tolerance)
    raise GradcheckError(
        f"gradcheck, order {order}: along a random direction the engine says {analytic:.9g}, "
        f"the function {numerical:.9g}.{report}"
    )


def _tolerance(arrays: Arrays, exact: bool) -> float:
    coarsest = max(np.finfo(x.dtype).eps for x in arrays)
    if coarsest > 1e-4:
        return 2e-2
    if coarsest > 1e-8:
        return 2e-4
    return 1e-9 if exact else 1e-7


def _slope(value: Callable[[Arrays], Any], point: Arrays, directions: Arrays) -> tuple[float, bool]:
    """The derivative of `value` along the directions, and whether a complex step confirmed and sharpened it."""
    h = STEP * max([1.0, *(float(np.abs(x).max()) for x in point if x.size)])

    def at(t: Any) -> Any:
        return value([x + t * v for x, v in zip(point, directions, strict=True)])

    central = float((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h))
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            stepped = float(np.imag(at(1j * COMPLEX_STEP)) / COMPLEX_STEP)
    except (TypeError, ValueError, np.exceptions.ComplexWarning):  # not defined for complex numbers
        return central, False
    if abs(stepped - central) <= 1e-7 * abs(central) + 1e-9:
        return stepped, True
    return central, False


def _report(value: Callable[[Arrays], Any], point: Arrays, grads: Arrays, tolerance: float) -> str:
    """The elements whose derivatives differ most."""
    rows: list[tuple[float, str]] = []
    for i, (x, g) in enumerate(zip(point, grads, strict=True)):
        for position in list(np.ndindex(x.shape))[:1000]:
            unit = [np.zeros_like(p) for p in point]
            unit[i][position] = 1.0
            numerical, _ = _slope(value, point, unit)
            difference = abs(float(g[position].real) - numerical)
            if not difference <= tolerance * max(abs(float(g[position].real)), abs(numerical)) + 1e-10:
                where = f"input {i} at {list(position)}" if position else f"input {i}"
                rows.append((difference, f"\n  {where}: gradient {g[position].real:.9g}, slope {numerical:.9g}"))
    rows.sort(key=lambda row: -row[0] if row[0] == row[0] else -np.inf)
    more = f"\n  ... and {len(rows) - REPORTED} more" if len(rows) > REPORTED else ""
    return "".join(text for _, text in rows[:REPORTED]) + more
