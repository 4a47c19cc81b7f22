"""`backends`: switches of libraries that are not here. They can be set, as in PyTorch, and nothing follows from it."""

from __future__ import annotations

import types
from typing import Any


class Backend(types.ModuleType):
    """A library's switches: any may be set and read; there is none to be found."""

    def __init__(self, name: str, **switches: Any) -> None:
        super().__init__(f"tinygrad_edu.backends.{name}", f"Switches of {name}, without an effect here.")
        self.__dict__.update(switches)

    def is_available(self) -> bool:
        """False."""
        return False

    is_built = is_available


cudnn = Backend("cudnn", enabled=True, benchmark=False, deterministic=False, allow_tf32=True, version=lambda: None)
mps = Backend("mps")
mkldnn = Backend("mkldnn", enabled=False)
mkl = Backend("mkl")
openmp = Backend("openmp")
cuda = Backend("cuda", matmul=types.SimpleNamespace(allow_tf32=False))
