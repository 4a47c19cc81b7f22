"""The same program once more by PyTorch: in float64; and with results changed in their last digits.

What PyTorch itself loses by rounding is allowed to us too; and what it makes something else of when an intermediate
result has another last digit, as floor(0.99999994) of floor(1), is decided by rounding and proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

ROUNDING = {"float16": (1e-2, 1e-3), "float32": (1e-4, 1e-6), "float64": (1e-9, 1e-12)}  # relative, absolute
TIMES = 6  # that it is run with other last digits


class Replay:
    """Number `leaf`'s gradient from the variable `name` after these lines, or without `leaf` that variable.

    start: makes a run, in float64 if its argument is true.
    """

    def __init__(self, start: Callable[[bool], Any], lines: Sequence[Any], name: str, leaf: int | None = None) -> None:
        self.start = start
        self.lines = lines
        self.name = name
        self.leaf = leaf

    def exact(self) -> np.ndarray | None:
        """The result in float64; None where it fails there."""
        found = self._run(self.start(True), None)
        return None if found is None else found.astype(np.float64)

    def shaken(self) -> list[np.ndarray]:
        """Results of runs in which what the lines before the last one gave is changed in its last digits."""
        runs = (self._run(self.start(False), Digits(i)) for i in range(TIMES))
        return [found for found in runs if found is not None]

    def _run(self, run: Any, digits: Digits | None) -> np.ndarray | None:
        for line in self.lines:
            if run.execute(line) is not None:
                return None
            if digits is not None and line is not self.lines[-1] and line.name != "leaf" and line.target:
                _shake(run, line.target, digits)
        x = run.names[self.name]
        if self.leaf is not None:
            if run.backward(self.name) is not None or run.leaves[self.leaf].grad is None:
                return None
            x = run.leaves[self.leaf].grad
        return np.asarray(x.numpy(force=True)) if isinstance(x, torch.Tensor) else None


class Digits:
    """By how many last digits results are changed in one run: in the first all by 1, in the second all by -1."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.rng = np.random.default_rng(number)

    def __call__(self, shape: tuple[int, ...]) -> np.ndarray:
        return np.full(shape, 1 - 2 * self.number) if self.number < 2 else self.rng.integers(-1, 2, shape)


def _shake(run: Any, name: str, digits: Digits) -> None:
    """Change a result in its last digits, where it has some: not a half, not a view of something else."""
    x = run.names[name]
    if not isinstance(x, torch.Tensor) or not x.is_floating_point() or x._is_view() or not x.numel():
        return
    others = (y for other, y in run.variables().items() if other != name and isinstance(y, torch.Tensor))
    if any(y.data_ptr() == x.data_ptr() for y in others):
        return
    y, eps = x.detach().numpy(), torch.finfo(x.dtype).eps
    with np.errstate(all="ignore"):
        tiny = (np.abs(y) < 4 * eps) & (y != 0)  # what was left of something that cancelled
        changed = np.where(tiny, y * digits(y.shape), y * (1 + eps * digits(y.shape)))
        round_numbers = (np.abs(y) < 1000) & (y * 16 == np.round(y * 16))
    x.data.copy_(torch.from_numpy(np.asarray(np.where(round_numbers, y, changed), y.dtype)))


def rounding_only(theirs: np.ndarray, ours: np.ndarray, replay: Replay, precision: str) -> bool:
    """Whether ours differs by no more than rounding explains."""
    if theirs.shape != ours.shape:
        return any(found.shape == ours.shape for found in replay.shaken())
    if theirs.dtype.kind == "f" and _as_good(theirs, ours, replay, precision):
        return True
    return _undecided(theirs, ours, replay.shaken())


def _as_good(theirs: np.ndarray, ours: np.ndarray, replay: Replay, precision: str) -> bool:
    """Whether ours is as close to the result in float64 as PyTorch's."""
    rtol, atol = ROUNDING[precision]
    if np.allclose(theirs, ours, rtol, atol, equal_nan=True):
        return True
    true = replay.exact()
    if true is None or true.shape != theirs.shape:
        return False
    same = (theirs == ours) | (np.isnan(theirs) & np.isnan(ours))
    lost = np.abs(theirs.astype(np.float64) - true)
    near = np.abs(ours.astype(np.float64) - true) <= 16 * lost + rtol * np.maximum(np.abs(true), 1)
    overflow = np.abs(true) > np.finfo(theirs.dtype).max / 4
    worse = ~np.isfinite(theirs) & np.isfinite(true)
    return bool(np.all(same | near | overflow | worse))


def _undecided(theirs: np.ndarray, ours: np.ndarray, shaken: list[np.ndarray]) -> bool:
    """Whether, where ours differs, PyTorch's results differ too when last digits do: by as much, or altogether."""
    several = np.stack([theirs, *(found for found in shaken if found.shape == theirs.shape)]).astype(np.float64)
    ours = ours.astype(np.float64)
    same = (theirs == ours) | (np.isnan(ours) & np.isnan(several[0]))
    kinds = np.where(np.isfinite(several), 0, np.where(np.isnan(several), 2, np.sign(several)))
    low, high = np.min(several, axis=0), np.max(several, axis=0)
    spread = high - low
    within = (ours >= low - spread) & (ours <= high + spread) & (spread > 0)
    wild = spread > 0.25 * np.maximum(np.abs(low), np.abs(high))
    return bool(np.all(same | within | wild | (kinds != kinds[0]).any(axis=0)))
