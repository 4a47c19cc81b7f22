"""The variational autoencoder of lesson 14: python -m tests.families vae --data FOLDER"""

from __future__ import annotations

from typing import Any

from tests.families import both, table


def compare(digits: Any, seed: int = 0, epochs: int | None = None) -> str:
    """The training in both libraries, as a table in Markdown."""
    return table("vae", both("14_vae", digits, seed, epochs=epochs))
