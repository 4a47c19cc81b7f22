"""The peers: for each, what builds a Program of a workload, and the package whose version is reported.

A peer that has no `build` for a workload's kind raises LeftOut with the reason, which the table repeats.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable
from typing import Any


class LeftOut(Exception):
    """A workload that a peer does not do, and why."""


@dataclasses.dataclass
class Program:
    """A step that can be repeated; `wait` returns when all its work is done; `read` gives the loss of the last step.

    For the chain, `read` gives the gradients too: nothing else depends on them.
    """

    step: Callable[[], Any]
    read: Callable[[], list[float]]
    wait: Callable[[], Any] = lambda: None


@dataclasses.dataclass(frozen=True)
class Peer:
    """`module` in this folder; its `build(workload, threads, **options)` returns a Program."""

    name: str
    title: str
    module: str
    package: str
    options: dict[str, Any] = dataclasses.field(default_factory=dict)

    def build(self, workload: Any, threads: int) -> Program:
        """Import the library and write the step in it."""
        return importlib.import_module(f"{__name__}.{self.module}").build(workload, threads, **self.options)

    def import_library(self) -> None:
        """Everything `build` imports."""
        importlib.import_module(f"{__name__}.{self.module}")


PEERS = {
    p.name: p
    for p in [
        Peer("ours", "ours", "ours", "tinygrad_edu"),
        Peer("ours-compiled", "ours, compiled", "ours", "tinygrad_edu", {"compiled": True}),
        Peer("pytorch", "PyTorch", "pytorch", "torch"),
        Peer("pytorch-fused", "PyTorch, fused optimiser", "pytorch", "torch", {"optimizer": "fused"}),
        Peer("pytorch-foreach", "PyTorch, foreach optimiser", "pytorch", "torch", {"optimizer": "foreach"}),
        Peer("pytorch-compiled", "torch.compile", "pytorch", "torch", {"optimizer": "fused", "compiled": True}),
        Peer("jax", "JAX jit", "jax_jit", "jax"),
        Peer("tinygrad", "tinygrad TinyJit", "tinygrad_jit", "tinygrad"),
        Peer("mygrad", "MyGrad", "mygrad_mlp", "mygrad"),
        Peer("autograd", "HIPS autograd", "hips_autograd", "autograd"),
        Peer("numpy", "NumPy by hand", "by_hand", "numpy"),
        Peer("floor", "floor", "floor", "numpy"),
    ]
}
OURS, BASELINE, FLOOR = ("ours", "ours-compiled"), "pytorch", "floor"
