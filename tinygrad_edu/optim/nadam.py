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

from .formula import formula, slope, sqrt
from .optimizer import Optimizer, State, zeros_at_first
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

        nadam(
            self.scratch,
            θ=p,
            g=grad,
            m=mean,
            v=square,
            γg=γg,
            γm=γm,
            β1=β1,
            β2=β2,
            unbias=unbias,
            ε=ε,
            λ=0.0 if decoupled else λ,
            shrink=γ * λ if decoupled else 0.0,
            maximize=bool(group["maximize"]),
        )


@formula
def nadam(θ, g, m, v, γg, γm, β1, β2, unbias, ε, λ, shrink, maximize):  # type: ignore[no-untyped-def]
    """One step, for one element."""
    if shrink:
        θ = θ * (1 - shrink)
    g = slope(g, θ, λ, maximize)
    m = m * β1 + g * (1 - β1)
    v = v * β2 + (g * g) * (1 - β2)
    d = sqrt(v / unbias) + ε
    return {"θ": θ - g * γg / d - m * γm / d, "m": m, "v": v}
