"""Samples of the rows in `ops/special.py`."""

from __future__ import annotations

from tinygrad_edu.testing.strategies import REAL

from .draw import Sample, unary

SAMPLES: dict[str, Sample] = {
    "erf": unary(REAL),
}
