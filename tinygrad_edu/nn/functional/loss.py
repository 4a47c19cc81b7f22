"""The common losses as functions: how far predictions are from targets, as one number.

input: the predictions, a Tensor. target: a Tensor, an array or a list.
reduction: "mean" (the default), "sum", or "none": the loss of each example. The mean over no examples is nan.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import ops
from ...tensor import Tensor
from ...tracing import again, is_traced, same
from ..checks import array_of, wrong_shape
from .labels import checked_labels
from .reduction import check_prediction, reduced, target_like, target_of_same_shape
from .source import made_by_sigmoid, made_by_softmax, warn_of_input

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "l1_loss",
    "linear_cross_entropy",
    "mse_loss",
    "nll_loss",
]


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """-Σ_c q_c log softmax(x)_c for each example: the cross-entropy between target probabilities q and softmax(x).

    input: logits x, the scores before the softmax: (C,), (N, C) or (N, C, ...).
    target: class indices, integers of the input's shape without C; or probabilities q of the input's shape.
    weight: (C,), how much each class counts; with class indices the mean is weighted by it.
    ignore_index: examples with this class index do not count at all.
    label_smoothing: ε replaces q by (1 - ε) q + ε/C (C. Szegedy et al., "Rethinking the Inception architecture for
        computer vision", CVPR 2016, section 7).

    Warns if the input was made by a softmax.
    TypeError: float targets that do not have the input's shape. ValueError: another wrong shape, such as integer
    one-hot targets. IndexError: a class index outside 0 ... C - 1.
    """
    check_prediction("cross_entropy", input)
    if made_by_softmax(input):
        warn_of_input("cross_entropy", "logits and takes their softmax itself", "softmax", "leave the softmax out")
    if not 0.0 <= label_smoothing <= 1.0:
        raise ValueError(f"cross_entropy: label_smoothing must be between 0 and 1, got {label_smoothing}")
    dim = _class_dim("cross_entropy", input)
    log_p = ops.log_softmax(input, dim)
    if not isinstance(target, Tensor):
        target = np.asarray(target)
    if target.dtype.kind == "f" and target.shape == input.shape:
        if ignore_index >= 0:
            raise ValueError("cross_entropy: ignore_index has no meaning for target probabilities")
        if label_smoothing:
            target = target * (1 - label_smoothing) + label_smoothing / max(input.shape[dim], 1)
        per_class = log_p * target if weight is None else log_p * target * _along(weight, dim, input)
        loss = -per_class.sum(dim)
        return reduced(loss, reduction, loss.numel())
    loss, total = _negative_log_likelihood("cross_entropy", log_p, target, weight, ignore_index, reduction, dim)
    if label_smoothing:
        spread = -(log_p if weight is None else log_p * _along(weight, dim, input)).sum(dim)
        kept = checked_labels("cross_entropy", target, input, dim, ignore_index)[1]
        if kept is not None:
            spread = ops.where(kept, spread, 0.0)
        uniform = reduced(spread, reduction, total) / input.shape[dim]
        loss = (1 - label_smoothing) * loss + label_smoothing * uniform
    return loss


def linear_cross_entropy(
    input: Any,
    linear_weight: Any,
    target: Any,
    *,
    linear_bias: Any = None,
    weight: Any = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: Any = None,
) -> Any:
    """cross_entropy(x Wᵀ + b, target): the last linear map of a classifier and its loss in one call.

    input: x, (N, in) or (in,). linear_weight: W, (C, in), or (C, d1, ..., in) for several losses an example, with a
    batch. linear_bias: b, of W's shape without `in`. The other arguments are those of `cross_entropy`.
    options: in PyTorch, how to save memory by cutting the batch; the result is the same, and here it changes nothing.
    ValueError: shapes that do not fit.
    """
    check_prediction("linear_cross_entropy", input)
    shape = tuple(linear_weight.shape[:-1])
    if input.ndim not in (1, 2) or linear_weight.ndim < 2 or (input.ndim == 1 and len(shape) > 1):
        raise ValueError(
            "linear_cross_entropy: expected an input (N, in) and a weight (C, ..., in), or (in,) and (C, in), got "
            f"{tuple(input.shape)} and {tuple(linear_weight.shape)}"
        )
    if linear_bias is not None and tuple(linear_bias.shape) != shape:
        raise ValueError(f"linear_cross_entropy: expected a bias of shape {shape}, got {tuple(linear_bias.shape)}")
    logits = ops.linear(input, linear_weight.reshape((-1, linear_weight.shape[-1])))
    logits = logits.reshape((*input.shape[:-1], *shape))
    logits = logits if linear_bias is None else logits + linear_bias
    ignored = -100 if ignore_index is None else ignore_index
    return cross_entropy(logits, target, weight, ignored, reduction, label_smoothing)


def nll_loss(input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean") -> Any:
    """-w_y x_y for each example of class y, the negative log-likelihood, for log-probabilities x and class weights w.

    The arguments are those of `cross_entropy`, which is `nll_loss` of `log_softmax`; the target must be class indices.
    Warns if the input was made by a softmax, without the logarithm.
    """
    check_prediction("nll_loss", input)
    if made_by_softmax(input):
        warn_of_input("nll_loss", "log-probabilities", "softmax", "use log_softmax")
    dim = _class_dim("nll_loss", input)
    return _negative_log_likelihood("nll_loss", input, target, weight, ignore_index, reduction, dim)[0]


def _negative_log_likelihood(
    name: str, log_p: Any, target: Any, weight: Any, ignore_index: int, reduction: str, dim: int
) -> tuple[Any, Any]:
    """The loss, and what its mean was divided by: the number, or the total weight, of the examples that count."""
    labels, kept = checked_labels(name, target, log_p, dim, ignore_index)
    loss = -_of_class(log_p, labels, dim)
    total: Any = labels.size if kept is None else _count(np.count_nonzero, loss, kept)
    if weight is not None:
        weights = again(_weights, _vector(weight, log_p.shape[dim]), labels, kept)
        loss, total = loss * weights, _count(np.sum, loss, weights)
    if kept is not None:
        loss = ops.where(kept, loss, 0.0)  # not a product: an infinite loss that does not count must not become nan
    return reduced(loss, reduction, total), total


def _weights(weight: np.ndarray, labels: np.ndarray, kept: np.ndarray | None) -> Any:
    weights = weight[labels]
    return weights if kept is None else np.where(kept, weights, weights.dtype.type(0))


def _count(function: Any, loss: Any, array: np.ndarray) -> Any:
    """What the mean is divided by: a number; in a compiled step an array, as it is another one each time."""
    if not is_traced():
        return function(array)
    dtype = loss.dtype
    return again(lambda array: np.asarray(function(array), dtype), array)


def _of_class(x: Any, labels: np.ndarray, dim: int) -> Any:
    """The element of x along `dim` that each label names."""
    if x.ndim == 2:
        kept = labels.copy()
        same(kept, labels)
        return ops.getitem(x, index=(np.arange(len(labels)), kept))
    return ops.squeeze(ops.take_along_dim(x, ops.unsqueeze(labels, dim=dim), dim), dim=dim)


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """(x - t)², the mean squared error. Warns if input and target differ in shape."""
    return reduced(ops.square(input - target_like("mse_loss", input, target)), reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """|x - t|, the mean absolute error. The derivative at x = t is 0.

    Warns if input and target differ in shape.
    """
    return reduced(ops.abs(input - target_like("l1_loss", input, target)), reduction)


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Any:
    """-w (t log p + (1 - t) log(1 - p)) for probabilities p and targets t of the same shape.

    weight: w, which broadcasts.

    As in PyTorch a logarithm is at least -100, and where it would be less its derivative is 0. For logits
    `binary_cross_entropy_with_logits` needs no such bound.
    ValueError: a p outside [0, 1], or shapes that differ.
    """
    target = target_of_same_shape("binary_cross_entropy", input, target)
    again(_check_probabilities, input._array if isinstance(input, Tensor) else input)
    log_p = _at_least_minus_100(ops.log, input, input == 0)
    log_q = _at_least_minus_100(ops.log1p, -input, input == 1)
    loss = -(target * log_p + (1 - target) * log_q)
    return reduced(loss if weight is None else loss * weight, reduction)


def _check_probabilities(p: np.ndarray) -> None:
    if not np.all((p >= 0) & (p <= 1)):
        bad = p[~((p >= 0) & (p <= 1))][0]
        raise ValueError(
            f"binary_cross_entropy: expected probabilities between 0 and 1, got {bad}; for logits use "
            "binary_cross_entropy_with_logits"
        )


def _at_least_minus_100(log: Any, x: Any, infinite: Any) -> Any:
    """max(log x, -100); `infinite` is where log x would be -inf, which is not computed."""
    return ops.where(infinite, -100.0, ops.clamp(log(ops.where(infinite, 0.5, x)), min=-100.0))


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None
) -> Any:
    """-w (t log σ(x) + (1 - t) log σ(-x)) = w (t softplus(-x) + (1 - t) softplus(x)) for logits x: never overflows.

    input, target: x and t, of the same shape. weight: w, which broadcasts.
    pos_weight: how much the first term, that of the positive examples, counts; broadcasts.
    Warns if the input was made by a sigmoid. ValueError: shapes that differ.
    """
    name = "binary_cross_entropy_with_logits"
    target = target_of_same_shape(name, input, target)
    if made_by_sigmoid(input):
        warn_of_input(name, "logits and takes their sigmoid itself", "sigmoid", "leave the sigmoid out")
    positive = target * ops.softplus(-input)
    if pos_weight is not None:
        positive = positive * pos_weight
    loss = positive + (1 - target) * ops.softplus(input)
    return reduced(loss if weight is None else loss * weight, reduction)


def _class_dim(name: str, x: Any) -> int:
    if not x.ndim:
        raise wrong_shape(name, "(C,), (N, C) or (N, C, ...)", x)
    return 0 if x.ndim == 1 else 1


def _vector(weight: Any, classes: int) -> np.ndarray:
    array = array_of(weight)
    if array.shape != (classes,):
        raise ValueError(f"expected a weight of shape ({classes},), one number for each class, got {array.shape}")
    return array


def _along(weight: Any, dim: int, x: Any) -> Any:
    """The class weights in a shape that broadcasts along `dim` of x."""
    return ops.reshape(_vector(weight, x.shape[dim]), shape=tuple(-1 if d == dim else 1 for d in range(x.ndim)))
