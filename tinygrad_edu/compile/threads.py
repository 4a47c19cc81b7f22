"""Parts of a computation in threads, as many as matrix products may have."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np


@functools.cache
def _libraries() -> list[Any]:
    """Those in this process that multiply matrices."""
    import threadpoolctl

    found = threadpoolctl.ThreadpoolController().select(user_api="blas").lib_controllers
    return [library for library in found if "numpy" in library.filepath] or list(found)


def allowed() -> int:
    """How many threads NumPy's matrix products may use now: so many may be used in their place."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min([cores, *(library.num_threads or 1 for library in _libraries())])


def in_threads(*calls: tuple[Any, ...]) -> list[Any]:
    """What functions return, each given with its arguments; all at once, if so many threads are allowed."""
    if allowed() < len(calls):
        return [function(*given) for function, *given in calls]
    with ThreadPoolExecutor(len(calls) - 1) as pool:
        others = [pool.submit(_quietly, *call) for call in calls[1:]]
        function, *given = calls[0]
        return [function(*given), *(other.result() for other in others)]


def _quietly(function: Callable[..., Any], *given: Any) -> Any:
    """As a compiled step runs; what NumPy warns of is set for each thread."""
    with np.errstate(all="ignore"):
        return function(*given)
