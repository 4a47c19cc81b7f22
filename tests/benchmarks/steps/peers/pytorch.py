"""PyTorch: eager, with other implementations of the optimisers, and torch.compile of the whole step."""

from __future__ import annotations

import warnings

import torch
import torch.nn.functional as F

from ..workloads import WEIGHT_DECAY, Workload
from . import LeftOut, Program
from .networks import repeated, training_step

OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


def build(workload: Workload, threads: int, optimizer: str = "", compiled: bool = False) -> Program:
    """`optimizer`: "fused" or "foreach"; PyTorch's own choice on a CPU is neither."""
    if workload.kind == "chain" and optimizer and not compiled:
        raise LeftOut("no optimiser in it")
    torch.set_num_threads(threads)

    def make(parameters):
        options = {"weight_decay": WEIGHT_DECAY} if workload.optimizer == "adamw" else {}
        if optimizer:
            options[optimizer] = True
        return OPTIMIZERS[workload.optimizer](parameters, lr=workload.lr, **options)

    if compiled:
        warnings.simplefilter("ignore")  # what the compiler says of the optimiser's profiling hooks
    return Program(*repeated(*training_step(torch, F, workload, make, torch.compile if compiled else lambda f: f)))
