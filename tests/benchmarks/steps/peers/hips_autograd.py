"""HIPS autograd: NumPy code whose gradient it derives; the update is NumPy's."""

from __future__ import annotations

import autograd.numpy as anp
import numpy as np
from autograd import value_and_grad

from ..workloads import CHAIN_LENGTH, Workload
from . import LeftOut, Program
from .updates import Update


def build(workload: Workload, threads: int) -> Program:
    if workload.kind not in ("mlp", "chain"):
        raise LeftOut("it has no layers; only the MLPs and the chain were written for it")
    x, y = workload.data()
    parameters = list(workload.parameters().values())
    rows, relu, one = np.arange(len(x)), workload.activation == "relu", np.float32(1)

    def chain(p):
        z = p[0]
        for _ in range(CHAIN_LENGTH):
            z = z * p[1]
        return anp.sum(z)

    def mlp(p):
        z = x
        for i in range(0, len(p), 2):
            z = anp.dot(z, p[i].T) + p[i + 1]
            if i < len(p) - 2:
                z = anp.maximum(z, np.float32(0)) if relu else one / (one + anp.exp(-z))
        z = z - anp.max(z, axis=1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(z), axis=1)) - z[rows, y])

    gradient, last = value_and_grad(chain if workload.kind == "chain" else mlp), [None]
    update = None if workload.kind == "chain" else Update(workload, parameters)

    def step():
        last[0] = gradient(parameters)
        if update:
            update(last[0][1])

    def read():
        value, grads = last[0]
        return [float(value), *([] if update else [float(g) for grad in grads for g in grad])]

    return Program(step, read)
