"""L-BFGS: Newton's method, with the curvature learned from the steps themselves.

Newton's step -H⁻¹ g goes straight to the minimum of the parabola that fits the loss at θ; but H, the matrix of second
derivatives, has n² entries. Some of H comes for free: after a step s = θₖ₊₁ - θₖ the gradient has changed by
y = gₖ₊₁ - gₖ, and y ≈ H s, so each step tells what H does to one vector. BFGS keeps a matrix B ≈ H⁻¹, and after each
step changes it as little as possible so that B y = s:

    B ← (I - ρ s yᵀ) B (I - ρ y sᵀ) + ρ s sᵀ            with ρ = 1 / (y · s)

L-BFGS keeps only the last few pairs (s, y), and applies these factors to the gradient one after another, from the
outside in and then from the inside out ("the two-loop recursion"): a few dot products, no matrix.

    q ← g;   for the newest pair to the oldest:  α = ρ (s · q),  q ← q - α y
    r ← (s · y) / (y · y) q              B before all pairs: the inverse curvature along the newest step
    for the oldest pair to the newest:  r ← r + s (α - ρ (y · r))
    d = -r,   θ ← θ + t d

While y · s > 0, the loss curves upwards along s, B stays positive definite, and d goes downhill. A pair that does not
satisfy this is not kept; the strong Wolfe line search chooses t so that it holds. The first step is a gradient step of
length at most γ.

The loss must be the same function at each evaluation, so use all data at once: noise in y would be taken for curvature.

Source: D. C. Liu and J. Nocedal, "On the limited memory BFGS method for large scale optimization" (Mathematical
Programming 45, 1989); J. Nocedal and S. J. Wright, "Numerical optimization" (2nd ed., 2006), algorithms 7.4 and 7.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .. import memory
from ..recording import enable_grad, thread
from ..tensor import Tensor, wrap
from .line_search import Point, strong_wolfe
from .optimizer import Optimizer, State, as_array
from .options import Group, check_numbers

VECTORS = ("d", "prev_flat_grad")  # in the state: a vector of all parameters, one after another
LISTS = ("old_dirs", "old_stps")  # in the state: lists of such vectors, the y and the s


class LBFGS(Optimizer):
    """L-BFGS; see the formulas above.

    params: Tensors, in one group; lr: γ, the step t (with a line search, the first t tried); max_iter: iterations in
        one call of `step`; max_eval: evaluations of the loss in one call, 1.25 max_iter by default; tolerance_grad:
        stop when no gradient is larger; tolerance_change: stop when the loss, or every parameter, changes less;
        history_size: how many pairs (s, y) are kept; line_search_fn: None or "strong_wolfe"; maximize:
        maximise the loss (not in PyTorch's).
    ValueError: a negative lr, several groups, an unknown line search.

    `step(closure)` needs a closure, which it calls many times. It takes the memory of 2 history_size + 5 copies of the
    parameters. The state, of all parameters together, is kept under the first one's name, as in PyTorch.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
        *,
        maximize: bool = False,
    ) -> None:
        check_numbers("LBFGS", max_iter=max_iter)
        super().__init__(
            params,
            {
                "lr": lr,
                "max_iter": max_iter,
                "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
                "tolerance_grad": tolerance_grad,
                "tolerance_change": tolerance_change,
                "history_size": history_size,
                "line_search_fn": line_search_fn,
                "maximize": maximize,
            },
        )

    def add_param_group(self, param_group: Group) -> None:
        if self.param_groups:
            raise ValueError(
                "LBFGS: expected one parameter group, got several; all parameters share one step and one history"
            )
        super().add_param_group(param_group)

    def check(self, group: Group) -> None:
        super().check(group)
        if group["line_search_fn"] not in (None, "strong_wolfe"):
            raise ValueError(f"line_search_fn must be None or 'strong_wolfe', got {group['line_search_fn']!r}")
        if group["history_size"] < 1:
            raise ValueError(f"history_size must be at least 1, got {group['history_size']}")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Up to `max_iter` iterations; returns the loss before them.

        closure: a function that clears the gradients, computes the loss, calls backward() and returns the loss.
        TypeError: no closure. Warns if no parameter has a gradient afterwards.
        """
        if closure is None:
            raise TypeError(
                "LBFGS.step: expected a closure: a function that computes the loss, calls backward() and returns it"
            )
        if thread.mode.trace is not None:
            thread.mode.trace.refuse(
                "LBFGS.step: how many iterations it takes depends on the numbers, and a compiled step is the same "
                "instructions at each run; compile the closure, and call step(closure) outside"
            )
        outside = np.geterr()

        def evaluate() -> Any:
            with enable_grad(), np.errstate(**outside):
                return closure()

        with np.errstate(all="ignore"):
            loss = self._step(evaluate)
        if all(p.grad is None for p in self._params()):
            self._warn_of_no_gradient()
        return loss

    def _step(self, closure: Callable[[], Any]) -> Any:
        group = self.param_groups[0]
        sign = -1 if group["maximize"] else 1
        lr, most = float(group["lr"]), group["max_eval"]
        first = self._params()[0]
        state = self.state.setdefault(first, {"func_evals": 0, "n_iter": 0})

        before_all = closure()
        loss, g = sign * float(before_all), sign * self._gradient()
        evaluations = 1
        state["func_evals"] += 1
        if np.abs(g).max() <= group["tolerance_grad"]:
            return before_all

        for iteration in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            d = self._direction(g, state, group["history_size"])
            previous_loss = state["prev_loss"] = loss
            state["prev_flat_grad"] = g
            t = lr * min(1.0, 1 / float(np.abs(g).sum())) if state["n_iter"] == 1 else lr
            slope = g @ d
            state["d"], state["t"] = d, t
            if slope > -group["tolerance_change"]:
                break

            θ = self._flat()
            tried = 0

            def at(t: float, θ: np.ndarray = θ, d: np.ndarray = d) -> Point:
                self._move(θ, t, d)
                f = sign * float(closure())
                gradient = sign * self._gradient()
                return Point(t, np.float64(f), gradient @ d, gradient)

            if group["line_search_fn"] is not None:
                start = Point(0.0, np.float64(loss), slope, g)
                found, tried = strong_wolfe(at, start, t, np.abs(d).max(), most - evaluations)
                t, loss, g = found.t, found.f, found.gradient
                self._move(θ, t, d)
            elif iteration < group["max_iter"]:
                point = at(t)
                loss, g, tried = point.f, point.gradient, 1
            else:
                self._move(θ, t, d)  # the next call begins with an evaluation here
            state["t"] = t
            evaluations += tried
            state["func_evals"] += tried

            if (
                evaluations >= most
                or np.abs(g).max() <= group["tolerance_grad"]
                or np.abs(d * t).max() <= group["tolerance_change"]
                or abs(loss - previous_loss) < group["tolerance_change"]
            ):
                break
        return before_all

    def _direction(self, g: np.ndarray, state: State, history_size: int) -> np.ndarray:
        """-B g, after B has been updated with the last step."""
        if state["n_iter"] == 1:
            state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1)
            return -g
        ys, ss, ρs = state["old_dirs"], state["old_stps"], state["ro"]
        y = g - state["prev_flat_grad"]
        s = state["d"] * state["t"]
        curvature = y @ s
        if curvature > 1e-10:
            if len(ys) == history_size:
                for old in (ys, ss, ρs):
                    del old[0]
            ys.append(y)
            ss.append(s)
            ρs.append(1 / curvature)
            state["H_diag"] = curvature / (y @ y)

        pairs = list(zip(ss, ys, ρs, strict=True))
        q = -g
        αs = []
        for s, y, ρ in reversed(pairs):
            α = ρ * (s @ q)
            q -= α * y
            αs.append(α)
        r: np.ndarray = q * state["H_diag"]
        for (s, y, ρ), α in zip(pairs, reversed(αs), strict=True):
            r += (α - ρ * (y @ r)) * s
        return r

    def _flat(self) -> np.ndarray:
        """θ: all parameters one after another."""
        return np.concatenate([p._array.reshape(-1) for p in self._params()])

    def _gradient(self) -> np.ndarray:
        """All gradients one after another; zeros for parameters without one."""
        return np.concatenate(
            [(np.zeros_like(p._array) if p.grad is None else p.grad._array).reshape(-1) for p in self._params()]
        )

    def _move(self, θ: np.ndarray, t: float, d: np.ndarray) -> None:
        """Set the parameters to θ + t d."""
        new, start = θ + t * d, 0
        for p in self._params():
            p._array[...] = new[start : start + p._array.size].reshape(p.shape)
            memory.wrote(p._array)
            start += p._array.size

    def state_dict(self) -> dict[str, Any]:
        saved = super().state_dict()
        for state in saved["state"].values():
            state.update({key: [wrap(vector) for vector in state[key]] for key in LISTS if key in state})
        return saved

    def remembered(self, key: str, value: Any, p: Tensor) -> Any:
        if key == "al":
            return value  # PyTorch's workspace
        if key in VECTORS:
            return self._vector(key, value)
        if key in LISTS:
            return [self._vector(key, vector) for vector in value]
        return [float(ρ) for ρ in value] if key == "ro" else value if isinstance(value, int) else float(value)

    def _vector(self, key: str, value: Any) -> np.ndarray:
        θ = self._flat()
        vector: np.ndarray = as_array(value).astype(θ.dtype)
        if vector.shape != θ.shape:
            raise ValueError(
                f"load_state_dict: expected {key} of {θ.size} elements, got {vector.size}; nothing was loaded"
            )
        return vector
