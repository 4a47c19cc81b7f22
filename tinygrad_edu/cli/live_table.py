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


class Bar:
    """A progress bar while it is open, on a terminal that can move its cursor; nothing elsewhere."""

    def __init__(self, console: Console, epochs: int, speed: str) -> None:
        self.epochs = epochs
        self._bar: Progress | None = None
        self._moved = time.perf_counter()
        if is_live(console):
            self._bar = Progress(
                TextColumn("epoch {task.fields[epoch]}"),
                BarColumn(bar_width=20),
                TextColumn(f"{{task.percentage:3.0f}} %  {{task.fields[loss]}}  {{task.fields[speed]}} {speed}"),
                TimeRemainingColumn(compact=True),
                console=console,
                transient=True,  # and short of the right edge, where an echoed ^C would begin a new line
            )
            self._bar.start()
            self._bar.add_task("", total=epochs, epoch=f"1/{epochs}", loss="loss -", speed="-")

    @property
    def due(self) -> bool:
        """Whether there is a bar, and it is time to move it."""
        return self._bar is not None and time.perf_counter() - self._moved >= EVERY

    def move(self, progress: float, losses: list[float], speed: float, called: str = "loss") -> None:
        """Show where the training is: epochs done, as in 2.35; the loss is the mean of the last ones."""
        if self._bar is None:
            return
        self._moved = time.perf_counter()
        recent = losses[-50:]
        self._bar.update(
            self._bar.task_ids[0],
            completed=progress,
            epoch=f"{min(int(progress) + 1, self.epochs)}/{self.epochs}",
            loss=f"{called} {sum(recent) / len(recent):.4f}" if recent else "",
            speed=f"{speed:,.{0 if speed >= 10 else 1}f}",
        )

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


class LiveTable(Callback):
    """A context manager and a callback, which also ends the training when the user asks for it."""

    def __init__(self, console: Console, epochs: int, interrupt: Interrupt) -> None:
        self.console = console
        self.epochs = epochs
        self.interrupt = interrupt
        self.bar: Bar | None = None
        self._began = time.perf_counter()
        self._images = 0  # since the epoch began
        self._rows = 0  # of the history that have been shown

    def __enter__(self) -> LiveTable:
        say(self.console, HEADER, "bold")
        self.bar = Bar(self.console, self.epochs, "images/s")
        self._began = time.perf_counter()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the bar."""
        if self.bar is not None:
            self.bar.close()

    def on_fit_begin(self, learner: Learner) -> None:
        self._rows = len(learner.history.epochs)  # those of an earlier run are not shown again

    def on_step_end(self, learner: Learner) -> None:
        self._images += len(learner.targets)
        if self.interrupt.requested:
            self.close()
            learner.stop(self.interrupt.name, "interrupted")
            return
        if self.bar is not None and self.bar.due:
            speed = self._images / (time.perf_counter() - self._began)
            self.bar.move(learner.history.progress, learner.history.step_losses, speed)

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
