"""tinygrad_edu, eager and compiled."""

from __future__ import annotations

import numpy as np

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tinygrad_edu import blas, kernels

from ..workloads import WEIGHT_DECAY, Workload
from . import Program
from .networks import repeated, training_step

blas.libraries()  # what is imported at the first large product is not part of a workload
if kernels.available():  # what Numba loads at its first function is not either
    kernels.kernel("def started(x):\n    x[0] = float32(1)\n")(np.zeros(1, np.float32))

OPTIMIZERS = {"sgd": tg.optim.SGD, "adam": tg.optim.Adam, "adamw": tg.optim.AdamW}


def build(workload: Workload, threads: int, compiled: bool = False) -> Program:
    def optimizer(parameters):
        options = {"weight_decay": WEIGHT_DECAY} if workload.optimizer == "adamw" else {}
        return OPTIMIZERS[workload.optimizer](parameters, lr=workload.lr, **options)

    wrap = tg.compile if compiled else lambda step: step
    return Program(*repeated(*training_step(tg, F, workload, optimizer, wrap)))
