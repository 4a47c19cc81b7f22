"""RAdam: Adam that divides by the variance only once it has seen enough gradients to estimate it.

    m ← β₁ m + (1 - β₁) g           v ← β₂ v + (1 - β₂) g²          as in Adam, m̂ = m / (1 - β₁ᵗ)
    ρ = ρ∞ - 2 t β₂ᵗ / (1 - β₂ᵗ)    the number of gradients in the mean v; ρ∞ = 2 / (1 - β₂) - 1 is its limit
    θ ← θ - γ m̂                     while ρ ≤ 5: plain momentum
    θ ← θ - γ r m̂ √(1 - β₂ᵗ) / (√v + ε)         after, with r² = (ρ - 4) (ρ - 2) ρ∞ / ((ρ∞ - 4) (ρ∞ - 2) ρ)

From a few gradients 1/√v has a large variance, unbounded for ρ ≤ 4, which takes Adam's first steps into bad regions; a
warm-up of the learning rate is the usual remedy. r rises from about 0 to 1 as that variance falls: a warm-up that is
derived instead of tuned. Weight decay λ is added to the gradient, or with
`decoupled_weight_decay` shrinks the parameter itself, θ ← θ - γ λ θ, as in AdamW.

Source: L. Liu et al., "On the variance of the adaptive learning rate and beyond" (ICLR 2020), algorithm 2 (with
ρ ≤ 4; PyTorch and the authors' program wait until 5).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from .formula import formula, slope, sqrt
from .optimizer import Optimizer, State, zeros_at_first
from .options import Group, Kernels


class RAdam(Optimizer):
    """RAdam; see the formulas above.

    params: Tensors or parameter groups; lr: γ; betas: (β₁, β₂); eps: ε; weight_decay: λ; maximize: maximise, with
        -g for g.
    ValueError: a negative option, or a β outside [0, 1).
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "decoupled_weight_decay": decoupled_weight_decay,
                "maximize": maximize,
            },
            **kernels,
        )

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        β1, β2 = map(float, group["betas"])
        γ, ε, λ = (float(group[key]) for key in ("lr", "eps", "weight_decay"))
        decoupled = group["decoupled_weight_decay"]
        state["step"] = t = state.get("step", 0) + 1
        mean, square = zeros_at_first(state, p, "exp_avg", "exp_avg_sq")
        ρ_inf = 2 / (1 - β2) - 1
        ρ = ρ_inf - 2 * t * β2**t / (1 - β2**t)
        known = ρ > 5
        γt = γ / (1 - β1**t)
        if known:
            r2 = (ρ - 4) * (ρ - 2) * ρ_inf / ((ρ_inf - 4) * (ρ_inf - 2) * ρ)
            γt *= math.sqrt(r2 * (1 - β2**t))

        radam(
            self.scratch,
            θ=p,
            g=grad,
            m=mean,
            v=square,
            γt=γt,
            β1=β1,
            β2=β2,
            ε=ε,
            λ=0.0 if decoupled else λ,
            shrink=γ * λ if decoupled else 0.0,
            known=known,
            maximize=bool(group["maximize"]),
        )


@formula
def radam(θ, g, m, v, γt, β1, β2, ε, λ, shrink, known, maximize):  # type: ignore[no-untyped-def]
    """One step, for one element; known: whether the variance is."""
    if shrink:
        θ = θ * (1 - shrink)
    g = slope(g, θ, λ, maximize)
    m = m * β1 + g * (1 - β1)
    v = v * β2 + (g * g) * (1 - β2)
    d = m / (sqrt(v) + ε) if known else m
    return {"θ": θ - d * γt, "m": m, "v": v}
