"""Schedules of the learning rate: call `scheduler.step()` once an epoch, or once a batch, after `optimizer.step()`.

The rate in epoch t, where γ is the initial rate:

StepLR               γ aᵏ                      k = ⌊t / step_size⌋, a: gamma
MultiStepLR          γ aᵏ                      k: how many milestones are ≤ t
ExponentialLR        γ aᵗ
ConstantLR           γ f                       then γ, from t = total_iters
LinearLR             γ (f₀ + (f₁ - f₀) t/T)    until T = total_iters, then γ f₁
PolynomialLR         γ (1 - t/T)ᵖ              until T = total_iters, then 0
CosineAnnealingLR    η + ½ (γ - η) (1 + cos πt/T)
CosineAnnealingWarmRestarts                    the same, from the top again after T_0, T_mult T_0, ... epochs
OneCycleLR           up, down, and far down;    CyclicLR: up and down, periodically; momentum moves opposite to it
LambdaLR             γ λ(t);                   MultiplicativeLR: the last rate times λ(t)
ReduceLROnPlateau    reduced when a metric no longer improves
SequentialLR         one schedule after another;   ChainedScheduler: several at once
"""

from .base import LRScheduler
from .combine import ChainedScheduler, SequentialLR
from .cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from .cyclic import CyclicLR
from .decay import ConstantLR, ExponentialLR, LinearLR, MultiStepLR, PolynomialLR, StepLR
from .function import LambdaLR, MultiplicativeLR
from .onecycle import OneCycleLR
from .plateau import ReduceLROnPlateau

_LRScheduler = LRScheduler  # its name in older programs

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]
