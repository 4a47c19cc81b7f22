"""The character-level GPT of lesson 16, on the text that comes with the library: python -m tests.families gpt"""

from __future__ import annotations

from typing import Any

from tests.families import both, table
from tinygrad_edu import data


def compare(digits: Any, seed: int = 0, epochs: int | None = None) -> str:
    """The training in both libraries, as a table in Markdown. It learns from a text, so the digits are not read."""
    return table("gpt", both("16_gpt", data.text(), seed, epochs=epochs))
