"""NAdam: Adam whose momentum looks ahead, as Nesterov's does.

    m ← β₁ m + (1 - β₁) g           v ← β₂ v + (1 - β₂) g²          as in Adam
    μₜ = β₁ (1 - ½ · 0.96^(t ψ))    momentum that grows from about β₁/2 to β₁; ψ: momentum_decay
    m̂ = μₜ₊₁ m / (1 - μ₁ ⋯ μₜ₊₁) + (1 - μₜ) g / (1 - μ₁ ⋯ μₜ)
    θ ← θ - γ m̂ / (√v̂ + ε)          v̂ = v / (1 - β₂ᵗ)

Momentum steps along what is known before the new gradient, then corrects; Nesterov's takes the step along m that the
*next* update would take anyway, already now: hence μₜ₊₁ m, not μₜ m. Weight decay λ is added to the gradient, or with
`decoupled_weight_decay` shrinks the parameter itself, θ ← θ - γ λ θ, as in AdamW.

Source: T. Dozat, "Incorporating Nesterov momentum into Adam" (ICLR 2016 workshop), algorithm 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Unpack

import numpy as np

from .optimizer import Optimizer, State, slope, zeros_at_first
from .options import Group, Kernels, at_least_zero


class NAdam(Optimizer):
    """NAdam; see the formulas above.

    params: Tensors or parameter groups; lr: γ; betas: (β₁, β₂); eps: ε; weight_decay: λ; momentum_decay: ψ; maximize:
        maximise, with -g for g.
    ValueError: a negative option, or a β outside [0, 1).
    """

    numbers: ClassVar[dict[str, type]] = {"step": int, "mu_product": float}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
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
                "momentum_decay": momentum_decay,
                "decoupled_weight_decay": decoupled_weight_decay,
                "maximize": maximize,
            },
            **kernels,
        )

    def check(self, group: Group) -> None:
        super().check(group)
        at_least_zero(group, "momentum_decay")

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        β1, β2 = map(float, group["betas"])
        γ, ε, λ, ψ = (float(group[key]) for key in ("lr", "eps", "weight_decay", "momentum_decay"))
        decoupled = group["decoupled_weight_decay"]
        state["step"] = t = state.get("step", 0) + 1
        mean, square = zeros_at_first(state, p, "exp_avg", "exp_avg_sq")
        μ, μ_next = (β1 * (1 - 0.5 * 0.96 ** (k * ψ)) for k in (t, t + 1))
        state["mu_product"] = product = state.get("mu_product", 1.0) * μ
        unbias = 1 - β2**t
        γg = γ * (1 - μ) / (1 - product)
        γm = γ * μ_next / (1 - product * μ_next)

        for θ, g, m, v, s, r in self.scratch.pieces(p, grad, mean, square):
            if decoupled and λ:
                θ *= 1 - γ * λ
            g = slope(g, θ, 0.0 if decoupled else λ, group["maximize"], out=r)
            m *= β1
            m += np.multiply(g, 1 - β1, out=s)
            v *= β2
            np.multiply(g, g, out=s)
            v += np.multiply(s, 1 - β2, out=s)
            np.divide(v, unbias, out=s)
            np.sqrt(s, out=s)
            s += ε
            np.multiply(g, γg, out=r)
            θ -= np.divide(r, s, out=r)
            np.multiply(m, γm, out=r)
            θ -= np.divide(r, s, out=r)
