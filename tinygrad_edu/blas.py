"""The libraries that multiply NumPy's matrices: which are in this process, and how many threads they may use."""

from __future__ import annotations

import functools
import sys
from typing import Any


def libraries() -> list[Any]:
    """As threadpoolctl sees them: what they are called, what they allow, and what is to change that. [] without it."""
    return _libraries(len(sys.modules))  # looked for again where more modules have been imported


@functools.lru_cache(maxsize=1)
def _libraries(count: int) -> list[Any]:
    try:
        import threadpoolctl
    except ImportError:
        return []
    return list(threadpoolctl.ThreadpoolController().select(user_api="blas").lib_controllers)
