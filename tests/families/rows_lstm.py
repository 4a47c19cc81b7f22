"""The LSTM of lesson 11, which reads digits row by row: python -m tests.families rows_lstm --data FOLDER"""

from __future__ import annotations

from typing import Any

from tests.families import both, table


def compare(digits: Any, seed: int = 0, epochs: int | None = None) -> str:
    """Both trainings as a table in Markdown."""
    return table("rows-lstm", both("11_rows_lstm", digits, seed, epochs=epochs))
