"""The generative adversarial networks of lesson 15: python -m tests.families gan --data FOLDER"""

from __future__ import annotations

from typing import Any

from tests.families import both, table


def compare(digits: Any, seed: int = 0, epochs: int | None = None) -> str:
    """The training in both libraries, as a table in Markdown."""
    return table("gan", both("15_gan", digits, seed, epochs=epochs))
