"""Distributions of vectors, and mixtures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import linalg, ops
from ...recording import no_grad
from ...tensor import wrap
from .common import Categorical, Distribution, _require, _together, draws

__all__ = [
    "Dirichlet",
    "MixtureSameFamily",
    "Multinomial",
    "MultivariateNormal",
    "OneHotCategorical",
    "OneHotCategoricalStraightThrough",
]


class Dirichlet(Distribution):
    """Probabilities of n classes: log p(x) = Σ (aᵢ - 1) ln xᵢ + ln Γ(Σ aᵢ) - Σ ln Γ(aᵢ)."""

    _parameters = ("concentration",)

    def __init__(self, concentration: Any, validate_args: Any = None) -> None:
        (self.concentration,) = _together("Dirichlet", concentration)
        if not self.concentration.ndim:
            raise ValueError("Dirichlet: expected at least one dimension, of the classes")
        _require("Dirichlet", self.concentration > 0, "concentration > 0")
        self._batch, self._event = tuple(self.concentration.shape[:-1]), tuple(self.concentration.shape[-1:])

    mean = property(lambda self: self.concentration / self.concentration.sum(-1, keepdim=True))

    @property
    def variance(self) -> Any:
        """m (1 - m) / (Σ a + 1), with the mean m."""
        return self.mean * (1 - self.mean) / (self.concentration.sum(-1, keepdim=True) + 1)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draws, without a gradient."""
        shape = self._shape(sample_shape)

        def shares(generator: np.random.Generator, a: np.ndarray) -> Any:
            found = np.maximum(generator.standard_gamma(a, shape), np.finfo(a.dtype).tiny)
            return found / found.sum(-1, keepdims=True)

        return draws(self.concentration.dtype, shares, self.concentration)

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density. ValueError: a value that does not add up to 1."""
        a = self.concentration
        _require("Dirichlet.log_prob", ((value.sum(-1) - 1).abs() < 1e-5) & (value >= 0).all(-1), "a sum of 1")
        return ops.xlogy(a - 1, value).sum(-1) + a.sum(-1).lgamma() - a.lgamma().sum(-1)

    def entropy(self) -> Any:
        """Σ ln Γ(aᵢ) - ln Γ(s) - (n - s) ψ(s) - Σ (aᵢ - 1) ψ(aᵢ), with s = Σ aᵢ."""
        a = self.concentration
        total, n = a.sum(-1), a.shape[-1]
        known = a.lgamma().sum(-1) - total.lgamma() - (n - total) * total.digamma()
        return known - ((a - 1) * a.digamma()).sum(-1)


class MultivariateNormal(Distribution):
    """Normal vectors with a mean, and a covariance matrix Σ, its inverse, or the L of Σ = L Lᵀ: one of the three."""

    has_rsample = True
    _parameters = ("loc", "scale_tril")

    def __init__(
        self,
        loc: Any,
        covariance_matrix: Any = None,
        precision_matrix: Any = None,
        scale_tril: Any = None,
        validate_args: Any = None,
    ) -> None:
        given = [m for m in (covariance_matrix, precision_matrix, scale_tril) if m is not None]
        if len(given) != 1:
            raise ValueError("MultivariateNormal: give one of covariance_matrix, precision_matrix and scale_tril")
        if not loc.ndim or given[0].ndim < 2:
            raise ValueError("MultivariateNormal: expected a vector as loc, and a matrix")
        if scale_tril is None:
            matrix = covariance_matrix if precision_matrix is None else linalg.inv(precision_matrix)
            scale_tril = linalg.cholesky(matrix)
        n = loc.shape[-1]
        self._batch = tuple(np.broadcast_shapes(loc.shape[:-1], scale_tril.shape[:-2]))
        self._event = (n,)
        self.loc = loc.expand(*self._batch, n)
        self.scale_tril = scale_tril.expand(*self._batch, n, n)

    mean = mode = property(lambda self: self.loc)
    covariance_matrix = property(lambda self: self.scale_tril @ self.scale_tril.mT)
    precision_matrix = property(lambda self: linalg.inv(self.covariance_matrix))
    variance = property(lambda self: (self.scale_tril**2).sum(-1))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """loc + L ε, with ε standard normal."""
        shape = self._shape(sample_shape)
        noise = draws(self.loc.dtype, lambda generator: generator.standard_normal(shape))
        return self.loc + (self.scale_tril @ noise.unsqueeze(-1)).squeeze(-1)

    def _half_log_det(self) -> Any:
        return ops.diagonal(self.scale_tril, dim1=-2, dim2=-1).log().sum(-1)

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density."""
        apart = (value - self.loc).unsqueeze(-1)
        shape = (*apart.shape[:-2], *self.scale_tril.shape[-2:])
        y = linalg.solve_triangular(self.scale_tril.expand(*shape), apart, upper=False)
        square = (y**2).sum((-2, -1))
        return -0.5 * (self._event[0] * math.log(2 * math.pi) + square) - self._half_log_det()

    def entropy(self) -> Any:
        """n (1 + ln 2π) / 2 + ln det L."""
        return 0.5 * self._event[0] * (1 + math.log(2 * math.pi)) + self._half_log_det()


