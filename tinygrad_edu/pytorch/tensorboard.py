"""`utils.tensorboard.SummaryWriter`: tensorboardX's, of the extra `tensorboard`, with Tensors passed as arrays."""

from __future__ import annotations

import importlib
from typing import Any

from ..tensor import Tensor

__all__ = ["SummaryWriter"]


def _plain(x: Any) -> Any:
    if isinstance(x, Tensor):
        return x.detach().numpy()
    if isinstance(x, dict):
        return {key: _plain(value) for key, value in x.items()}
    return type(x)(map(_plain, x)) if type(x) in (list, tuple) else x


class SummaryWriter:
    """Writes what TensorBoard shows: `add_scalar("loss", loss, step)` and its kin, as in tensorboardX.

    ImportError: tensorboardX is missing. NotImplementedError: `add_graph`, which needs PyTorch's own tracer.
    """

    def __init__(self, log_dir: Any = None, *args: Any, **options: Any) -> None:
        try:
            writer = importlib.import_module("tensorboardX").SummaryWriter
        except ImportError:
            raise ImportError('SummaryWriter needs tensorboardX: pip install "tinygrad_edu[tensorboard]"') from None
        self._writer = writer(log_dir if log_dir is None else str(log_dir), *args, **options)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.__dict__["_writer"], name) if "_writer" in self.__dict__ else None
        if found is None:
            raise AttributeError(name)
        if not name.startswith("add_"):
            return found
        return lambda *args, **options: found(*map(_plain, args), **_plain(options))

    def add_graph(self, *args: Any, **options: Any) -> None:
        """NotImplementedError: draw the graph here."""
        raise NotImplementedError("add_graph: use tinygrad_edu.viz.draw(output), which draws the graph")

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(self, *exception: Any) -> None:
        self._writer.close()
