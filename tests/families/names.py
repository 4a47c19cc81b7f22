"""The LSTM and the GRU of lesson 12, which spell names: python -m tests.families names"""

from __future__ import annotations

from typing import Any

from tests.families import both, table
from tinygrad_edu import data


def compare(_digits: Any = None, seed: int = 0, epochs: int | None = None) -> str:
    """Both trainings as a table in Markdown."""
    return table("names", both("12_names", data.names(), seed, epochs=epochs))
