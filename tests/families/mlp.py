"""The feed-forward network of lesson 9, on distorted digits: python -m tests.families mlp --data FOLDER"""

from __future__ import annotations

from typing import Any

from tests.families import both, table


def compare(digits: Any, seed: int = 0, epochs: int | None = None) -> str:
    """The training in both libraries, as a table in Markdown."""
    return table("best-mlp", both("09_best_mlp", digits, seed, epochs=epochs))
