"""ASGD: gradient descent with steps that get shorter, and the average of the weights beside it.

    g ← ∇L(θ) + λ θ                   λ: weight_decay
    θ ← (1 - λ₀ ηₜ) θ - ηₜ g          λ₀: lambd
    a ← a + μₜ (θ - a)                the average: μₜ = 1 / max(1, t - t₀), so 1 until t₀ steps are made
    ηₜ₊₁ = γ / (1 + λ₀ γ t)^α         γ: lr

The average is `state[p]["ax"]`; the weights themselves are θ.

Source: B. T. Polyak and A. B. Juditsky, "Acceleration of stochastic approximation by averaging" (SIAM J. Control and
Optimization 30, 1992).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Unpack

import numpy as np

from .optimizer import Optimizer, State, slope, zeros_at_first
from .options import Group, Kernels


class ASGD(Optimizer):
    """ASGD; see the formulas above.

    params: Tensors or parameter groups; lr: γ; lambd: λ₀; alpha: α; t0: t₀; weight_decay: λ; maximize: maximise, with
        -g for g.
    ValueError: a negative lr or weight_decay.
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

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        γ, λ0, α, t0, λ = (float(group[key]) for key in ("lr", "lambd", "alpha", "t0", "weight_decay"))
        η, μ = state.get("eta", γ), state.get("mu", 1.0)
        state["step"] = t = state.get("step", 0) + 1
        (average,) = zeros_at_first(state, p, "ax")

        for θ, g, a, s, r in self.scratch.pieces(p, grad, average):
            g = slope(g, θ, λ, group["maximize"], out=r)
            θ *= 1 - λ0 * η
            θ -= np.multiply(g, η, out=s)
            a += np.multiply(np.subtract(θ, a, out=s), μ, out=s)
        state["eta"] = γ / (1 + λ0 * γ * t) ** α
        state["mu"] = 1 / max(1, t - t0)
