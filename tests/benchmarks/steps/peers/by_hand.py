"""NumPy, with the gradients of the MLP and of the chain written out by hand."""

from __future__ import annotations

import numpy as np

from ..workloads import CHAIN_LENGTH, Workload
from . import LeftOut, Program
from .updates import Update


def build(workload: Workload, threads: int) -> Program:
    if workload.kind not in ("mlp", "chain"):
        raise LeftOut("only the MLPs and the chain are written by hand")
    return (_mlp if workload.kind == "mlp" else _chain)(workload)


def _mlp(workload: Workload) -> Program:
    x, y = workload.data()
    parameters = list(workload.parameters().values())
    update = Update(workload, parameters)
    weights, biases = parameters[::2], parameters[1::2]
    rows, last = np.arange(len(x)), [0.0]
    relu = workload.activation == "relu"

    def step():
        activations = [x]
        for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
            z = activations[-1] @ w.T
            z += b
            if i < len(weights) - 1:
                if relu:
                    np.maximum(z, 0, out=z)
                else:
                    np.negative(z, out=z)
                    np.exp(z, out=z)
                    z += 1
                    np.reciprocal(z, out=z)
                activations.append(z)
        z -= z.max(1, keepdims=True)
        chosen = z[rows, y]
        np.exp(z, out=z)
        total = z.sum(1, keepdims=True)
        last[0] = float((np.log(total[:, 0]) - chosen).mean())
        z /= total
        z[rows, y] -= 1
        z /= np.float32(len(x))
        grads = []
        for i in reversed(range(len(weights))):
            a = activations[i]
            grads += [z.sum(0), z.T @ a]
            if i:
                z = z @ weights[i]
                z *= a > 0 if relu else a * (1 - a)
        update(grads[::-1])

    return Program(step, lambda: [last[0]])


def _chain(workload: Workload) -> Program:
    x, w = workload.parameters().values()
    last = [None]

    def step():
        y = [x]
        for _ in range(CHAIN_LENGTH):
            y.append(y[-1] * w)
        loss, g, dw = y[-1].sum(), np.ones_like(x), np.zeros_like(w)
        for before in y[-2::-1]:
            dw += g * before
            g = g * w
        last[0] = loss, g, dw

    return Program(step, lambda: [float(last[0][0]), *map(float, last[0][1]), *map(float, last[0][2])])
