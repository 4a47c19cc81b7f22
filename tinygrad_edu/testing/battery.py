"""The checks of `opcheck`, each a function of a `Case`: an op with inputs. One that fails raises GradcheckError."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import autograd
from ..op import NOT_DIFFERENTIABLE, Op
from ..recording import enable_grad
from ..tensor import Tensor, wrap
from .domains import LAYOUTS
from .gradcheck import GradcheckError, gradcheck, outputs_of, read_only_leaf
from .slopes import drawn

ROUNDING = {np.dtype(np.float16): 2e-2, np.dtype(np.float32): 2e-4}  # relative; of float64 1e-9


@dataclass
class Case:
    """An op (a row of the table, or any function of Tensors), inputs, and how it is to be checked."""

    op: Any
    arrays: list[Any]
    params: dict[str, Any]
    reference: Callable[..., Any] | None = None
    order: int = 2
    options: dict[str, Any] = field(default_factory=dict)  # to gradcheck

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(0)
        self.differentiable = [
            i
            for i, array in enumerate(self.arrays)
            if isinstance(array, np.ndarray) and array.dtype.kind in "fc" and self._has_rule(i)
        ]

    def _has_rule(self, i: int) -> bool:
        row = self.op
        if not isinstance(row, Op) or row.each is not None:
            return True
        return i < len(row.rules) and row.rules[i] is not NOT_DIFFERENTIABLE

    def leaves(self) -> list[Any]:
        """The inputs: read-only Tensors, those with a rule asking for a gradient."""
        found: list[Any] = []
        for i, array in enumerate(self.arrays):
            if i in self.differentiable:
                found.append(read_only_leaf(array))
            else:
                found.append(wrap(array) if isinstance(array, np.ndarray) else array)
        return found

    def call(self, inputs: list[Any]) -> list[Tensor]:
        """The outputs of the op at these Tensors."""
        with enable_grad():
            return outputs_of(self.op(*inputs, **self.params), "opcheck")

    def with_arrays(self, change: Callable[[np.ndarray], np.ndarray]) -> Case:
        """The same case with its floating-point inputs changed."""
        changed = [change(a) if isinstance(a, np.ndarray) and a.dtype.kind in "fc" else a for a in self.arrays]
        return Case(self.op, changed, self.params, self.reference, self.order, self.options)

    def cotangents(self, outputs: list[Tensor], seed: int = 0) -> list[np.ndarray]:
        """A random gradient for each output that has one."""
        rng = np.random.default_rng(seed)
        return [drawn(rng, y._array).astype(y.dtype) for y in outputs if y.requires_grad]

    def gradients(self, record: bool = False) -> list[Any]:
        """The gradient of each differentiable input, as an array, from the same random cotangents each time."""
        inputs = self.leaves()
        outputs = self.call(inputs)
        roots = [y for y in outputs if y.requires_grad]
        if not roots:
            return []
        seeds = [wrap(w) for w in self.cotangents(outputs)]
        varied = [inputs[i] for i in self.differentiable]
        found = autograd.grad(roots, varied, seeds, create_graph=record, allow_unused=True)
        return [None if g is None else g._array for g in found]

    def __str__(self) -> str:
        inputs = [f"{a.dtype}{list(a.shape)}" if isinstance(a, np.ndarray) else repr(a) for a in self.arrays]
        return ", ".join([*inputs, *(f"{key}={value!r}" for key, value in self.params.items())])


def values(case: Case) -> None:
    """The result of Tensors is that of the arrays; and the reference's, if there is one."""
    outputs = [y._array for y in case.call([wrap(a) if isinstance(a, np.ndarray) else a for a in case.arrays])]
    if isinstance(case.op, Op):
        plain = case.op.forward(*[np.asarray(a) for a in case.arrays], **case.params)
        plain = plain if type(plain) is tuple else (plain,)
        for i, (y, expected) in enumerate(zip(outputs, plain, strict=True)):
            same = np.array_equal(y, np.asarray(expected).astype(y.dtype), equal_nan=y.dtype.kind in "fc")
            _require(same, f"output {i}: called with Tensors it gives another result than with arrays")
    if case.reference is not None:
        found = case.reference(*case.arrays, **case.params)
        _near(outputs, list(found) if isinstance(found, (tuple, list)) else [found], "output", "the reference", 1e-10)


