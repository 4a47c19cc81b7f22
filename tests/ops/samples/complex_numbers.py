"""Samples of the rows in `ops/complex_numbers.py`."""

from __future__ import annotations

from tinygrad_edu.testing.strategies import NONZERO, REAL

from .draw import Sample, binary, complexes

SAMPLES: dict[str, Sample] = {
    "conj": complexes(REAL),
    "real": complexes(REAL),
    "imag": complexes(REAL),
    "complex": binary(REAL, REAL),
    "angle": complexes(NONZERO),
}
