"""Stochastic gradient descent, with momentum.

    g ← ∇L(θ) + λ θ                 λ: weight_decay
    b ← μ b + (1 - τ) g             μ: momentum, τ: dampening; at the first step b = g
    θ ← θ - γ b                     γ: lr; with Nesterov's look ahead, θ ← θ - γ (g + μ b)

Source: I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the importance of initialization and momentum in deep
learning" (ICML 2013), whose velocity v is -γ b here, as in PyTorch: a new γ takes effect at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from .formula import formula, slope
from .optimizer import Optimizer, State
from .options import Group, Kernels


class SGD(Optimizer):
    """Stochastic gradient descent; see the formulas above.

    params: Tensors or parameter groups; lr: the learning rate γ; maximize: maximise, with -g for g.
    ValueError: a negative option; `nesterov` without momentum or with dampening.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
            },
            **kernels,
        )

    def check(self, group: Group) -> None:
        super().check(group)
        if group["nesterov"] and (group["momentum"] == 0 or group["dampening"] != 0):
            raise ValueError(
                "nesterov requires a momentum above 0 and a dampening of 0, got "
                f"{group['momentum']} and {group['dampening']}"
            )

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        μ = float(group["momentum"])
        first = bool(μ) and state.get("momentum_buffer") is None  # PyTorch saves None where there is no momentum
        if first:
            state["momentum_buffer"] = np.zeros_like(p)
        sgd(  # by position, which is quicker
            self.scratch,
            p,
            grad,
            state["momentum_buffer"] if μ else None,
            float(group["lr"]),
            μ,
            0.0 if first else float(group["dampening"]),
            float(group["weight_decay"]),
            bool(group["nesterov"]),
            bool(group["maximize"]),
        )


@formula
def sgd(θ, g, b, γ, μ, τ, λ, nesterov, maximize):  # type: ignore[no-untyped-def]
    """One step, for one element; b is None without momentum."""
    g = slope(g, θ, λ, maximize)
    if b is None:
        return {"θ": θ - g * γ}
    b = b * μ + (g * (1 - τ) if τ else g)
    return {"θ": θ - (g + b * μ if nesterov else b) * γ, "b": b}
