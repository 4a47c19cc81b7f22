"""Losses as layers. Formulas, shapes, errors and sources are those of the function named by `of`.

The arguments are PyTorch's without `size_average` and `reduce`, which it has long replaced by `reduction`.
"""

from __future__ import annotations

import inspect
from typing import Any, ClassVar

from . import functional as F
from .applied import Applied
from .functional.reduction import REDUCTIONS, unknown_reduction

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "GaussianNLLLoss",
    "HingeEmbeddingLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "MSELoss",
    "MarginRankingLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "NLLLoss",
    "PoissonNLLLoss",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "TripletMarginLoss",
]


class Loss(Applied, inputs=2):
    """A function of predictions and targets with a `reduction`: "mean", "sum" or "none"."""

    _reductions: ClassVar[tuple[str, ...]] = REDUCTIONS

    def _construct(self, arguments: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        super()._construct(arguments, args, kwargs)
        if self.reduction not in self._reductions:
            raise unknown_reduction(type(self).__name__, self.reduction, self._reductions)


class KLDivLoss(Loss, of=F.kl_div):
    _reductions = (*REDUCTIONS, "batchmean")


# fmt: off
class CrossEntropyLoss(Loss, of=F.cross_entropy): ...
class NLLLoss(Loss, of=F.nll_loss): ...
class BCELoss(Loss, of=F.binary_cross_entropy): ...
class BCEWithLogitsLoss(Loss, of=F.binary_cross_entropy_with_logits): ...
class MSELoss(Loss, of=F.mse_loss): ...
class L1Loss(Loss, of=F.l1_loss): ...
class SmoothL1Loss(Loss, of=F.smooth_l1_loss): ...
class HuberLoss(Loss, of=F.huber_loss): ...
class PoissonNLLLoss(Loss, of=F.poisson_nll_loss): ...
class GaussianNLLLoss(Loss, of=F.gaussian_nll_loss, inputs=3): ...
class HingeEmbeddingLoss(Loss, of=F.hinge_embedding_loss): ...
class MarginRankingLoss(Loss, of=F.margin_ranking_loss, inputs=3): ...
class CosineEmbeddingLoss(Loss, of=F.cosine_embedding_loss, inputs=3): ...
class TripletMarginLoss(Loss, of=F.triplet_margin_loss, inputs=3): ...
class SoftMarginLoss(Loss, of=F.soft_margin_loss): ...
class MultiLabelSoftMarginLoss(Loss, of=F.multilabel_soft_margin_loss): ...
class MultiMarginLoss(Loss, of=F.multi_margin_loss): ...
# fmt: on
