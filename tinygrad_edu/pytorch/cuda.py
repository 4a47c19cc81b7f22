"""`cuda`: there is no GPU, so `is_available()` is False; seeding GPUs does nothing, as in PyTorch without one."""

from __future__ import annotations

from typing import Any

from ..devices import NO_GPU
from . import amp

__all__ = [
    "amp",
    "current_device",
    "device_count",
    "empty_cache",
    "is_available",
    "is_bf16_supported",
    "is_initialized",
    "manual_seed",
    "manual_seed_all",
    "max_memory_allocated",
    "memory_allocated",
    "memory_reserved",
    "synchronize",
]


def is_available() -> bool:
    """False."""
    return False


def is_initialized() -> bool:
    """False."""
    return False


def is_bf16_supported() -> bool:
    """False."""
    return False


def device_count() -> int:
    """0."""
    return 0


def manual_seed(seed: int) -> None:
    """Nothing: there is no GPU to seed. `tinygrad_edu.manual_seed` seeds the generator here."""


manual_seed_all = manual_seed


def empty_cache() -> None:
    """Nothing: there is no cache."""


def synchronize(device: Any = None) -> None:
    """Nothing: each computation has ended when its call returns."""


def memory_allocated(device: Any = None) -> int:
    """0: bytes on a GPU."""
    return 0


memory_reserved = max_memory_allocated = memory_allocated


def current_device() -> int:
    """RuntimeError: there is no GPU."""
    raise RuntimeError(f"cuda.current_device(): {NO_GPU}")


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"cuda.{name}: {NO_GPU}")
