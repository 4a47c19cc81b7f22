"""Comparing a compiled function with itself: results, gradients and what it changes, over several runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu import kernels


def leaves(tree: Any) -> Iterator[Any]:
    """Tensors and numbers in nested containers."""
    if isinstance(tree, dict):
        tree = [tree[key] for key in sorted(tree, key=str)]
    if isinstance(tree, (tuple, list)):
        for branch in tree:
            yield from leaves(branch)
    elif tree is not None:
        yield tree


def numbers(x: Any) -> np.ndarray:
    return x.detach().numpy() if isinstance(x, tg.Tensor) else np.asarray(x)


def assert_same(got: Any, want: Any, rtol: float = 0.0) -> None:
    """The same nested results, to the last bit unless `rtol`, relative to the largest number."""
    for a, b in zip(leaves(got), leaves(want), strict=True):
        a, b = numbers(a), numbers(b)
        assert a.dtype == b.dtype
        assert a.shape == b.shape
        if not rtol or a.dtype.kind not in "fc":
            np.testing.assert_array_equal(a, b)
        else:
            finite = np.abs(b[np.isfinite(b)])
            np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol * finite.max(initial=0))


def varied(arrays: Sequence[Any], k: int) -> list[Any]:
    """Other data of the same shapes: floats scaled a little, integers and booleans in another order from k = 2 on."""
    found = []
    for a in arrays:
        a = np.asarray(a)
        if a.dtype.kind in "fc":
            found.append(tg.tensor(a * a.dtype.type(1 + k / 50)))
        else:
            found.append(tg.tensor(np.roll(a, max(k - 1, 0), 0) if a.ndim else a))
    return found


def run_both(
    make: Callable[[], Any], batches: Sequence[Sequence[Any]], rtol: float = 0.0, **options: Any
) -> tg.compile.Compiled:  # type: ignore[name-defined]
    """Run a step as it is and compiled, on the same batches with the same random numbers; return the compiled one.

    make: gives the step and a function of no arguments that shows what the step changes.
    """
    tg.manual_seed(0)
    step, state = make()
    tg.manual_seed(0)
    other, other_state = make()
    compiled = tg.compile(other, **options)
    for i, batch in enumerate(batches):
        tg.manual_seed(i)
        want = step(*batch)
        after = tg.default_generator().random()
        tg.manual_seed(i)
        got = compiled(*batch)
        assert tg.default_generator().random() == after
        assert_same(got, want, rtol)
        assert_same(other_state(), state(), rtol)
    compiled.source  # noqa: B018 - it has been compiled
    return compiled


def weighted(outputs: Any) -> Any:
    """A scalar in which each element counts differently."""
    total: Any = 0.0
    for i, y in enumerate(t for t in leaves(outputs) if isinstance(t, tg.Tensor) and t.requires_grad):
        y = y.real + y.imag if y.dtype.kind == "c" else y
        total = total + (y * tg.tensor(np.cos(np.arange(y.numel()) + i).reshape(y.shape).astype(y.dtype))).sum()
    return total


def gradient_step(module: Any) -> tuple[Callable[..., Any], Callable[[], Any]]:
    """A step that computes outputs, gradients of the inputs and of parameters; and what it changes."""

    def step(*xs: Any) -> Any:
        xs = tuple(x.detach().requires_grad_() if x.dtype.kind in "fc" else x for x in xs)
        y = module(*xs)
        module.zero_grad()
        total = weighted(y)
        if isinstance(total, tg.Tensor):
            total.backward()
        return [t.detach() for t in leaves(y) if isinstance(t, tg.Tensor)], [x.grad for x in xs]

    def state() -> Any:
        return [p.grad for p in module.parameters()], list(module.parameters()), list(module.buffers())

    return step, state


def units_off(name: str, exact: Callable[[np.ndarray], np.ndarray], points: np.ndarray) -> float:
    """How far a float32 function of kernels, which goes from -1 to 1, is off at most, in units of the last place."""
    ends = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0], np.float32)
    x = np.concatenate([points.astype(np.float32), np.logspace(-40, 0, 1001).astype(np.float32), ends])
    y = np.empty_like(x)
    kernels.kernel(f"def f(x, y):\n    for i in range(x.size):\n        y[i] = {name}(x[i])\n")(x, y)
    np.testing.assert_array_equal(y[-5:], [1, -1, np.nan, 0, -0.0])
    assert np.signbit(y[-1])
    want = exact(x.astype(np.float64))
    return float(np.nanmax(np.abs(y - want) / np.spacing(np.abs(want).astype(np.float32)).astype(np.float64)))