def dtypes(case: Case) -> None:
    """float32 in, float32 out: no floating-point result is wider than the widest input."""
    floats = [a.dtype for a in case.arrays if isinstance(a, np.ndarray) and a.dtype.kind in "fc"]
    if not floats or "dtype" in case.params:
        return
    widest = np.finfo(np.result_type(*floats)).eps
    for i, y in enumerate(case.call(case.leaves())):
        if y.dtype.kind in "fc" and np.finfo(y.dtype).eps < widest:
            raise GradcheckError(f"output {i}: {floats[0]} became {y.dtype}")


def gradients(case: Case) -> None:
    """Each gradient is the function's slope, to the order asked for; see `gradcheck`."""
    gradcheck(lambda *xs: case.op(*xs, **case.params), case.leaves(), order=case.order, **case.options)


def recorded(case: Case) -> None:
    """A backward pass that is recorded gives the numbers of one that is not."""
    _near(case.gradients(record=True), case.gradients(), "gradient", "the backward pass that was not recorded", 1e-12)


def adjoint(case: Case) -> None:
    """<w, J v> = <J^T w, v>, with J v from differentiating the backward pass by w: rules are linear in g."""
    inputs = case.leaves()
    outputs = case.call(inputs)
    roots = [y for y in outputs if y.requires_grad]
    if not roots or any(y.dtype.kind == "c" for y in roots) or any(a.dtype.kind == "c" for a in _floats(case)):
        return
    if any(y.dtype == np.float16 for y in roots):
        return
    varied = [inputs[i] for i in case.differentiable]
    first = [wrap(w).requires_grad_() for w in case.cotangents(outputs, seed=1)]
    other = case.cotangents(outputs, seed=2)
    directions = [drawn(case.rng, x._array).astype(x.dtype) for x in varied]
    back = autograd.grad(roots, varied, first, create_graph=True, allow_unused=True)
    flowing = [(g, v) for g, v in zip(back, directions, strict=True) if g is not None and g.requires_grad]
    forward: tuple[Any, ...] = (None,) * len(first)
    if flowing:
        seeds = [wrap(v.astype(g.dtype)) for g, v in flowing]
        forward = autograd.grad([g for g, _ in flowing], first, seeds, retain_graph=True, allow_unused=True)
    again = autograd.grad(roots, varied, [wrap(w) for w in other], allow_unused=True)
    left = [w * jv._array for w, jv in zip(other, forward, strict=True) if jv is not None]
    right = [g._array * v for g, v in zip(again, directions, strict=True) if g is not None]
    one, two = sum(float(t.sum()) for t in left), sum(float(t.sum()) for t in right)
    size = sum(float(np.abs(t).sum()) for t in (*left, *right))
    if not np.isfinite(size):
        return
    allowed = max(ROUNDING.get(x.dtype, 1e-9) for x in varied) * size + 1e-12
    _require(
        abs(one - two) <= allowed,
        f"<w, J v> = {one:.9g} but <J^T w, v> = {two:.9g}: a rule is not linear in g, or its use of g is not recorded",
    )


