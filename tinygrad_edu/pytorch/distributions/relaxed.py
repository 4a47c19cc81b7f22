"""Draws of nearly one class, as differentiable functions of the probabilities; the colder, the nearer.

Source: C. Maddison, A. Mnih and Y. W. Teh, "The concrete distribution" (ICLR 2017); E. Jang, S. Gu and B. Poole,
"Categorical reparameterization with Gumbel-softmax" (ICLR 2017).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import ops
from .common import Bernoulli, Categorical, Distribution, _together, draws

__all__ = ["RelaxedBernoulli", "RelaxedOneHotCategorical"]


def _uniform(shape: tuple[int, ...], dtype: np.dtype) -> Any:
    limits = np.finfo(dtype)
    return draws(dtype, lambda generator: np.clip(generator.random(shape), limits.tiny, 1 - limits.epsneg))


class RelaxedBernoulli(Distribution):
    """sigmoid((logits + ln u - ln(1 - u)) / temperature)."""

    has_rsample = True

    def __init__(self, temperature: Any, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        self._base = Bernoulli(probs, logits)
        (self.temperature,) = _together("RelaxedBernoulli", temperature)
        self._batch = self._base._batch

    probs = property(lambda self: self._base.probs)
    logits = property(lambda self: self._base.logits)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Numbers in (0, 1)."""
        u = _uniform(self._shape(sample_shape), self.logits.dtype)
        return ((self.logits + u.log() - (-u).log1p()) / self.temperature).sigmoid()

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density."""
        x = value.log() - (-value).log1p()
        apart = self.logits - x * self.temperature
        inner = self.temperature.log() + apart - 2 * ops.log1p(apart.exp())
        return inner - value.log() - (-value).log1p()


class RelaxedOneHotCategorical(Distribution):
    """softmax((logits + g) / temperature), with g of Gumbel's distribution."""

    has_rsample = True

    def __init__(self, temperature: Any, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        self._base = Categorical(probs, logits)
        (self.temperature,) = _together("RelaxedOneHotCategorical", temperature)
        self._batch, self._event = self._base._batch, tuple(self._base.probs.shape[-1:])

    probs = property(lambda self: self._base.probs)
    logits = property(lambda self: self._base.logits)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Probabilities of the classes."""
        gumbel = -(-_uniform(self._shape(sample_shape), self.logits.dtype).log()).log()
        return ((self.logits + gumbel) / self.temperature).softmax(-1)

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density."""
        n, t = self._event[0], self.temperature
        score = self.logits - t * value.log()
        score = (score - score.logsumexp(-1, keepdim=True)).sum(-1)
        return score + ops.lgamma(t * 0 + n) + (n - 1) * t.log() - value.log().sum(-1)