class OneHotCategorical(Distribution):
    """A `Categorical` whose draws are rows of zeros with a 1."""

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        self._categorical = Categorical(probs, logits)
        self._parameters = self._categorical._parameters
        self._batch, self._event = self._categorical._batch, tuple(self._categorical.probs.shape[-1:])

    probs = mean = property(lambda self: self._categorical.probs)
    logits = property(lambda self: self._categorical.logits)
    variance = property(lambda self: self.probs * (1 - self.probs))

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draws, without a gradient."""
        chosen = self._categorical.sample(sample_shape).unsqueeze(-1)
        return (chosen == wrap(np.arange(self._event[0]))).to(self.probs.dtype)

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the probability of the class that is 1. ValueError: not rows of zeros with a 1."""
        _require("log_prob", ((value == 0) | (value == 1)) & (value.sum(-1, keepdim=True) == 1), "one 1 in each row")
        return self._categorical.log_prob(value.argmax(-1))

    def entropy(self) -> Any:
        """That of the Categorical."""
        return self._categorical.entropy()


class OneHotCategoricalStraightThrough(OneHotCategorical):
    """`OneHotCategorical` with the gradient of the probabilities for that of its draws."""

    has_rsample = True

    def rsample(self, sample_shape: Any = ()) -> Any:
        """sample + probs - probs.detach()."""
        return self.sample(sample_shape) + (self.probs - self.probs.detach())


class Multinomial(Distribution):
    """How often each of n classes comes in `total_count` draws."""

    def __init__(self, total_count: int = 1, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError(f"Multinomial: expected an int as total_count, got {total_count!r}")
        self.total_count = total_count
        self._categorical = Categorical(probs, logits)
        self._batch, self._event = self._categorical._batch, tuple(self._categorical.probs.shape[-1:])

    probs = property(lambda self: self._categorical.probs)
    logits = property(lambda self: self._categorical.logits)
    mean = property(lambda self: self.total_count * self.probs)
    variance = property(lambda self: self.total_count * self.probs * (1 - self.probs))

    def sample(self, sample_shape: Any = ()) -> Any:
        """Counts, as floats."""
        count, shape = self.total_count, self._shape(sample_shape)[:-1]

        def counts(generator: np.random.Generator, probs: np.ndarray) -> Any:
            probs = np.asarray(probs, np.float64)
            return generator.multinomial(count, probs / probs.sum(-1, keepdims=True), shape)

        return draws(self.probs.dtype, counts, self.probs)

    def log_prob(self, value: Any) -> Any:
        """ln n! - Σ ln kᵢ! + Σ kᵢ ln pᵢ. ValueError: the counts do not add up to n."""
        _require("Multinomial.log_prob", (value >= 0) & (value.sum(-1, keepdim=True) == self.total_count), "n counts")
        logits = ops.where((value == 0) & ops.isneginf(self.logits), 0.0, self.logits)
        return ops.lgamma(value.sum(-1) + 1) - ops.lgamma(value + 1).sum(-1) + (logits * value).sum(-1)


class MixtureSameFamily(Distribution):
    """A draw of one of several distributions, the last dimension of a batch, chosen by a `Categorical`."""

    def __init__(self, mixture_distribution: Any, component_distribution: Any, validate_args: Any = None) -> None:
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError("MixtureSameFamily: expected a Categorical as mixture_distribution")
        self.mixture_distribution, self.component_distribution = mixture_distribution, component_distribution
        n, batch = mixture_distribution.probs.shape[-1], tuple(component_distribution.batch_shape)
        if not batch or batch[-1] != n:
            raise ValueError(f"MixtureSameFamily: {n} weights, and components in a batch of shape {batch}")
        self._batch, self._event = batch[:-1], tuple(component_distribution.event_shape)

    def _weighted(self, x: Any) -> Any:
        weights = self.mixture_distribution.probs
        dim = -1 - len(self._event)
        return (weights.reshape(*weights.shape, *(1 for _ in self._event)) * x).sum(dim)

    @property
    def mean(self) -> Any:
        """The weighted mean."""
        return self._weighted(self.component_distribution.mean)

    @property
    def variance(self) -> Any:
        """The mean of the variances, and the variance of the means."""
        means = self.component_distribution.mean
        apart = means - self.mean.unsqueeze(-1 - len(self._event))
        return self._weighted(self.component_distribution.variance) + self._weighted(apart**2)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draws, without a gradient."""
        with no_grad():
            chosen = self.mixture_distribution.sample(sample_shape)
            drawn = self.component_distribution.sample(sample_shape)
            dim = drawn.ndim - 1 - len(self._event)
            index = chosen.reshape(*chosen.shape, *(1 for _ in range(1 + len(self._event))))
            index = index.expand(*chosen.shape, 1, *self._event)
            return drawn.gather(dim, index).squeeze(dim)

    def log_prob(self, value: Any) -> Any:
        """logsumexp of ln weight + log_prob."""
        value = value.unsqueeze(-1 - len(self._event))
        weights = ops.log_softmax(self.mixture_distribution.logits, dim=-1)
        return (self.component_distribution.log_prob(value) + weights).logsumexp(-1)
