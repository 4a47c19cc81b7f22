"""Adagrad: a parameter with large past gradients takes smaller steps, so rare features keep a large rate.

    g ← ∇L(θ) + λ θ                 λ: weight_decay
    G ← G + g²                      the sum of all squares so far; at first initial_accumulator_value
    θ ← θ - γₜ g / (√G + ε)         γₜ = γ / (1 + (t - 1) η), with η: lr_decay

G only grows, so the steps shrink like 1/√t: right for convex problems, but too fast for most networks. RMSprop
and Adadelta forget old gradients instead.

Source: J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods for online learning and stochastic
optimization" (JMLR 12, 2011), the diagonal version.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from .formula import formula, slope, sqrt
from .optimizer import Optimizer, State
from .options import Group, Kernels, at_least_zero


class Adagrad(Optimizer):
    """Adagrad; see the formulas above.

    params: Tensors or parameter groups; lr: γ; lr_decay: η; weight_decay: λ; eps: ε; maximize: maximise, with -g for g.
    ValueError: a negative option.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "lr_decay": lr_decay,
                "eps": eps,
                "weight_decay": weight_decay,
                "initial_accumulator_value": initial_accumulator_value,
                "maximize": maximize,
            },
            **kernels,
        )

    def check(self, group: Group) -> None:
        super().check(group)
        at_least_zero(group, "lr_decay", "initial_accumulator_value")

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        if not state:
            state["sum"] = np.full_like(p, group["initial_accumulator_value"])
        state["step"] = t = state.get("step", 0) + 1
        γ, η, ε, λ = (float(group[key]) for key in ("lr", "lr_decay", "eps", "weight_decay"))
        adagrad(
            self.scratch, θ=p, g=grad, G=state["sum"], t=float(t), γ=γ, η=η, ε=ε, λ=λ, maximize=bool(group["maximize"])
        )


@formula
def adagrad(θ, g, G, t, γ, η, ε, λ, maximize):  # type: ignore[no-untyped-def]
    """One step, for one element."""
    g = slope(g, θ, λ, maximize)
    γt = γ / (1 + (t - 1) * η)
    G = G + g * g
    return {"θ": θ - g / (sqrt(G) + ε) * γt, "G": G}
