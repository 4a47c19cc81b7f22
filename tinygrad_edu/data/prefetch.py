"""Worker threads that run tasks ahead of time and return the results in order.

Threads, not processes: NumPy releases Python's lock while it computes, the dataset need not be copied or pickled,
and an exception arrives as it was raised, with the worker's traceback.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def prefetched(
    tasks: Iterator[Callable[[], T]],
    workers: int,
    ahead: int,
    timeout: float | None = None,
    on_start: Callable[[int], Any] | None = None,
) -> Generator[T, None, None]:
    """What the tasks return, in their order, up to ``ahead`` of them under way or done before they are asked for.

    ``on_start(worker's number)`` is called in each thread first. ``tasks`` itself is run through in the caller's
    thread. When this generator ends, is closed or is no longer referred to, its threads end with it.

    Raises what a task or ``on_start`` raised, and ``RuntimeError`` if a result takes longer than ``timeout`` s.
    """
    failures: list[Exception] = []
    numbers = itertools.count()

    def start() -> None:
        try:
            if on_start is not None:
                on_start(next(numbers))
        except Exception as error:
            failures.append(error)

    def work(task: Callable[[], T]) -> T:
        if failures:
            raise failures[0]
        return task()

    pool = ThreadPoolExecutor(workers, "data loader", start)
    pending: deque[Future[T]] = deque()
    patient = True
    try:
        while True:
            pending.extend(pool.submit(work, task) for task in itertools.islice(tasks, ahead - len(pending)))
            if not pending:
                return
            result = pending.popleft()
            try:
                batch = result.result(timeout)
            except TimeoutError:
                if result.done():  # the task itself raised it
                    raise
                patient = False
                raise RuntimeError(f"DataLoader timed out after {timeout:g} seconds") from None
            del result
            yield batch
    finally:
        pool.shutdown(wait=patient, cancel_futures=True)
