"""What a lesson imports from `tinygrad_edu.data` and `tinygrad_edu.viz`, for a lesson that runs in PyTorch."""

from __future__ import annotations

from typing import Any

import torch as real_torch

import tinygrad_edu as tg
from tinygrad_edu import data
from tinygrad_edu.data import *  # noqa: F403
from tinygrad_edu.data import transforms

__all__ = [*data.__all__, "draw", "plots", "torch", "transforms"]


def TensorDataset(*tensors: real_torch.Tensor) -> data.TensorDataset:
    """Of torch's tensors, in this library's memory."""
    return data.TensorDataset(*(tg.tensor(each.detach().numpy()) for each in tensors))


class DataLoader(data.DataLoader):
    """The same batches as this library's loader gives, as torch.Tensors."""

    def __iter__(self) -> Any:
        for batch in super().__iter__():
            yield (
                [real_torch.from_numpy(each.numpy()) for each in batch]
                if isinstance(batch, list | tuple)
                else (real_torch.from_numpy(batch.numpy()))
            )


class _SameNoise:
    """`torch`, but that normal numbers come from this library's generator."""

    def __getattr__(self, name: str) -> Any:
        return getattr(real_torch, name)

    def randn(self, *size: int) -> real_torch.Tensor:
        return real_torch.from_numpy(tg.randn(*size).numpy())

    def randn_like(self, x: real_torch.Tensor) -> real_torch.Tensor:
        return self.randn(*x.shape).to(x.dtype)


torch = _SameNoise()


class _Nothing:
    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **options: None


plots = _Nothing()


def draw(*arguments: Any, **options: Any) -> None:
    """Pictures are those of this library."""
