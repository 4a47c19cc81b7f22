"""Adadelta: steps in the parameter's own units, without a learning rate to choose.

    g ← ∇L(θ) + λ θ                 λ: weight_decay
    v ← ρ v + (1 - ρ) g²            the mean of the squared gradients
    Δ ← √(u + ε) / √(v + ε) · g     RMS of the past steps / RMS of the gradients
    u ← ρ u + (1 - ρ) Δ²            the mean of the squared steps
    θ ← θ - γ Δ                     γ: lr, which the paper does not have (γ = 1)

If θ is in metres, g is in 1/metres (L has no unit), and so is SGD's step; here the units of g cancel and those of the
past steps remain, as in Newton's method. Without ε nothing would move: the first step is √ε / √((1 - ρ) g² + ε) · g.

Source: M. D. Zeiler, "Adadelta: an adaptive learning rate method" (arXiv:1212.5701, 2012), algorithm 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from .formula import formula, slope, sqrt
from .optimizer import Optimizer, State, zeros_at_first
from .options import Group, Kernels


class Adadelta(Optimizer):
    """Adadelta; see the formulas above.

    params: Tensors or parameter groups; lr: γ; rho: ρ; eps: ε; weight_decay: λ; maximize: maximise, with -g for g.
    ValueError: a negative option, or ρ above 1.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params,
            {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize},
            **kernels,
        )

    def check(self, group: Group) -> None:
        super().check(group)
        if not 0 <= group["rho"] <= 1:
            raise ValueError(f"rho must be between 0 and 1, got {group['rho']}")

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        γ, ρ, ε, λ = (float(group[key]) for key in ("lr", "rho", "eps", "weight_decay"))
        state["step"] = state.get("step", 0) + 1
        gradients, steps = zeros_at_first(state, p, "square_avg", "acc_delta")
        adadelta(self.scratch, θ=p, g=grad, v=gradients, u=steps, γ=γ, ρ=ρ, ε=ε, λ=λ, maximize=bool(group["maximize"]))


@formula
def adadelta(θ, g, v, u, γ, ρ, ε, λ, maximize):  # type: ignore[no-untyped-def]
    """One step, for one element."""
    g = slope(g, θ, λ, maximize)
    v = v * ρ + (g * g) * (1 - ρ)
    Δ = g / sqrt(v + ε) * sqrt(u + ε)
    u = u * ρ + (Δ * Δ) * (1 - ρ)
    return {"θ": θ - Δ * γ, "v": v, "u": u}
