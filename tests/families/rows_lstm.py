"""Lesson 11 trained to the end here and in PyTorch: `python -m tests.families rows-lstm` (some minutes)."""

from __future__ import annotations

from tinygrad_edu import data

from .same_steps import table, trained_twice

FILE = "11_rows_lstm.py"


def compare() -> None:
    """The same weights and batches; MNIST, of the folder in TINYGRAD_EDU_DATA or downloaded."""
    (_, _, theirs), (_, _, ours) = trained_twice(FILE, data.load("mnist"), report=True)
    table(
        [
            ("test accuracy", theirs.history["test_accuracy"][-1], ours.history["test_accuracy"][-1]),
            ("loss of the last batch", theirs.history["loss"][-1], ours.history["loss"][-1]),
            ("seconds", theirs.seconds, ours.seconds),
        ]
    )
