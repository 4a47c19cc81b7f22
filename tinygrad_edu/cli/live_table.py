"""What is shown during training: a line for each epoch, and on a terminal a progress bar."""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ..train import Callback, Epoch, Learner
from .console import is_live, say
from .interrupt import Interrupt

HEADER = "  epoch   train loss   test loss   test accuracy   images/s"
EVERY = 0.08  # seconds between two movements of the bar: drawing must not slow the training


class LiveTable(Callback):
    """A context manager and a callback, which also ends the training when the user asks for it."""

    def __init__(self, console: Console, epochs: int, interrupt: Interrupt) -> None:
        self.console = console
        self.epochs = epochs
        self.interrupt = interrupt
        self.bar: Progress | None = None
        self._moved = self._began = time.perf_counter()
        self._images = 0  # since the epoch began
        self._rows = 0  # of the history that have been shown

    def __enter__(self) -> LiveTable:
        say(self.console, HEADER, "bold")
        if is_live(self.console):
            self.bar = Progress(
                TextColumn("epoch {task.fields[epoch]}"),
                BarColumn(bar_width=20),
                TextColumn(
                    "{task.percentage:3.0f} %  loss {task.fields[loss]:.4f}  {task.fields[speed]:,.0f} images/s"
                ),
                TimeRemainingColumn(compact=True),
                console=self.console,
                transient=True,  # and short of the right edge, where an echoed ^C would begin a new line
            )
            self.bar.start()
            self.bar.add_task("", total=self.epochs, epoch=f"1/{self.epochs}", loss=float("nan"), speed=0.0)
        self._began = time.perf_counter()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the bar."""
        if self.bar is not None:
            self.bar.stop()
            self.bar = None

    def on_fit_begin(self, learner: Learner) -> None:
        self._rows = len(learner.history.epochs)  # those of an earlier run are not shown again

    def on_step_end(self, learner: Learner) -> None:
        self._images += len(learner.targets)
        if self.interrupt.requested:
            self.close()
            learner.stop(self.interrupt.name, "interrupted")
            return
        now = time.perf_counter()
        if self.bar is None or now - self._moved < EVERY:
            return
        self._moved = now
        history = learner.history
        recent = history.step_losses[-50:]
        self.bar.update(
            self.bar.task_ids[0],
            completed=history.progress,
            epoch=f"{min(int(history.progress) + 1, self.epochs)}/{self.epochs}",
            loss=sum(recent) / len(recent),
            speed=self._images / (now - self._began),
        )

    def on_epoch_end(self, learner: Learner) -> None:
        self._show_new_row(learner)
        if self.interrupt.requested:
            learner.stop(self.interrupt.name, "interrupted")

    def on_fit_end(self, learner: Learner) -> None:
        self._show_new_row(learner)  # of an epoch that was cut short

    def _show_new_row(self, learner: Learner) -> None:
        rows = learner.history.epochs
        if len(rows) > self._rows:
            self._rows = len(rows)
            self._show(rows[-1])

    def _show(self, epoch: Epoch) -> None:
        loss, percent = epoch.valid["loss"], 100 * epoch.valid["accuracy"]
        name = f"{epoch.epoch - 1 + epoch.fraction:.{0 if epoch.fraction == 1 else 2}f}/{self.epochs}"
        say(
            self.console,
            f"{name:>7}   {epoch.train_loss:10.4f}   {loss:9.4f}   {percent:11.2f} %"
            f"   {epoch.samples_per_second:8,.0f}",
        )
        self._began, self._images = time.perf_counter(), 0
