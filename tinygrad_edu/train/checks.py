"""Mistakes in the arguments of a `Learner`, found before they cost an hour of training."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from .. import nn
from ..tensor import Tensor
from ..warn import warn


def pair_of_batches(data: Any) -> tuple[Any, Any]:
    """`data` if it is a pair (training batches, validation batches or None). Raises `TypeError`."""
    if not isinstance(data, tuple | list) or len(data) != 2:
        got = f"a {type(data).__name__}" if not isinstance(data, tuple | list) else f"{len(data)} entries"
        raise TypeError(
            f"Learner: data must be a pair (training batches, validation batches), got {got}; "
            "without validation data pass (batches, None)"
        )
    for what, batches in zip(("training", "validation"), data, strict=True):
        if what == "validation" and batches is None:
            continue
        if not isinstance(batches, Iterable) or isinstance(batches, Tensor | np.ndarray | tuple):
            raise TypeError(
                f"Learner: the {what} batches must be an iterable over (inputs, targets), such as a DataLoader, "
                f"got {type(batches).__name__}"
            )
    if not hasattr(data[0], "__len__"):
        kind = type(data[0]).__name__
        raise TypeError(f"Learner: the training batches need a length, the number of batches; a {kind} has none")
    return data[0], data[1]


def check_optimizer(model: Any, optimizer: Any) -> None:
    """Raise `ValueError` if the optimiser updates no parameter of the model."""
    ours = {id(parameter) for parameter in model.parameters()}
    theirs = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    if ours and not ours & theirs:
        raise ValueError(
            "Learner: the optimizer updates none of the model's parameters; create it with model.parameters() "
            "of the model that is trained"
        )


def inputs_and_targets(batch: Any) -> tuple[list[Any], Any]:
    """The inputs and the targets of a batch. Raises `TypeError` if it is not a list or tuple of both."""
    if not isinstance(batch, tuple | list) or len(batch) < 2:
        got = f"{len(batch)} entries" if isinstance(batch, tuple | list) else f"a {type(batch).__name__}"
        raise TypeError(f"Learner: a batch must be a list or tuple (inputs, targets), got {got}")
    *inputs, targets = batch
    return inputs, targets


@contextmanager
def warn_of_dropout(model: Any, warned: set[str]) -> Iterator[None]:
    """Inside the block, which is no training step, warn once if the model computes while its dropout is on.

    warned: what was warned of already; "dropout" is added to it.
    """
    with ExitStack() as stack:

        def check(module: Any, inputs: Any) -> None:
            if module.training and module.p and "dropout" not in warned:
                warned.add("dropout")
                warn(
                    "a callback calls the model in training mode, so dropout distorts its outputs; "
                    "call learner.predict or learner.evaluate, or model.eval() before and model.train() after"
                )

        for module in model.modules() if "dropout" not in warned else ():
            if isinstance(module, nn.Dropout):
                stack.enter_context(module.register_forward_pre_hook(check))
        yield
