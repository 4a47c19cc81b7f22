"""Adamax: Adam with the largest recent gradient in place of the root of the mean square.

    g ← ∇L(θ) + λ θ                 λ: weight_decay
    m ← β₁ m + (1 - β₁) g           the mean of the gradients
    u ← max(β₂ u, |g| + ε)          the largest gradient, fading; ε keeps it above 0
    θ ← θ - γ / (1 - β₁ᵗ) · m / u

Adam's v is a mean of second powers; of p-th powers, as p grows, it becomes this maximum. u is a bound on the
gradients, so no step is larger than about γ, and u needs no correction for its start at 0.

Source: D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization" (ICLR 2015), section 7.1, algorithm 2
(which has no ε; PyTorch adds it).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from .formula import absolute, formula, maximum, slope
from .optimizer import Optimizer, State, zeros_at_first
from .options import Group, Kernels


class Adamax(Optimizer):
    """Adamax; see the formulas above.

    params: Tensors or parameter groups; lr: γ; betas: (β₁, β₂); eps: ε; weight_decay: λ; maximize: maximise, with
        -g for g.
    ValueError: a negative option, or a β outside [0, 1).
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
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
                "maximize": maximize,
            },
            **kernels,
        )

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        β1, β2 = map(float, group["betas"])
        γ, ε, λ = (float(group[key]) for key in ("lr", "eps", "weight_decay"))
        state["step"] = t = state.get("step", 0) + 1
        γt = γ / (1 - β1**t)
        m, u = zeros_at_first(state, p, "exp_avg", "exp_inf")
        adamax(self.scratch, θ=p, g=grad, m=m, u=u, γt=γt, β1=β1, β2=β2, ε=ε, λ=λ, maximize=bool(group["maximize"]))


@formula
def adamax(θ, g, m, u, γt, β1, β2, ε, λ, maximize):  # type: ignore[no-untyped-def]
    """One step, for one element."""
    g = slope(g, θ, λ, maximize)
    m = m * β1 + g * (1 - β1)
    u = maximum(u * β2, absolute(g) + ε)
    return {"θ": θ - m / u * γt, "m": m, "u": u}
