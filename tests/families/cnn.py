"""The convolutional network of lesson 10, plain and on distorted digits: python -m tests.families cnn --data FOLDER"""

from __future__ import annotations

from typing import Any

from tests.families import both, table


def compare(digits: Any, seed: int = 0, epochs: int | None = None) -> str:
    """Both trainings, in both libraries, as tables in Markdown."""
    plain = both("10_cnn", digits, seed, epochs=epochs)
    bent = both("10_cnn", digits, seed, "distorted", epochs)
    return f"{table('cnn', plain)}\n\n{table('cnn-distorted', bent)}"
