"""Adam: each parameter takes steps of about the learning rate, whatever the scale of its gradient. And AdamW.

    m ← β₁ m + (1 - β₁) g           the mean of the gradients
    v ← β₂ v + (1 - β₂) g²          the mean of their squares
    θ ← θ - γ m̂ / (√v̂ + ε)          with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ): unbiased, though m and v start at 0

computed, as the paper recommends at the end of section 2, without m̂ and v̂:

    θ ← θ - γₜ m / (√v + εₜ),       εₜ = ε √(1 - β₂ᵗ),   γₜ = γ √(1 - β₂ᵗ) / (1 - β₁ᵗ)

With `amsgrad` the largest v so far takes the place of v. Weight decay λ is added to the gradient by Adam (g + λ θ),
while AdamW shrinks the parameter itself, θ ← θ - γ λ θ, which Adam's division then cannot distort.

Sources: D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization" (ICLR 2015), algorithm 1; S. J. Reddi,
S. Kale and S. Kumar, "On the convergence of Adam and beyond" (ICLR 2018); I. Loshchilov and F. Hutter, "Decoupled
weight decay regularization" (ICLR 2019), algorithm 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from .formula import formula, maximum, slope, sqrt
from .optimizer import Optimizer, State, zeros_at_first
from .options import Group, Kernels


class Adam(Optimizer):
    """Adam; see the formulas above.

    params: Tensors or parameter groups; lr: γ; betas: (β₁, β₂); eps: ε; weight_decay: λ, added to the gradient, or
    (`decoupled_weight_decay`) as in AdamW; maximize: maximise, with -g for g.
    ValueError: a negative option, or a β outside [0, 1).
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
                "decoupled_weight_decay": decoupled_weight_decay,
            },
            **kernels,
        )

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        state["step"] = t = state.get("step", 0) + 1
        mean, square = zeros_at_first(state, p, "exp_avg", "exp_avg_sq")
        β1, β2 = group["betas"]
        adam(  # by position, which is quicker
            self.scratch,
            p,
            grad,
            mean,
            square,
            zeros_at_first(state, p, "max_exp_avg_sq")[0] if group["amsgrad"] else None,
            float(t),
            float(group["lr"]),
            float(β1),
            float(β2),
            float(group["eps"]),
            float(group["weight_decay"]),
            bool(group["decoupled_weight_decay"]),
            bool(group["maximize"]),
        )


@formula
def adam(θ, g, m, v, top, t, γ, β1, β2, ε, λ, decoupled, maximize):  # type: ignore[no-untyped-def]
    """One step, for one element; `top` is the largest v so far, or None."""
    unbias = (1 - β2**t) ** 0.5
    γt = γ * unbias / (1 - β1**t)
    εt = ε * unbias
    if decoupled and λ:
        θ = θ * (1 - γ * λ)
    g = slope(g, θ, 0 if decoupled else λ, maximize)
    m = m * β1 + g * (1 - β1)
    v = v * β2 + (g * g) * (1 - β2)
    if top is None:
        return {"θ": θ - m / (sqrt(v) + εt) * γt, "m": m, "v": v}
    top = maximum(top, v)
    return {"θ": θ - m / (sqrt(top) + εt) * γt, "m": m, "v": v, "top": top}


class AdamW(Adam):
    """Adam with decoupled weight decay; see the formulas above. λ is 0.01 by default."""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, decoupled_weight_decay=True, **kernels
        )