def memory(case: Case) -> None:
    """Nothing is written to that was lent, and gradients and results share memory with nothing by accident."""
    inputs = case.leaves()
    befores = [x._array.copy() for x in inputs if isinstance(x, Tensor)]
    outputs = case.call(inputs)
    roots = [y for y in outputs if y.requires_grad]
    cotangents = case.cotangents(outputs)
    copies = [w.copy() for w in cotangents]
    for y in roots:
        shared = [x for x in inputs if isinstance(x, Tensor) and np.may_share_memory(x._array, y._array)]
        if shared and y._view is None:
            raise GradcheckError("the result shares memory with an input, and the engine does not know: return a copy")
    grads: list[Any] = []
    if roots:
        found = autograd.grad(
            roots, [inputs[i] for i in case.differentiable], [wrap(w) for w in cotangents], allow_unused=True
        )
        grads = [g._array for g in found if g is not None]
    same = all(np.array_equal(w, c, equal_nan=True) for w, c in zip(cotangents, copies, strict=True))
    _require(same, "a rule wrote into the gradient that it was given")
    now = [x._array for x in inputs if isinstance(x, Tensor)]
    same = all(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc") for a, b in zip(befores, now, strict=True))
    _require(same, "an input was written to")
    others = [*cotangents, *now]
    for i, g in enumerate(grads):
        apart = not any(np.may_share_memory(g, other) for other in [*others, *grads[:i]])
        _require(apart, f"gradient {i} shares memory with something else")


def layouts(case: Case) -> None:
    """Fortran order, negative strides and strided memory change nothing."""
    expected = [y._array for y in case.call(case.leaves())], case.gradients()
    for name, layout in LAYOUTS.items():
        moved = case.with_arrays(layout)
        _near([y._array for y in moved.call(moved.leaves())], expected[0], f"with {name}, output", "contiguous", 1e-11)
        _near(moved.gradients(), expected[1], f"with {name}, gradient", "contiguous", 1e-11)


def precisions(case: Case) -> None:
    """In float32 and float16 results and gradients keep that dtype. What NumPy has not in float16 is left out."""
    if "dtype" in case.params or any(a.dtype.kind == "c" for a in _floats(case)):
        return
    for dtype in (np.float32, np.float16):
        lower = case.with_arrays(lambda a, dtype=dtype: a.astype(dtype))  # type: ignore[misc]
        try:
            with np.errstate(all="ignore"):
                outputs = lower.call(lower.leaves())
                grads = lower.gradients()
        except (TypeError, NotImplementedError):
            if dtype is np.float32:
                raise
            continue
        wrong = [y.dtype for y in outputs if y.dtype.kind == "f" and np.finfo(y.dtype).eps < np.finfo(dtype).eps]
        _require(not wrong, f"{np.dtype(dtype)} became {wrong[0] if wrong else ''}")
        for i, g in enumerate(grads):
            if g is not None and g.dtype != dtype:
                raise GradcheckError(f"of {np.dtype(dtype)} inputs gradient {i} is {g.dtype}")


CHECKS: dict[str, Callable[[Case], None]] = {
    "values": values,
    "dtypes": dtypes,
    "gradients": gradients,
    "recorded backward": recorded,
    "adjoint": adjoint,
    "memory": memory,
    "layouts": layouts,
    "precisions": precisions,
}
ESSENTIAL = ("values", "dtypes", "gradients", "memory")  # those for one sample of many


def _floats(case: Case) -> list[np.ndarray]:
    return [a for a in case.arrays if isinstance(a, np.ndarray) and a.dtype.kind in "fc"]


def _require(holds: Any, message: str) -> None:
    if not holds:
        raise GradcheckError(message)


def _near(found: list[Any], expected: list[Any], what: str, other: str, rtol: float) -> None:
    """The arrays are equal but for rounding, nan where the others are, and no array is missing."""
    _require(len(found) == len(expected), f"{len(found)} results, {len(expected)} of {other}")
    for i, (a, b) in enumerate(zip(found, expected, strict=True)):
        if a is None or b is None:
            _require(a is b, f"{what} {i} is {'missing' if a is None else 'there'}, unlike that of {other}")
            continue
        b = np.asarray(b)
        _require(a.shape == b.shape, f"{what} {i} has shape {list(a.shape)}, that of {other} {list(b.shape)}")
        if a.dtype.kind not in "fc":
            _require(np.array_equal(a, b), f"{what} {i} differs from that of {other}")
            continue
        close = np.isclose(a, b, rtol=max(rtol, ROUNDING.get(a.dtype, 0)), atol=rtol, equal_nan=True)
        if not np.all(close):
            at = tuple(int(k) for k in np.argwhere(~close)[0])
            place = f" at {list(at)}" if at else ""
            raise GradcheckError(f"{what} {i}{place} is {a[at]:.9g}, that of {other} {b[at]:.9g}")
