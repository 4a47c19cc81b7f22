"""Lesson 12 trained to the end here and in PyTorch: `python -m tests.families names` (a minute or two)."""

from __future__ import annotations

from tinygrad_edu import data

from .same_steps import table, trained_twice

FILE = "12_names.py"


def compare() -> None:
    """The same weights and batches; bits per character on the names that were held out, and names that were made."""
    runs = trained_twice(FILE, data.names(), report=True)
    (_, _, theirs), (_, _, ours) = runs
    rows = [
        (f"{name}: {what}", theirs.history[key][-1], ours.history[key][-1])
        for name in ("LSTM", "GRU")
        for what, key in (("bits per character, held out", f"{name}_bits"), ("loss of the last batch", name))
    ]
    table([*rows, ("seconds", theirs.seconds, ours.seconds)])
    symbols = runs[0][0].prepared(data.names())[2]
    for library, (module, models, _) in zip(("PyTorch", "tinygrad_edu"), runs, strict=True):
        for name, model in models.items():
            print(f"{library}, {name}: {', '.join(module.sample(model, symbols, 12, 0.5))}")
