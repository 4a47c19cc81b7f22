"""The data of plots as NumPy arrays: Tensors, lists, and the history of a run in any of its forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


def array(x: Any) -> np.ndarray:
    """The numbers in a Tensor (ours or PyTorch's), an array or a list; None among them becomes nan."""
    inner = getattr(x, "_array", None)  # not `.array`, which marks the memory as shared: this only reads
    if isinstance(inner, np.ndarray):
        return inner
    if hasattr(x, "detach"):
        x = x.detach()
    result = np.asarray(x)
    return result.astype(float) if result.dtype == object else result


@dataclass(frozen=True)
class Run:
    """A history as columns. What is not known is nan, or has no rows."""

    step_losses: np.ndarray
    per_epoch: int  # steps in an epoch; 0 if not known
    ends: np.ndarray  # where the rows stand, in epochs
    columns: Mapping[str, np.ndarray]  # train_loss, test_loss, test_accuracy ...
    diverged: tuple[int, float] | None

    def column(self, name: str) -> np.ndarray:
        return self.columns.get(name, np.full(self.ends.shape, np.nan))

    @property
    def unit(self) -> str:
        return "epochs" if self.per_epoch or self.ends.size else "steps"

    @property
    def step_places(self) -> np.ndarray:
        return np.arange(1, self.step_losses.size + 1) / (self.per_epoch or max(1.0, self._guess()))

    @property
    def length(self) -> float:
        """Where the training ended, in the unit of the axis."""
        ends = [*self.step_places[-1:], *self.ends[-1:]]
        return float(max(ends, default=1.0))

    def _guess(self) -> float:
        return self.step_losses.size / self.ends[-1] if self.ends.size and self.step_losses.size else 1.0


def read_history(history: Any) -> Run:
    """A `History`, a dict with the same names, a list of epochs (dicts or objects), or a plain list of step losses."""
    if isinstance(history, Run):
        return history
    if isinstance(history, (Sequence, np.ndarray)) and not isinstance(history, (str, bytes)):
        is_rows = bool(len(history)) and not _is_number(history[0])
        return read_history({"epochs" if is_rows else "step_losses": history})
    losses = _get(history, "step_losses")
    rows: Any = _get(history, "epochs")
    if not isinstance(rows, (Sequence, np.ndarray)):  # metrics.json has the number of epochs there
        rows = _get(history, "history") or []
    if losses is None and not len(rows) and not hasattr(history, "step_losses"):
        known = isinstance(history, Mapping) and {"step_losses", "epochs", "history"} & set(history)
        if not known:
            raise TypeError(f"expected a training history, got {type(history).__name__} without step_losses and epochs")
    diverged = _get(history, "diverged_at")
    return Run(
        step_losses=array([] if losses is None else losses).astype(float).reshape(-1),
        per_epoch=int(_get(history, "steps_per_epoch") or 0),
        ends=np.array([_end(row, i) for i, row in enumerate(rows, 1)], float),
        columns={name: np.array([_number(_get(row, name)) for row in rows], float) for name in _names(rows)},
        diverged=None if diverged is None else (int(diverged[0]), float(diverged[1])),
    )


def _end(row: Any, position: int) -> float:
    number, fraction = _get(row, "epoch"), _get(row, "fraction")
    return float(position if number is None else number) - 1 + float(1 if fraction is None else fraction)


def _names(rows: Sequence[Any]) -> list[str]:
    found: dict[str, None] = {}
    for row in rows:
        found |= dict.fromkeys(row if isinstance(row, Mapping) else vars(row))
        found |= {f"test_{name}": None for name in _get(row, "valid") or ()}
    return [name for name in found if any(_is_number(_get(row, name)) for row in rows)]


def _get(thing: Any, name: str) -> Any:
    """An attribute or an entry; "test_loss" is also found as "loss" in `valid`, where a Learner's epochs have it."""
    found = thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
    if found is None and name.startswith("test_"):
        found = (_get(thing, "valid") or {}).get(name.removeprefix("test_"))
    return found


def _is_number(x: Any) -> bool:
    return x is None or (isinstance(x, (int, float, np.number)) and not isinstance(x, bool))


def _number(x: Any) -> float:
    return float(x) if _is_number(x) and x is not None else float("nan")


def running_mean(values: np.ndarray, window: int) -> np.ndarray:
    """The mean of the last `window` values, of fewer at the beginning; what is not finite does not count."""
    finite = np.isfinite(values)
    sums = np.cumsum(np.where(finite, values, 0.0))
    counts = np.cumsum(finite)
    sums[window:], counts[window:] = sums[window:] - sums[:-window], counts[window:] - counts[:-window]
    result: np.ndarray = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return result


def thinned(x: np.ndarray, y: np.ndarray, most: int = 1500) -> tuple[np.ndarray, np.ndarray]:
    """At most `most` points, evenly chosen: a picture shows no more, and the file stays small."""
    if x.size <= most:
        return x, y
    chosen = np.linspace(0, x.size - 1, most).round().astype(int)
    return x[chosen], y[chosen]
