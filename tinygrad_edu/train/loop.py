"""`Loop`: the batches of all epochs for a `for` statement, with everything that a training needs around its lines.

    loop = Loop(batches, 10, model=model, optimizer=optimizer)
    for x, y in loop:
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        loop.log(loss=loss.item())

Where `Learner` runs the step, here the step is written out, as it must be for two networks that play against each
other.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from .callbacks.callback import EVENTS, Callback
from .checkpoint import load
from .divergence import DivergenceError, bad_parameter
from .history import Ending
from .loop_state import LoopState, check_batches_given, check_kept
from .position import Position
from .sigint import first_ctrl_c

__all__ = [
    "Loop",
]


class Loop(LoopState):
    """Iterate over the batches of each epoch that is not done yet.

    batches: an iterable with a length, such as a `DataLoader`; each `iter()` is one epoch. epochs: how many in all.
    kept: by name, whatever the training changes - networks, optimizers, schedules - so that `snapshot` has all of it;
    anything with `state_dict` and `load_state_dict`.

    =================  ==============================================================================================
    ``log(loss=0.3)``  keeps a number in ``history``; at any time in a step, several times, under any name
    ``history``        name -> list of all numbers that were logged under it; empty for other names
    ``epoch``          which it is, from 1
    ``step``           which it is, from 1, over all epochs; after the loop, how many were done
    ``end_of_epoch``   whether this is the last batch of an epoch: the moment to measure
    ``ending``         "finished", "stopped" (by ``stop``), "interrupted" (by Ctrl-C); ``reason`` says why
    =================  ==============================================================================================

    Each epoch prints a line: the means over its steps of what was logged in it. Ctrl-C ends the iteration after the
    current step; a second one raises `KeyboardInterrupt` at once. Iterating again goes on after the last whole step.

    callbacks: `Callback`s, of which `on_fit_begin`, `on_step_end`, `on_epoch_end`, `on_interrupt` and `on_fit_end` are
    called, with this loop. A `Checkpoint` among them and `resume(path)` make a training that can be killed: it goes on
    with the weights and numbers that it would have had.

    Raises `TypeError` for batches without a length, or something to keep without a state; `ValueError` for a loader
    whose epochs have another number of batches than its length, or none.
    """

    def __init__(self, batches: Any, epochs: int, /, **kept: Any) -> None:
        check_batches_given(batches)
        if type(epochs) is not int or epochs < 1:
            raise ValueError(f"Loop: epochs must be a whole number, 1 or more, got {epochs!r}")
        check_kept(kept)
        self.batches, self.epochs, self.kept = batches, epochs, kept
        self.history: dict[str, list[float]] = defaultdict(list)  # so that what was not logged yet is empty
        self.position = Position()
        self.epoch, self.step, self.end_of_epoch = 1, 0, False
        self.stopping = False
        self.ending: Ending = "finished"
        self.reason = ""
        self.seconds = 0.0  # spent in the loop, also before a checkpoint
        self.callbacks: list[Callback] = [PrintLines()]
        self._began: dict[str, int] = {}  # how long each list of the history was when the epoch began

    def __iter__(self) -> Iterator[Any]:
        callbacks = sorted(self.callbacks, key=lambda callback: callback.order)
        self._hooks = {name: [getattr(each, name) for each in callbacks] for name in EVENTS}
        self.stopping, self.ending, self.reason = False, "finished", ""
        self.epoch = min(self.position.epoch + 1, self.epochs)
        with first_ctrl_c(lambda: self.stop("Ctrl-C", "interrupted")):
            try:
                self._notify("on_fit_begin")
                while self.position.epoch < self.epochs:
                    yield from self._one_epoch()
                    if self.stopping:
                        break
                if self.position.epoch >= self.epochs:  # a stop after the last step has no effect
                    self.ending, self.reason = "finished", ""
                else:
                    self._notify("on_interrupt")
                self._notify("on_fit_end")
            finally:
                self.position.close(self.batches)
                self.step, self.end_of_epoch = self.steps_done, False

    def _one_epoch(self) -> Iterator[Any]:
        """The batches of an epoch that are left of it, up to a stop."""
        position, total = self.position, len(self.batches)
        self.epoch = position.epoch + 1
        if position.batch == 0:
            self._began = {name: len(values) for name, values in self.history.items()}
        for batch in position.open(self.batches):
            if position.batch == total:
                raise ValueError(f"Loop: the length of the batches is {total}, but an epoch of them has more")
            self.step, self.end_of_epoch = self.steps_done + 1, position.batch + 1 == total
            began = time.perf_counter()
            yield batch
            self.seconds += time.perf_counter() - began
            position.count()
            self._notify("on_step_end")
            if self.stopping and not self.end_of_epoch:
                return
        if position.batch < total or not total:
            raise ValueError(
                f"Loop: the length of the batches is {total}, but an epoch of them has {position.batch}"
                if total
                else "Loop: there are no batches: the length of the loader is 0; give more samples, or smaller batches"
            )
        position.next_epoch()
        self._notify("on_epoch_end")

    def log(self, **numbers: Any) -> None:
        """Append numbers - also NumPy's, or Tensors of one element - to their lists in `history`.

        Raises `TypeError` for anything else, and `DivergenceError` for nan and infinities, which no training recovers
        from: which number, at which step, and the parameter that is no longer finite, if there is one.
        """
        for name, value in numbers.items():
            try:
                number = float(value)
            except (TypeError, ValueError):
                raise TypeError(
                    f"Loop.log: expected a number for {name}, got {type(value).__name__}; "
                    "of a tensor with several elements log a mean"
                ) from None
            if not math.isfinite(number):
                bad = next(filter(None, map(bad_parameter, self.networks)), None)
                why = f"{bad}; lower the learning rate, or clip the gradients" if bad else "all weights are finite"
                where = f"at step {self.step:,} (epoch {self.epoch})"
                raise DivergenceError(f"loop: {name} became {number} {where}: {why}")
            self.history[name].append(number)

    def stop(self, reason: str, ending: Ending = "stopped") -> None:
        """End the iteration after the current step. `reason` is a line for people; `ending` says how it ended."""
        if not self.stopping:
            self.stopping, self.reason, self.ending = True, reason, ending

    def resume(self, path: Any) -> None:
        """Go on from a checkpoint, exactly, even in the middle of an epoch. Raises `CheckpointError`, with nothing
        changed, if it cannot be used, and `OSError` if it cannot be read."""
        load(path, self)

    @property
    def steps_done(self) -> int:
        return self.position.epoch * len(self.batches) + self.position.batch

    @property
    def progress(self) -> float:
        """Epochs done, as in 2.35."""
        return self.steps_done / len(self.batches)

    def line(self) -> str:
        """The epoch in one line: the mean of each name over the numbers that were logged in it."""
        new = {name: values[self._began.get(name, 0) :] for name, values in self.history.items()}
        means = {name: sum(values) / len(values) for name, values in new.items() if values}
        width = len(str(self.epochs))
        numbers = [f"   {name.replace('_', ' ')} {_short(mean)}" for name, mean in means.items()]
        return f"epoch {self.epoch:>{width}}/{self.epochs}{''.join(numbers)}"

    def _notify(self, event: str) -> None:
        for hook in self._hooks[event]:
            hook(self)


class PrintLines(Callback):
    """Prints a line for each epoch."""

    def on_epoch_end(self, loop: Any) -> None:
        print(loop.line(), flush=True)


def _short(value: float) -> str:
    return f"{value:.4f}" if 1e-3 <= abs(value) < 1e3 or value == 0 else f"{value:.4g}"
