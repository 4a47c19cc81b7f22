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

from .optimizer import Optimizer, State, slope, zeros_at_first
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
        (square,) = zeros_at_first(state, p, "square_avg")
        mean = zeros_at_first(state, p, "grad_avg")[0] if centered else square
        momentum = zeros_at_first(state, p, "momentum_buffer")[0] if μ else square

        for θ, g, v, m, b, s, r in self.scratch.pieces(p, grad, square, mean, momentum):
            g = slope(g, θ, λ, group["maximize"], out=r)
            v *= α
            np.multiply(g, g, out=s)
            v += np.multiply(s, 1 - α, out=s)
            if centered:
                m *= α
                m += np.multiply(g, 1 - α, out=s)
                np.multiply(m, m, out=s)
                np.subtract(v, s, out=s)
            np.sqrt(s if centered else v, out=s)
            s += ε
            np.divide(g, s, out=s)
            if μ:
                b *= μ
                b += s
            θ -= np.multiply(b if μ else s, γ, out=s)
