"""tinygrad_edu, eager and compiled."""

from __future__ import annotations

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F

from ..workloads import WEIGHT_DECAY, Workload
from . import Program
from .networks import repeated, training_step

OPTIMIZERS = {"sgd": tg.optim.SGD, "adam": tg.optim.Adam, "adamw": tg.optim.AdamW}


def build(workload: Workload, threads: int, compiled: bool = False) -> Program:
    def optimizer(parameters):
        options = {"weight_decay": WEIGHT_DECAY} if workload.optimizer == "adamw" else {}
        return OPTIMIZERS[workload.optimizer](parameters, lr=workload.lr, **options)

    wrap = tg.compile if compiled else lambda step: step
    return Program(*repeated(*training_step(tg, F, workload, optimizer, wrap)))
