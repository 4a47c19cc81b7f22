"""How far a training is: whole epochs, batches of the current epoch, and the totals of its row in the history."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from .history import Epoch

COUNTS = ("epoch", "batch", "samples")


class Position:
    """Counted by the loop, kept in checkpoints."""

    def __init__(self) -> None:
        self.epoch = 0  # whole ones
        self.batch = self.samples = 0  # of the current epoch
        self.total = 0.0  # the sum of the losses of these samples
        self.loader: dict[str, Any] | None = None  # its state, if the epoch is to resume from there
        self._seconds, self._since = 0.0, -1.0  # the time until the clock was started, and when that was, if it was

    def open(self, batches: Iterable[Any]) -> Iterator[Any]:
        """The remaining batches of an epoch.

        A `DataLoader` resumes where it was. Other iterables are started again and skipped through, which is exact if
        they give the same batches each time.
        """
        state, self.loader = self.loader, None
        if state is not None:
            batches.load_state_dict(state)  # type: ignore[attr-defined]
            return iter(batches)
        return islice(batches, self.batch, None)

    def close(self, batches: Any) -> None:
        """Remember where the loader is in an epoch that was cut short. A batch that was handed over, but stopped before
        its update, comes again."""
        self.stop_clock()
        self.loader = self.loader_state(batches) if self.batch else None
        if self.loader is not None and "delivered" in self.loader:
            self.loader = self.loader | {"delivered": self.batch}

    def loader_state(self, batches: Any) -> dict[str, Any] | None:
        """Where the loader is in its epoch, if it can tell."""
        if self.loader is None and hasattr(batches, "state_dict"):
            state: dict[str, Any] = batches.state_dict()
            return state
        return self.loader

    def load_loader(self, state: dict[str, Any] | None, batches: Any) -> None:
        """Let the loader go on from its state."""
        self.loader = state
        if state is not None:
            batches.load_state_dict(state)

    def count(self, loss: float = 0.0, samples: int = 0) -> None:
        """One more batch is done; `loss` is the mean over its samples, for those who want it in a row."""
        self.batch += 1
        self.samples += samples
        self.total += loss * samples

    def next_epoch(self) -> None:
        """The current epoch is done."""
        self.epoch += 1
        self.batch = self.samples = 0
        self.total = self._seconds = 0.0

    def row(self, fraction: float, valid: Mapping[str, float]) -> Epoch:
        """The current epoch as a row of the history."""
        mean = self.total / self.samples
        return Epoch(self.epoch + 1, fraction, self.batch, self.samples, mean, valid, self.seconds)

    @property
    def seconds(self) -> float:
        """Time spent in the steps of this epoch."""
        return self._seconds + (time.perf_counter() - self._since if self._since >= 0 else 0.0)

    def start_clock(self) -> None:
        self._since = time.perf_counter()

    def stop_clock(self) -> None:
        self._seconds, self._since = self.seconds, -1.0

    def state_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in COUNTS} | {"total": self.total, "seconds": self.seconds}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from a state. Raises `ValueError` if it is not one."""
        counts, total, seconds = [state[name] for name in COUNTS], state["total"], state["seconds"]
        if any(type(count) is not int or count < 0 for count in counts):
            raise ValueError("the epoch and the batch are not integers >= 0")
        if type(total) is not float or type(seconds) is not float:
            raise ValueError("the loss or the time of the epoch is not a number")
        self.epoch, self.batch, self.samples = counts
        self.total, self._seconds, self._since = total, seconds, -1.0
