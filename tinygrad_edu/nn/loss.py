"""Losses as layers: formulas, shapes, errors and sources stand with the functions they call, `functional.<name>`.

The arguments are PyTorch's without `size_average` and `reduce`, which it has long replaced by `reduction`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from . import functional as F
from .applied import Applied
from .reduction import REDUCTIONS


class Loss(Applied):
    """A function of predictions and targets with a `reduction`: "mean", "sum" or "none"."""

    _reductions: ClassVar[tuple[str, ...]] = REDUCTIONS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.reduction not in self._reductions:
            *most, last = map(repr, self._reductions)
            raise ValueError(
                f"{type(self).__name__}: reduction must be {', '.join(most)} or {last}, not {self.reduction!r}"
            )


class CrossEntropyLoss(Loss, of=F.cross_entropy, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """Cross-entropy between logits (N, C) and class indices (N,) or probabilities (N, C)."""


class NLLLoss(Loss, of=F.nll_loss, weight=None, ignore_index=-100, reduction="mean"):
    """Negative log-likelihood of class indices (N,) under log-probabilities (N, C)."""


class BCELoss(Loss, of=F.binary_cross_entropy, weight=None, reduction="mean"):
    """Binary cross-entropy of probabilities and targets in [0, 1]."""


class BCEWithLogitsLoss(Loss, of=F.binary_cross_entropy_with_logits, weight=None, reduction="mean", pos_weight=None):
    """Binary cross-entropy of logits and targets in [0, 1]."""


class MSELoss(Loss, of=F.mse_loss, reduction="mean"):
    """Mean squared error."""


class L1Loss(Loss, of=F.l1_loss, reduction="mean"):
    """Mean absolute error."""


class SmoothL1Loss(Loss, of=F.smooth_l1_loss, reduction="mean", beta=1.0):
    """Squared near 0, absolute far out; slope 1 there."""


class HuberLoss(Loss, of=F.huber_loss, reduction="mean", delta=1.0):
    """Squared near 0, absolute far out; slope δ there."""


class KLDivLoss(Loss, of=F.kl_div, reduction="mean", log_target=False):
    """Kullback-Leibler divergence of targets from log-probabilities; "batchmean" is what mathematics means."""

    _reductions = (*REDUCTIONS, "batchmean")


class PoissonNLLLoss(Loss, of=F.poisson_nll_loss, log_input=True, full=False, eps=1e-8, reduction="mean"):
    """Negative log-likelihood of counts."""


class GaussianNLLLoss(Loss, of=F.gaussian_nll_loss, full=False, eps=1e-6, reduction="mean"):
    """Negative log-likelihood of numbers, given means and variances: loss(mean, target, var)."""


class HingeEmbeddingLoss(Loss, of=F.hinge_embedding_loss, margin=1.0, reduction="mean"):
    """Distances of like pairs (target 1) small, of unlike pairs (-1) at least the margin."""


class MarginRankingLoss(Loss, of=F.margin_ranking_loss, margin=0.0, reduction="mean"):
    """The first of two scores higher (target 1) or lower (-1) by a margin: loss(x1, x2, target)."""


class CosineEmbeddingLoss(Loss, of=F.cosine_embedding_loss, margin=0.0, reduction="mean"):
    """Vectors in one direction (target 1) or not (-1): loss(x1, x2, target)."""


class TripletMarginLoss(Loss, of=F.triplet_margin_loss, margin=1.0, p=2.0, eps=1e-6, swap=False, reduction="mean"):
    """Like nearer than unlike by a margin: loss(anchor, positive, negative)."""


class SoftMarginLoss(Loss, of=F.soft_margin_loss, reduction="mean"):
    """log(1 + exp(-t x)) for targets 1 and -1."""


class MultiLabelSoftMarginLoss(Loss, of=F.multilabel_soft_margin_loss, weight=None, reduction="mean"):
    """Binary cross-entropy of logits (N, C), averaged over the classes."""


class MultiMarginLoss(Loss, of=F.multi_margin_loss, p=1, margin=1.0, weight=None, reduction="mean"):
    """The score of the right class the largest by a margin."""
