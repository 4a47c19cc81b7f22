"""Muon: steps of the same length in every singular direction of the momentum; for the matrices of hidden layers.

    B ← μ B + (1 - μ) G             the mean of the gradients G, a matrix like the weights Θ
    M = (1 - μ) G + μ B             with Nesterov's look ahead; else M = B
    O ≈ U Vᵀ                        where M = U S Vᵀ: the same directions, every singular value made 1
    Θ ← Θ - γ λ Θ - γ' O            λ: weight_decay; γ' = γ √max(1, rows / columns)

Why U Vᵀ? A step is as large as what it does to the layer's output: |D x| ≤ ‖D‖ |x|, with ‖D‖ the largest singular value
of the step D. Of all D with ‖D‖ ≤ 1 the one that lowers the loss fastest, to first order, is D = -U Vᵀ: it goes the
whole length 1 along *each* singular direction. (Bound every entry instead, |Dᵢⱼ| ≤ 1, and the fastest is -sign(M),
roughly Adam; bound the sum of squares and it is -M, scaled: SGD.) Gradients of a layer are nearly of low rank, so SGD
and Adam spend their steps in a few directions; here the weak ones, often what is left to learn, count as much.

How, without an SVD? An odd polynomial p(x) = a x + b x³ + c x⁵ of a matrix, a X + b (X Xᵀ) X + c (X Xᵀ)² X, acts on its
singular values alone and leaves U and V as they are, and needs only products (Newton and Schulz's iteration). From
X = M / ‖M‖_F, whose singular values are in [0, 1], a few rounds of p push all of them towards 1. With the default
coefficients they do not converge to 1 but stay between about 0.7 and 1.2: the slope a at 0 is so steep that 5 rounds
lift even the value 0.003 there, and Muon needs no better.

Vectors have no singular directions: give biases, norms and embeddings to AdamW.

Sources: K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024), and for "match_rms_adamw",
γ' = 0.2 γ √max(rows, columns), with which AdamW's γ and λ can be kept: J. Liu et al., "Muon is scalable for LLM
training" (arXiv:2502.16982, 2025). The norms:
J. Bernstein and L. Newhouse, "Old optimizer, new norm" (arXiv:2409.20325, 2024).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from .optimizer import Optimizer, State, slope, zeros_at_first
from .options import Group
from .scratch import Scratch


class Muon(Optimizer):
    """Muon; see the formulas above.

    params: Tensors of two dimensions, or parameter groups of them; lr: γ; weight_decay: λ; momentum: μ;
        ns_coefficients: (a, b, c); ns_steps: the rounds of Newton and Schulz; eps: the smallest ‖M‖_F that is divided
        by; adjust_lr_fn: "original" (also None) or "match_rms_adamw"; maximize: maximise, with -G for G.
    ValueError: a negative option, a parameter that is not a matrix, an unknown `adjust_lr_fn`, 100 rounds or more.

    PyTorch rounds to bfloat16 within Newton and Schulz's iteration, for speed on GPUs; here it is computed in the
    parameter's dtype. The steps agree to the two or three digits that bfloat16 has. `maximize` is not in PyTorch's.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.7750, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "weight_decay": weight_decay,
                "momentum": momentum,
                "nesterov": nesterov,
                "ns_coefficients": ns_coefficients,
                "eps": eps,
                "ns_steps": ns_steps,
                "adjust_lr_fn": adjust_lr_fn,
                "maximize": maximize,
            },
        )

    def check(self, group: Group) -> None:
        super().check(group)
        if group["adjust_lr_fn"] not in (None, "original", "match_rms_adamw"):
            raise ValueError(f"adjust_lr_fn must be 'original' or 'match_rms_adamw', got {group['adjust_lr_fn']!r}")
        if len(group["ns_coefficients"]) != 3:
            raise ValueError(f"ns_coefficients must be three numbers, got {group['ns_coefficients']}")
        if group["ns_steps"] >= 100:
            raise ValueError(f"ns_steps must be less than 100, got {group['ns_steps']}")
        for i, p in enumerate(group["params"]):
            if p.ndim != 2:
                raise ValueError(
                    f"Muon: expected matrices, got parameter {i} of shape {p.shape}; "
                    "update biases and other parameters that are not matrices with another optimiser, such as AdamW"
                )

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        γ, λ, μ, ε = (float(group[key]) for key in ("lr", "weight_decay", "momentum", "eps"))
        (mean,) = zeros_at_first(state, p, "momentum_buffer")
        s, r = self.scratch.like(p)
        g = slope(grad, p, 0.0, group["maximize"], out=r)
        mean *= μ
        mean += np.multiply(g, 1 - μ, out=s)
        if group["nesterov"]:
            s += np.multiply(mean, μ, out=r)
        else:
            s[...] = mean
        step = newton_schulz(s, group["ns_coefficients"], group["ns_steps"], ε, self.scratch)
        p *= 1 - γ * λ
        p -= np.multiply(step, adjusted(γ, group["adjust_lr_fn"], *p.shape), out=s)


def adjusted(γ: float, how: str | None, rows: int, columns: int) -> float:
    """The rate γ': with "original" a tall matrix steps further; with "match_rms_adamw" an entry steps 0.2 γ or so."""
    return γ * (0.2 * math.sqrt(max(rows, columns)) if how == "match_rms_adamw" else math.sqrt(max(1, rows / columns)))


def newton_schulz(
    M: np.ndarray, coefficients: tuple[float, float, float], steps: int, ε: float, scratch: Scratch
) -> np.ndarray:
    """About U Vᵀ, where M = U S Vᵀ: X ← a X + (b A + c A²) X with A = X Xᵀ, `steps` times, from M / ‖M‖_F."""
    a, b, c = map(float, coefficients)
    wide = M.T if M.shape[0] > M.shape[1] else M  # X Xᵀ is then the smaller of the two possible squares
    n = wide.shape[0]
    X, Y, A, P = scratch.shaped(wide.shape, wide.shape, (n, n), (n, n), dtype=M.dtype)
    norm = math.sqrt(float(np.multiply(wide, wide, out=X).sum()))
    np.divide(wide, np.maximum(norm, ε), out=X)
    for _ in range(steps):
        np.matmul(X, X.T, out=A)
        np.matmul(A, A, out=P)
        P *= c
        P += np.multiply(A, b, out=A)
        np.matmul(P, X, out=Y)
        X *= a
        X += Y
    return X if wide is M else X.T
