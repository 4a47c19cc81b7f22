"""Where we differ from PyTorch on purpose: each entry with its reason. What users meet is in the README's table too.

accepted  what one library computes and the other refuses; dtypes
indexing  indices, shapes, views, writing in place
slopes    gradients where there is no slope, or one that is infinite; at nan and inf
special   special functions at their poles, and the precision of derivatives
totals    reductions, sorting, statistics, distances
algebra   products and factors of matrices
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .accepted import ACCEPTED
from .algebra import ALGEBRA
from .entry import Explained
from .indexing import INDEXING
from .slopes import SLOPES
from .special import SPECIAL
from .totals import TOTALS

EXPLAINED = [*ACCEPTED, *INDEXING, *SPECIAL, *TOTALS, *ALGEBRA, *SLOPES]


def reason(lines: Sequence[Any], found: Any) -> Explained | None:
    """The entry that explains a disagreement, if any."""
    return next((entry for entry in EXPLAINED if entry.matches(lines, found)), None)


__all__ = ["EXPLAINED", "Explained", "reason"]
