"""What a lesson imports from `tinygrad_edu.data` and `tinygrad_edu.viz`, for a lesson that runs in PyTorch."""

from __future__ import annotations

from typing import Any

import torch

import tinygrad_edu as tg
from tinygrad_edu import data
from tinygrad_edu.data import *  # noqa: F403
from tinygrad_edu.data import transforms

__all__ = [*data.__all__, "draw", "plots", "transforms"]


def TensorDataset(*tensors: torch.Tensor) -> data.TensorDataset:
    """Of torch's tensors, in this library's memory."""
    return data.TensorDataset(*(tg.tensor(each.detach().numpy()) for each in tensors))


class DataLoader(data.DataLoader):
    """The same batches as this library's loader gives, as torch.Tensors."""

    def __iter__(self) -> Any:
        for batch in super().__iter__():
            yield (
                [torch.from_numpy(each.numpy()) for each in batch]
                if isinstance(batch, list | tuple)
                else (torch.from_numpy(batch.numpy()))
            )


class _Nothing:
    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **options: None


plots = _Nothing()


def draw(*arguments: Any, **options: Any) -> None:
    """Pictures are those of this library."""
