"""Losses of numbers and of distributions, as functions.

input: the predictions, a Tensor. target: a Tensor, an array or a list, of the same shape.
reduction: "mean" (the default), "sum", or "none": the loss of each element. The mean over no elements is nan.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import ops
from ...ops.checks import numbers
from ...recording import again
from ...tensor import Tensor
from .reduction import as_data, check_prediction, reduced, target_like

__all__ = [
    "gaussian_nll_loss",
    "huber_loss",
    "kl_div",
    "poisson_nll_loss",
    "smooth_l1_loss",
]


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Any:
    """d²/2 where |d| < δ, δ (|d| - δ/2) elsewhere, for d = x - t: squared near 0, absolute far out.

    Source: P. J. Huber, "Robust estimation of a location parameter" (Annals of Mathematical Statistics 35, 1964).
    """
    if delta <= 0:
        raise ValueError(f"huber_loss: delta must be positive, got {delta}")
    d = input - target_like("huber_loss", input, target)
    size = ops.abs(d)
    return reduced(ops.where(size < delta, 0.5 * ops.square(d), delta * (size - 0.5 * delta)), reduction)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Any:
    """d²/(2β) where |d| < β, |d| - β/2 elsewhere, for d = x - t: `huber_loss` divided by β; with β = 0 `l1_loss`."""
    if beta < 0:
        raise ValueError(f"smooth_l1_loss: beta must not be negative, got {beta}")
    d = input - target_like("smooth_l1_loss", input, target)
    size = ops.abs(d)
    if beta:
        size = ops.where(size < beta, ops.square(d) * (0.5 / beta), size - 0.5 * beta)
    return reduced(size, reduction)


def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Any:
    """t (log t - x), the pointwise Kullback-Leibler divergence of a distribution t from another, given as x = log q.

    log_target: the target is log t.
    reduction: "batchmean" is the divergence itself, the sum divided by the number of rows; "mean" divides by the
        number of elements, as in PyTorch.
    """
    target = target_like("kl_div", input, target)
    if log_target:
        loss = ops.exp(target) * (target - input)
    else:
        none = target == 0  # 0 log 0 is 0
        loss = ops.where(none, 0.0, target * ops.log(ops.where(none, 1.0, target))) - target * input
    if reduction == "batchmean":
        return reduced(loss, "mean", input.shape[0]) if input.ndim else loss
    return reduced(loss, reduction)


def poisson_nll_loss(
    input: Any, target: Any, log_input: bool = True, full: bool = False, eps: float = 1e-8, reduction: str = "mean"
) -> Any:
    """λ - t log λ, the negative log-likelihood of a count t under a Poisson distribution, up to log t!.

    log_input: the input is log λ; else it is λ, and log(λ + eps) is taken.
    full: add Stirling's approximation of log t!, t log t - t + log(2πt)/2, where t > 1.
    """
    check_prediction("poisson_nll_loss", input)
    target = as_data(target)
    loss = ops.exp(input) - target * input if log_input else input - target * ops.log(input + eps)
    if full:
        several = target > 1
        t = ops.where(several, target, 1.0)
        loss = loss + ops.where(several, t * ops.log(t) - t + 0.5 * ops.log(2 * math.pi * t), 0.0)
    return reduced(loss, reduction)


def _check_variances(var: np.ndarray) -> None:
    if (var < 0).any():
        raise ValueError("gaussian_nll_loss: var has negative elements")


def gaussian_nll_loss(
    input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Any:
    """(log v + (x - t)²/v) / 2, the negative log-likelihood of t under a normal distribution of mean x, variance v.

    var: of the input's shape, or of that shape without its last size (or 1 there), or one number. Below `eps` it counts
        as eps, though its gradient still passes, as in PyTorch.
    full: add the constant log(2π)/2.
    ValueError: a negative variance, or one of a wrong shape.
    """
    check_prediction("gaussian_nll_loss", input)
    target = as_data(target)
    if not isinstance(var, Tensor):
        var = np.asarray(var, input.dtype)
    if var.ndim and var.shape != input.shape:
        if var.shape == input.shape[:-1]:
            var = var[..., None]
        elif var.shape != (*input.shape[:-1], 1):
            raise ValueError(f"gaussian_nll_loss: input has shape {tuple(input.shape)}, var {tuple(var.shape)}")
    again(_check_variances, var._array if isinstance(var, Tensor) else var)
    value = numbers(var)
    v = ops.where(value < eps, var + (eps - value), var)
    loss = 0.5 * (ops.log(v) + ops.square(input - target) / v)
    return reduced(loss + 0.5 * math.log(2 * math.pi) if full else loss, reduction)
