"""`accelerator`, and `mps`: none is there."""

from __future__ import annotations

from typing import Any

from ..devices import NO_GPU
from .cuda import device_count, empty_cache, is_available, manual_seed, synchronize

__all__ = ["current_accelerator", "device_count", "empty_cache", "is_available", "manual_seed", "synchronize"]


def current_accelerator(check_available: bool = False) -> None:
    """None: there is no accelerator."""


def set_device_index(device: Any) -> None:
    """RuntimeError: there is none."""
    raise RuntimeError(f"accelerator.set_device_index: {NO_GPU}")


def current_device_index() -> int:
    """RuntimeError: there is none."""
    raise RuntimeError(f"accelerator.current_device_index: {NO_GPU}")
