"""Losses as layers. Formulas, shapes, errors and sources are those of the function named by `of`.

The arguments are PyTorch's. `size_average` and `reduce`, which it has long replaced by `reduction`, are turned into it.
"""

from __future__ import annotations

import inspect
import math
from typing import Any, ClassVar

from . import functional as F
from .applied import Applied
from .checks import check_tensor
from .distance import PairwiseDistance
from .functional.reduction import REDUCTIONS, in_pytorchs_places, modern, place_of_older_names, unknown_reduction
from .linear import Linear
from .module import Module

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CTCLoss",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "GaussianNLLLoss",
    "HingeEmbeddingLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "LinearCrossEntropyLoss",
    "MSELoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "NLLLoss",
    "PoissonNLLLoss",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


class Loss(Applied, inputs=2):
    """A function of predictions and targets with a `reduction`: "mean", "sum" or "none"."""

    _reductions: ClassVar[tuple[str, ...]] = REDUCTIONS

    def _construct(self, arguments: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        name = type(self).__name__
        if "reduction" in arguments.parameters:
            order, first = place_of_older_names(tuple(arguments.parameters))
            if len(args) > first:
                args, kwargs = in_pytorchs_places(name, order, first, args, kwargs)
        super()._construct(arguments, args, modern(name, kwargs))
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
class MultiLabelMarginLoss(Loss, of=F.multilabel_margin_loss): ...
class MultiLabelSoftMarginLoss(Loss, of=F.multilabel_soft_margin_loss): ...
class MultiMarginLoss(Loss, of=F.multi_margin_loss): ...
# fmt: on


class CTCLoss(Module):
    """-log p(l | x), where p adds up all ways to read the labels l in the frames; see `functional.ctc_loss`.

    `loss(log_probs, targets, input_lengths, target_lengths)`.
    """

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__()
        if reduction not in REDUCTIONS:
            raise unknown_reduction("CTCLoss", reduction, REDUCTIONS)
        self.blank = blank
        self.reduction = reduction
        self.zero_infinity = zero_infinity

    def forward(self, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any) -> Any:
        check_tensor(self, log_probs)
        return F.ctc_loss(
            log_probs, targets, input_lengths, target_lengths, self.blank, self.reduction, self.zero_infinity
        )


class TripletMarginWithDistanceLoss(Loss, of=F.triplet_margin_with_distance_loss, inputs=3):
    distance_function: Any

    def _construct(self, arguments: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        super()._construct(arguments, args, kwargs)
        if self.distance_function is None:
            self.distance_function = PairwiseDistance()


class LinearCrossEntropyLoss(Module):
    """cross_entropy(x Wᵀ + b, target), with the weights of the linear map; see `functional.linear_cross_entropy`.

    Input (N, in_features) or (in_features,), target as in `CrossEntropyLoss`; with `out_features` (d1, ...) the scores
    are (N, num_classes, d1, ...). W and b are those of `linear`, and start as in `Linear`.
    """

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        out_features: tuple[int, ...] = (),
        bias: bool = False,
        device: Any = None,
        dtype: Any = None,
        reduction: str = "mean",
        weight: Any = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        options: Any = None,
    ) -> None:
        super().__init__()
        if reduction not in REDUCTIONS:
            raise unknown_reduction("LinearCrossEntropyLoss", reduction, REDUCTIONS)
        if not 0 <= label_smoothing <= 1:
            raise ValueError(f"LinearCrossEntropyLoss: label_smoothing must be between 0 and 1, got {label_smoothing}")
        self.register_buffer("weight", weight)
        self.reduction = reduction
        self.num_classes = num_classes
        self.out_features = tuple(out_features)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing
        self.linear = Linear(in_features, num_classes * math.prod(out_features), bias, device, dtype)
        self.options = options

    def forward(self, input: Any, target: Any) -> Any:
        check_tensor(self, input)
        shape = (self.num_classes, *self.out_features)
        bias = self.linear.bias
        return F.linear_cross_entropy(
            input,
            self.linear.weight.reshape((*shape, self.linear.in_features)),
            target,
            linear_bias=None if bias is None else bias.reshape(shape),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
        )

    def extra_repr(self) -> str:
        names = ("num_classes", "out_features", "bias", "reduction", "ignore_index", "label_smoothing", "options")
        values = {name: self.linear.bias is not None if name == "bias" else getattr(self, name) for name in names}
        return ", ".join([f"in_features={self.linear.in_features}", *(f"{name}={x}" for name, x in values.items())])
