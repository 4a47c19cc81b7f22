"""Parts of a computation in threads, as many as matrix products may have."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import numpy as np

from ..blas import libraries


def allowed() -> int:
    """How many threads matrix products may use now: so many may be used in their place. One, if nobody can tell."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min([cores, *(library.num_threads or 1 for library in libraries())]) if libraries() else 1


_running = threading.Lock()


def in_threads(*calls: tuple[Any, ...]) -> list[Any]:
    """What functions return, each given with its arguments: all at once, if so many threads are allowed.

    Meanwhile a matrix product has one thread: those of several at once would wait for each other, ten times as long.
    """
    if allowed() < len(calls) or not _running.acquire(blocking=False):
        return [function(*given) for function, *given in calls]
    before = [(library, library.num_threads) for library in libraries()]
    try:
        for library, _ in before:
            library.set_num_threads(1)
        pool = _pool(os.getpid(), len(calls) - 1)
        others = [pool.submit(_quietly, *call) for call in calls[1:]]
        try:
            function, *given = calls[0]
            first = function(*given)
        finally:
            wait(others)
        return [first, *(other.result() for other in others)]
    finally:
        for library, threads in before:
            library.set_num_threads(threads)
        _running.release()


@functools.lru_cache(maxsize=4)
def _pool(process: int, size: int) -> ThreadPoolExecutor:
    """Threads that wait for calls: starting them takes longer than many a call. A forked process has none of them."""
    return ThreadPoolExecutor(size)


def _quietly(function: Callable[..., Any], *given: Any) -> Any:
    """As a compiled step runs; what NumPy warns of is set for each thread."""
    with np.errstate(all="ignore"):
        return function(*given)
