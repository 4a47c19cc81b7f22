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

from .optimizer import Optimizer, State, slope, zeros_at_first
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

        for θ, g, m, v, s, r in self.scratch.pieces(p, grad, mean, square):
            if decoupled and λ:
                θ *= 1 - γ * λ
            g = slope(g, θ, 0.0 if decoupled else λ, group["maximize"], out=r)
            m *= β1
            m += np.multiply(g, 1 - β1, out=s)
            v *= β2
            np.multiply(g, g, out=s)
            v += np.multiply(s, 1 - β2, out=s)
            if known:
                np.sqrt(v, out=s)
                s += ε
                np.divide(m, s, out=s)
            θ -= np.multiply(s if known else m, γt, out=s)
