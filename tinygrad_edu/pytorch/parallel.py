"""`nn.DataParallel`: with no GPU it calls the module, as in PyTorch."""

from __future__ import annotations

from typing import Any, NoReturn

from ..nn import Module

__all__ = ["DataParallel", "DistributedDataParallel"]


class DataParallel(Module):
    """Calls `module`, which is its attribute; keys of its state dict begin with "module.", as in PyTorch."""

    def __init__(self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0) -> None:
        super().__init__()
        self.module = module

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        """`module(*inputs)`."""
        return self.module(*inputs, **kwargs)


def DistributedDataParallel(*args: Any, **options: Any) -> NoReturn:
    """NotImplementedError: there is one process."""
    raise NotImplementedError("DistributedDataParallel: there is one process; use the module itself")
