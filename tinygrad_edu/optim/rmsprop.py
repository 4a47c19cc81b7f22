"""RMSprop: the gradient divided by the root of the mean of its recent squares.

    g ← ∇L(θ) + λ θ                 λ: weight_decay
    v ← α v + (1 - α) g²            the mean of the squares, which forgets old ones
    d ← √v + ε                      or, `centered`, √(v - m²) + ε with m ← α m + (1 - α) g: the standard deviation
    b ← μ b + g / d                 μ: momentum
    θ ← θ - γ b

Sources: G. Hinton, N. Srivastava and K. Swersky, "Neural networks for machine learning", lecture 6e (2012); the centred
version: A. Graves, "Generating sequences with recurrent neural networks" (arXiv:1308.0850, 2013), equations 38 to 45.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from .formula import formula, slope, sqrt
from .optimizer import Optimizer, State, zeros_at_first
from .options import Group, Kernels, at_least_zero


class RMSprop(Optimizer):
    """RMSprop; see the formulas above.

    params: Tensors or parameter groups; lr: γ; alpha: α; eps: ε; weight_decay: λ; momentum: μ; maximize: maximise, with
        -g for g.
    ValueError: a negative option.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "alpha": alpha,
                "eps": eps,
                "centered": centered,
                "weight_decay": weight_decay,
                "maximize": maximize,
            },
            **kernels,
        )

    def check(self, group: Group) -> None:
        super().check(group)
        at_least_zero(group, "alpha")

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        γ, α, ε, λ, μ = (float(group[key]) for key in ("lr", "alpha", "eps", "weight_decay", "momentum"))
        centered = group["centered"]
        state["step"] = state.get("step", 0) + 1
        rmsprop(
            self.scratch,
            θ=p,
            g=grad,
            v=zeros_at_first(state, p, "square_avg")[0],
            m=zeros_at_first(state, p, "grad_avg")[0] if centered else None,
            b=zeros_at_first(state, p, "momentum_buffer")[0] if μ else None,
            γ=γ,
            α=α,
            ε=ε,
            λ=λ,
            μ=μ,
            maximize=bool(group["maximize"]),
        )


@formula
def rmsprop(θ, g, v, m, b, γ, α, ε, λ, μ, maximize):  # type: ignore[no-untyped-def]
    """One step, for one element; m is None unless centred, b without momentum."""
    g = slope(g, θ, λ, maximize)
    changed = {"v": v * α + (g * g) * (1 - α)}
    variance = changed["v"]
    if m is not None:
        changed["m"] = m = m * α + g * (1 - α)
        variance = variance - m * m
    d = g / (sqrt(variance) + ε)
    if b is not None:
        changed["b"] = d = b * μ + d
    return {"θ": θ - d * γ, **changed}
