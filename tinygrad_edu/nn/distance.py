"""Distances as layers. Formulas and arguments are those of the function named by `of`."""

from __future__ import annotations

from . import functional as F
from .applied import Applied

__all__ = [
    "CosineSimilarity",
    "PairwiseDistance",
]


# fmt: off
class CosineSimilarity(Applied, of=F.cosine_similarity, inputs=2): ...
class PairwiseDistance(Applied, of=F.pairwise_distance, inputs=2): ...
# fmt: on
