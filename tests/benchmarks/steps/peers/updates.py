"""SGD and Adam on NumPy arrays, in place: for the libraries that leave the update to the user."""

from __future__ import annotations

import numpy as np

from ..workloads import BETAS, EPS, Workload


class Update:
    """The update of `parameters` from their gradients; the arrays it needs are made once."""

    def __init__(self, workload: Workload, parameters: list[np.ndarray]) -> None:
        self.lr, self.adam, self.t = workload.lr, workload.optimizer == "adam", 0
        self.rows = [(p, np.zeros_like(p), np.zeros_like(p), np.empty_like(p)) for p in parameters]

    def __call__(self, grads: list[np.ndarray]) -> None:
        self.t += 1
        for (p, m, v, scratch), g in zip(self.rows, grads, strict=True):
            if not self.adam:
                np.multiply(g, self.lr, out=scratch)
                p -= scratch
                continue
            beta1, beta2 = BETAS
            m *= beta1
            np.multiply(g, 1 - beta1, out=scratch)
            m += scratch
            v *= beta2
            np.multiply(g, g, out=scratch)
            scratch *= 1 - beta2
            v += scratch
            np.sqrt(v, out=scratch)
            scratch *= 1 / (1 - beta2**self.t) ** 0.5
            scratch += EPS
            np.divide(m, scratch, out=scratch)
            scratch *= self.lr / (1 - beta1**self.t)
            p -= scratch
