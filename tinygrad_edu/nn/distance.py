"""Distances as layers, see `functional_distance`."""

from __future__ import annotations

from . import functional as F
from .applied import Applied


class CosineSimilarity(Applied, of=F.cosine_similarity, dim=1, eps=1e-8):
    """The cosine of the angle between vectors along `dim`."""


class PairwiseDistance(Applied, of=F.pairwise_distance, p=2.0, eps=1e-6, keepdim=False):
    """The p-norm of the difference along the last dimension."""
