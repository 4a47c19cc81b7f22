"""The denoising autoencoder of lesson 13: python -m tests.families autoencoder --data FOLDER"""

from __future__ import annotations

from typing import Any

from tests.families import both, table


def compare(digits: Any, seed: int = 0, epochs: int | None = None) -> str:
    """The training in both libraries, as a table in Markdown."""
    return table("autoencoder", both("13_autoencoder", digits, seed, epochs=epochs))
