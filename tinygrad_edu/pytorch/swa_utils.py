"""`optim.swa_utils`: averages of the weights along the way, equal (SWA) or fading (EMA), and their learning rate.

Source: P. Izmailov, D. Podoprikhin, T. Garipov, D. Vetrov and A. G. Wilson, "Averaging weights leads to wider optima
and better generalization" (UAI 2018).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

from ..creation import tensor
from ..nn.batchnorm import BatchNorm1d, BatchNorm2d, BatchNorm3d
from ..nn.module import Module
from ..optim.lr_scheduler import LRScheduler
from ..recording import no_grad

__all__ = [
    "SWALR",
    "AveragedModel",
    "get_ema_avg_fn",
    "get_ema_multi_avg_fn",
    "get_swa_avg_fn",
    "get_swa_multi_avg_fn",
    "update_bn",
]


def get_swa_avg_fn() -> Callable[..., Any]:
    """The equal average: a + (p - a) / (n + 1)."""
    return lambda averaged, current, num_averaged: averaged + (current - averaged) / (num_averaged + 1)


def get_ema_avg_fn(decay: float = 0.999) -> Callable[..., Any]:
    """The fading average: decay · a + (1 - decay) · p. ValueError: a decay outside [0, 1]."""
    if not 0 <= decay <= 1:
        raise ValueError(f"get_ema_avg_fn: expected a decay from 0 to 1, got {decay}")
    return lambda averaged, current, num_averaged: decay * averaged + (1 - decay) * current


def _of_lists(one: Callable[..., Any]) -> Callable[..., None]:
    def update(averaged: Any, current: Any, num_averaged: Any) -> None:
        for a, p in zip(averaged, current, strict=True):
            a.copy_(one(a, p, num_averaged) if a.is_floating_point() else p)

    return update


def get_swa_multi_avg_fn() -> Callable[..., None]:
    """`get_swa_avg_fn`, of lists of tensors, in place."""
    return _of_lists(get_swa_avg_fn())


def get_ema_multi_avg_fn(decay: float = 0.999) -> Callable[..., None]:
    """`get_ema_avg_fn`, of lists of tensors, in place."""
    return _of_lists(get_ema_avg_fn(decay))


class AveragedModel(Module):
    """A copy of a model, `module`, whose parameters are averages: `update_parameters(model)` adds to them.

    avg_fn(averaged, current, n): the new average of one parameter; multi_avg_fn: of lists of them, in place. By default
        the equal average.
    use_buffers: average the buffers too; otherwise they are copied.
    """

    def __init__(
        self, model: Module, device: Any = None, avg_fn: Any = None, multi_avg_fn: Any = None, use_buffers: bool = False
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise ValueError("AveragedModel: give avg_fn or multi_avg_fn, not both")
        self.module = copy.deepcopy(model)
        self.register_buffer("n_averaged", tensor(0))
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def forward(self, *args: Any, **options: Any) -> Any:
        """What the averaged model computes."""
        return self.module(*args, **options)

    def update_parameters(self, model: Module) -> None:
        """Let the average go on with the parameters of `model`; the first are taken as they are."""
        pairs: list[tuple[Any, Any]] = list(zip(self.module.parameters(), model.parameters(), strict=True))
        buffers: list[tuple[Any, Any]] = list(zip(self.module.buffers(), model.buffers(), strict=True))
        pairs += buffers if self.use_buffers else []
        with no_grad():
            mine, theirs = [a.detach() for a, _ in pairs], [p.detach() for _, p in pairs]
            n = self.n_averaged
            if int(n) == 0:
                for a, p in zip(mine, theirs, strict=True):
                    a.copy_(p)
            elif self.multi_avg_fn is not None:
                self.multi_avg_fn(mine, theirs, n)
            else:
                _of_lists(self.avg_fn or get_swa_avg_fn())(mine, theirs, n)
            if not self.use_buffers:
                for a, p in buffers:
                    a.detach().copy_(p.detach())
            n.add_(1)


def update_bn(loader: Any, model: Module, device: Any = None) -> None:
    """Run the model on all batches, to find the running statistics of its batch normalisations anew."""
    layers = [m for m in model.modules() if isinstance(m, (BatchNorm1d, BatchNorm2d, BatchNorm3d))]
    if not layers:
        return
    was_training, momenta = model.training, [layer.momentum for layer in layers]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None
    model.train()
    with no_grad():
        for batch in loader:
            model(batch[0] if isinstance(batch, (list, tuple)) else batch)
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum
    model.train(was_training)


class SWALR(LRScheduler):
    """From the present rates to `swa_lr` within `anneal_epochs` epochs, along a cosine or a line; then constant."""

    def __init__(
        self,
        optimizer: Any,
        swa_lr: Any,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"SWALR: anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}")
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"SWALR: anneal_epochs must be an int of at least 0, got {anneal_epochs!r}")
        groups = optimizer.param_groups
        rates = list(swa_lr) if isinstance(swa_lr, (list, tuple)) else [swa_lr] * len(groups)
        for group, rate in zip(groups, rates, strict=True):
            group["swa_lr"] = rate
        self.anneal_epochs, self.anneal_strategy = anneal_epochs, anneal_strategy
        super().__init__(optimizer, last_epoch)

    def _share(self, t: float) -> float:
        return (1 - math.cos(math.pi * t)) / 2 if self.anneal_strategy == "cos" else t

    def get_lr(self) -> list[float]:
        """From the rate of the epoch before, undo its share, and take that of this one."""
        step = max(1, self.last_epoch) if self.anneal_epochs == 0 else self.last_epoch
        before = self._share(min(1, max(0, (step - 1) / max(1, self.anneal_epochs))))
        now = self._share(min(1, max(0, step / max(1, self.anneal_epochs))))
        rates = []
        for group in self.optimizer.param_groups:
            to = group["swa_lr"]
            start = to if before == 1 else (group["lr"] - before * to) / (1 - before)
            rates.append(to * now + start * (1 - now))
        return rates
