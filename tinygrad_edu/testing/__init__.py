"""Proving gradients: `gradcheck` for functions, `opcheck` for ops, and (with Hypothesis installed) `strategies`."""

from .gradcheck import GradcheckError, gradcheck
from .opcheck import opcheck

__all__ = ["GradcheckError", "gradcheck", "opcheck"]
