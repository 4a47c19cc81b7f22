"""MyGrad: its tensors and its losses; the update is NumPy's."""

from __future__ import annotations

import mygrad as mg
import numpy as np
from mygrad.nnet.activations import relu, sigmoid
from mygrad.nnet.losses import softmax_crossentropy

from ..workloads import CHAIN_LENGTH, Workload
from . import LeftOut, Program
from .updates import Update


def build(workload: Workload, threads: int) -> Program:
    if workload.kind not in ("mlp", "chain"):
        raise LeftOut("only the MLPs and the chain were written for it")
    mg.turn_memory_guarding_off()  # as its documentation advises for speed
    x, y = workload.data()
    arrays = list(workload.parameters().values())
    tensors = [mg.tensor(a, copy=False) for a in arrays]
    activation = {"relu": relu, "sigmoid": sigmoid}[workload.activation]
    last = [None]

    def chain():
        z = tensors[0]
        for _ in range(CHAIN_LENGTH):
            z = z * tensors[1]
        loss = z.sum()
        loss.backward()
        last[0] = loss

    if workload.kind == "chain":
        return Program(chain, lambda: [float(last[0].data), *(float(g) for t in tensors for g in t.grad)])
    update = Update(workload, arrays)

    def step():
        z = x
        for i in range(0, len(tensors), 2):
            z = mg.matmul(z, tensors[i].T) + tensors[i + 1]
            if i < len(tensors) - 2:
                z = activation(z)
        loss = softmax_crossentropy(z, y)
        loss.backward()
        update([np.asarray(t.grad) for t in tensors])
        last[0] = float(loss.data)

    return Program(step, lambda: [last[0]])
