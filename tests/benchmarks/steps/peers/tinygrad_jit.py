"""tinygrad: the step under TinyJit, on its CPU device."""

from __future__ import annotations

import numpy as np
from tinygrad import Device, Tensor, TinyJit
from tinygrad.helpers import Context
from tinygrad.nn import optim

from ..workloads import CHAIN_LENGTH, WEIGHT_DECAY, Workload
from . import LeftOut, Program


def linear(p, name, x):
    return x.linear(p[f"{name}.weight"].T, p[f"{name}.bias"])


def mlp(p, x, workload):
    count = len(workload.sizes) - 1
    for i in range(count - 1):
        x = getattr(linear(p, f"layers.{i}", x), workload.activation)()
    return linear(p, f"layers.{count - 1}", x)


def lenet(p, x, workload):
    x = x.conv2d(p["conv1.weight"], p["conv1.bias"], padding=2).relu().max_pool2d((2, 2))
    x = x.conv2d(p["conv2.weight"], p["conv2.bias"]).relu().max_pool2d((2, 2))
    x = linear(p, "fc2", linear(p, "fc1", x.flatten(1)).relu()).relu()
    return linear(p, "fc3", x)


NETWORKS = {"mlp": mlp, "lenet": lenet}


def build(workload: Workload, threads: int) -> Program:
    if workload.kind not in (*NETWORKS, "chain"):
        raise LeftOut("only the MLPs, LeNet-5 and the chain were written for it")
    p = {name: Tensor(value.copy()).realize() for name, value in workload.parameters().items()}
    x, y = (Tensor(a.astype(np.int32) if a.dtype == np.int64 else a).realize() for a in workload.data())
    last = [None]

    @TinyJit
    def chain():
        a, w = p.values()
        a.grad = w.grad = None
        z = a
        for _ in range(CHAIN_LENGTH):
            z = z * w
        loss = z.sum()
        loss.backward()
        return Tensor.realize(loss, a.grad, w.grad), a.grad, w.grad

    if workload.kind != "chain":
        parameters = list(p.values())
        make = {"sgd": optim.SGD, "adam": optim.Adam, "adamw": optim.AdamW}[workload.optimizer]
        options = {"weight_decay": WEIGHT_DECAY} if workload.optimizer == "adamw" else {}
        update = make(parameters, lr=workload.lr, **options)

    @TinyJit
    def training(x, y):
        update.zero_grad()
        loss = NETWORKS[workload.kind](p, x, workload).sparse_categorical_crossentropy(y)
        loss.backward()
        return loss.realize(*update.schedule_step())

    def step():
        with Context(TRAINING=1):
            last[0] = chain() if workload.kind == "chain" else (training(x, y),)

    def read():
        return [float(v) for t in last[0] for v in np.atleast_1d(t.numpy())]

    return Program(step, read, Device[Device.DEFAULT].synchronize)
