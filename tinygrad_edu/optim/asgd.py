"""ASGD: stochastic gradient descent whose result is the mean of the parameters it went through.

    g ← ∇L(θ) + λ θ                 λ: weight_decay
    θ ← θ - η Λ θ - η g             Λ: lambd, a decay of its own
    a ← a + μ (θ - a)               the mean, in the state under "ax"
    η ← γ / (1 + Λ γ t)ᵅ
    μ ← 1 / max(1, t - t₀)          so that a is θ up to step t₀ + 1, and the mean of all since then

Near a minimum noise keeps θ moving about; its mean comes closer, and converges at the best rate that there is.

Source: B. T. Polyak and A. B. Juditsky, "Acceleration of stochastic approximation by averaging" (SIAM Journal on
Control and Optimization 30, 1992); the steps η as in L. Bottou, "Large-scale machine learning with stochastic gradient
descent" (COMPSTAT 2010).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Unpack

import numpy as np

from .formula import formula, slope
from .optimizer import Optimizer, State, zeros_at_first
from .options import Group, Kernels, at_least_zero


class ASGD(Optimizer):
    """Averaged stochastic gradient descent; see the formulas above.

    params: Tensors or parameter groups; lr: γ; lambd: Λ; alpha: α; t0: t₀; weight_decay: λ; maximize: maximise, with -g
        for g. The mean of a parameter p is `optimizer.state[p]["ax"]`, an array.
    ValueError: a negative option.
    """

    numbers: ClassVar[dict[str, type]] = {"step": int, "eta": float, "mu": float}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "lambd": lambd,
                "alpha": alpha,
                "t0": t0,
                "weight_decay": weight_decay,
                "maximize": maximize,
            },
            **kernels,
        )

    def check(self, group: Group) -> None:
        super().check(group)
        at_least_zero(group, "lambd", "alpha", "t0")

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        γ, Λ, α, t0, λ = (float(group[key]) for key in ("lr", "lambd", "alpha", "t0", "weight_decay"))
        state["step"] = t = state.get("step", 0) + 1
        η, μ = float(state.get("eta", γ)), float(state.get("mu", 1.0))
        (a,) = zeros_at_first(state, p, "ax")
        asgd(
            self.scratch, θ=p, g=grad, a=a, η=η, kept=1 - Λ * η, μ=μ, λ=λ, mean=μ != 1, maximize=bool(group["maximize"])
        )
        state["eta"], state["mu"] = γ / (1 + Λ * γ * t) ** α, 1 / max(1.0, t - t0)


@formula
def asgd(θ, g, a, η, kept, μ, λ, mean, maximize):  # type: ignore[no-untyped-def]
    """One step, for one element; mean: whether a is the mean already, or θ itself."""
    g = slope(g, θ, λ, maximize)
    θ = θ * kept - g * η
    return {"θ": θ, "a": a + (θ - a) * μ if mean else θ}
