"""The loops of a lesson that runs in a folder: they show how far they are, stop when asked to, and can be resumed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from rich.console import Console

from ..train import LAST, Callback, Checkpoint, CheckpointError, Loop
from .console import say
from .errors import Failure
from .interrupt import Interrupt
from .live_table import Bar

EVERY_SECONDS = 2.0  # between two checkpoints


class LoopTable(Callback):
    """A line for each epoch, and on a terminal a progress bar; ends the loop when the user asks for it."""

    def __init__(self, console: Console, interrupt: Interrupt) -> None:
        self.console, self.interrupt = console, interrupt
        self.bar: Bar | None = None
        self._began, self._steps = 0.0, 0

    def on_fit_begin(self, loop: Any) -> None:
        self.close()  # of a loop that was left before
        self.bar = Bar(self.console, loop.epochs, "steps/s")
        self._began, self._steps = time.perf_counter(), loop.steps_done

    def on_step_end(self, loop: Any) -> None:
        if self.interrupt.requested:
            self.close()
            loop.stop(self.interrupt.name, "interrupted")
        elif self.bar is not None and self.bar.due:
            name = next((name for name, values in loop.history.items() if values), "")
            speed = (loop.steps_done - self._steps) / (time.perf_counter() - self._began)
            self.bar.move(loop.progress, loop.history[name] if name else [], speed, name.replace("_", " "))

    def on_epoch_end(self, loop: Any) -> None:
        say(self.console, loop.line())
        if self.interrupt.requested:
            loop.stop(self.interrupt.name, "interrupted")

    def on_fit_end(self, loop: Any) -> None:
        self.close()

    def close(self) -> None:
        """Remove the bar."""
        if self.bar is not None:
            self.bar.close()


class Loops:
    """What a lesson gets as `loop`: called as `Loop` is, it makes one that belongs to a run's folder.

    cap: the most epochs, or None. resume: whether to go on from the checkpoints in the folder. The first loop keeps
    `last.safetensors`, the second `last-2.safetensors`, and so on.

    After Ctrl-C a loop that is still to come does a single step, so that the lesson has something to draw; of that,
    nothing is kept.
    """

    def __init__(
        self, folder: Path, console: Console, interrupt: Interrupt, extra: Any, cap: int | None, resume: bool
    ) -> None:
        self.folder, self.console, self.interrupt, self.extra = folder, console, interrupt, extra
        self.cap, self.resuming = cap, resume
        self.made: list[Loop] = []
        self.tables: list[LoopTable] = []
        self.steps_before = 0  # that were done when the run was resumed

    def __call__(self, batches: Any, epochs: int, /, **kept: Any) -> Loop:
        loop = Loop(batches, epochs if self.cap is None else min(epochs, self.cap), **kept)
        self.close()  # a terminal has one bar at a time
        loop.snapshot()  # what cannot be saved is said now, not after the first epoch
        self.tables.append(LoopTable(self.console, self.interrupt))
        loop.callbacks = [self.tables[-1]]
        self.made.append(loop)
        name = LAST if len(self.made) == 1 else f"{Path(LAST).stem}-{len(self.made)}{Path(LAST).suffix}"
        if self.interrupt.requested:
            return loop
        path = self.folder / name
        if self.resuming and path.exists():
            try:
                loop.resume(path)
            except CheckpointError as error:
                raise Failure(f"--resume: {error}") from None
            self.steps_before += loop.steps_done
            if loop.position.epoch < loop.epochs:
                self.resuming = False  # what came after this loop was made by a training that ends elsewhere
        else:
            path.unlink(missing_ok=True)
            self.resuming = False
        loop.callbacks.append(
            Checkpoint(self.folder, every_epochs=None, every_seconds=EVERY_SECONDS, extra=self.extra, name=name)
        )
        return loop

    def close(self) -> None:
        """Remove the bars."""
        for table in self.tables:
            table.close()

    @property
    def facts(self) -> dict[str, Any]:
        """What happened, for metrics.json."""
        loops = self.made
        return {
            "ending": "interrupted" if any(loop.ending == "interrupted" for loop in loops) else "finished",
            "epochs": sum(loop.position.epoch for loop in loops),
            "steps": sum(loop.step for loop in loops),
            "training_seconds": round(sum(loop.seconds for loop in loops), 1),
        }
