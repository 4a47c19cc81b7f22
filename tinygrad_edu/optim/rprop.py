"""Rprop: each weight has a step of its own, which grows while its gradient keeps its sign, and shrinks where it turns.

    s = sign(g · g₋)                  g₋: the gradient of the step before
    η ← η · η⁺ where s > 0, η · η⁻ where s < 0, as before where s = 0; within [step_sizes]
    g ← 0 where s < 0                 no step right after a turn
    θ ← θ - sign(g) η

Only the sign of the gradient counts, so it wants whole batches.

Source: M. Riedmiller and H. Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm"
(ICNN 1993).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from .optimizer import Optimizer, State, zeros_at_first
from .options import Group, Kernels


class Rprop(Optimizer):
    """Rprop; see the formulas above.

    params: Tensors or parameter groups; lr: the first η; etas: (η⁻, η⁺); step_sizes: the least and the largest η;
        maximize: maximise, with -g for g.
    ValueError: a negative lr, or not 0 < η⁻ < 1 < η⁺.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50.0),
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(params, {"lr": lr, "etas": etas, "step_sizes": step_sizes, "maximize": maximize}, **kernels)

    def check(self, group: Group) -> None:
        super().check(group)
        for key in ("etas", "step_sizes"):
            if len(group[key]) != 2:
                raise ValueError(f"{key} must be two numbers, got {group[key]}")
        less, more = group["etas"]
        if not 0 < less < 1 < more:
            raise ValueError(f"etas must be (η⁻, η⁺) with 0 < η⁻ < 1 < η⁺, got {group['etas']}")

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        (less, more), (least, most) = group["etas"], group["step_sizes"]
        state["step"] = state.get("step", 0) + 1
        if state.get("step_size") is None:
            state["step_size"] = np.full_like(p, float(group["lr"]))
        (before,) = zeros_at_first(state, p, "prev")

        for θ, g, g_, η, s, r in self.scratch.pieces(p, grad, before, state["step_size"]):
            np.negative(g, out=r) if group["maximize"] else np.copyto(r, g)
            np.sign(np.multiply(r, g_, out=s), out=s)
            η *= np.where(s > 0, more, np.where(s < 0, less, 1.0)).astype(p.dtype)
            np.clip(η, least, most, out=η)
            r[s < 0] = 0
            np.copyto(g_, r)
            θ -= np.multiply(np.sign(r, out=r), η, out=s)
