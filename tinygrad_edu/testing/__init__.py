"""Proving gradients: `gradcheck` for functions, `opcheck` for ops of your own, `mutants` to see that checks can fail.

`strategies`, for property tests, needs Hypothesis: `pip install "tinygrad_edu[testing]"`. All else needs NumPy alone.
"""

from .battery import CHECKS
from .close import assert_close
from .domains import (
    ABOVE_MINUS_ONE,
    ABOVE_ONE,
    BETWEEN_INTEGERS,
    DISTINCT,
    NONZERO,
    POSITIVE,
    REAL,
    UNIT,
    Domain,
    uniform,
)
from .gradcheck import GradcheckError, gradcheck, gradgradcheck
from .mutants import MUTATIONS, mutants, survivors
from .opcheck import Report, opcheck

__all__ = [
    "ABOVE_MINUS_ONE",
    "ABOVE_ONE",
    "BETWEEN_INTEGERS",
    "CHECKS",
    "DISTINCT",
    "MUTATIONS",
    "NONZERO",
    "POSITIVE",
    "REAL",
    "UNIT",
    "Domain",
    "GradcheckError",
    "Report",
    "assert_close",
    "gradcheck",
    "gradgradcheck",
    "mutants",
    "opcheck",
    "survivors",
    "uniform",
]
